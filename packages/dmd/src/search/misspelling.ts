/**
 * How far a typed word is from the beginning of a known word, in edits: a letter too many, missing, wrong, or two
 * neighbours swapped (optimal string alignment).
 */

/** Edits forgiven in a word of this many letters; short words are too easily another medicine. */
export function forgivenEdits(length: number): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/** Letters a to z of a word as bits: a cheap bound that rules out most words before any distance is computed. */
export function letterSet(word: string): number {
  let set = 0;
  for (let at = 0; at < word.length; at++) {
    const letter = word.charCodeAt(at) - 97;
    if (letter >= 0 && letter < 26) set |= 1 << letter;
  }
  return set;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Whether a word with letters `known` can be within `edits` of one with letters `typed`, by letters alone. */
export function couldMatch(typed: number, known: number, edits: number): boolean {
  return bitCount(typed & ~known) <= edits;
}

const rows = [new Uint8Array(64), new Uint8Array(64), new Uint8Array(64)] as const;

/**
 * The fewest edits that turn `typed` into some prefix of `known`; `most + 1` when it takes more than `most`.
 * Words over 60 letters are never near anything.
 */
export function editsToPrefix(typed: string, known: string, most: number): number {
  const n = typed.length;
  if (n === 0 || n > 60 || known.length + most < n) return most + 1;
  const m = Math.min(known.length, n + most);
  let [before, previous, current] = rows as unknown as [Uint8Array, Uint8Array, Uint8Array];
  // Rows run over `typed`, columns over `known`: the cheapest cell of the last row is the best prefix.
  for (let j = 0; j <= m; j++) previous[j] = j;
  for (let i = 1; i <= n; i++) {
    current[0] = i;
    let least = i;
    const letter = typed.charCodeAt(i - 1);
    for (let j = 1; j <= m; j++) {
      const other = known.charCodeAt(j - 1);
      let cost = (previous[j - 1] as number) + (letter === other ? 0 : 1);
      cost = Math.min(cost, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
      if (i > 1 && j > 1 && letter === known.charCodeAt(j - 2) && typed.charCodeAt(i - 2) === other) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      current[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, previous, current] = [previous, current, before];
  }
  let best = most + 1;
  for (let j = 0; j <= m; j++) best = Math.min(best, previous[j] as number);
  return best;
}
