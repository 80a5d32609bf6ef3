/**
 * JSON as FHIR needs it. `JSON.parse` forgives what must not be forgiven in a medical record: of two properties with
 * one name it keeps the second silently, and of the decimal 1.10 it keeps 1.1. Here the text is read over once before
 * it is parsed: duplicate names and too deep nesting are refused, and numbers that a double cannot give back as
 * written are kept as `JSON.rawJSON`, which `JSON.stringify` writes out unchanged.
 */

/** The text is not acceptable JSON. `position` counts characters from 0. */
export class JsonFault extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

const raw = JSON as typeof JSON & { rawJSON(text: string): unknown };

/**
 * Parses a JSON text exactly.
 * @param maxDepth how deeply objects and arrays may nest
 * @throws JsonFault
 */
export function parseExact(text: string, maxDepth: number): unknown {
  const hasInexact = inspect(text, maxDepth);
  try {
    return hasInexact ? JSON.parse(text, keepInexact as (key: string, value: unknown) => unknown) : JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message;
    throw new JsonFault(`Not JSON: ${message.split('\n')[0]}`, Number(/position (\d+)/.exec(message)?.[1] ?? 0));
  }
}

function keepInexact(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' && context.source !== undefined && isInexact(context.source)
    ? raw.rawJSON(context.source)
    : value;
}

/** Would reading this number and writing it again change its text? */
function isInexact(source: string): boolean {
  return String(Number(source)) !== source;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const COLON = 58;
const COMMA = 44;
const MINUS = 45;

/** Walks the text once; says whether any number is inexact. Its syntax is left to `JSON.parse`. */
function inspect(text: string, maxDepth: number): boolean {
  // The names of each open object, null for each open array.
  const open: (Names | null)[] = [];
  let hasInexact = false;
  let atName = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      const end = endOfString(text, i);
      if (atName) addName(open[open.length - 1], text.slice(i + 1, end), i);
      atName = false;
      i = end;
    } else if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      if (open.length >= maxDepth) throw new JsonFault(`Nested more than ${maxDepth} levels deep.`, i);
      open.push(c === OPEN_OBJECT ? { few: [], many: undefined } : null);
      atName = c === OPEN_OBJECT;
    } else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) {
      open.pop();
      atName = false;
    } else if (c === COMMA) {
      atName = open[open.length - 1] !== null;
    } else if (c === COLON) {
      atName = false;
    } else if (c === MINUS || (c >= 48 && c <= 57)) {
      const end = endOfNumber(text, i);
      if (!hasInexact) hasInexact = isInexact(text.slice(i, end));
      i = end - 1;
    }
  }
  return hasInexact;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  throw new JsonFault('Not JSON: a string does not end.', start);
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const c = text.charCodeAt(end);
    const isPart = (c >= 48 && c <= 57) || c === 46 || c === 43 || c === MINUS || c === 69 || c === 101;
    if (!isPart) break;
  }
  return end;
}

/** The names in one object. A list is quickest for the few that most have; a set is for the hostile. */
interface Names {
  few: string[];
  many: Set<string> | undefined;
}
const FEW = 32;

function addName(names: Names | null | undefined, written: string, position: number) {
  if (!names) return;
  const name = written.includes('\\') ? JSON.stringify(unescapedName(written, position)).slice(1, -1) : written;
  if (names.many?.has(name) ?? names.few.includes(name)) {
    throw new JsonFault(`The property "${name}" is given twice in one object.`, position);
  }
  if (names.many) names.many.add(name);
  else if (names.few.push(name) > FEW) names.many = new Set(names.few);
}

function unescapedName(written: string, position: number): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    throw new JsonFault('Not JSON: a property name has a bad escape.', position);
  }
}
