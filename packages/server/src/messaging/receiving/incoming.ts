import type { FhirResource, Reference } from 'fhir/r4';

/** A resource that came from elsewhere, with the name by which others beside it refer to it. */
export interface Incoming {
  fullUrl?: string | undefined;
  resource: FhirResource;
  /** Where it stands in what was sent: `Bundle.entry[3].resource`. */
  at?: string | undefined;
}

/** Whom resources come from, and how far they are believed. */
export interface From {
  /** Who sent them: the endpoint of their system, or its FHIR base. */
  source: string;
  /** When they were sent, where they do not say themselves when they were written: an instant. */
  sentAt?: string | undefined;
  /** The types whose resources here are changed by them; what is of other types only goes along. */
  updates: ReadonlySet<string>;
  /** They may be at any point of their lives: they are fetched, or told of as changed. */
  copies: boolean;
  /** What they came in was checked, with all that is in it: what is not written is not checked again. */
  examined?: boolean | undefined;
}

/**
 * What resources that came together are called among themselves: their fullUrls, and, as many senders write them, what is
 * made of their ids. A name that could be of two is of none.
 */
export function namesIn<T extends Pick<Incoming, 'fullUrl' | 'resource'>>(all: readonly T[]): ReadonlyMap<string, T> {
  const names = new Map<string, T>();
  for (const each of all) {
    if (each.fullUrl !== undefined && !names.has(each.fullUrl)) names.set(each.fullUrl, each);
  }
  const strict = new Set(names.keys());
  const ambiguous = new Set<string>();
  for (const each of all) {
    for (const name of looseNames(each.resource)) {
      const other = names.get(name);
      if (other === undefined) names.set(name, each);
      else if (other !== each && !strict.has(name)) ambiguous.add(name);
    }
  }
  for (const name of ambiguous) names.delete(name);
  return names;
}

/** `urn:uuid:x`, `urn:x`, and `x` itself are all in use for the resource whose id is x. */
function looseNames({ resourceType, id }: FhirResource): string[] {
  if (typeof id !== 'string') return [];
  return id.startsWith('urn:') ? [id] : [`urn:uuid:${id}`, `urn:${id}`, id, `${resourceType}/${id}`];
}

/** The base of the server on which a resource is kept that has its address for a name. */
export function baseOf({ fullUrl, resource }: Incoming): string | undefined {
  const end = `/${resource.resourceType}/${resource.id}`;
  return fullUrl !== undefined && /^https?:/.test(fullUrl) && fullUrl.endsWith(end)
    ? fullUrl.slice(0, -end.length)
    : undefined;
}

/** A copy of a node with each Reference in it written anew. */
export function withReferences(
  node: unknown,
  write: (reference: Reference, element: string, path: string) => Reference,
  path: string,
  element = '',
): unknown {
  if (Array.isArray(node)) return node.map((each, i) => withReferences(each, write, `${path}[${i}]`, element));
  // An exact number has no prototype, and is no node.
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) === null) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withReferences(value, write, `${path}.${name}`, name)]),
  );
  const { reference, identifier } = copy as { reference?: unknown; identifier?: unknown };
  const isReference =
    typeof reference === 'string' || (identifier !== undefined && !Array.isArray(identifier) && !isResource(copy));
  return isReference ? write(copy as Reference, element, path) : copy;
}

function isResource(node: { [name: string]: unknown }): boolean {
  return typeof node.resourceType === 'string';
}
