import Big from 'big.js';
import type { Slot, SlotMatch, Text } from './pattern.ts';
import { wordAt } from './pattern.ts';
import type { Token } from './tokens.ts';
import { CARDINALS, FRACTION_WORDS, ORDINALS, STROKE_FRACTIONS, TENS, TIMES_WORDS } from './vocabulary/number-words.ts';

/** A number or a range of numbers as a sentence gives it: exact decimals, equal when it is one number. */
export interface Amount {
  readonly low: string;
  readonly high: string;
  /** Written in figures: two such side by side ("2 5") are never taken apart by guess. */
  readonly figures: boolean;
  /** Written `1/2`, which before a plural may mean "one or two". */
  readonly stroke: boolean;
  /** A range written with spaces about its hyphen ("2 - 4"), which also parts two components of a text. */
  readonly spacedHyphen: boolean;
}

/** Longer figures are no doses; beyond them JSON numbers stop being exact. */
const LONGEST_FIGURE = 12;

interface Found {
  readonly next: number;
  readonly value: string;
  readonly figures: boolean;
  readonly stroke: boolean;
}

function stroke(tokens: readonly Token[], at: number): Found | undefined {
  const [top, sign, bottom] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (top?.kind !== 'number' || sign?.text !== '/' || sign.spaced || bottom?.kind !== 'number' || bottom.spaced) return;
  const value = STROKE_FRACTIONS[`${top.text}/${bottom.text}`];
  return value === undefined ? undefined : { next: at + 3, value, figures: true, stroke: true };
}

function words(tokens: readonly Token[], at: number, list: readonly string[]): number {
  let place = at;
  for (const word of list) {
    place = wordAt(tokens, place, word);
    if (place < 0) return -1;
  }
  return place;
}

/** Half, a quarter, three quarters; with and without "of", "a" or "an" after them. */
function fractions(tokens: readonly Token[], at: number): Found[] {
  const found: Found[] = [];
  const written = stroke(tokens, at);
  if (written !== undefined) {
    const article = afterArticle(tokens, written.next);
    if (article === written.next) found.push(written);
    else found.push({ ...written, next: article, stroke: false });
  }
  const token = tokens[at];
  if (token?.kind === 'fraction') {
    found.push({ next: afterArticle(tokens, at + 1), value: token.text, figures: false, stroke: false });
  }
  for (const fraction of FRACTION_WORDS) {
    const next = words(tokens, at, fraction.words);
    if (next < 0) continue;
    // "one half an hour before food" is one, half an hour before.
    if (fraction.words[0] === 'one' && ['an', 'hour', 'hr'].includes(tokens[next]?.text ?? '')) continue;
    found.push({ next: afterArticle(tokens, next), value: fraction.value, figures: false, stroke: false });
    break;
  }
  return found;
}

function afterArticle(tokens: readonly Token[], at: number): number {
  const of = wordAt(tokens, at, 'of');
  const article = of < 0 ? at : of;
  for (const word of of < 0 ? ['a', 'an'] : ['a', 'an', 'one']) {
    const next = wordAt(tokens, article, word);
    if (next >= 0) return next;
  }
  return at;
}

/** A whole number as a word or words; undefined when there is none. */
function cardinal(tokens: readonly Token[], at: number): { next: number; value: number } | undefined {
  const word = tokens[at]?.text ?? '';
  if (Object.hasOwn(CARDINALS, word)) return { next: at + 1, value: CARDINALS[word] as number };
  if (!Object.hasOwn(TENS, word)) return undefined;
  const tens = TENS[word] as number;
  const follow = tokens[at + 1]?.joining ? at + 2 : at + 1;
  const unit = CARDINALS[tokens[follow]?.text ?? ''];
  if (unit !== undefined && unit < 10) return { next: follow + 1, value: tens + unit };
  return { next: at + 1, value: tens };
}

/** "and a half", "1/2" or "½" after a whole number. */
function withPart(tokens: readonly Token[], whole: Found): Found | undefined {
  if (whole.value.includes('.')) return undefined;
  const and = ['and', '&'].map((word) => wordAt(tokens, whole.next, word)).find((next) => next >= 0);
  const from = and ?? whole.next;
  const part = fractions(tokens, from)[0];
  if (part === undefined) return undefined;
  const numeric = tokens[from]?.kind === 'number' || tokens[from]?.kind === 'fraction';
  if (and === undefined && !numeric) return undefined;
  // An article after the part belongs to what follows only in "half a tablet", not in "one and a half a day".
  const plain = numeric ? (stroke(tokens, from)?.next ?? from + 1) : endOfWords(tokens, from);
  return { next: plain, value: new Big(whole.value).plus(part.value).toFixed(), figures: whole.figures, stroke: false };
}

function endOfWords(tokens: readonly Token[], at: number): number {
  for (const fraction of FRACTION_WORDS) {
    const next = words(tokens, at, fraction.words);
    if (next >= 0) return next;
  }
  return at;
}

/**
 * Whether a figure stands alone: not run on to another by a point, comma or stroke ("2.5.1", "1,5", "5/7"), which are
 * no numbers in a British dose sentence. A stroke before a word ("2/day") belongs to the word.
 */
function wholeFigure(tokens: readonly Token[], at: number): boolean {
  const figure = tokens[at] as Token;
  const [before, after, beyond] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]];
  if (figure.text.length > LONGEST_FIGURE) return false;
  if (!figure.spaced && (before?.text === ',' || before?.text === '.' || before?.kind === 'number')) return false;
  if (after === undefined || after.spaced) return true;
  if (after.kind === 'number') return false;
  return !([',', '.', '/'].includes(after.text) && beyond?.kind === 'number' && !beyond.spaced);
}

/** Every way to read one number at a place. */
function numbersAt(tokens: readonly Token[], at: number): Found[] {
  const found = fractions(tokens, at);
  const token = tokens[at];
  if (token === undefined) return found;
  const written = cardinal(tokens, at);
  if (written !== undefined) {
    found.push({ next: written.next, value: String(written.value), figures: false, stroke: false });
  } else if (token.kind === 'number' && wholeFigure(tokens, at)) {
    found.push({ next: at + 1, value: token.text, figures: true, stroke: false });
  }
  for (const whole of [...found]) {
    const part = withPart(tokens, whole);
    if (part !== undefined) found.push(part);
  }
  return found;
}

/** "(two)" or "(2)" after the same number: said twice, as on a controlled drug prescription. */
function repeated(tokens: readonly Token[], found: Found): Found {
  if (tokens[found.next]?.text !== '(') return found;
  for (const again of numbersAt(tokens, found.next + 1)) {
    if (again.value === found.value && again.figures !== found.figures && tokens[again.next]?.text === ')') {
      return { ...found, next: again.next + 1 };
    }
  }
  return found;
}

/** "one or two" is a range only where nothing lies between: "3 or 5 days" is a choice, and is not read. */
function joinsRange(joint: string, low: string, high: string): boolean {
  const gap = new Big(high).minus(low);
  if (gap.lte(0)) return false;
  return joint !== 'or' || gap.lte(1);
}

function amountsAt(tokens: readonly Token[], at: number): { next: number; value: Amount }[] {
  const found: { next: number; value: Amount }[] = [];
  for (const first of numbersAt(tokens, at)) {
    const low = repeated(tokens, first);
    found.push({
      next: low.next,
      value: { low: low.value, high: low.value, figures: low.figures, stroke: low.stroke, spacedHyphen: false },
    });
    const joint = tokens[low.next];
    if (joint === undefined || !['to', 'or', '-'].includes(joint.text)) continue;
    for (const high of numbersAt(tokens, low.next + 1)) {
      if (!joinsRange(joint.text, low.value, high.value)) continue;
      // 1-2-1 is a day's worth of doses, not a range.
      if (tokens[high.next]?.text === '-' && tokens[high.next + 1]?.kind === 'number') continue;
      const spacedHyphen = joint.text === '-' && joint.spaced;
      const figures = low.figures && high.figures;
      found.push({
        next: high.next,
        value: { low: low.value, high: high.value, figures, stroke: low.stroke || high.stroke, spacedHyphen },
      });
    }
  }
  return found;
}

/** A number or range. */
export const amount: Slot = ({ tokens }, at) => amountsAt(tokens, at);

/** One number. */
export const number: Slot = ({ tokens }, at) => numbersAt(tokens, at).map(({ next, value }) => ({ next, value }));

/** A whole number or range of whole numbers. */
export const count: Slot = ({ tokens }, at) =>
  amountsAt(tokens, at).filter(
    ({ value }) => !value.low.includes('.') && !value.high.includes('.') && value.low !== '0',
  );

function timesAtoms(text: Text, at: number): (Found & { readonly word: boolean })[] {
  const word = text.tokens[at]?.text ?? '';
  if (Object.hasOwn(TIMES_WORDS, word)) {
    return [{ next: at + 1, value: TIMES_WORDS[word] as string, figures: false, stroke: false, word: true }];
  }
  return numbersAt(text.tokens, at)
    .filter(({ value }) => !value.includes('.') && value !== '0')
    .map((found) => ({ ...found, word: false }));
}

/** A figure before a stroke and another: "max 8/24 hours". Only a maximum reads it so. */
export const limit: Slot = ({ tokens }, at) => {
  const [figure, sign, next] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (figure?.kind !== 'number' || sign?.text !== '/' || next?.kind !== 'number') return [];
  return [{ next: at + 1, value: figure.text }];
};

/** How many times: once, twice, 3 times, one or two times, once or twice, 3x. */
export const times: Slot = (text, at) => {
  const { tokens } = text;
  const found: SlotMatch[] = [];
  const close = (from: number, isWord: boolean): number => {
    for (const word of ['times', 'time', 'x']) {
      const next = wordAt(tokens, from, word);
      if (next >= 0) return next;
    }
    return isWord ? from : -1;
  };
  for (const low of timesAtoms(text, at)) {
    const end = close(low.next, low.word);
    if (end >= 0) {
      found.push({
        next: end,
        value: { low: low.value, high: low.value, figures: low.figures, stroke: false, spacedHyphen: false },
      });
    }
    const joint = tokens[low.next];
    if (joint === undefined || !['to', 'or', '-'].includes(joint.text)) continue;
    for (const high of timesAtoms(text, low.next + 1)) {
      const last = close(high.next, high.word);
      if (last < 0 || !joinsRange(joint.text, low.value, high.value)) continue;
      const spacedHyphen = joint.text === '-' && joint.spaced;
      found.push({
        next: last,
        value: { low: low.value, high: high.value, figures: low.figures, stroke: false, spacedHyphen },
      });
    }
  }
  return found;
};

/** "other", "second", "3rd" in "every 3rd day". */
export const ordinal: Slot = ({ tokens }, at) => {
  const token = tokens[at];
  if (token === undefined) return [];
  if (Object.hasOwn(ORDINALS, token.text)) return [{ next: at + 1, value: ORDINALS[token.text] }];
  const suffix = tokens[at + 1];
  if (token.kind === 'number' && /^\d+$/.test(token.text) && suffix !== undefined && !suffix.spaced) {
    if (['st', 'nd', 'rd', 'th'].includes(suffix.text)) return [{ next: at + 2, value: token.text }];
  }
  return [];
};
