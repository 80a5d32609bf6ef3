import type { FhirResource, Reference } from 'fhir/r4';

/** The system of ODS codes, by which organisations of the NHS are known. */
const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';

/** A resource that may say whom another is from: the organisations and roles of a Bundle, by what they are called in it. */
export type Beside = Map<string, FhirResource>;

/**
 * Where each type says which organisation it comes from, best first. Another type says it by `meta.source` only.
 */
const AUTHORS: { readonly [type: string]: readonly string[] } = {
  MedicationRequest: ['requester', 'recorder'],
  MedicationDispense: ['performer.actor'],
  MedicationStatement: ['informationSource'],
  MedicationAdministration: ['performer.actor'],
  AllergyIntolerance: ['recorder', 'asserter'],
  Patient: ['managingOrganization'],
  PractitionerRole: ['organization'],
  List: ['source'],
  Task: ['requester'],
  Provenance: ['agent.onBehalfOf', 'agent.who'],
  DocumentReference: ['custodian', 'author'],
  Composition: ['custodian', 'author'],
  MessageHeader: ['sender', 'responsible', 'author'],
};

type Node = { readonly [key: string]: unknown };

/**
 * By what names the sender of a resource may be known, the surest first: the organisation that the resource itself names
 * as its author, by ODS code, and the system of `meta.source`. Only what is at hand is looked at: identifiers, contained
 * resources, and what came in the same Bundle. Nothing is read from the record.
 *
 * It is what the resource says of itself. Where clients are known otherwise (a message's sender, a login), that comes
 * first.
 */
export function sendersOf(resource: FhirResource, beside?: Beside): string[] {
  const senders: string[] = [];
  const own = odsOf(resource as unknown as Node);
  if (resource.resourceType === 'Organization' && own !== undefined) senders.push(own);
  for (const path of AUTHORS[resource.resourceType] ?? []) {
    for (const reference of valuesAt(resource as unknown as Node, path.split('.'))) {
      const code = organisationOf(reference as Reference, resource, beside, 0);
      if (code !== undefined && !senders.includes(code)) senders.push(code);
    }
  }
  const source = resource.meta?.source;
  if (typeof source === 'string' && source !== '') senders.push(source.replace(/#.*$/s, ''));
  return senders;
}

/** The ODS code that a reference leads to: by its identifier, or by the organisation or role that is at hand. */
function organisationOf(
  reference: Reference | undefined,
  within: FhirResource,
  beside: Beside | undefined,
  depth: number,
): string | undefined {
  const direct = odsIn(reference?.identifier);
  if (direct !== undefined || depth > 2) return direct;
  const target = typeof reference?.reference === 'string' ? find(reference.reference, within, beside) : undefined;
  if (target === undefined) return undefined;
  if (target.resourceType === 'Organization') return odsOf(target as unknown as Node);
  if (target.resourceType !== 'PractitionerRole') return undefined;
  return organisationOf(target.organization, within, beside, depth + 1);
}

function find(reference: string, within: FhirResource, beside: Beside | undefined): FhirResource | undefined {
  if (!reference.startsWith('#')) return beside?.get(reference);
  const contained = (within as { contained?: unknown }).contained;
  if (!Array.isArray(contained)) return undefined;
  return contained.find((each: FhirResource | null) => each?.id === reference.slice(1));
}

function odsOf({ identifier }: Node): string | undefined {
  return (Array.isArray(identifier) ? identifier : []).map(odsIn).find((code) => code !== undefined);
}

function odsIn(identifier: unknown): string | undefined {
  const { system, value } = (identifier ?? {}) as { system?: unknown; value?: unknown };
  return system === ODS && typeof value === 'string' && value !== '' ? value.toUpperCase().slice(0, 64) : undefined;
}

function valuesAt(node: unknown, path: readonly string[]): unknown[] {
  const [first, ...rest] = path;
  if (first === undefined) return Array.isArray(node) ? node : [node];
  if (Array.isArray(node)) return node.flatMap((each) => valuesAt(each, path));
  const value = (node as Node | null | undefined)?.[first];
  return value === undefined || value === null ? [] : valuesAt(value, rest);
}

/** What the organisations and roles of a Bundle are called in it, by fullUrl. */
export function organisationsIn(entries: readonly unknown[]): Beside {
  const found: Beside = new Map();
  for (const entry of entries) {
    const { fullUrl, resource } = (entry ?? {}) as { fullUrl?: unknown; resource?: FhirResource };
    const type = resource?.resourceType;
    if (resource === undefined || (type !== 'Organization' && type !== 'PractitionerRole')) continue;
    if (typeof fullUrl === 'string') found.set(fullUrl, resource);
    if (typeof resource.id === 'string') found.set(`${type}/${resource.id}`, resource);
  }
  return found;
}
