import type { DayOfWeek } from '../../dosage.ts';
import type { Part } from '../parts.ts';
import { type PhraseRow, row } from './phrase.ts';

const days = (list: readonly DayOfWeek[], recurring = true): Part => ({ kind: 'days', days: list, recurring });
const WEEK: readonly DayOfWeek[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Days of the week, times by the clock, dates. */
export const DAY_PHRASES: readonly PhraseRow[] = [
  row('[only] [on] [a|each|every] <days> [only]', (c) => days(c.days as DayOfWeek[])),
  row('[on] <days> (morning|mornings)', (c) => [
    days(c.days as DayOfWeek[]),
    { kind: 'when', code: 'MORN', recurring: false },
  ]),
  row('[on] <days> (night|nights)', (c) => [
    days(c.days as DayOfWeek[]),
    { kind: 'when', code: 'NIGHT', recurring: false },
  ]),
  row('(on|every|each) (weekday|weekdays)', days(WEEK.slice(0, 5))),
  row('(at|on|every) (weekend|weekends|the weekend)', days(WEEK.slice(5))),
  row('(daily|every day|each day) (except|apart from|but not) [on] <days>', (c) => {
    const out = new Set(c.days as DayOfWeek[]);
    return [
      { kind: 'frequency', low: '1', high: '1', period: { low: '1', high: '1', unit: 'd' } },
      days(WEEK.filter((day) => !out.has(day))),
    ];
  }),
  row('(at|daily at) <clock>', (c) => ({ kind: 'clock', times: c.clock as string[] })),
  row('<bareClock>', (c) => ({ kind: 'clock', times: c.bareClock as string[] })),
  row('on <dates>', (c) => ({ kind: 'event', dates: c.dates as string[] })),
  row('on <dates> at <clock>', (c) => {
    const [day, ...moreDays] = c.dates as string[];
    const [clock, ...moreTimes] = c.clock as string[];
    if (moreDays.length > 0 || moreTimes.length > 0 || day === undefined) return null;
    // A time of day needs a time zone in a FHIR dateTime, which a sentence never says.
    return clock === undefined ? null : { kind: 'ambiguous', why: 'a date and time without a time zone' };
  }),
];
