/**
 * Calendar dates as Londoners live them. A medicine ends "on a day", so every dateTime is first turned into the day
 * it was in Europe/London; days are then ISO strings, which compare correctly as text.
 */

/** The days that a FHIR date or dateTime may mean: one day, or every day of a month or year when it is partial. */
export interface DateSpan {
  /** The value exactly as it was sent. */
  readonly given: string;
  /** The first London day it can mean, `YYYY-MM-DD`. */
  readonly first: string;
  /** The last London day it can mean, `YYYY-MM-DD`. */
  readonly last: string;
  /** True for `YYYY` and `YYYY-MM`. */
  readonly partial: boolean;
}

const SHAPE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:(Z)|([+-])(\d\d):(\d\d))?)?)?)?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const MINUTE = 60_000;

/**
 * The London days that a FHIR date or dateTime means.
 * @param value anything; `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a dateTime. A dateTime without a zone is not valid FHIR but
 *   occurs; it is read as London time.
 * @returns undefined where the value is not a real date between the years 1800 and 9999
 */
export function dateSpan(value: unknown): DateSpan | undefined {
  if (typeof value !== 'string') return undefined;
  const m = SHAPE.exec(value);
  if (!m) return undefined;
  const year = Number(m[1]);
  if (year < 1800) return undefined;
  if (m[2] === undefined) return { given: value, first: `${m[1]}-01-01`, last: `${m[1]}-12-31`, partial: true };
  const month = Number(m[2]);
  if (month < 1 || month > 12) return undefined;
  const monthLength = daysInMonth(year, month);
  if (m[3] === undefined) {
    return { given: value, first: `${m[1]}-${m[2]}-01`, last: `${m[1]}-${m[2]}-${two(monthLength)}`, partial: true };
  }
  const day = Number(m[3]);
  if (day < 1 || day > monthLength) return undefined;
  let london = value.slice(0, 10);
  if (m[4] !== undefined) {
    const hour = Number(m[4]);
    const minute = Number(m[5]);
    const second = Number(m[6] ?? 0);
    // 24:00 and a leap second are allowed by the standards that FHIR's dateTime comes from.
    if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return undefined;
    if (m[7] !== undefined || m[8] !== undefined) {
      const zoneHours = Number(m[9] ?? 0);
      const zoneMinutes = Number(m[10] ?? 0);
      if (zoneHours > 14 || zoneMinutes > 59) return undefined;
      const zone = (m[8] === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes);
      // Most times are nowhere near midnight, and need no arithmetic.
      if (zone !== 0 || hour >= 23 || year < 1996) {
        london = londonDay(Date.UTC(year, month - 1, day, hour, minute, second) - zone * MINUTE);
      }
    }
  }
  return { given: value, first: london, last: london, partial: false };
}

/**
 * The London calendar day of an instant.
 * @param instant milliseconds since 1970-01-01T00:00Z
 * @returns `YYYY-MM-DD`
 */
export function londonDay(instant: number): string {
  const year = new Date(instant).getUTCFullYear();
  // The present rule (Summer Time Order 2002, European rule since 1996) needs no table; earlier years do, and the
  // platform's own table of time zones has them.
  if (year < 1996) return beforeCommonRule().format(instant);
  const inSummer = instant >= lastSunday(year, 3) && instant < lastSunday(year, 10);
  return new Date(inSummer ? instant + 60 * MINUTE : instant).toISOString().slice(0, 10);
}

/** 01:00 UTC on the last Sunday of a month, when British clocks change. */
function lastSunday(year: number, month: 3 | 10): number {
  const lastDay = Date.UTC(year, month - 1, 31, 1);
  return lastDay - new Date(lastDay).getUTCDay() * 24 * 60 * MINUTE;
}

let historic: Intl.DateTimeFormat | undefined;
function beforeCommonRule(): Intl.DateTimeFormat {
  // Swedish writes dates as ISO does. Made once: making a formatter costs a thousand times a use.
  historic ??= new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/London',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return historic;
}

/**
 * The same calendar day some years before; 29 February becomes 28 February where there is none.
 * @param day `YYYY-MM-DD`
 */
export function yearsBefore(day: string, years: number): string {
  const year = Number(day.slice(0, 4)) - years;
  const length = daysInMonth(year, Number(day.slice(5, 7)));
  return `${four(year)}-${day.slice(5, 7)}-${two(Math.min(Number(day.slice(8, 10)), length))}`;
}

/**
 * A day some days, or calendar months, later (earlier when negative). A month that is too short ends on its last day.
 * @param day `YYYY-MM-DD`
 */
export function dayAfter(day: string, count: number, unit: 'day' | 'month' = 'day'): string {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  const dayOfMonth = Number(day.slice(8, 10));
  if (unit === 'month') {
    const months = year * 12 + (month - 1) + count;
    const newYear = Math.floor(months / 12);
    const newMonth = (((months % 12) + 12) % 12) + 1;
    return `${four(newYear)}-${two(newMonth)}-${two(Math.min(dayOfMonth, daysInMonth(newYear, newMonth)))}`;
  }
  const instant = new Date(Date.UTC(year, month - 1, dayOfMonth + count));
  return Number.isNaN(instant.getTime()) || instant.getUTCFullYear() > 9999
    ? '9999-12-31'
    : instant.toISOString().slice(0, 10);
}

/** A date as people write it: `15 June 2025`, `June 2025`, `2025`. */
export function dateInWords(date: DateSpan | string): string {
  const day = typeof date === 'string' ? date : date.first;
  const month = MONTHS[Number(day.slice(5, 7)) - 1] ?? '';
  if (typeof date !== 'string' && date.partial) {
    return date.given.length === 4 ? date.given : `${month} ${day.slice(0, 4)}`;
  }
  return `${Number(day.slice(8, 10))} ${month} ${day.slice(0, 4)}`;
}

function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS[month - 1] ?? 31);
}

function two(n: number): string {
  return n < 10 ? `0${n}` : `${n}`;
}

function four(year: number): string {
  return `${Math.min(Math.max(year, 0), 9999)}`.padStart(4, '0');
}
