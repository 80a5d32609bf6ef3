import type { TimeUnit } from '../../dosage.ts';
import type { Amount } from '../numbers.ts';
import type { Part, PartOf, Span } from '../parts.ts';
import type { Captures } from '../pattern.ts';
import { type PhraseRow, row } from './phrase.ts';

const span = (low: string, unit: TimeUnit, high = low): Span => ({ low, high, unit });
const timesOf = (captures: Captures): Amount => captures.times as Amount;
const unitOf = (captures: Captures): TimeUnit => captures.time as TimeUnit;

function often(amount: Amount, period: Span): Part {
  const { low, high, spacedHyphen } = amount;
  return { kind: 'frequency', low, high, period, ...(spacedHyphen ? { spacedHyphen } : {}) };
}

/** "up to three times": only the most is said. "Up to 3 or 4" is up to four. */
const atMost = (amount: Amount, period: Span): Part => ({ kind: 'frequency', high: amount.high, period });

const fixedPart = (count: string, period: Span): PartOf<'frequency'> => ({
  kind: 'frequency',
  low: count,
  high: count,
  period,
});
const fixed = (count: string, period: Span): Part => fixedPart(count, period);
const each = (unit: TimeUnit): Part => ({
  kind: 'frequency',
  low: '1',
  high: '1',
  period: span('1', unit),
  unsaid: true,
});

const PER = '(a|an|per|each|every|/|in a|in each|in every)';
const MOST = '([only] up to [a maximum of]|[a|to a] maximum [of]|[a] max [of]|no more than|not more than|at most)';

/** "3 monthly" is every three months, but "six weekly" may be six of them once a week: a dose beside it settles which. */
function everyFew(count: Amount, unit: TimeUnit): Part | null {
  if (count.high === '1') return null;
  return { ...fixedPart('1', span(count.low, unit, count.high)), needsDose: true };
}

/** Adverbs and the period that each means. */
const ADVERBS: readonly { readonly word: string; readonly unit: TimeUnit }[] = [
  { word: 'daily', unit: 'd' },
  { word: 'weekly', unit: 'wk' },
  { word: 'monthly', unit: 'mo' },
  { word: '(yearly|annually)', unit: 'a' },
];

/** Latin and its English shorthand, as used in the United Kingdom. */
const LATIN: readonly { readonly words: string; readonly times: string }[] = [
  { words: '(od|omni die|o d)', times: '1' },
  { words: '(bd|bid|b d|bds)', times: '2' },
  { words: '(tds|tid|td|t d s|tdd)', times: '3' },
  { words: '(qds|qid|q d s)', times: '4' },
];

/** Intervals in hours that "hourly" is written after. */
const HOURLY: ReadonlySet<string> = new Set('1 2 3 4 5 6 8 10 12 16 18 20 24 36 48 72 96'.split(' '));

/** "Per hour" is a rate, "every hour" how often. */
const isShort = (unit: TimeUnit): boolean => unit === 'h' || unit === 'min' || unit === 's';

/** How often. */
export const FREQUENCY_PHRASES: readonly PhraseRow[] = [
  row(`<times> ${PER} <time>`, (c) => often(timesOf(c), span('1', unitOf(c)))),
  row(`<times> every <span>`, (c) => often(timesOf(c), c.span as Span)),
  row('<times> (in|per|/|in any|in each) <span>', (c) => often(timesOf(c), c.span as Span)),
  row(`${MOST} <times> ${PER} <time>`, (c) => atMost(timesOf(c), span('1', unitOf(c)))),
  row(`${MOST} <times> every <span>`, (c) => atMost(timesOf(c), c.span as Span)),
  row(`${MOST} <times> (in|per|in any|in each) <span>`, (c) => atMost(timesOf(c), c.span as Span)),
  ...ADVERBS.flatMap(({ word, unit }) => [
    row(`<times> ${word}`, (c) => often(timesOf(c), span('1', unit))),
    row(`${MOST} <times> ${word}`, (c) => atMost(timesOf(c), span('1', unit))),
    row(word, each(unit)),
    ...(unit === 'd' ? [] : [row(`[every] <count> ${word}`, (c) => everyFew(c.count as Amount, unit))]),
  ]),
  row('<times> day', (c) => often(timesOf(c), span('1', 'd'))),
  row('x <count> (daily|a day|per day|/ day|day)', (c) => often(c.count as Amount, span('1', 'd'))),
  row('<times> (in the|during the) day', (c) => often(timesOf(c), span('1', 'd'))),
  row('[regularly] every <span>', (c) => {
    const period = c.span as Span;
    return { kind: 'frequency', low: '1', high: '1', period };
  }),
  row('(each|every|per|/|a) <time>', (c) => (isShort(unitOf(c)) ? null : each(unitOf(c)))),
  row('(each|every) <time>', (c) => (isShort(unitOf(c)) ? fixed('1', span('1', unitOf(c))) : each(unitOf(c)))),
  row('(daily|every day) (each|every) day', each('d')),
  row('(hourly|hrly)', fixed('1', span('1', 'h'))),
  row('[every] <amount> (hourly|hrly)', (c) => {
    const { low, high } = c.amount as Amount;
    // "14 hourly" is more likely one, four-hourly with its space lost.
    if (!HOURLY.has(low) || !HOURLY.has(high))
      return { kind: 'ambiguous', why: 'no medicine is given at this interval' };
    return fixed('1', span(low, 'h', high));
  }),
  row('q <amount> h', (c) => {
    const { low, high } = c.amount as Amount;
    return fixed('1', span(low, 'h', high));
  }),
  row('<times> (each|every) (fortnight|two weeks)', (c) => often(timesOf(c), span('2', 'wk'))),
  row('(fortnightly|[once] (each|every|a|per) fortnight)', fixed('1', span('2', 'wk'))),
  row('[once] every <ordinal> <time>', (c) => fixed('1', span(c.ordinal as string, unitOf(c)))),
  row('[once] [on] alternate days', fixed('1', span('2', 'd'))),
  row('[once] [on] alternate (nights|evenings)', [
    fixed('1', span('2', 'd')),
    { kind: 'when', code: 'NIGHT', recurring: false },
  ]),
  row('[once] [on] alternate mornings', [fixed('1', span('2', 'd')), { kind: 'when', code: 'MORN', recurring: false }]),
  row('every other night', [fixed('1', span('2', 'd')), { kind: 'when', code: 'NIGHT', recurring: false }]),
  row('every other morning', [fixed('1', span('2', 'd')), { kind: 'when', code: 'MORN', recurring: false }]),
  row('once on alternate days', fixed('1', span('2', 'd'))),
  ...LATIN.flatMap(({ words, times }) => [
    row(words, fixed(times, span('1', 'd'))),
    row(`(up to|max|maximum) ${words}`, { kind: 'frequency', high: times, period: span('1', 'd') }),
  ]),
  // Read abroad as four times a day and here as nothing: known for errors.
  row('(qd|qod|q d)', { kind: 'ambiguous', why: 'this abbreviation is read in more than one way' }),
  row('in <count> [equally] divided doses', {
    kind: 'ambiguous',
    why: 'the amount is for the day and not for each dose',
  }),
  row('in divided doses', { kind: 'ambiguous', why: 'the amount is for the day and not for each dose' }),
  row('(several|many|a few) times (a|each|per|every) day', { kind: 'instruction', instruction: {} }),
];
