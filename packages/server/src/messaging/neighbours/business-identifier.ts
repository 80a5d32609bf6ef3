import { randomUUID } from 'node:crypto';
import type { FhirResource, Identifier } from 'fhir/r4';

/** An identifier that names one thing between systems. */
export type BusinessIdentifier = Identifier & { system: string; value: string };

/** A resource's business identifier: the first with a system and a value that is not an old one. */
export function businessIdentifier(resource: unknown): BusinessIdentifier | undefined {
  const { identifier } = resource as { identifier?: unknown };
  const all = (Array.isArray(identifier) ? identifier : []) as Identifier[];
  return all.find((each): each is BusinessIdentifier => {
    if (typeof each?.system !== 'string' || typeof each.value !== 'string') return false;
    return each.system !== '' && each.value !== '' && each.use !== 'old';
  });
}

/** A business identifier that no other system gives to anything else. */
export function newIdentifier(): BusinessIdentifier {
  return { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` };
}

/**
 * A resource that has a business identifier: itself, or a copy with one made of where it is kept, which is the same
 * whenever it is sent.
 * @param base of the server that keeps it
 */
export function identified<T extends FhirResource & { id?: string }>(resource: T, base: string): T {
  if (businessIdentifier(resource) !== undefined || resource.id === undefined) return resource;
  const own = { system: `${base}/${resource.resourceType}`, value: resource.id };
  const { identifier } = resource as { identifier?: Identifier[] };
  return { ...resource, identifier: [...(Array.isArray(identifier) ? identifier : []), own] };
}

/** `system|value` for a search, with what would mean something else escaped; not yet percent-encoded. */
export function identifierToken({ system, value }: { system: string; value: string }): string {
  return `${escaped(system)}|${escaped(value)}`;
}

function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, '\\$&');
}
