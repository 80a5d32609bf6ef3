import type { FhirResource, Identifier } from 'fhir/r4';
import type { Queryable } from './database.ts';
import type { PatientKey } from './ids.ts';

/**
 * The types whose `identifier` is the business key between systems: one resource of the type for each, so that the same
 * order, dispense or statement sent twice is never kept twice.
 */
export const BUSINESS_KEYED: ReadonlySet<string> = new Set([
  'MedicationRequest',
  'MedicationDispense',
  'MedicationStatement',
  'MedicationAdministration',
]);

/** An identifier that one resource of a type has. */
export interface BusinessKey {
  system: string;
  value: string;
}

/** The business keys of a resource, each once; none where its type has none. */
export function businessKeys(resource: FhirResource): BusinessKey[] {
  if (!BUSINESS_KEYED.has(resource.resourceType)) return [];
  const keys = new Map<string, BusinessKey>();
  const { identifier } = resource as { identifier?: Identifier[] };
  for (const each of Array.isArray(identifier) ? identifier : []) {
    const { system, value, use } = each ?? {};
    if (typeof system !== 'string' || typeof value !== 'string' || !system || !value || use === 'old') continue;
    keys.set(`${system}|${value}`, { system, value });
  }
  return [...keys.values()];
}

/** The most bytes of a name that an index holds: system and value together, an address, a message's identifier. */
export const LONGEST_NAME = 1000;

/** Is a name longer than can be kept? */
export function isTooLong(...parts: readonly string[]): boolean {
  return parts.reduce((sum, each) => sum + Buffer.byteLength(each), 0) > LONGEST_NAME;
}

/** A resource that has a business key. */
export interface Holder extends BusinessKey {
  key: PatientKey;
  id: string;
}

const HOLDERS = `select c.system, c.value, c.patient_key as key, c.id
  from unnest($2::text[], $3::text[]) as n(system, value)
  join identifier_claim c on c.type = $1 and c.system = n.system and c.value = n.value
  order by c.system, c.value`;

/** The resources of a type that have any of the keys. */
export function holdersOf(q: Queryable, type: string, keys: readonly BusinessKey[]): Promise<Holder[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return q.query<Holder>(HOLDERS, [type, keys.map(({ system }) => system), keys.map(({ value }) => value)]);
}
