import type { FhirResource, Identifier, Reference } from 'fhir/r4';
import { refuse } from '../../fhir/refusal.ts';
import { BUSINESS_KEYED, type BusinessKey } from '../../store/claims.ts';
import { baseOf, type Incoming, withReferences } from './incoming.ts';

/** What is meant by a name that only those who sent it have, or by a business key: `Type/id` here. */
export interface Meanings {
  /** By fullUrl, urn and the sender's own `Type/id`. */
  names: ReadonlyMap<string, string>;
  /** By `Type|system|value`. */
  keys: ReadonlyMap<string, string>;
  /** This server's FHIR base. */
  base: string;
}

/** The elements that refer to an order, where the reference itself does not say to what. */
const TO_ORDERS: ReadonlySet<string> = new Set(['authorizingPrescription', 'priorPrescription', 'basedOn', 'request']);

/** The type of business-keyed resource that a reference with an identifier means, where it is one. */
function keyedType(reference: Reference, element: string): string | undefined {
  const type = reference.type ?? (TO_ORDERS.has(element) ? 'MedicationRequest' : undefined);
  return type !== undefined && BUSINESS_KEYED.has(type) ? type : undefined;
}

function keyOf(identifier: Identifier | undefined): BusinessKey | undefined {
  const { system, value } = identifier ?? {};
  return typeof system === 'string' && typeof value === 'string' && system && value ? { system, value } : undefined;
}

/** The business keys that references in a resource name, by type. */
export function keysReferredTo(resource: FhirResource): { type: string; key: BusinessKey }[] {
  const found: { type: string; key: BusinessKey }[] = [];
  withReferences(
    resource,
    (reference, element) => {
      const type = keyedType(reference, element);
      const key = keyOf(reference.identifier);
      if (type !== undefined && key !== undefined) found.push({ type, key });
      return reference;
    },
    resource.resourceType,
  );
  return found;
}

/**
 * The resource with references as they are on this server: to what came with it, to what is meant by an identifier, and to
 * what is here. An identifier stays beside the reference.
 * @throws Refusal 422 for a reference that nobody here can follow
 */
export function followed(incoming: Incoming, { names, keys, base }: Meanings): FhirResource {
  const theirs = baseOf(incoming);
  const write = (given: Reference, element: string, path: string): Reference => {
    const { reference: literal, ...rest } = given;
    const type = keyedType(given, element);
    const key = keyOf(given.identifier);
    const byKey = type !== undefined && key !== undefined ? keys.get(`${type}|${key.system}|${key.value}`) : undefined;
    if (typeof literal !== 'string') return byKey === undefined ? given : { reference: byKey, ...rest };
    if (literal.startsWith('#')) return given;
    const absolute = theirs !== undefined && /^[A-Z][A-Za-z]+\//.test(literal) ? `${theirs}/${literal}` : literal;
    const named = names.get(literal) ?? names.get(absolute);
    if (named !== undefined) return { reference: named, ...rest };
    if (absolute.startsWith(`${base}/`)) return { reference: absolute.slice(base.length + 1), ...rest };
    if (byKey !== undefined) return { reference: byKey, ...rest };
    if (/^https?:/.test(absolute)) return { reference: absolute, ...rest };
    if (given.identifier !== undefined) return rest;
    throw refuse(
      422,
      'not-found',
      'This reference leads to nothing that was sent with it: add the resource, or send an absolute URL or an identifier.',
      { expression: `${path}.reference`, rule: 'R-251a' },
    );
  };
  return withReferences(incoming.resource, write, incoming.at ?? incoming.resource.resourceType) as FhirResource;
}
