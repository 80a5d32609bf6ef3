import { child, children, has, hasChoice, number, text } from '../invariants/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { JsonObject } from '../structure/walk.ts';

// Estimates for plausibility, never to dose by.

const days: Readonly<Record<string, number>> = {
  ...{ h: 1 / 24, hour: 1 / 24, hours: 1 / 24, d: 1, day: 1, days: 1, wk: 7, week: 7, weeks: 7 },
};

/** A length of time in days; undefined for months and years, which are no whole number of them. */
export function daysOf(duration: JsonObject | undefined): number | undefined {
  const value = number(duration, 'value');
  const factor = rowOf(days, text(duration, 'code') ?? text(duration, 'unit')?.toLowerCase() ?? '');
  return value === undefined || factor === undefined ? undefined : value * factor;
}

/** Doses a day in the unit of this code, where a plain dosage, not as needed, says so. */
export function dailyDose(dosage: JsonObject | undefined, unit: string | undefined): number | undefined {
  const repeat = child(child(dosage, 'timing'), 'repeat') ?? {};
  const dose = children(dosage, 'doseAndRate')
    .map((each) => child(each, 'doseQuantity'))
    .find((quantity) => unit !== undefined && text(quantity, 'code') === unit);
  const amount = number(dose, 'value');
  const known = ['frequency', 'period', 'periodUnit'].every((name) => has(repeat, name));
  const plain = Object.keys(repeat).every((name) => ['frequency', 'period', 'periodUnit'].includes(name));
  const isAsNeeded = hasChoice(dosage ?? {}, 'asNeeded') && dosage?.asNeededBoolean !== false;
  const each = daysOf({ value: repeat.period, code: repeat.periodUnit });
  const times = number(repeat, 'frequency');
  if (!known || !plain || isAsNeeded || amount === undefined) return undefined;
  return each === undefined || times === undefined || each === 0 ? undefined : (amount * times) / each;
}
