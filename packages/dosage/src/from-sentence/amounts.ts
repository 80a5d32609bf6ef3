import Big from 'big.js';
import type { DoseAndRate, Quantity, TimeUnit } from '../dosage.ts';
import { ucum } from '../words/units.ts';
import type { Amount } from './numbers.ts';
import type { PartOf, Span } from './parts.ts';
import type { DoseUnit } from './vocabulary/units.ts';

const TIME_NAMES: Readonly<Record<TimeUnit, string>> = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
};

/** A decimal as JSON has it. Amounts of a sentence have at most twelve characters, so the number is exact. */
export const decimal = (text: string): number => Number(text);

/** A quantity with its unit, or with none: no unit is made up. */
export function quantity(value: string, unit: DoseUnit | undefined): Quantity {
  if (unit === undefined) return { value: decimal(value) };
  const { unit: words, system, code } = unit;
  return {
    value: decimal(value),
    unit: words,
    ...(system === undefined ? {} : { system }),
    ...(code === undefined ? {} : { code }),
  };
}

/** A length of time as a quantity, unit in the singular (D-015 makes the plural). */
export function timeQuantity(value: string, unit: TimeUnit): Quantity {
  return { value: decimal(value), unit: TIME_NAMES[unit], system: ucum, code: unit };
}

/** A dose as an element of `doseAndRate` (D-022 to D-024). */
export function doseElement(amount: Amount, unit: DoseUnit | undefined, upTo: boolean): DoseAndRate {
  if (upTo) return { doseRange: { high: quantity(amount.high, unit) } };
  if (amount.low === amount.high) return { doseQuantity: quantity(amount.low, unit) };
  return { doseRange: { low: quantity(amount.low, unit), high: quantity(amount.high, unit) } };
}

/**
 * A rate: a ratio to the time (D-027), or a range in one compound unit (D-029). Undefined for a range in several of a
 * unit of time, which has no unit to be written in.
 */
export function rateElement(
  amount: Amount,
  unit: DoseUnit,
  per: Span,
): Pick<DoseAndRate, 'rateRatio' | 'rateRange'> | undefined {
  if (amount.low === amount.high && per.low === per.high) {
    return { rateRatio: { numerator: quantity(amount.low, unit), denominator: timeQuantity(per.low, per.unit) } };
  }
  if (per.low !== '1' || per.high !== '1' || unit.system !== ucum) return undefined;
  const compound = { unit: `${unit.unit} per ${TIME_NAMES[per.unit]}`, system: ucum, code: `${unit.code}/${per.unit}` };
  return { rateRange: { low: quantity(amount.low, compound), high: quantity(amount.high, compound) } };
}

const MINUTES: Readonly<Partial<Record<TimeUnit, number>>> = { min: 1, h: 60, d: 1440, wk: 10_080 };

/** Whole minutes of a single length of time; undefined when it is a range, a month or no whole number. */
export function minutesOf(span: Span): number | undefined {
  const each = MINUTES[span.unit];
  if (each === undefined || span.low !== span.high) return undefined;
  const minutes = new Big(span.low).times(each);
  return minutes.round(0).eq(minutes) && minutes.gt(0) ? Number(minutes.toFixed()) : undefined;
}

/** How often an interval of whole hours comes round in a day: 12 hours gives 2; undefined when it does not fit. */
export function timesInDay(span: Span): number | undefined {
  const minutes = minutesOf(span);
  if (minutes === undefined || 1440 % minutes !== 0) return undefined;
  return 1440 / minutes;
}

/** The product of two decimals, exact. */
export const product = (a: string, b: string): string => new Big(a).times(b).toFixed();

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export const compareAmounts = (a: string, b: string): number => new Big(a).cmp(b);

/** Whether two units are the same: words and code. */
export const sameUnit = (a: DoseUnit | undefined, b: DoseUnit | undefined): boolean =>
  a?.unit === b?.unit && a?.code === b?.code;

/** Whether two doses are the same amount, of the same unit as far as both name one. */
export const sameDose = (a: PartOf<'dose'>, b: PartOf<'dose'>): boolean =>
  a.amount.low === b.amount.low &&
  a.amount.high === b.amount.high &&
  (a.unit === undefined || b.unit === undefined || sameUnit(a.unit.unit, b.unit.unit));
