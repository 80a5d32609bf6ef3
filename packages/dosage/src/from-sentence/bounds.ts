import type { TimingRepeat } from '../dosage.ts';
import { decimal, timeQuantity } from './amounts.ts';
import type { Frequency } from './frequency.ts';
import type { Span } from './parts.ts';
import { explain, ofKind, type Placed, refuse, type Work } from './work.ts';

/** Hours of a daily medicine are how long each stays on, not how long the course is. */
function isWear(work: Work, span: Span, repeat: TimingRepeat): boolean {
  if (work.house || (span.unit !== 'h' && span.unit !== 'min')) return false;
  return !(repeat.periodUnit === 'h' && Number(repeat.period) < 24) && repeat.periodUnit !== 'min';
}

/** Writes how long a course lasts, how long each one takes, and how many there are in all. */
export function addBounds(work: Work, placed: readonly Placed[], repeat: TimingRepeat): void {
  const bounds = ofKind(placed, 'bounds');
  const periods = ofKind(placed, 'period');
  if (bounds.length + periods.length > 1) {
    refuse(
      work,
      'contradictory',
      'How long is said in two ways that differ.',
      [...bounds, ...periods].map(({ stretch }) => stretch),
    );
  }
  for (const { part, stretch } of bounds) {
    const { span, edge } = part;
    if (edge === undefined && isWear(work, span, repeat))
      addDuration(work, repeat, span, span.low === span.high ? undefined : { ...span, low: span.high }, stretch);
    else if (edge === undefined && span.low === span.high) repeat.boundsDuration = timeQuantity(span.low, span.unit);
    else {
      repeat.boundsRange = {
        ...(edge === 'most' ? {} : { low: timeQuantity(span.low, span.unit) }),
        ...(edge === 'least' ? {} : { high: timeQuantity(span.high, span.unit) }),
      };
    }
    explain(work, 'timing.repeat.bounds', stretch);
  }
  for (const { part, stretch } of periods) {
    repeat.boundsPeriod = {
      ...(part.start === undefined ? {} : { start: part.start }),
      ...(part.end === undefined ? {} : { end: part.end }),
    };
    explain(work, 'timing.repeat.bounds', stretch);
  }
  for (const { part, stretch } of ofKind(placed, 'duration')) {
    const longest =
      part.longest ?? (part.span.low === part.span.high ? undefined : { ...part.span, low: part.span.high });
    addDuration(work, repeat, part.span, longest, stretch);
  }
  const counts = ofKind(placed, 'count');
  const [count] = counts;
  if (counts.length > 1)
    refuse(
      work,
      'contradictory',
      'How many times is said twice.',
      counts.map(({ stretch }) => stretch),
    );
  if (count !== undefined) {
    const { low, high } = count.part;
    if (!work.house && (high !== '1' || repeat.period !== undefined)) {
      refuse(work, 'ambiguous', 'How many times, but not in what time.', [count.stretch]);
    }
    repeat.count = decimal(low);
    if (low !== high) repeat.countMax = decimal(high);
    explain(work, 'timing.repeat.count', count.stretch);
  }
}

function addDuration(
  work: Work,
  repeat: TimingRepeat,
  span: Span,
  longest: Span | undefined,
  stretch: Frequency['stretch'],
): void {
  if (repeat.duration !== undefined || (longest !== undefined && longest.unit !== span.unit)) {
    refuse(work, 'not-expressible', 'How long each one takes cannot be held.', [stretch]);
    return;
  }
  repeat.duration = decimal(span.low);
  if (longest !== undefined) repeat.durationMax = decimal(longest.low);
  repeat.durationUnit = span.unit;
  explain(work, 'timing.repeat.duration', stretch);
}
