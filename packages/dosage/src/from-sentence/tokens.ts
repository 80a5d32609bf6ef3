import { correctSpelling } from './vocabulary/spelling.ts';

/** One word, number or sign of a dose sentence, with its place in the sentence as written. */
export interface Token {
  readonly kind: 'word' | 'number' | 'fraction' | 'sign';
  /** Lower case, misspelling corrected; the canonical decimal for a number. */
  readonly text: string;
  /** First character of the token in the sentence, and the one after its last. */
  readonly start: number;
  readonly end: number;
  /** White space, or the start of the sentence, stands before the token. */
  readonly spaced: boolean;
  /** A hyphen that joins two words ("twice-daily"): grammar may pass over it. */
  readonly joining: boolean;
}

const VULGAR: Readonly<Record<string, string>> = { '½': '0.5', '¼': '0.25', '¾': '0.75' };
const DASHES = new Set(['-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212']);
const APOSTROPHES = new Set(["'", '\u2019', '\u02bc']);

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';
const isLetter = (char: string | undefined): boolean => char !== undefined && /\p{L}/u.test(char);
const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char);

/** A decimal without needless zeros: `007.50` is `7.5`. */
function canonicalDecimal(digits: string): string {
  const [whole = '', fraction = ''] = digits.split('.');
  const left = whole.replace(/^0+(?=\d)/, '') || '0';
  const right = fraction.replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
}

/** Where the figure that starts at `at` ends. Commas belong to it only as thousands separators. */
function endOfFigure(sentence: string, at: number): number {
  let end = at;
  while (isDigit(sentence[end])) end += 1;
  if (end - at <= 3) {
    while (
      sentence[end] === ',' &&
      isDigit(sentence[end + 1]) &&
      isDigit(sentence[end + 2]) &&
      isDigit(sentence[end + 3]) &&
      !isDigit(sentence[end + 4])
    ) {
      end += 4;
    }
  }
  if (sentence[end] === '.' && isDigit(sentence[end + 1])) {
    end += 1;
    while (isDigit(sentence[end])) end += 1;
  }
  return end;
}

/** Initials with stops or strokes ("b.d.", "s/c") become one word; 0 when there are none at `at`. */
function endOfInitials(sentence: string, at: number): number {
  let end = at + 1;
  let letters = 1;
  while (
    (sentence[end] === '.' || sentence[end] === '/') &&
    isLetter(sentence[end + 1]) &&
    !isLetter(sentence[end + 2])
  ) {
    end += 2;
    letters += 1;
  }
  if (letters === 1) return 0;
  return sentence[end] === '.' && letters > 1 ? end + 1 : end;
}

/** Where the word that starts at `at` ends; apostrophes and a bracketed plural "(s)" belong to it. */
function endOfWord(sentence: string, at: number): number {
  let end = at;
  while (isLetter(sentence[end]) || (APOSTROPHES.has(sentence[end] ?? '') && isLetter(sentence[end + 1]))) end += 1;
  return sentence.slice(end, end + 3).toLowerCase() === '(s)' ? end + 3 : end;
}

function wordText(raw: string): string {
  const letters = [...raw.toLowerCase()].filter((char) => isLetter(char)).join('');
  return correctSpelling(letters);
}

/**
 * Splits a sentence into tokens, in one pass. Nothing is dropped but white space: signs that no
 * grammar knows come out as tokens too, so that they can be reported as not understood.
 */
export function tokenise(sentence: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sentence.length) {
    const char = sentence[at] as string;
    if (isSpace(char)) {
      at += 1;
      continue;
    }
    const spaced = isSpace(sentence[at - 1]);
    let end = at + 1;
    let kind: Token['kind'] = 'sign';
    let text = char;
    if (isDigit(char) || (char === '.' && isDigit(sentence[at + 1]) && !isDigit(sentence[at - 1]))) {
      end = endOfFigure(sentence, at);
      kind = 'number';
      text = canonicalDecimal(sentence.slice(at, end).replaceAll(',', ''));
    } else if (VULGAR[char] !== undefined) {
      kind = 'fraction';
      text = VULGAR[char];
    } else if (char === 'µ' || char === 'μ') {
      end = at + (sentence[at + 1] === 'g' ? 2 : 1);
      kind = 'word';
      text = end - at === 2 ? 'microgram' : char;
    } else if (isLetter(char)) {
      end = (isLetter(sentence[at - 1]) ? 0 : endOfInitials(sentence, at)) || endOfWord(sentence, at);
      kind = 'word';
      text = wordText(sentence.slice(at, end));
    } else if (DASHES.has(char)) {
      text = '-';
    }
    const joining = text === '-' && !spaced && !isSpace(sentence[end]);
    tokens.push({ kind, text, start: at, end, spaced, joining });
    at = end;
  }
  return tokens;
}
