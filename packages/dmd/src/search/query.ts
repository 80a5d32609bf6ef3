/** What was typed, as words each with the readings it can have. */

import { otherReading } from './abbreviations.ts';
import { equalAmounts, unitsStarting } from './amounts.ts';
import { type Word, wordsOf } from './words.ts';

/** Longest query that is read; what lies beyond is reported as ignored. */
const LONGEST_QUERY = 256;
/** Most words that are read. */
const MOST_WORDS = 32;

/** How a word was understood. */
export type HowRead = 'as typed' | 'equal amount' | 'abbreviation' | 'former name' | 'misspelling';

/** One way to read a word: every term must be found. */
interface Reading {
  readonly how: HowRead;
  readonly terms: readonly { readonly text: string; readonly kind: Word['kind'] }[];
}

/** A word of the query. */
export interface QueryWord {
  readonly typed: string;
  readonly kind: Word['kind'];
  readonly readings: readonly Reading[];
}

/** A query ready to be matched. */
export interface Query {
  readonly words: readonly QueryWord[];
  /** What was not read because the query is too long; empty otherwise. */
  readonly ignored: string;
}

/** Reads any text; never throws, and does bounded work however long the text is. */
export function readQuery(text: string): Query {
  let read = text;
  if (text.length > LONGEST_QUERY) {
    // Cut between words, so that half a word is not taken for a word.
    const cut = text.lastIndexOf(' ', LONGEST_QUERY);
    read = text.slice(0, cut > 0 ? cut : LONGEST_QUERY);
  }
  let ignored = text.slice(read.length).trim();
  // `e/c` and `m/r` are one abbreviation each, not two words.
  const all = wordsOf(read.replace(/\b([em])\/([cr])\b/gi, '$1$2')).words;
  const seen = new Set<string>();
  const words: QueryWord[] = [];
  for (let at = 0; at < all.length; at++) {
    const word = all[at] as Word;
    const before = all[at - 1];
    if (words.length === MOST_WORDS) {
      ignored = [...all.slice(at).map((rest) => rest.text), ignored].join(' ').trim();
      break;
    }
    if (seen.has(word.text)) continue;
    seen.add(word.text);
    words.push({ typed: word.text, kind: word.kind, readings: readingsOf(word, before) });
  }
  return { words, ignored };
}

function readingsOf(word: Word, before: Word | undefined): Reading[] {
  const readings: Reading[] = [{ how: 'as typed', terms: [word] }];
  if (word.kind === 'amount') {
    const at = word.text.search(/[a-z%]/);
    for (const text of equalAmounts(word.text.slice(0, at), word.text.slice(at))) {
      readings.push({ how: 'equal amount', terms: [{ text, kind: 'amount' }] });
    }
  }
  if (word.kind === 'word') {
    // `75 mi` on the way to `75 micrograms`: the unit belongs to the number before it.
    if (before?.kind === 'number') {
      for (const unit of unitsStarting(word.text)) {
        readings.push({ how: 'as typed', terms: [{ text: `${before.text}${unit}`, kind: 'amount' }] });
      }
    }
    const stuck = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(word.text);
    if (stuck !== null) {
      for (const unit of unitsStarting(stuck[2] as string)) {
        readings.push({ how: 'as typed', terms: [{ text: `${stuck[1]}${unit}`, kind: 'amount' }] });
      }
    }
    const other = otherReading(word.text);
    if (other !== undefined) {
      readings.push({ how: other.how, terms: other.words.map((text) => ({ text, kind: 'word' })) });
    }
  }
  return readings;
}
