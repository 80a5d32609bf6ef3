/**
 * Names and queries as search words. Both sides go through the same rules, so that what a person types meets what
 * dm+d prints: case, accents, plural s, hyphens, thousands separators and unit spellings make no difference.
 */

import { canonicalUnit, plainNumber } from './amounts.ts';

/** One word of a name or query. */
export interface Word {
  /** The token: `paracetamol`, `500mg`, `5`, `b12`. */
  readonly text: string;
  readonly kind: 'word' | 'number' | 'amount';
}

/** Words in order, and the joined forms of hyphenated ones (`co-codamol` also reads `cocodamol`). */
export interface Words {
  readonly words: readonly Word[];
  readonly joined: readonly string[];
}

const GREEK: Readonly<Record<string, string>> = {
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  ε: 'epsilon',
  ω: 'omega',
  μ: 'u',
};

/** Lower case without accents; Greek letters by name, except mu, which is a unit prefix here. */
export function plainText(text: string): string {
  const lower = text.toLowerCase();
  // Almost every name is plain ASCII: the slow road only for the others.
  if (/^[\x20-\x7e]*$/.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[α-ω]/g, (letter) => GREEK[letter] ?? ' ')
    .replace(/×/g, ' x ')
    .replace(/[‘’´`]/g, "'")
    .replace(/[‐-―−]/g, '-')
    .toLowerCase();
}

/** Singular of an English plural, crudely but the same for names and queries; short words are left alone. */
export function singular(word: string): string {
  if (word.length < 5 || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.endsWith('ss') || word.endsWith('us') || word.endsWith('is')) return word;
  return word.slice(0, -1);
}

/** A number (thousands separators included), a word, or a percent sign. */
const RUN = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![a-z0-9])\.\d+|[a-z][a-z0-9]*|%/g;

/**
 * Splits a text into words. A number with a unit next to it (`500mg`, `500 mg`) is one amount; a number with other
 * letters stuck to it stays one word (`5fu`).
 *
 * @param text any text; cut it to a sensible length first, the work grows with it.
 */
export function wordsOf(text: string): Words {
  const plain = plainText(text).replace(/'/g, '');
  const words: Word[] = [];
  const joined: string[] = [];
  let number: string | undefined;
  let end = -1;
  const flush = () => {
    if (number !== undefined) words.push({ text: number, kind: 'number' });
    number = undefined;
  };
  let chain = '';
  let chained = 0;
  const endChain = () => {
    if (chained > 1) joined.push(singular(chain));
    chain = '';
    chained = 0;
  };
  for (const match of plain.matchAll(RUN)) {
    const run = match[0];
    const first = run.charCodeAt(0);
    const touching = match.index === end;
    const isNumber = (first >= 48 && first <= 57) || first === 46;
    if (number !== undefined && !isNumber) {
      const unit = canonicalUnit(run);
      if (unit !== undefined && onlySpace(plain, end, match.index)) {
        words.push({ text: `${number}${unit}`, kind: 'amount' });
        number = undefined;
        end = match.index + run.length;
        endChain();
        continue;
      }
      if (touching) {
        words.push({ text: `${number}${run}`, kind: 'word' });
        number = undefined;
        end = match.index + run.length;
        endChain();
        continue;
      }
    }
    flush();
    if (isNumber) {
      endChain();
      number = plainNumber(run.replaceAll(',', ''));
    } else if (run !== '%') {
      words.push({ text: singular(run), kind: 'word' });
      if (chained > 0 && match.index === end + 1 && plain.charCodeAt(end) === 45) {
        chain += run;
        chained += 1;
      } else {
        endChain();
        chain = run;
        chained = 1;
      }
    }
    end = match.index + run.length;
  }
  flush();
  endChain();
  return { words, joined };
}

function onlySpace(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) !== 32) return false;
  return true;
}
