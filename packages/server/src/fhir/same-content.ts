import type { FhirResource } from 'fhir/r4';

/** What a server, not a sender, says of a resource; and its narrative, which only repeats it. */
const NOT_CONTENT: ReadonlySet<string> = new Set(['id', 'meta', 'text']);

/**
 * The content of a resource as one text, the same for two resources that say the same: without id, meta and narrative,
 * whatever the order of the elements. A reference with an identifier says whom it means by that: where it leads besides is
 * another matter on each server. Numbers count by their text: 1.10 is not 1.1.
 */
export function contentText(resource: FhirResource): string {
  const own = Object.entries(resource).filter(([name]) => !NOT_CONTENT.has(name));
  return textOf(Object.fromEntries(own));
}

/** Do two resources say the same? */
export function sameContent(a: FhirResource, b: FhirResource): boolean {
  return contentText(a) === contentText(b);
}

function textOf(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(textOf).join(',')}]`;
  // An exact number (JSON.rawJSON) is an object without a prototype.
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) === null) return JSON.stringify(node);
  const { reference, identifier } = node as { reference?: unknown; identifier?: { value?: unknown } };
  const isLogical = typeof reference === 'string' && identifier?.value !== undefined;
  const parts = Object.entries(node)
    .filter(([name, value]) => value !== undefined && !(isLogical && name === 'reference'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`);
  return `{${parts.join(',')}}`;
}
