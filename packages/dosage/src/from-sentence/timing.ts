import type { DayOfWeek, TimingRepeat, WhenCode } from '../dosage.ts';
import { minutesOf, timesInDay } from './amounts.ts';
import { addBounds } from './bounds.ts';
import { eventsOf } from './events.ts';
import {
  type Frequency,
  frequencyFields,
  inferFrequency,
  isOne,
  isShort,
  settleFrequency,
  type When,
} from './frequency.ts';
import { explain, explainOtherwise, ofKind, type Placed, refuse, type Work } from './work.ts';

/** What a group's timing came to, with what FHIR's Timing cannot hold beside it. */
export interface TimingFound {
  readonly repeat: TimingRepeat;
  /** "Up to four times a day" beside an interval: at most so many administrations in the period. */
  readonly atMost?: Frequency;
  /** Meal words that must stay words: their offset cannot stand beside other codes. */
  readonly asWords: When[];
  /** Codes for a second Dosage at the same time: "three times a day after food and at night". */
  readonly besides: When[];
}

const WITHIN_MORNING: ReadonlySet<WhenCode> = new Set(['CM', 'ACM', 'PCM']);

/** Settles offsets: FHIR has one, for all codes alike. */
function settleOffsets(work: Work, whens: readonly When[]): { whens: When[]; asWords: When[]; offset?: number } {
  const timed = whens.filter(({ part }) => part.offset !== undefined);
  if (timed.length === 0) return { whens: [...whens], asWords: [] };
  const [first] = timed;
  const offset = first?.part.offset === undefined ? undefined : minutesOf(first.part.offset);
  const others = whens.filter((when) => !timed.includes(when));
  if (work.house && timed.length === whens.length) {
    const all = timed.map(({ part }) => (part.offset === undefined ? undefined : minutesOf(part.offset)));
    if (offset !== undefined && all.every((minutes) => minutes === offset))
      return { whens: [...whens], asWords: [], offset };
  }
  const subsumed =
    timed.length === 1 &&
    first !== undefined &&
    WITHIN_MORNING.has(first.part.code) &&
    others.every(({ part }) => part.code === 'MORN');
  if (offset !== undefined && timed.length === 1 && (others.length === 0 || subsumed)) {
    for (const { stretch } of others) explain(work, 'timing.repeat.when', stretch);
    return { whens: [...timed], asWords: [], offset };
  }
  return { whens: others, asWords: timed };
}

/** The timing of one group. `once` tells whether "daily" can only mean once: see `unsaidIsOnce`. */
export function timingOf(work: Work, placed: readonly Placed[], once: boolean): TimingFound {
  const repeat: TimingRepeat = {};
  const { main, atMost } = settleFrequency(work, ofKind(placed, 'frequency'));
  const all = ofKind(placed, 'when');
  const settled = settleOffsets(work, all);
  const clocks = ofKind(placed, 'clock');
  const days = ofKind(placed, 'days');
  for (const { stretch } of [...(main ? [main] : []), ...(atMost ? [atMost] : [])])
    explain(work, 'timing.repeat.frequency', stretch);
  for (const { stretch } of settled.whens) explain(work, 'timing.repeat.when', stretch);
  for (const { stretch } of clocks) explain(work, 'timing.repeat.timeOfDay', stretch);
  for (const { stretch } of days) explain(work, 'timing.repeat.dayOfWeek', stretch);

  const times = [...new Set(clocks.flatMap(({ part }) => part.times))];
  const week = [...new Set(days.flatMap(({ part }) => part.days))] as DayOfWeek[];
  if (times.length > 0 && all.length > 0) {
    refuse(
      work,
      'not-expressible',
      'FHIR cannot hold a clock time and a time of day together.',
      [...clocks, ...all].map(({ stretch }) => stretch),
    );
  }
  const besides: When[] = [];
  let whens = settled.whens;
  const groups = work.house ? [] : eventsOf(work, whens);
  const generic = groups.filter((group) => group.every(({ part }) => !part.recurring));
  const named = groups.filter((group) => group.some(({ part }) => part.recurring));
  if (work.house) {
    if (main !== undefined) Object.assign(repeat, frequencyFields(main));
    if (main?.part.unsaid) delete repeat.frequency;
  } else if (main === undefined) {
    if (times.length > 0)
      Object.assign(repeat, inferFrequency(work, times.length, 'each time of day named is once a day'));
    else if (
      named.length > 0 &&
      generic.length === 0 &&
      settled.asWords.every(({ part }) => !part.recurring || named.length > 0)
    ) {
      Object.assign(repeat, inferFrequency(work, named.length, 'each time of day named is once a day'));
    } else if (week.length === 1 && groups.length === 0) {
      explainOtherwise(work, 'timing.repeat.frequency', 'convention', 'a day of the week named is once a week');
      Object.assign(repeat, { frequency: 1, period: 1, periodUnit: 'wk' });
    } else if (week.length > 1 && groups.length === 0)
      Object.assign(repeat, inferFrequency(work, 1, 'each day named is once on that day'));
  } else {
    Object.assign(repeat, frequencyFields(main));
    const count = times.length > 0 ? times.length : named.length;
    const daily = isOne(main.part.period, 'd');
    const where = [main, ...whens, ...clocks].map(({ stretch }) => stretch);
    if (main.part.unsaid) {
      if (daily && count > 0 && generic.length === 0) repeat.frequency = count;
      else if (count > 1) refuse(work, 'contradictory', 'The times named do not fit how often.', where);
      else if (daily && !once && count === 0 && week.length === 0) delete repeat.frequency;
    } else if (count > 0) {
      const perDay = daily
        ? main.part.high
        : main.part.low === '1' && main.part.high === '1'
          ? timesInDay(main.part.period)
          : undefined;
      if (generic.length > 0 && named.length > 0) {
        const often = main.part.low === main.part.high ? main.part.high : '';
        // Three meals and bedtime: "four times a day" counts them all, "three times a day after food" only the meals.
        if (daily && often === '3') {
          besides.push(...named.flat());
          whens = generic.flat();
        } else if (main.part.low !== undefined && !(daily && often === String(3 + count))) {
          refuse(work, 'ambiguous', 'It is not clear which times the frequency counts.', where);
        }
      } else if (main.part.low === undefined) {
        if (daily && main.part.high !== String(count)) {
          refuse(work, 'contradictory', 'The times named do not fit how often.', where);
        }
      } else if (daily || perDay !== undefined) {
        const fits =
          String(perDay) === String(count) || (daily && main.part.low === String(count) && main.part.low !== '1');
        if (!fits) refuse(work, 'contradictory', 'The times named do not fit how often.', where);
      } else if (count > 1 || isShort(main.part.period)) {
        refuse(work, 'contradictory', 'The times named do not fit how often.', where);
      }
    }
    if (week.length > 0 && main.part.period.unit === 'wk') {
      const { low, high, period } = main.part;
      if (low !== high || high !== String(week.length) || period.low !== '1' || period.high !== '1') {
        refuse(work, 'contradictory', 'The days named do not fit how often.', [
          main.stretch,
          ...days.map(({ stretch }) => stretch),
        ]);
      }
    } else if (week.length > 0 && !daily) {
      refuse(work, 'contradictory', 'The days named do not fit how often.', [
        main.stretch,
        ...days.map(({ stretch }) => stretch),
      ]);
    }
  }
  const codes = [...new Set(whens.map(({ part }) => part.code))];
  if (codes.length > 0) repeat.when = codes;
  if (settled.offset !== undefined) repeat.offset = settled.offset;
  if (week.length > 0) repeat.dayOfWeek = week;
  if (times.length > 0) repeat.timeOfDay = times;
  addBounds(work, placed, repeat);
  return { repeat, ...(atMost === undefined ? {} : { atMost }), asWords: settled.asWords, besides };
}
