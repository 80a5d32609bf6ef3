import type { TimeUnit } from '../../dosage.ts';
import type { Amount } from '../numbers.ts';
import type { Part, Span, UnitReading } from '../parts.ts';
import type { Captures } from '../pattern.ts';
import { type PhraseRow, row } from './phrase.ts';

const spanOf = (captures: Captures): Span => captures.span as Span;
const oneOf = (unit: TimeUnit): Span => ({ low: '1', high: '1', unit });
const bounds = (span: Span, edge?: 'least' | 'most'): Part => ({
  kind: 'bounds',
  span,
  ...(edge === undefined ? {} : { edge }),
});

/** How long, and how many in all. */
const boundsRows: readonly PhraseRow[] = [
  row('for [the] [first|next] <count> (night|nights|mornings|evenings)', (c) => nights(c)),
  row(
    'for [a] [further|another|the next|the first|first|next|total of|period of|course of] <span> [only|in total]',
    (c) => bounds(spanOf(c)),
  ),
  row('for (the first|the next) <time>', (c) => bounds(oneOf(c.time as TimeUnit))),
  row('<strokeSpan>', (c) => bounds(c.strokeSpan as Span)),
  row('x <span:pluralSpan>', (c) => bounds(spanOf(c))),
  row('for (up to|a maximum of|a max of|max|maximum|no more than|no longer than) <span> [only]', (c) =>
    bounds(spanOf(c), 'most'),
  ),
  row('for [at least|a minimum of|minimum|a minimum] <span>', (c) => bounds(spanOf(c), 'least')),
  row('[for] a <span> course', (c) => bounds(spanOf(c))),
  row('<span> course', (c) => bounds(spanOf(c))),
  row('(over|given over|infused over|infuse over) <span>', (c) => ({ kind: 'duration', span: spanOf(c) })),
  row('over <span> %( maximum <longest:span> %)', (c) => ({
    kind: 'duration',
    span: spanOf(c),
    longest: c.longest as Span,
  })),
  row('leave [on|in place] for <span>', (c) => ({ kind: 'duration', span: spanOf(c) })),
  row('from <start:date> to <end:date>', (c) => ({ kind: 'period', start: c.start as string, end: c.end as string })),
  row('from <start:date>', (c) => ({ kind: 'period', start: c.start as string })),
  row('until <end:date>', (c) => ({ kind: 'period', end: c.end as string })),
  row('once [only]', { kind: 'count', low: '1', high: '1' }),
  row('twice', { kind: 'count', low: '2', high: '2' }),
  row('<times>', (c) => ({ kind: 'count', low: (c.times as Amount).low, high: (c.times as Amount).high })),
];

/** "For 3 nights" is three days of a medicine for the night. */
function nights(captures: Captures): Part {
  const { low, high } = captures.count as Amount;
  return bounds({ low, high, unit: 'd' });
}

const MOST =
  '([up to] [a] (maximum|max) [dose|daily dose] [of|is|=|:]|(no|not) [to take|take] more than|[(do|to)] not [to] exceed|not exceeding|not to exceed|never more than|up to)';

function maximum(per: 'period' | 'dose' | 'lifetime', captures: Captures, period?: Span): Part {
  const unit = captures.unit as UnitReading | undefined;
  return {
    kind: 'maximum',
    per,
    amount: captures.number as string,
    ...(unit === undefined ? {} : { unit }),
    ...(period === undefined ? {} : { period }),
  };
}

/** The most that may be taken. */
const maximumRows: readonly PhraseRow[] = [
  row(`[to] ${MOST} <number:limit> / <span>`, (c) => maximum('period', c, spanOf(c))),
  row(`[to] ${MOST} <number> [x] [<unit>] (in|per|/|within|over|every) [any|each|a|every|one] <span> [period]`, (c) =>
    maximum('period', c, spanOf(c)),
  ),
  row(`[to] ${MOST} <number> [x] [<unit>] (in [any|each|every] [a|one]|per|a|each|every|/|in any one) <time>`, (c) =>
    maximum('period', c, oneOf(c.time as TimeUnit)),
  ),
  row(`[to] ${MOST} <number> [x] [<unit>] daily`, (c) => maximum('period', c, oneOf('d'))),
  row(`[to] ${MOST} <number> [x] [<unit>] weekly`, (c) => maximum('period', c, oneOf('wk'))),
  row(`[to] (maximum|max) daily dose [of|is|=|:] <number> [<unit>]`, (c) => maximum('period', c, oneOf('d'))),
  row(`[to] ${MOST} <number> [x] [<unit>] (per dose|at a time|at any one time|in one dose)`, (c) => maximum('dose', c)),
  row(`${MOST} <number> [x] [<unit>] for the lifetime of patient`, (c) => maximum('lifetime', c)),
];

/** One step after another. */
const stepRows: readonly PhraseRow[] = [
  row('[then] (reduce|reducing|decrease|decreasing|reduced|increase|increasing|and reduce) [the] [dose] by', {
    kind: 'ambiguous',
    why: 'how far the dose changes is not said',
  }),
  row('(then|and then|followed by|thereafter|and thereafter|after that|afterwards|then thereafter|then followed by)', {
    kind: 'then',
  }),
  row('[then] (reduce|reducing|decrease|decreasing|reduced|and reduce) [the] [dose|frequency|down] to', {
    kind: 'then',
    change: 'reduce',
  }),
  row('[then] (increase|increasing|increased|and increase) [the] [dose|frequency|up] to', {
    kind: 'then',
    change: 'increase',
  }),
  row('[then] (continue|continuing|maintain|change) [on|with|at|to]', { kind: 'then' }),
  row(
    '[then] (reduce|reducing|decrease|decreasing|reduced|and reduce) [the] [dose] by <number> <unit> (every|after every) <span> [and] (until (stopped|finished|off|zero|nil|none left|gone)|to (stop|zero|nil)|then stop)',
    (c) => taper(c, spanOf(c)),
  ),
  row(
    '[then] (reduce|reducing|decrease|decreasing|reduced|and reduce) [the] [dose] by <number> <unit> (every|each|a|per) <time> [and] (until (stopped|finished|off|zero|nil|none left|gone)|to (stop|zero|nil)|then stop)',
    (c) => taper(c, oneOf(c.time as TimeUnit)),
  ),
  row(
    '[then] (reduce|reducing|decrease|decreasing|reduced|and reduce) [the] [dose] by <number> <unit> daily [and] (until (stopped|finished|off|zero|nil|none left|gone)|to (stop|zero|nil)|then stop)',
    (c) => taper(c, oneOf('d')),
  ),
];

function taper(captures: Captures, every: Span): Part | null {
  if (every.low !== every.high) return null;
  return { kind: 'taper', amount: captures.number as string, unit: captures.unit as UnitReading, every };
}

/** How long, how many in all, the most, and steps. */
export const COURSE_PHRASES: readonly PhraseRow[] = [...boundsRows, ...maximumRows, ...stepRows];
