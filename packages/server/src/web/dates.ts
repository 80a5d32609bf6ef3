import { dateSpan } from '@concord/medication-record';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const LONDON_TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/**
 * A FHIR date or dateTime as pages write it: `3 Mar 2026`, `Mar 2026`, `2026`, by the London calendar.
 * @returns what was sent, where that is no date; undefined for nothing
 */
export function shortDate(value: unknown): string | undefined {
  const span = dateSpan(value);
  if (span === undefined) return typeof value === 'string' && value !== '' ? value : undefined;
  const month = MONTHS[Number(span.first.slice(5, 7)) - 1];
  const year = span.first.slice(0, 4);
  if (!span.partial) return `${Number(span.first.slice(8, 10))} ${month} ${year}`;
  return span.given.length === 4 ? year : `${month} ${year}`;
}

/** As {@link shortDate}, with the London time of day where the value has one: `3 Mar 2026, 16:00`. */
export function shortDateTime(value: unknown): string | undefined {
  const date = shortDate(value);
  const time = timeOfDay(value);
  return date === undefined || time === undefined ? date : `${date}, ${time}`;
}

/** The London time of day of a dateTime that has a zone, `16:00`. */
export function timeOfDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/T.*(Z|[+-]\d\d:\d\d)$/.test(value) || dateSpan(value) === undefined)
    return undefined;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : LONDON_TIME.format(instant);
}

/**
 * Age in words: days for the first month, months to the age of two, then years.
 * @param birthDate a FHIR date, perhaps partial
 * @param day       London day, `YYYY-MM-DD`
 * @returns undefined where the birth date is unreadable or later than the day
 */
export function ageOn(birthDate: unknown, day: string): string | undefined {
  const born = dateSpan(birthDate);
  if (born === undefined || born.first > day) return undefined;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const [bornYear = 0, bornMonth = 0, bornDate = 0] = born.first.split('-').map(Number);
  const months = (year - bornYear) * 12 + month - bornMonth - (date < bornDate ? 1 : 0);
  const about = born.partial ? 'about ' : '';
  if (born.partial && born.given.length === 4) return `about ${counted(year - bornYear, 'year')}`;
  if (months >= 24) return `${about}${counted(Math.floor(months / 12), 'year')}`;
  if (months >= 1 || born.partial) return `${about}${counted(months, 'month')}`;
  return counted(Math.round((Date.parse(day) - Date.parse(born.first)) / 86_400_000), 'day');
}

/** `1 day`, `2 days`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? noun : plural}`;
}
