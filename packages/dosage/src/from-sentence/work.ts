import type { Part, PartOf, Stretch } from './parts.ts';
import type { Text } from './pattern.ts';
import type { Reading, Reason, ReasonCode, SentenceMedicine } from './readings.ts';

/** A part with the stretch it was read in. */
export interface Placed<P extends Part = Part> {
  readonly part: P;
  readonly stretch: Stretch;
}

/** All that is known and found out while one sentence is read. */
export interface Work {
  readonly text: Text;
  readonly medicine: SentenceMedicine;
  /** Written with the component separator of D-004: every word then means what the rules say, and nothing is inferred. */
  readonly house: boolean;
  readonly reasons: Reason[];
  /** Faults that leave the reading as it is but not to be trusted whole. */
  readonly doubts: Reason[];
  readonly readings: Reading[];
}

/** The words of a stretch as written. */
export function wordsOf(text: Text, stretch: { readonly from: number; readonly to: number }): string {
  const [first, last] = [text.tokens[stretch.from], text.tokens[stretch.to - 1]];
  return first === undefined || last === undefined ? '' : text.sentence.slice(first.start, last.end);
}

/** Notes that the sentence cannot be read, and goes on, so that every reason is found. */
export function refuse(work: Work, code: ReasonCode, message: string, stretches: readonly Stretch[]): void {
  work.reasons.push({ code, message, words: stretches.map((stretch) => wordsOf(work.text, stretch)) });
}

/** Notes which words became an element. */
export function explain(work: Work, element: string, stretch: Stretch): void {
  const [first, last] = [work.text.tokens[stretch.from], work.text.tokens[stretch.to - 1]];
  if (first === undefined || last === undefined) return;
  const found = {
    words: wordsOf(work.text, stretch),
    start: first.start,
    end: last.end,
    element,
    from: 'sentence' as const,
  };
  const known = work.readings.some(
    (each) => each.element === element && each.start === found.start && each.from === 'sentence',
  );
  if (!known) work.readings.push(found);
}

/** Notes an element that no words gave. */
export function explainOtherwise(work: Work, element: string, from: 'medicine' | 'convention', why: string): void {
  if (!work.readings.some((each) => each.element === element && each.why === why)) {
    work.readings.push({ words: '', start: 0, end: 0, element, from, why });
  }
}

/** The parts of one kind. */
export function ofKind<K extends Part['kind']>(placed: readonly Placed[], kind: K): Placed<PartOf<K>>[] {
  return placed.filter((each): each is Placed<PartOf<K>> => each.part.kind === kind);
}
