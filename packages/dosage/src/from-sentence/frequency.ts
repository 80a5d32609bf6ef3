import type { TimingRepeat } from '../dosage.ts';
import { decimal } from './amounts.ts';
import type { PartOf, Span } from './parts.ts';
import { explainOtherwise, type Placed, refuse, type Work } from './work.ts';

/** A statement of how often, and where it stands. */
export type Frequency = Placed<PartOf<'frequency'>>;
export type When = Placed<PartOf<'when'>>;

const sameSpan = (a: Span, b: Span): boolean => a.low === b.low && a.high === b.high && a.unit === b.unit;
/** Whether a length of time is one of a unit. */
export const isOne = (span: Span, unit: Span['unit']): boolean =>
  span.low === '1' && span.high === '1' && span.unit === unit;
export const isShort = (span: Span): boolean => span.unit === 'h' || span.unit === 'min';
const isDay = (span: Span): boolean => isOne(span, 'd') || sameSpan(span, { low: '24', high: '24', unit: 'h' });

/** The one frequency that several statements of it come to. */
export function settleFrequency(work: Work, all: readonly Frequency[]): { main?: Frequency; atMost?: Frequency } {
  const distinct: Frequency[] = [];
  for (const each of all) {
    const { part } = each;
    if (
      !distinct.some(
        (other) =>
          part.low === other.part.low && part.high === other.part.high && sameSpan(part.period, other.part.period),
      )
    )
      distinct.push(each);
  }
  const said = distinct.filter(
    ({ part }) =>
      !(part.unsaid && distinct.some((other) => !other.part.unsaid && sameSpan(other.part.period, part.period))),
  );
  const most = said.filter(({ part }) => part.low === undefined);
  const fixed = said.filter(({ part }) => part.low !== undefined);
  if (fixed.length === 1 && most.length === 1) {
    const [main, atMost] = [fixed[0] as Frequency, most[0] as Frequency];
    const interval =
      main.part.low === '1' &&
      main.part.high === '1' &&
      !main.part.unsaid &&
      (main.part.period.unit === 'h' || main.part.period.unit === 'min');
    if (interval && isDay(atMost.part.period)) return { main, atMost };
  }
  if (said.length > 1)
    refuse(
      work,
      'contradictory',
      'How often is said in two ways that differ.',
      said.map(({ stretch }) => stretch),
    );
  return said[0] === undefined ? {} : { main: said[0] };
}

/** How often follows from the times named, where it is not said. */
export function inferFrequency(
  work: Work,
  count: number,
  why: string,
): Pick<TimingRepeat, 'frequency' | 'period' | 'periodUnit'> {
  explainOtherwise(work, 'timing.repeat.frequency', 'convention', why);
  return { frequency: count, period: 1, periodUnit: 'd' };
}

/** A statement of how often as fields of `timing.repeat`. */
export function frequencyFields(main: Frequency): TimingRepeat {
  const { low, high, period } = main.part;
  return {
    ...(low === undefined
      ? { frequencyMax: decimal(high) }
      : { frequency: decimal(low), ...(low === high ? {} : { frequencyMax: decimal(high) }) }),
    period: decimal(period.low),
    ...(period.low === period.high ? {} : { periodMax: decimal(period.high) }),
    periodUnit: period.unit,
  };
}
