import type { Dosage } from '../dosage.ts';
import { parseDoseSentence } from '../from-sentence/parse-dose-sentence.ts';
import { type DosageParts, type Finding, type PartName, partNames } from '../to-text/dosage-text.ts';
import { dosageToText } from '../to-text/dosage-to-text.ts';
import type { DosageTextOptions } from '../to-text/reading.ts';
import { longestText, type Token, tokens } from './tokens.ts';

/** One way in which a text and its structure differ. */
export interface DosageTextDifference {
  readonly kind: 'different' | 'only-in-text' | 'only-in-structure';
  /** The component, where it is known. */
  readonly part?: PartName;
  /** The sender's words, as they stand in the text. */
  readonly inText?: string;
  /** What the structure says, as rendered. */
  readonly inStructure?: string;
  /** The words only in the text are those of `patientInstruction`. */
  readonly patientInstruction?: boolean;
}

/** Why it cannot be told whether text and structure say the same. */
export type CannotTell =
  /** There is no text, or one too long to be a dosage instruction. */
  | 'no-text'
  /** There is text only. */
  | 'no-structure'
  /** No safe text can be made from the structure. */
  | 'refused'
  /** The text says in other words what may or may not be the same. */
  | 'other-words';

export type DosageTextComparison =
  /** Word for word; in words that mean the same wherever they stand; or in a sentence that was read as the same. */
  | { readonly outcome: 'same'; readonly how: 'identical' | 'same-words' | 'same-meaning'; readonly rendered: string }
  | { readonly outcome: 'differs'; readonly differences: readonly DosageTextDifference[]; readonly rendered: string }
  | {
      readonly outcome: 'cannot-tell';
      readonly reason: CannotTell;
      readonly rendered?: string;
      /** What found no counterpart, either way. */
      readonly unmatched: readonly DosageTextDifference[];
      readonly refusals: readonly Finding[];
    };

/** Options of the comparison, beside those of rendering. */
export interface CompareOptions extends DosageTextOptions {
  /**
   * Reads a dose sentence into a Dosage, undefined where it cannot with certainty. Where it can, a text in other words
   * is compared by what it means. This package's own reader unless told.
   */
  readonly readSentence?: (text: string) => Dosage | undefined;
}

/**
 * Whether a sender's own `Dosage.text` says the same as the structure beside it (D-006, R-060).
 *
 * The texts are compared word by word, in any order of components, after making units, numbers and a fixed table of
 * phrases alike; nothing is matched approximately. Never throws.
 */
export function compareDosageText(dosage: Dosage, options: CompareOptions = {}): DosageTextComparison {
  const rendered = dosageToText(dosage, options);
  if (rendered.outcome === 'refused') return cannotTell('refused', [], undefined, rendered.refusals);
  const text: unknown = dosage.text;
  if (rendered.source === 'sender-text') return cannotTell('no-structure', []);
  if (typeof text !== 'string' || text.trim() === '' || text.length > longestText) {
    return cannotTell('no-text', [], rendered.text);
  }
  if (text.trim() === rendered.text) return { outcome: 'same', how: 'identical', rendered: rendered.text };
  if (rendered.text.length > longestText) return cannotTell('other-words', [], rendered.text);
  const match = matchWords(text, rendered.parts);
  if (match.missing.length === 0 && match.extra.length === 0) {
    return { outcome: 'same', how: 'same-words', rendered: rendered.text };
  }
  const judged = judge(match, text, rendered.text, dosage);
  if (judged.outcome !== 'cannot-tell') return judged;
  const read = (options.readSentence ?? readWhole)(text);
  const differences = read === undefined ? undefined : compareMeaning(read, rendered.parts, options);
  if (differences === undefined) return judged;
  if (differences.length === 0) return { outcome: 'same', how: 'same-meaning', rendered: rendered.text };
  // What only one of them has may be a convention of reading, so it takes a contradiction to be sure.
  return differences.some(({ kind }) => kind === 'different')
    ? { outcome: 'differs', differences, rendered: rendered.text }
    : judged;
}

/** A sentence that was read to its last word, as one Dosage. */
function readWhole(text: string): Dosage | undefined {
  const reading = parseDoseSentence(text);
  return reading.outcome === 'read' && reading.dosage.length === 1 ? reading.dosage[0] : undefined;
}

/** What a comparison by words left over. */
interface Match {
  readonly missing: readonly Piece[];
  readonly extra: readonly Chunk[];
}

/** A piece of the rendered text that must stand in the sender's: a component, or an item of its list. */
interface Piece {
  readonly part: PartName;
  readonly text: string;
  readonly says: readonly string[];
}

/** Words of the sender's text that no piece accounts for. */
interface Chunk {
  readonly says: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** Words that only join. */
const joining = new Set(['', 'and']);

/** Words that make of the amount after them something else: `maximum 2 tablet` and `1 to 2 tablet` are not `2 tablet`. */
const limits = new Set(['maximum', 'to', 'least']);

function matchWords(text: string, parts: DosageParts): Match {
  const sent = tokens(text);
  const taken = new Array<boolean>(sent.length).fill(false);
  // Longest first, so that a dose is not found inside a maximum dose.
  const pieces = piecesOf(parts).sort((a, b) => b.says.length - a.says.length);
  const missing = pieces.filter((piece) => !take(piece, sent, taken));
  if (parts.method === undefined) {
    // "Take" before a dose says nothing that the dose does not.
    const first = sent.findIndex(({ says }) => says !== '');
    if (sent[first]?.says === 'take') taken[first] = true;
  }
  const order = new Map(partNames.map((name, i) => [name, i]));
  missing.sort((a, b) => (order.get(a.part) ?? 0) - (order.get(b.part) ?? 0));
  return { missing, extra: chunksOf(sent, taken) };
}

function piecesOf(parts: DosageParts): Piece[] {
  const pieces: Piece[] = [];
  for (const part of partNames) {
    const text = parts[part];
    if (text === undefined) continue;
    // Free words may hold commas of their own, so they are cut at the same places in both texts: every comma and "and".
    for (const item of part === 'when' || part === 'additionalInstruction' ? text.split(/, | and /) : [text]) {
      const says = wordsOf(item);
      if (says.length > 0) pieces.push({ part, text: item, says });
    }
  }
  return pieces;
}

function wordsOf(text: string): string[] {
  return tokens(text)
    .map(({ says }) => says)
    .filter((says) => !joining.has(says));
}

/** Finds a piece among the words not yet taken, and takes them. */
function take(piece: Piece, sent: readonly Token[], taken: boolean[]): boolean {
  for (const says of piece.part === 'duration' ? [piece.says, asRange(piece.says)] : [piece.says]) {
    for (let from = 0; from < sent.length; from++) {
      const places = placesOf(says, sent, taken, from);
      if (places === undefined || limits.has(sent[from - 1]?.says ?? '')) continue;
      for (const place of places) taken[place] = true;
      return true;
    }
  }
  return false;
}

/** D-029c: `over 3 minutes (maximum 4 minutes)` is also written `over 3 to 4 minutes`. */
function asRange(says: readonly string[]): readonly string[] {
  const [over, low, unit, maximum, high, same, ...rest] = says;
  if (maximum !== 'maximum' || unit !== same || rest.length > 0) return says;
  return [over, low, 'to', high, unit].map((word) => word ?? '');
}

function placesOf(says: readonly string[], sent: readonly Token[], taken: readonly boolean[], from: number) {
  const places: number[] = [];
  let at = from;
  for (const word of says) {
    // Separators may stand anywhere but before the first word.
    while (places.length > 0 && at < sent.length && !taken[at] && joining.has(sent[at]?.says ?? '')) at++;
    if (at >= sent.length || taken[at] || sent[at]?.says !== word) return undefined;
    places.push(at);
    at++;
  }
  return places;
}

function chunksOf(sent: readonly Token[], taken: readonly boolean[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: { says: string[]; start: number; end: number } | undefined;
  sent.forEach((token, i) => {
    if (taken[i] || token.says === '') {
      open = undefined;
      return;
    }
    if (open === undefined) {
      if (token.says === 'and') return;
      open = { says: [], start: token.start, end: token.end };
      chunks.push(open);
    }
    open.says.push(token.says);
    open.end = token.end;
  });
  return chunks;
}

const number = '\\d+(?:\\.\\d+)?';
const amount = `(?:up to )?${number}(?: to ${number})?`;
const time = '(?:second|minute|hour|day|week|month|year)';
const unit =
  '(?:milligram|microgram|nanogram|gram|kilogram|millilitre|litre|unit|tablet|capsule|puff|drop|patch|plaster|sachet|ampoule|vial|bag|dose|application|suppository|pessary|enema|lozenge)';

/** How the words of each component look, so that a statement in the text can be set against the structure's. */
const shapes: readonly (readonly [part: PartName, shape: RegExp])[] = [
  ['maxDosePerPeriod', new RegExp(`^maximum ${number} ${unit} in ${number} ${time}$`)],
  ['dose', new RegExp(`^${amount} ${unit}$`)],
  ['duration', new RegExp(`^over ${amount} ${time}$`)],
  ['bounds', new RegExp(`^for (?:at least )?${amount} ${time}$`)],
  ['frequency', new RegExp(`^${amount} times (?:a|every ${amount}) ${time}$`)],
  ['frequency', new RegExp(`^every ${amount} ${time}$`)],
  ['asNeeded', /^as required(?: for .+)?$/],
];

function partOf(chunk: Chunk): PartName | undefined {
  const said = chunk.says.join(' ');
  return shapes.find(([, shape]) => shape.test(said))?.[0];
}

/** Sets what is missing against what is extra. */
function judge(match: Match, text: string, rendered: string, dosage: Dosage): DosageTextComparison {
  const differences: DosageTextDifference[] = [];
  const missing = [...match.missing];
  const unread: Chunk[] = [];
  let unsure = false;
  for (const chunk of match.extra) {
    const part = partOf(chunk);
    const inText = text.slice(chunk.start, chunk.end);
    const place = part === undefined ? -1 : missing.findIndex((piece) => piece.part === part);
    const piece = missing[place];
    if (part !== undefined && piece !== undefined) {
      missing.splice(place, 1);
      if (part === 'frequency') unsure ||= sameRate(chunk.says.join(' '), piece.says.join(' '));
      differences.push({ kind: 'different', part, inText, inStructure: piece.text });
    } else if (part !== undefined) {
      differences.push({ kind: 'only-in-text', part, inText });
    } else {
      unread.push(chunk);
      differences.push({ kind: 'only-in-text', inText, ...fromPatientInstruction(chunk, dosage) });
    }
  }
  for (const { part, text: inStructure } of missing) differences.push({ kind: 'only-in-structure', part, inStructure });
  // Words that could not be read may say what is missing.
  const certain = differences.some(({ kind }) => kind === 'different') || missing.length === 0 || unread.length === 0;
  return certain && !unsure
    ? { outcome: 'differs', differences, rendered }
    : cannotTell('other-words', differences, rendered);
}

function fromPatientInstruction(chunk: Chunk, dosage: Dosage): { patientInstruction?: true } {
  const instruction: unknown = dosage.patientInstruction;
  if (typeof instruction !== 'string' || instruction.length > longestText) return {};
  const says = chunk.says.filter((word) => !joining.has(word)).join(' ');
  return ` ${wordsOf(instruction).join(' ')} `.includes(` ${says} `) ? { patientInstruction: true } : {};
}

const hoursIn: Readonly<Record<string, number>> = { minute: 1 / 60, hour: 1, day: 24, week: 168 };

/** Whether two frequencies come to as many doses a day: `every 8 hours` and `3 times a day` may or may not be meant. */
function sameRate(a: string, b: string): boolean {
  const [rateA, rateB] = [hoursBetween(a), hoursBetween(b)];
  return rateA !== undefined && rateB !== undefined && Math.abs(rateA - rateB) < 1e-9;
}

function hoursBetween(said: string): number | undefined {
  const match = /^(?:(\d+) times )?(?:a|every (\d+(?:\.\d+)?)) (minute|hour|day|week)$/.exec(said);
  if (match === null) return undefined;
  const [, times = '1', period = '1', word = ''] = match;
  const hours = hoursIn[word];
  return hours === undefined ? undefined : (Number(period) * hours) / Number(times);
}

/** Sets the meaning read from a text against the structure, component by component; undefined where it cannot be told. */
function compareMeaning(
  read: Dosage,
  parts: DosageParts,
  options: CompareOptions,
): readonly DosageTextDifference[] | undefined {
  const { text: _, ...structure } = read;
  const said = dosageToText(structure, options);
  if (said.outcome === 'refused' || said.source === 'sender-text') return undefined;
  const differences: DosageTextDifference[] = [];
  for (const part of partNames) {
    const inText = said.parts[part];
    const inStructure = parts[part];
    if (inText === undefined && inStructure === undefined) continue;
    if (inText === undefined) differences.push({ kind: 'only-in-structure', part, inStructure: inStructure ?? '' });
    else if (inStructure === undefined) differences.push({ kind: 'only-in-text', part, inText });
    else {
      const [a, b] = [wordsOf(inText).join(' '), wordsOf(inStructure).join(' ')];
      if (a === b) continue;
      if (part === 'frequency' && sameRate(a, b)) return undefined;
      differences.push({ kind: 'different', part, inText, inStructure });
    }
  }
  return differences;
}

function cannotTell(
  reason: CannotTell,
  unmatched: readonly DosageTextDifference[],
  rendered?: string,
  refusals: readonly Finding[] = [],
): DosageTextComparison {
  const base = { outcome: 'cannot-tell', reason, unmatched, refusals } as const;
  return rendered === undefined ? base : { ...base, rendered };
}
