import { fillBoth } from '../words/compiled-words.ts';
import type { Reading } from './reading.ts';

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Every whole minute of a day as FHIR writes it, and as text: nearly all the times there are. */
const wholeMinutes: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 24 * 60 }, (_, minute) => {
    const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    return [`${clock}:00`, clock];
  }),
);

/** D-054: a FHIR time as 15:00 or 3:00pm; seconds only where they are not zero. Undefined when it is not a time. */
export function timeOfDayText(reading: Reading, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const usual = reading.options.twelveHour ? undefined : wholeMinutes.get(value);
  if (usual !== undefined) return usual;
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(\.\d{1,9})?)?$/.exec(value);
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = '00', fraction = ''] = match;
  const exactFraction = /[1-9]/.test(fraction) ? fraction : '';
  const seconds = second === '00' && exactFraction === '' ? '' : `:${second}${exactFraction}`;
  if (!reading.options.twelveHour) return `${hour}:${minute}${seconds}`;
  const { beforeNoon, afterNoon } = reading.compiled.words;
  const hours = Number(hour);
  return `${hours % 12 === 0 ? 12 : hours % 12}:${minute}${seconds}${hours < 12 ? beforeNoon : afterNoon}`;
}

/**
 * D-063, D-066: a FHIR dateTime as dd/mm/yyyy or dd-Mmm-yyyy, a time appended. A month or year alone stays one. The
 * date and time are those the sender wrote; an offset from UTC is listed as not rendered, not applied. Undefined when
 * it is not a date.
 */
export function dateText(reading: Reading, value: unknown, path: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match =
    /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?)?)?$/.exec(
      value,
    );
  if (match === null) return undefined;
  const [, year = '', month, day, time, zone] = match;
  if (month === undefined) return year;
  const { months } = reading.compiled.words;
  const named = reading.options.monthNames ? months[Number(month) - 1] : undefined;
  const separator = named === undefined ? '/' : '-';
  const monthAndYear = `${named ?? month}${separator}${year}`;
  if (day === undefined) return monthAndYear;
  if (Number(day) > (daysInMonth[Number(month) - 1] ?? 0) || (month === '02' && day === '29' && !isLeap(year))) {
    return undefined;
  }
  const date = `${day}${separator}${monthAndYear}`;
  if (time === undefined) return date;
  const clock = timeOfDayText(reading, time);
  if (clock === undefined) return undefined;
  if (zone !== undefined) reading.leaveOut('D-066', path, 'time-zone', zone);
  return fillBoth(reading.compiled.dateAtTime, date, clock);
}

function isLeap(year: string): boolean {
  const number = Number(year);
  return (number % 4 === 0 && number % 100 !== 0) || number % 400 === 0;
}
