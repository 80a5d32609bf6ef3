/** Known words that a typed word may be a misspelling of. */

import { couldMatch, editsToPrefix, forgivenEdits, letterSet } from './misspelling.ts';
import { lowerBound, type WordIndex } from './word-index.ts';

/** A known word that is near a typed one. */
export interface Near {
  readonly token: number;
  readonly edits: number;
}

/** Letters of each token, made when the first misspelling is met. */
const letterSets = new WeakMap<object, Int32Array>();

function lettersOf(index: WordIndex): Int32Array {
  let sets = letterSets.get(index.tokens);
  if (sets === undefined) {
    sets = new Int32Array(index.tokens.length);
    for (let at = 0; at < sets.length; at++) sets[at] = letterSet(index.tokens[at] as string);
    letterSets.set(index.tokens, sets);
  }
  return sets;
}

/** Most near words taken for one misspelt word. */
const MOST_NEAR = 40;

/** The nearest words of an index, at most two edits away, closest first. Short words have none. */
export function nearWords(index: WordIndex, typed: string): readonly Near[] {
  const most = forgivenEdits(typed.length);
  if (most === 0) return [];
  const sets = lettersOf(index);
  const letters = letterSet(typed);
  const found: Near[] = [];
  for (let token = lowerBound(index.tokens, 'a'); token < sets.length; token++) {
    if (!couldMatch(letters, sets[token] as number, most)) continue;
    const known = index.tokens[token] as string;
    if (known.length + most < typed.length) continue;
    const edits = editsToPrefix(typed, known, most);
    if (edits > 0 && edits <= most) found.push({ token, edits });
  }
  // Closest first; among the equally close the word of about the same length.
  const length = (token: number) => Math.abs((index.tokens[token] as string).length - typed.length);
  found.sort((a, b) => a.edits - b.edits || length(a.token) - length(b.token) || a.token - b.token);
  return found.slice(0, MOST_NEAR);
}
