import { AS_NEEDED_PHRASES } from './grammar/as-needed.ts';
import { COURSE_PHRASES } from './grammar/course.ts';
import { DAY_PHRASES } from './grammar/days.ts';
import { DOSE_PHRASES } from './grammar/dose.ts';
import { FREQUENCY_PHRASES } from './grammar/frequency.ts';
import { INSTRUCTION_PHRASES } from './grammar/instructions.ts';
import { compileRows, meaningOf, type Phrase } from './grammar/phrase.ts';
import { PLACE_PHRASES } from './grammar/place.ts';
import { WHEN_PHRASES } from './grammar/when.ts';
import type { Part, Stretch } from './parts.ts';
import { matchesAt, slotAt, type Text } from './pattern.ts';
import { SLOTS } from './slots.ts';

/** The whole grammar. Where two phrases match equally many words, the earlier table has it. */
const PHRASES: readonly Phrase[] = compileRows([
  ...INSTRUCTION_PHRASES,
  ...FREQUENCY_PHRASES,
  ...WHEN_PHRASES,
  ...DAY_PHRASES,
  ...AS_NEEDED_PHRASES,
  ...COURSE_PHRASES,
  ...PLACE_PHRASES,
  ...DOSE_PHRASES,
]);

for (const { phrase } of PHRASES) {
  for (const [, slot = ''] of phrase.matchAll(/<(?:\w+:)?(\w+)>/g)) {
    if (!Object.hasOwn(SLOTS, slot)) throw new Error(`No slot ${slot}, in: ${phrase}`);
  }
}

const byWord = new Map<string, { order: number; phrase: Phrase }[]>();
const bySlot = new Map<string, { order: number; phrase: Phrase }[]>();
PHRASES.forEach((phrase, order) => {
  for (const [keys, index] of [
    [phrase.pattern.firstWords, byWord],
    [phrase.pattern.firstSlots, bySlot],
  ] as const) {
    for (const key of keys) {
      const list = index.get(key) ?? [];
      list.push({ order, phrase });
      index.set(key, list);
    }
  }
});

/** Signs and words that stand between meanings and add none. "or" is kept: whoever reads it must settle it. */
const JOINTS: ReadonlySet<string> = new Set([
  ',',
  '.',
  ';',
  ':',
  '(',
  ')',
  '[',
  ']',
  '-',
  'and',
  '&',
  '+',
  'or',
  '=',
  '*',
  '"',
]);

interface Best {
  readonly to: number;
  readonly order: number;
  readonly parts: readonly Part[];
}

function bestAt(text: Text, at: number): Best | undefined {
  let best: Best | undefined;
  const consider = (candidates: readonly { order: number; phrase: Phrase }[] | undefined): void => {
    for (const { order, phrase } of candidates ?? []) {
      for (const { next, captures } of matchesAt(text, phrase.pattern, at)) {
        if (best !== undefined && (next < best.to || (next === best.to && order >= best.order))) break;
        const parts = meaningOf(phrase, captures);
        if (parts === null) continue;
        best = { to: next, order, parts };
        break;
      }
    }
  };
  consider(byWord.get(text.tokens[at]?.text ?? ''));
  for (const [slot, candidates] of bySlot) {
    if (slotAt(text, slot, at).length > 0) consider(candidates);
  }
  return best;
}

/** Reads a sentence from left to right, always the longest phrase: every token is in exactly one stretch. */
export function scan(text: Text): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  while (at < text.tokens.length) {
    const best = bestAt(text, at);
    if (best !== undefined && best.to > at) {
      stretches.push({ from: at, to: best.to, is: 'phrase', parts: best.parts });
      at = best.to;
      continue;
    }
    const token = text.tokens[at];
    const last = stretches.at(-1);
    if (token !== undefined && JOINTS.has(token.text)) {
      stretches.push({ from: at, to: at + 1, is: 'joint', parts: [], joint: token.text });
    } else if (last?.is === 'unread') {
      stretches[stretches.length - 1] = { ...last, to: at + 1 };
    } else {
      stretches.push({ from: at, to: at + 1, is: 'unread', parts: [] });
    }
    at += 1;
  }
  return stretches;
}
