/** How many doses a timing gives in a duration, exactly, or why that cannot be counted (S2). */

import type { Dosage, FhirDecimal, Timing } from '@concord/dosage';
import { divide, isWhole, multiply, parseDecimal, type Rational, rational } from '../units/rational.ts';
import { exactText, exactValue } from './amount.ts';
import { done, type Outcome, refused } from './remark.ts';

type Repeat = NonNullable<Timing['repeat']>;

/** Days in each unit of time of FHIR that has an exact length in days; months and years have none. */
const DAYS: Readonly<Record<string, string>> = { d: '1', wk: '7' };
const HOURS: Readonly<Record<string, string>> = { h: '24', min: '1440', s: '86400' };

/** A length of time in days; undefined where the unit has no exact length. */
export function daysOf(value: unknown, unit: unknown): Rational | undefined {
  const amount = exactValue(value as FhirDecimal);
  if (amount === undefined || typeof unit !== 'string') return undefined;
  const days = parseDecimal((Object.hasOwn(DAYS, unit) ? DAYS[unit] : undefined) ?? '');
  if (days !== undefined) return multiply(amount, days);
  const hours = parseDecimal((Object.hasOwn(HOURS, unit) ? HOURS[unit] : undefined) ?? '');
  return hours && divide(amount, hours);
}

/** The days for which a dosage is to be taken by itself; undefined where it does not say. */
export function boundsOf(dosage: Dosage, path: string): Outcome<Rational | undefined> {
  const repeat = dosage.timing?.repeat;
  if (repeat?.boundsDuration !== undefined) {
    const { value, code } = repeat.boundsDuration;
    const days = daysOf(value, code);
    if (days !== undefined) return done(days);
    return refused('S2', 'duration', 'The duration has no exact length in days: say it in days or weeks.', path);
  }
  if (repeat?.boundsRange !== undefined) return refused('S2', 'variable', 'The duration is a range.', path);
  if (repeat?.boundsPeriod !== undefined) {
    return refused('S2', 'duration', 'The duration is given by dates: say how many days are to be supplied.', path);
  }
  return done(undefined);
}

/** Doses in so many days: whole, the last one begun counted. `days` is not needed where the timing counts by itself. */
export function dosesIn(
  dosage: Dosage,
  days: Rational | undefined,
  path: string,
): Outcome<{ doses: bigint; said: string }> {
  const { timing, asNeededBoolean, asNeededCodeableConcept } = dosage;
  if (asNeededBoolean === true || asNeededCodeableConcept !== undefined) {
    return refused('S2', 'as-required', 'Taken as required: how much will be taken is not known.', path);
  }
  const events = timing?.event;
  const repeat = timing?.repeat;
  if (Array.isArray(events) && events.length > 0) {
    if (repeat !== undefined) return refused('S2', 'timing', 'The timing has dates and a repetition.', path);
    return done({ doses: BigInt(events.length), said: `${events.length} dates` });
  }
  if (repeat === undefined)
    return refused('S2', 'timing', 'The dosage does not say how often in a structured way.', path);
  const varies = repeat.frequencyMax ?? repeat.periodMax ?? repeat.countMax;
  if (varies !== undefined) return refused('S2', 'variable', 'How often it is taken varies.', path);
  if (repeat.count !== undefined) {
    const count = exactValue(repeat.count);
    if (count === undefined || !isWhole(count))
      return refused('S2', 'timing', 'The count is not a whole number.', path);
    return done({ doses: count.numerator, said: `${count.numerator} times` });
  }
  if (days === undefined) return refused('S2', 'duration', 'How long it is to be taken is not said.', path);
  const daily = perDay(repeat, path);
  if (!daily.ok) return daily;
  const { rate, wholeWeeks } = daily.value;
  const weeks = divide(days, rational(7n) ?? days);
  if (wholeWeeks && (weeks === undefined || !isWhole(weeks))) {
    return refused('S2', 'timing', 'On days of the week: only whole weeks can be counted without a first day.', path);
  }
  const exact = multiply(rate, days);
  const doses = isWhole(exact) ? exact.numerator : exact.numerator / exact.denominator + 1n;
  const begun = isWhole(exact) ? '' : ', the last interval begun';
  return done({ doses, said: `${exactText(rate)} a day for ${exactText(days)} days${begun}` });
}

/** Doses a day. With days of the week the rate only holds over whole weeks. */
export function perDay(repeat: Repeat, path: string): Outcome<{ rate: Rational; wholeWeeks: boolean }> {
  const moments = repeat.timeOfDay?.length ?? repeat.when?.length;
  const frequency = repeat.frequency === undefined ? undefined : exactValue(repeat.frequency);
  const period = daysOf(repeat.period, repeat.periodUnit);
  if (repeat.period !== undefined && (period === undefined || period.numerator === 0n)) {
    return refused('S2', 'timing', 'The period has no exact length in days.', path);
  }
  const times = frequency ?? (moments === undefined ? undefined : rational(BigInt(moments)));
  const weekdays = Array.isArray(repeat.dayOfWeek) ? new Set(repeat.dayOfWeek).size : 0;
  if (
    moments !== undefined &&
    frequency !== undefined &&
    frequency.numerator !== BigInt(moments) * frequency.denominator
  ) {
    return refused('S2', 'timing', 'The frequency and the times of day do not agree.', path);
  }
  if (weekdays > 0) {
    const weekly = period !== undefined && period.denominator === 1n && period.numerator === 7n;
    const dailyOrNone = period === undefined || (period.denominator === 1n && period.numerator === 1n);
    if (weekly && (frequency === undefined || frequency.numerator === BigInt(weekdays)) && moments === undefined) {
      return done({ rate: rational(BigInt(weekdays), 7n) as Rational, wholeWeeks: true });
    }
    if (!dailyOrNone) return refused('S2', 'timing', 'The period and the days of the week do not agree.', path);
    const each = times ?? (rational(1n) as Rational);
    return done({ rate: multiply(each, rational(BigInt(weekdays), 7n) as Rational), wholeWeeks: true });
  }
  if (period === undefined) {
    if (moments === undefined) return refused('S2', 'timing', 'The timing does not say in how long.', path);
    return done({ rate: times as Rational, wholeWeeks: false });
  }
  const rate = divide(times ?? (rational(1n) as Rational), period);
  if (rate === undefined || rate.numerator === 0n) return refused('S2', 'timing', 'The timing gives no doses.', path);
  return done({ rate, wholeWeeks: false });
}
