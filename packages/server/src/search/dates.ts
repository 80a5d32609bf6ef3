/**
 * FHIR dates as search sees them: an interval of instants. `2026-07` is the whole month; a date without a time zone is
 * a date in Britain (Europe/London), where the people who wrote it and the people who ask for it are.
 */
export interface Interval {
  /** First millisecond, or -Infinity. */
  lo: number;
  /** Last millisecond, or Infinity. */
  hi: number;
}

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Reads a FHIR date, dateTime or instant (also without seconds, as search values may be); undefined if it is none. */
export function parseDate(text: string): Interval | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const y = Number(year);
  const mo = month === undefined ? 0 : Number(month) - 1;
  const d = day === undefined ? 1 : Number(day);
  if (y === 0 || mo > 11 || (month !== undefined && mo < 0) || d < 1 || d > daysIn(y, mo)) return undefined;
  if (hour === undefined) {
    const next = month === undefined ? utc(y + 1, 0, 1) : day === undefined ? utc(y, mo + 1, 1) : utc(y, mo, d + 1);
    return { lo: fromLondon(utc(y, mo, d)), hi: fromLondon(next) - 1 };
  }
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const milliseconds = fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall =
    utc(y, mo, d) + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second ?? 0) * 1000 + milliseconds;
  const lo = zone === undefined ? fromLondon(wall) : wall - offsetOf(zone);
  const width = second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return { lo, hi: lo + width - 1 };
}

const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** An instant as the database reads it; a time zone may have taken it just out of the years 1 to 9999. */
export function instantText(instant: number): string {
  return new Date(Math.min(Math.max(instant, FIRST), LAST)).toISOString();
}

/** Is this an instant exactly as {@link instantText} writes it? */
export function isInstantText(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return false;
  const instant = Date.parse(text);
  return instant >= FIRST && new Date(instant).toISOString() === text;
}

function utc(year: number, month: number, day: number): number {
  // Date.UTC takes 0..99 for 1900..1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

function daysIn(year: number, month: number): number {
  return new Date(utc(year, month + 1, 0)).getUTCDate();
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000;
}

/** The instant of a wall-clock time in London, given as if it were UTC. */
function fromLondon(wall: number): number {
  return isSummerTime(wall - 3_600_000) ? wall - 3_600_000 : wall;
}

/** British Summer Time by the rule since 1996: last Sunday of March to last Sunday of October, changing at 01:00 UTC. */
function isSummerTime(instant: number): boolean {
  const year = new Date(instant).getUTCFullYear();
  return instant >= lastSunday(year, 2) + 3_600_000 && instant < lastSunday(year, 9) + 3_600_000;
}

function lastSunday(year: number, month: number): number {
  const last = new Date(utc(year, month + 1, 0));
  return utc(year, month, last.getUTCDate() - last.getUTCDay());
}
