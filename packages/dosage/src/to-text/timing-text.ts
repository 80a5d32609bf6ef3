import { compareDecimals } from '../decimal.ts';
import { fill, fillBoth } from '../words/compiled-words.ts';
import { dateText, timeOfDayText } from './date-text.ts';
import type { RepeatElements } from './elements.ts';
import { countText } from './frequency-text.ts';
import { readQuantity, readRange, timeRangeText, timeText } from './quantity-text.ts';
import type { Reading } from './reading.ts';
import { readTimeUnit } from './time-unit.ts';
import { accountForUnread, isObject, type JsonObject } from './unread-elements.ts';
import { notNegative, positiveWhole } from './whole-number.ts';

/** Joins a list with the last separator before its last item: `a, b and c`. */
export function andList(reading: Reading, items: readonly string[]): string {
  const { listSeparator, lastListSeparator } = reading.compiled.words;
  let text = items[0] ?? '';
  for (let i = 1; i < items.length; i++)
    text += (i === items.length - 1 ? lastListSeparator : listSeparator) + items[i];
  return text;
}

/**
 * The texts of a list of primitives. A null holds the place of a value that only has extensions. Undefined when there
 * are none, or one was refused by `read` giving undefined.
 */
function listText(
  reading: Reading,
  value: unknown,
  path: string,
  rule: string,
  expected: string,
  read: (item: unknown, index: number) => string | undefined,
): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return reading.refuse('FHIR', path, 'This must be a list.');
  if (value.length === 0) reading.leaveOut('FHIR', path, 'empty');
  const texts: string[] = [];
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (item === null) {
      reading.leaveOut('FHIR', `${path}[${i}]`, 'empty');
      continue;
    }
    const text = read(item, i);
    if (text === undefined) return reading.refuse(rule, `${path}[${i}]`, expected);
    texts.push(text);
  }
  return texts.length === 0 ? undefined : texts;
}

/** D-029b, D-029c: `over 4 hours (maximum 6 hours)`. */
export function durationText(reading: Reading, repeat: RepeatElements): string | undefined {
  const { duration, durationMax, durationUnit } = repeat;
  if (duration === undefined && durationMax === undefined && durationUnit === undefined) return undefined;
  const value = notNegative(reading, repeat.duration, 'timing.repeat.duration');
  const maximum = notNegative(reading, repeat.durationMax, 'timing.repeat.durationMax');
  if (duration === undefined) {
    return reading.refuse('R-050', 'timing.repeat.duration', 'A longest duration or its unit without a duration.');
  }
  if (durationUnit === undefined) {
    return reading.refuse('R-050', 'timing.repeat.duration', 'A duration without its unit.');
  }
  const unit = readTimeUnit(reading, durationUnit, 'timing.repeat.durationUnit');
  if (value === undefined || unit === undefined || (durationMax !== undefined && maximum === undefined)) {
    return undefined;
  }
  const { compiled } = reading;
  const time = timeText(reading, value, unit);
  if (maximum === undefined) return fill(compiled.over, time);
  const order = compareDecimals(value, maximum);
  if (order > 0) {
    return reading.refuse('R-053', 'timing.repeat.durationMax', 'The longest duration is below the duration.');
  }
  if (order === 0) {
    reading.leaveOut('D-043', 'timing.repeat.durationMax', 'equal-maximum', maximum);
    return fill(compiled.over, time);
  }
  return fillBoth(compiled.overWithMaximum, time, timeText(reading, maximum, unit));
}

/** D-050 to D-052: `30 minutes before a meal`, `during the morning, before breakfast`. */
export function whenText(reading: Reading, repeat: RepeatElements): string | undefined {
  const { when, offset } = repeat;
  if (when === undefined && offset === undefined) return undefined;
  const offsetWords = offset === undefined ? undefined : readOffset(reading, offset);
  const { compiled } = reading;
  const refusalsBefore = reading.refusals.length;
  const texts = listText(
    reading,
    when,
    'timing.repeat.when',
    offsetWords === undefined ? 'D-050' : 'D-051',
    offsetWords === undefined
      ? 'This is not a code for when a dose is taken.'
      : 'An offset from this code has no clear meaning.',
    (code) => {
      if (offsetWords === undefined) return compiled.when.get(code);
      const after = compiled.whenAfterOffset.get(code);
      return after === undefined ? undefined : fillBoth(compiled.offsetWhen, offsetWords, after);
    },
  );
  if (texts === undefined) {
    if (offsetWords !== undefined && reading.refusals.length === refusalsBefore) {
      return reading.refuse('D-051', 'timing.repeat.offset', 'An offset without the event it is measured from.');
    }
    return undefined;
  }
  return texts.length === 1 ? texts[0] : texts.join(compiled.words.listSeparator);
}

const minutesIn = { d: 1440, h: 60 } as const;

/** D-051: whole days, else whole hours, else minutes. */
function readOffset(reading: Reading, value: unknown): string | undefined {
  const text = reading.decimal(value, 'timing.repeat.offset');
  const minutes = text === undefined ? Number.NaN : Number(text);
  if (text === undefined || !Number.isSafeInteger(minutes) || minutes < 0) {
    return reading.refuse(
      'D-051',
      'timing.repeat.offset',
      'An offset must be a whole number of minutes, not negative.',
    );
  }
  if (minutes === 0) {
    reading.leaveOut('D-051', 'timing.repeat.offset', 'zero-offset', 0);
    return undefined;
  }
  if (minutes % minutesIn.d === 0) return timeText(reading, String(minutes / minutesIn.d), 'd');
  if (minutes % minutesIn.h === 0) return timeText(reading, String(minutes / minutesIn.h), 'h');
  return timeText(reading, text, 'min');
}

/** D-053: `on Monday, Wednesday and Friday`, in the order sent. */
export function dayOfWeekText(reading: Reading, repeat: RepeatElements): string | undefined {
  if (repeat.dayOfWeek === undefined) return undefined;
  const { compiled } = reading;
  const texts = listText(
    reading,
    repeat.dayOfWeek,
    'timing.repeat.dayOfWeek',
    'D-053',
    'This is not a day of the week.',
    (day) => compiled.days.get(day),
  );
  return texts === undefined ? undefined : fill(compiled.onDays, andList(reading, texts));
}

/** D-054: `at 08:00 and 20:00`. */
export function timeOfDayListText(reading: Reading, repeat: RepeatElements): string | undefined {
  if (repeat.timeOfDay === undefined) return undefined;
  if (repeat.when !== undefined) {
    return reading.refuse('R-050', 'timing.repeat.timeOfDay', 'Times of day and events of the day exclude each other.');
  }
  const texts = listText(
    reading,
    repeat.timeOfDay,
    'timing.repeat.timeOfDay',
    'D-054',
    'This is not a time of day.',
    (time) => timeOfDayText(reading, time),
  );
  return texts === undefined ? undefined : fill(reading.compiled.atTimes, andList(reading, texts));
}

/** D-060 to D-063: `for 7 days`, `for 2 to 3 weeks`, `from 22/02/2021 to 04/03/2021`. */
export function boundsText(reading: Reading, repeat: RepeatElements): string | undefined {
  const { boundsDuration, boundsRange, boundsPeriod } = repeat;
  if (boundsDuration !== undefined) {
    if (boundsRange !== undefined || boundsPeriod !== undefined) return severalBounds(reading);
    return boundsDurationText(reading, boundsDuration);
  }
  if (boundsRange !== undefined) {
    return boundsPeriod === undefined ? boundsRangeText(reading, boundsRange) : severalBounds(reading);
  }
  return boundsPeriod === undefined ? undefined : boundsPeriodText(reading, boundsPeriod);
}

function severalBounds(reading: Reading): undefined {
  return reading.refuse('FHIR', 'timing.repeat.bounds', 'Only one form of bounds is allowed; there are more.');
}

function boundsDurationText(reading: Reading, value: unknown): string | undefined {
  const path = 'timing.repeat.boundsDuration';
  const amount = readQuantity(reading, value, path);
  if (amount === undefined) return undefined;
  if (amount.unit.time === undefined) return reading.refuse('D-060', path, 'The unit is not one of time.');
  return fill(reading.compiled.forTime, timeText(reading, amount.value, amount.unit.time));
}

function boundsRangeText(reading: Reading, value: unknown): string | undefined {
  const path = 'timing.repeat.boundsRange';
  const range = readRange(reading, value, path);
  if (range === undefined) return undefined;
  const { low, high } = range;
  const unit = (high ?? low)?.unit.time;
  if (unit === undefined) return reading.refuse('D-061', path, 'The unit is not one of time.');
  const { compiled } = reading;
  if (high === undefined) return fill(compiled.forAtLeast, timeText(reading, low?.value ?? '', unit));
  if (low === undefined) return fill(compiled.forUpTo, timeText(reading, high.value, unit));
  const equal = low.value === high.value;
  return fill(compiled.forTime, timeRangeText(reading, low.value, equal ? undefined : high.value, unit));
}

function boundsPeriodText(reading: Reading, value: unknown): string | undefined {
  const path = 'timing.repeat.boundsPeriod';
  if (!isObject(value)) return reading.refuse('FHIR', path, 'A Period must be an object.');
  for (const name in value) {
    if (name !== 'start' && name !== 'end') accountForUnread(reading, path, -1, name, value[name]);
  }
  const start = value.start === undefined ? undefined : dateText(reading, value.start, `${path}.start`);
  const end = value.end === undefined ? undefined : dateText(reading, value.end, `${path}.end`);
  if (value.start !== undefined && start === undefined) return notADate(reading, 'D-063', `${path}.start`);
  if (value.end !== undefined && end === undefined) return notADate(reading, 'D-063', `${path}.end`);
  const { compiled } = reading;
  if (start === undefined) {
    if (end !== undefined) return fill(compiled.until, end);
    reading.leaveOut('D-063', path, 'empty');
    return undefined;
  }
  if (end === undefined) return fill(compiled.from, start);
  if (endsBeforeStart(String(value.start), String(value.end))) {
    return reading.refuse('FHIR', path, 'The end is before the start.');
  }
  return fillBoth(compiled.fromTo, start, end);
}

/** Compares what both dates state: a day alone covers all of that day. */
function endsBeforeStart(start: string, end: string): boolean {
  if (start.length > 10 && end.length > 10) return Date.parse(end) < Date.parse(start);
  const length = Math.min(start.length, end.length, 10);
  return end.slice(0, length) < start.slice(0, length);
}

function notADate(reading: Reading, rule: string, path: string): undefined {
  return reading.refuse(rule, path, 'This is not a date, or a date and time.');
}

/** D-064, D-065: `once`, `3 to 5 times`. */
export function countOfDosesText(reading: Reading, repeat: RepeatElements): string | undefined {
  if (repeat.count === undefined && repeat.countMax === undefined) return undefined;
  const count = positiveWhole(reading, repeat.count, 'timing.repeat.count');
  const maximum = positiveWhole(reading, repeat.countMax, 'timing.repeat.countMax');
  if (repeat.count === undefined) {
    return reading.refuse('R-050', 'timing.repeat.countMax', 'A highest count without a count.');
  }
  if (count === undefined || (maximum === undefined && repeat.countMax !== undefined)) return undefined;
  const { compiled } = reading;
  if (maximum === undefined) return countText(count, compiled);
  const order = compareDecimals(count, maximum);
  if (order > 0) return reading.refuse('R-053', 'timing.repeat.countMax', 'The highest count is below the count.');
  if (order === 0) {
    reading.leaveOut('D-043', 'timing.repeat.countMax', 'equal-maximum', maximum);
    return countText(count, compiled);
  }
  return fillBoth(compiled.timesRange, count, maximum);
}

/** D-066: `on 01/12/2021, 08/12/2021 and 15/12/2021 at 10:30`. */
export function eventText(reading: Reading, timing: JsonObject): string | undefined {
  if (timing.event === undefined) return undefined;
  const texts = listText(
    reading,
    timing.event,
    'timing.event',
    'D-066',
    'This is not a date, or a date and time.',
    (date, index) => dateText(reading, date, `timing.event[${index}]`),
  );
  return texts === undefined ? undefined : fill(reading.compiled.onDates, andList(reading, texts));
}
