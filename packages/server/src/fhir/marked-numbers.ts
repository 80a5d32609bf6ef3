import { isRawJson } from '@concord/conformance';

/** Begins a string that stands for a number's text. No FHIR string has a NUL, so none is mistaken for one. */
const MARK = '\u0000number:';

const raw = JSON as typeof JSON & { rawJSON(text: string): unknown };

/**
 * A copy in which numbers kept as text (`JSON.rawJSON`) are marked strings. JSON Patch compares and copies values, and
 * its library knows nothing of such numbers: it would read 1.10 as 1.1, or stop.
 */
export function markNumbers(node: unknown): unknown {
  return mapped(node, (leaf) => (isRawJson(leaf) ? MARK + JSON.stringify(leaf) : leaf));
}

/** The reverse of {@link markNumbers}. */
export function unmarkNumbers(node: unknown): unknown {
  return mapped(node, (leaf) => (isMarked(leaf) ? raw.rawJSON(leaf.slice(MARK.length)) : leaf));
}

/** Does something that a client sent look like a mark? */
export function hasMarks(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasMarks);
  if (typeof node === 'object' && node !== null && !isRawJson(node)) return Object.values(node).some(hasMarks);
  return isMarked(node);
}

function isMarked(leaf: unknown): leaf is string {
  return typeof leaf === 'string' && leaf.startsWith(MARK);
}

function mapped(node: unknown, change: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(node)) return node.map((each) => mapped(each, change));
  if (typeof node !== 'object' || node === null || isRawJson(node)) return change(node);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, mapped(value, change)]));
}
