/**
 * Finds the names that have every word of a query, and says how well. The word that occurs in the fewest names gives
 * the candidates; the others are looked up in each candidate's own words, so the work follows the rarest word.
 */

import { type Near, nearWords } from './near-words.ts';
import type { HowRead, Query, QueryWord } from './query.ts';
import { lowerBound, prefixRange, type WordIndex } from './word-index.ts';

/** How well a name matches. */
export interface Match {
  /** Row of the name in the index. */
  row: number;
  /** Letters that had to be corrected. */
  edits: number;
  /** 0 for every word found whole and as typed; grows with beginnings, abbreviations and words found elsewhere. */
  cost: number;
  /** The name begins with the first word typed. */
  begins: boolean;
  /** Words of the name that were not typed. */
  untyped: number;
}

/** Tokens that satisfy a term: ranges of token numbers, of which some are the whole word. */
interface Tokens {
  readonly from: number;
  readonly to: number;
  readonly wholeFrom: number;
  readonly wholeTo: number;
  readonly whole: number;
}

interface ReadTerm {
  readonly tokens: readonly Tokens[];
  readonly names: number;
}

interface ReadReading {
  readonly how: HowRead;
  readonly terms: readonly ReadTerm[];
  readonly edits: number;
  readonly names: number;
}

/** A word with its readings resolved against an index. */
export interface ReadWord {
  readonly typed: string;
  readonly readings: readonly ReadReading[];
  readonly names: number;
}

/** What a reading costs besides edits. */
const READING_COST: Readonly<Record<HowRead, number>> = {
  'as typed': 0,
  'equal amount': 1,
  abbreviation: 1,
  'former name': 1,
  misspelling: 0,
};
const BEGINNING_COST = 2;
const ELSEWHERE_COST = 4;

const DIGIT_NEXT = 'a';
const POINT = '.';

function termTokens(index: WordIndex, text: string, kind: QueryWord['kind']): ReadTerm {
  const [from, to] = prefixRange(index.tokens, text);
  const whole = index.tokens[from] === text ? from : -1;
  let wholeFrom = to;
  const wholeTo = to;
  let first = whole;
  if (kind === 'number') {
    // `500` is whole in `500` and in `500mg`, not in `5000` or `500.5`: letters sort after the digits and the point.
    wholeFrom = lowerBound(index.tokens, text + DIGIT_NEXT);
    first = from < to && (index.tokens[from] as string) < text + POINT ? from : -1;
  }
  if (from >= to) return { tokens: [], names: 0 };
  return { tokens: [{ from, to, wholeFrom, wholeTo, whole: first }], names: namesIn(index, from, to) };
}

function namesIn(index: WordIndex, from: number, to: number): number {
  return (index.postingStarts[to] as number) - (index.postingStarts[from] as number);
}

/** Looks the words of a query up in an index, without forgiving misspellings. */
export function lookUp(index: WordIndex, query: Query): ReadWord[] {
  return query.words.map((word) => {
    const readings: ReadReading[] = [];
    for (const reading of word.readings) {
      const terms = reading.terms.map((term) => termTokens(index, term.text, term.kind));
      const names = Math.min(...terms.map((term) => term.names));
      if (names > 0) readings.push({ how: reading.how, terms, edits: 0, names });
    }
    return { typed: word.typed, readings, names: readings.reduce((sum, reading) => sum + reading.names, 0) };
  });
}

/** Near words found so far in one search, by index and typed word. */
export type NearWords = Map<WordIndex, Map<string, readonly Near[]>>;

/**
 * Adds to each word the known words that it may be a misspelling of.
 * @param all false: only for words found nowhere as typed; true: for every word.
 */
export function forgive(
  index: WordIndex,
  query: Query,
  read: readonly ReadWord[],
  all: boolean,
  found: NearWords,
): ReadWord[] {
  const known = found.get(index) ?? new Map<string, readonly Near[]>();
  found.set(index, known);
  return read.map((word, at) => {
    const kind = query.words[at]?.kind;
    if (kind !== 'word' || (!all && word.names > 0) || !/^[a-z]+$/.test(word.typed)) return word;
    const near = known.get(word.typed) ?? nearWords(index, word.typed);
    known.set(word.typed, near);
    if (near.length === 0) return word;
    const readings = [...word.readings];
    for (let edits = 1; edits <= 2; edits++) {
      const tokens = near.filter((found) => found.edits === edits).map((found) => found.token);
      if (tokens.length === 0) continue;
      const ranges = tokens.map((token) => ({
        from: token,
        to: token + 1,
        wholeFrom: token + 1,
        wholeTo: token + 1,
        whole: Math.abs((index.tokens[token] as string).length - word.typed.length) <= edits ? token : -1,
      }));
      const names = tokens.reduce((sum, token) => sum + namesIn(index, token, token + 1), 0);
      readings.push({ how: 'misspelling', terms: [{ tokens: ranges, names }], edits, names });
    }
    return { typed: word.typed, readings, names: readings.reduce((sum, reading) => sum + reading.names, 0) };
  });
}

const stamps = new WeakMap<WordIndex, { marks: Uint32Array; last: number }>();

/**
 * Calls `visit` once for every name of rows `from` to `to` (half open) that has every word; the same `Match` object
 * each time. Nothing when a word is found nowhere, or there are no words.
 */
export function eachMatch(
  index: WordIndex,
  words: readonly ReadWord[],
  from: number,
  to: number,
  visit: (match: Match) => void,
): void {
  eachCandidate(index, words, from, to, undefined, visit);
}

/** Calls `unjudged`, where it is given, for every name of the rarest word; else `visit` for those with every word. */
function eachCandidate(
  index: WordIndex,
  words: readonly ReadWord[],
  from: number,
  to: number,
  unjudged: (() => void) | undefined,
  visit: (match: Match) => void,
): void {
  if (words.length === 0 || words.some((word) => word.names === 0)) return;
  let stamp = stamps.get(index);
  if (stamp === undefined || stamp.last === 0xffffffff) {
    stamp = { marks: new Uint32Array(index.names), last: 0 };
    stamps.set(index, stamp);
  }
  stamp.last += 1;
  const { marks, last } = stamp;
  const rarest = words.reduce((least, word) => (word.names < least.names ? word : least));
  const match: Match = { row: 0, edits: 0, cost: 0, begins: false, untyped: 0 };
  for (const reading of rarest.readings) {
    const term = reading.terms.reduce((least, other) => (other.names < least.names ? other : least));
    for (const tokens of term.tokens) {
      for (let token = tokens.from; token < tokens.to; token++) {
        const end = index.postingStarts[token + 1] as number;
        for (let at = firstPosting(index, token, from); at < end; at++) {
          const row = index.postings[at] as number;
          if (row >= to) break;
          if (marks[row] === last) continue;
          marks[row] = last;
          if (unjudged !== undefined) unjudged();
          else if (judge(index, words, row, match)) visit(match);
        }
      }
    }
  }
}

/** How many names of rows `from` to `to` have every word. */
export function countMatches(index: WordIndex, words: readonly ReadWord[], from: number, to: number): number {
  let count = 0;
  const single = words.length === 1 && words[0]?.readings.every(({ terms }) => terms.length === 1) === true;
  // A single word is found in every name that it leads to: nothing is left to be judged.
  eachCandidate(index, words, from, to, single ? () => count++ : undefined, () => count++);
  return count;
}

/** The first posting of a token that is of row `from` or a later one. */
function firstPosting(index: WordIndex, token: number, from: number): number {
  let low = index.postingStarts[token] as number;
  if (from === 0) return low;
  let high = index.postingStarts[token + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index.postings[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the name has every word, and how well; fills `match`. */
function judge(index: WordIndex, words: readonly ReadWord[], row: number, match: Match): boolean {
  const start = index.nameStarts[row] as number;
  const end = index.nameStarts[row + 1] as number;
  const own = start + (index.ownWords[row] as number);
  match.row = row;
  match.edits = 0;
  match.cost = 0;
  match.begins = false;
  let typed = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as ReadWord;
    let best = -1;
    let bestEdits = 0;
    let bestBegins = false;
    let bestOwn = 0;
    for (let each = 0; each < word.readings.length; each++) {
      const reading = word.readings[each] as ReadReading;
      let cost = READING_COST[reading.how];
      let begins = false;
      let ownFound = 0;
      for (let part = 0; part < reading.terms.length; part++) {
        const found = findTerm(index.nameTokens, reading.terms[part] as ReadTerm, start, own, end);
        if (found < 0) {
          cost = -1;
          break;
        }
        cost += found & 15;
        if ((found & FIRST) !== 0) begins = true;
        if ((found & OWN) !== 0) ownFound++;
      }
      if (cost < 0) continue;
      const total = cost + reading.edits * 16;
      if (best < 0 || total < best) {
        best = total;
        bestEdits = reading.edits;
        bestBegins = begins;
        bestOwn = ownFound;
      }
    }
    if (best < 0) return false;
    match.edits += bestEdits;
    match.cost += best - bestEdits * 16;
    if (at === 0) match.begins = bestBegins;
    typed += bestOwn;
  }
  match.untyped = Math.max(0, own - start - typed);
  return true;
}

const FIRST = 16;
const OWN = 32;

/** -1 when the name lacks the term; else its cost, plus 16 when it is the first word, plus 32 when it is an own word. */
function findTerm(nameTokens: Uint32Array, term: ReadTerm, start: number, own: number, end: number): number {
  const ranges = term.tokens;
  let best = -1;
  for (let at = start; at < end; at++) {
    const token = nameTokens[at] as number;
    for (let each = 0; each < ranges.length; each++) {
      const range = ranges[each] as Tokens;
      if (token < range.from || token >= range.to) continue;
      const whole = token === range.whole || (token >= range.wholeFrom && token < range.wholeTo);
      const cost = (whole ? 0 : BEGINNING_COST) + (at < own ? 0 : ELSEWHERE_COST);
      if (best < 0 || cost < (best & 15)) best = cost + (at === start ? FIRST : 0) + (at < own ? OWN : 0);
      if (cost === 0) return best;
      break;
    }
  }
  return best;
}
