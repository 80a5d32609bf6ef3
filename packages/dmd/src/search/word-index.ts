/**
 * The words of many names, ready to be searched: which names have a word that starts so, and which words a name has.
 * Everything is typed arrays over a sorted vocabulary, so that a prefix is one range of token numbers, its postings are
 * one slice, and the whole index can be kept in a file and used again without work.
 */

import { canonicalUnit } from './amounts.ts';
import { plainText, wordsOf } from './words.ts';

/** The arrays of an index that are worth keeping; the rest follows from them. */
export interface WordIndexParts {
  /** Sorted tokens, UTF-8, each ended by a line feed. */
  readonly vocabulary: Uint8Array;
  /** Start of each name's tokens; one more than there are names. */
  readonly nameStarts: Uint32Array;
  /** Tokens of each name: its own words in order, then those it can also be found by. */
  readonly nameTokens: Uint32Array;
  /** How many of a name's tokens are its own words. */
  readonly ownWords: Uint8Array;
}

/** An index in use. */
export interface WordIndex extends WordIndexParts {
  /** Start of each token's postings; one more than there are tokens. */
  readonly postingStarts: Uint32Array;
  /** Names (ascending) that have the token. */
  readonly postings: Uint32Array;
  readonly tokens: readonly string[];
  readonly names: number;
}

/** What to index. */
export interface IndexedNames {
  readonly count: number;
  /** The name to index at `row`. */
  name(row: number): string;
  /** Text that the name can also be found by (an earlier name, the moiety of a brand), if any. */
  alsoKnownAs(row: number): string | undefined;
}

interface Piece {
  readonly own: readonly number[];
  readonly joined: readonly number[];
  /** The piece ends in a bare number, which a unit in the next piece would turn into an amount. */
  readonly number: string | undefined;
  readonly unit: string | undefined;
}

interface Phrase {
  readonly own: readonly number[];
  readonly joined: readonly number[];
}

/** The tokens of a text, piece by piece; a number at the end of a piece takes the unit that is the next piece. */
function readPhrase(text: string, pieceOf: (text: string) => Piece, number: (token: string) => number): Phrase {
  const own: number[] = [];
  const joined: number[] = [];
  let waiting: string | undefined;
  for (const part of text.split(' ')) {
    if (part === '') continue;
    const piece = pieceOf(part);
    if (waiting !== undefined && piece.unit !== undefined) {
      own[own.length - 1] = number(`${waiting}${piece.unit}`);
      waiting = undefined;
      continue;
    }
    own.push(...piece.own);
    joined.push(...piece.joined);
    waiting = piece.number;
  }
  return { own, joined };
}

/** Builds the index; work grows with the text, about a microsecond a name. */
export function buildWordIndex(names: IndexedNames): WordIndex {
  const numbers = new Map<string, number>();
  const number = (token: string) => {
    let at = numbers.get(token);
    if (at === undefined) {
      at = numbers.size;
      numbers.set(token, at);
    }
    return at;
  };
  // dm+d names are made of few distinct pieces (`tablets`, `500mg/5ml`, `(Teva`): each is split into words once.
  const pieces = new Map<string, Piece>();
  const pieceOf = (text: string): Piece => {
    let piece = pieces.get(text);
    if (piece === undefined) {
      const { words, joined } = wordsOf(text);
      const last = words.at(-1);
      piece = {
        own: words.map((word) => number(word.text)),
        joined: joined.map(number),
        number: last?.kind === 'number' && /\d$/.test(text) ? last.text : undefined,
        unit: canonicalUnit(plainText(text)),
      };
      pieces.set(text, piece);
    }
    return piece;
  };

  const nameStarts = new Uint32Array(names.count + 1);
  const ownWords = new Uint8Array(names.count);
  let nameTokens = new Uint32Array(Math.max(16, names.count * 12));
  let used = 0;
  // Most names repeat a product's name with another supplier in brackets: both halves are read once too.
  const phrases = new Map<string, Phrase>();
  const phraseOf = (text: string): Phrase => {
    let phrase = phrases.get(text);
    if (phrase === undefined) {
      phrase = readPhrase(text, pieceOf, number);
      phrases.set(text, phrase);
    }
    return phrase;
  };
  const own: number[] = [];
  const also: number[] = [];
  const read = (text: string, into: number[]) => {
    const bracket = text.endsWith(')') ? text.lastIndexOf(' (') : -1;
    const halves = bracket < 0 ? [phraseOf(text)] : [phraseOf(text.slice(0, bracket)), phraseOf(text.slice(bracket))];
    for (const phrase of halves) {
      for (const token of phrase.own) into.push(token);
      for (const token of phrase.joined) also.push(token);
    }
  };
  for (let row = 0; row < names.count; row++) {
    own.length = 0;
    also.length = 0;
    read(names.name(row), own);
    const other = names.alsoKnownAs(row);
    if (other !== undefined) read(other, also);
    if (used + own.length + also.length > nameTokens.length) {
      const larger = new Uint32Array(nameTokens.length * 2 + own.length + also.length);
      larger.set(nameTokens.subarray(0, used));
      nameTokens = larger;
    }
    nameStarts[row] = used;
    const kept = Math.min(own.length, 255);
    ownWords[row] = kept;
    for (let at = 0; at < kept; at++) nameTokens[used++] = own[at] as number;
    for (const token of also) if (!own.includes(token)) nameTokens[used++] = token;
  }
  nameStarts[names.count] = used;

  const tokens = [...numbers.keys()].sort();
  const renumbered = new Uint32Array(tokens.length);
  for (let at = 0; at < tokens.length; at++) renumbered[numbers.get(tokens[at] as string) as number] = at;
  const sortedTokens = new Uint32Array(used);
  for (let at = 0; at < used; at++) sortedTokens[at] = renumbered[nameTokens[at] as number] as number;
  const vocabulary = new TextEncoder().encode(tokens.map((token) => `${token}\n`).join(''));
  return openWordIndex({
    vocabulary,
    nameStarts,
    nameTokens: sortedTokens,
    ownWords,
  });
}

/** Turns names-to-tokens around by counting; a name that has a token twice is listed once. */
function postingsOf(
  tokens: number,
  nameStarts: Uint32Array,
  nameTokens: Uint32Array,
): { postingStarts: Uint32Array; postings: Uint32Array } {
  const names = nameStarts.length - 1;
  const lastSeen = new Uint32Array(tokens);
  const counts = new Uint32Array(tokens + 1);
  for (let name = 0; name < names; name++) {
    const to = nameStarts[name + 1] as number;
    for (let at = nameStarts[name] as number; at < to; at++) {
      const token = nameTokens[at] as number;
      if (lastSeen[token] === name + 1) continue;
      lastSeen[token] = name + 1;
      counts[token + 1] = (counts[token + 1] as number) + 1;
    }
  }
  for (let token = 0; token < tokens; token++)
    counts[token + 1] = (counts[token + 1] as number) + (counts[token] as number);
  const postings = new Uint32Array(counts[tokens] as number);
  const next = counts.slice(0, tokens);
  lastSeen.fill(0);
  for (let name = 0; name < names; name++) {
    const to = nameStarts[name + 1] as number;
    for (let at = nameStarts[name] as number; at < to; at++) {
      const token = nameTokens[at] as number;
      if (lastSeen[token] === name + 1) continue;
      lastSeen[token] = name + 1;
      const slot = next[token] as number;
      postings[slot] = name;
      next[token] = slot + 1;
    }
  }
  return { postingStarts: counts, postings };
}

/** The arrays of an index that are worth keeping. */
export function wordIndexParts({ vocabulary, nameStarts, nameTokens, ownWords }: WordIndex): WordIndexParts {
  return { vocabulary, nameStarts, nameTokens, ownWords };
}

/** Takes kept arrays back into use. */
export function openWordIndex(parts: WordIndexParts): WordIndex {
  const text = new TextDecoder().decode(parts.vocabulary);
  const tokens = text === '' ? [] : text.slice(0, -1).split('\n');
  const postings = postingsOf(tokens.length, parts.nameStarts, parts.nameTokens);
  return { ...parts, ...postings, tokens, names: parts.nameStarts.length - 1 };
}

/** The first token that does not sort before `text`. */
export function lowerBound(tokens: readonly string[], text: string): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tokens[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The tokens that start with `prefix`, as a half-open range. */
export function prefixRange(tokens: readonly string[], prefix: string): readonly [from: number, to: number] {
  return [lowerBound(tokens, prefix), lowerBound(tokens, `${prefix}\uffff`)];
}
