import { canonicalDecimal } from '../decimal.ts';
import { periodWord, samePhrase, sameWord } from './same-words.ts';

/** A word, number or separator of a text, in the form in which texts are compared. */
export interface Token {
  /** What it says; empty for a separator. */
  readonly says: string;
  /** Where it stands in the text it came from. */
  readonly start: number;
  readonly end: number;
}

/** Longest text that is compared; more is not a dosage instruction. */
export const longestText = 4000;

const pattern =
  /\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}\/\d{1,2}\/\d{4}|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|[½¼¾%]|[\p{L}_]+(?:['’]\p{L}+)*|[^\s\p{L}\d]/gu;

interface Phrase {
  readonly words: readonly string[];
  readonly same: readonly string[];
}

const phrases: ReadonlyMap<string, readonly Phrase[]> = byFirstWord();

function byFirstWord(): Map<string, Phrase[]> {
  const table = new Map<string, Phrase[]>();
  for (const [phrase, same] of samePhrase) {
    const words = phrase.split(' ');
    const first = words[0] ?? '';
    const list = table.get(first) ?? [];
    list.push({ words, same: same === '' ? [] : same.split(' ') });
    table.set(first, list);
  }
  return table;
}

/** The tokens of a text: lower case, units and numbers in one form, phrases that say the same made the same. */
export function tokens(text: string): Token[] {
  return joinPeriods(joinPhrases(joinFractions(joinRanges(split(text)))));
}

function split(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const start = match.index;
    found.push({ says: oneForm(match[0]), start, end: start + match[0].length });
  }
  return found;
}

function oneForm(raw: string): string {
  const first = raw.charCodeAt(0);
  if ((first >= 48 && first <= 57) || first === 46) {
    if (raw === '.' || raw.includes(':') || raw.includes('/'))
      return raw === '.' ? '' : raw.replace(/(\d\d:\d\d):00$/, '$1');
    const digits = raw.replaceAll(',', '');
    return canonicalDecimal({ rawJSON: digits.startsWith('.') ? `0${digits}` : digits }) ?? raw;
  }
  const word = raw.toLowerCase().replaceAll('’', "'");
  if (/^[\p{L}½¼¾%_]/u.test(word)) return sameWord[word] ?? word;
  // A dash may be a range or a separator: joinRanges decides. Other signs separate, or say something of their own.
  if (/^[-–—]$/.test(word)) return '-';
  return /^[,;:()."'*]$/.test(word) ? '' : word;
}

function isNumber(token: Token | undefined): boolean {
  return token !== undefined && /^\d+(\.\d+)?$/.test(token.says);
}

/** `3-4` is `3 to 4`; any other dash separates. */
function joinRanges(given: readonly Token[]): Token[] {
  return given.map((token, i) => {
    if (token.says !== '-') return token;
    const before = given[i - 1];
    const after = given[i + 1];
    const tight = before?.end === token.start && after?.start === token.end;
    return { ...token, says: tight && isNumber(before) && isNumber(after) ? 'to' : '' };
  });
}

/** `1 and a half` is 1.5. */
function joinFractions(given: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < given.length; i++) {
    const token = given[i];
    if (token === undefined) continue;
    const [and, a, part, quarters] = [given[i + 1], given[i + 2], given[i + 3], given[i + 3]];
    if (isNumber(token) && !token.says.includes('.') && and?.says === 'and') {
      if (a?.says === 'a' && (part?.says === '0.5' || part?.says === '0.25')) {
        joined.push({ says: token.says + part.says.slice(1), start: token.start, end: part.end });
        i += 3;
        continue;
      }
      if (a?.says === '3' && quarters?.says === 'quarters') {
        joined.push({ says: `${token.says}.75`, start: token.start, end: quarters.end });
        i += 3;
        continue;
      }
    }
    joined.push(token);
  }
  return joined;
}

function joinPhrases(given: readonly Token[]): Token[] {
  const joined: Token[] = [];
  let i = 0;
  while (i < given.length) {
    const token = given[i];
    if (token === undefined) break;
    const phrase = phrases
      .get(token.says)
      ?.find(({ words }) => words.every((word, at) => given[i + at]?.says === word));
    if (phrase === undefined) {
      joined.push(token);
      i++;
      continue;
    }
    const end = given[i + phrase.words.length - 1]?.end ?? token.end;
    for (const says of phrase.same) joined.push({ says, start: token.start, end });
    i += phrase.words.length;
  }
  return joined;
}

/** `daily` is `once a day`, but `twice daily` is `twice a day`; so is `twice every day`. */
function joinPeriods(given: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of given) {
    const period = Object.hasOwn(periodWord, token.says) ? periodWord[token.says] : undefined;
    if (period === undefined) {
      joined.push(token);
      continue;
    }
    const alone = joined.at(-1)?.says !== 'times';
    for (const says of `${alone ? '1 times ' : ''}${period}`.split(' ')) {
      joined.push({ says, start: token.start, end: token.end });
    }
  }
  return joined;
}
