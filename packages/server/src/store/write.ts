import type { FhirResource, Identifier } from 'fhir/r4';
import { completed, contentOf } from './content.ts';
import { type Queryable, sqlState } from './database.ts';
import { keyOfId, type PatientKey } from './ids.ts';
import type { Identity } from './patients.ts';
import type { Row } from './stored.ts';

/** One version of one resource, ready to be written. */
export interface Write {
  key: PatientKey;
  type: string;
  id: string;
  interaction: 'create' | 'update' | 'patch' | 'delete';
  /** The version that must be current: 0 for none, undefined when any will do. */
  expected?: number | undefined;
  /** undefined for a deletion. */
  resource?: FhirResource;
  /** Hashes for searches across patients. */
  tokens: number[];
  /** How the resource names its patient: where others will look for it. */
  identities: Identity[];
}

export interface Written extends Row {
  /** Was there a version with content before? */
  existed: boolean;
}

/** The version that is current is not the one that the writer had seen. */
export class VersionConflict extends Error {}

/** A business key of the resource belongs to another. */
export class DuplicateIdentifier extends Error {
  readonly reference: string;
  constructor(reference: string) {
    super(`identifier is in use by ${reference}`);
    this.reference = reference;
  }
}

/** The id came into being elsewhere while this write was under way: look again. */
export class IdTaken extends Error {}

/**
 * The types whose `identifier` is the business key between systems: one resource of the type for each, so that the same
 * order, dispense or statement sent twice is never kept twice.
 */
const BUSINESS_KEYED: ReadonlySet<string> = new Set([
  'MedicationRequest',
  'MedicationDispense',
  'MedicationStatement',
  'MedicationAdministration',
]);

/** The identities and the resource go in one statement, so that alone it is a whole transaction. */
const WRITE = `
  with identity as (
    insert into patient_identity (system, value, patient_key)
    select n.system, n.value, $1::bigint from unnest($12::text[], $13::text[]) as n(system, value)
    on conflict do nothing
  )
  select version, last_updated as "lastUpdated", existed
  from write_resource($1::bigint, $2::text, $3::text, $4::int, $5::text, $6::text, $7::text, $8::bigint[], $9::text[],
    $10::text[], $11::boolean)`;

/**
 * Writes one version.
 * @throws VersionConflict, DuplicateIdentifier, IdTaken; nothing is written then
 */
export async function write(q: Queryable, each: Write): Promise<Written> {
  const content = each.resource === undefined ? undefined : contentOf(each.resource, each.id);
  const claims = each.resource === undefined ? [] : businessKeys(each.resource);
  const params = [
    ...[each.key, each.type, each.id, each.expected ?? null, each.interaction],
    ...[content?.before ?? null, content?.after ?? null, each.tokens],
    ...[claims.map((claim) => claim.system), claims.map((claim) => claim.value), keyOfId(each.id) !== each.key],
    ...[each.identities.map((identity) => identity.system), each.identities.map((identity) => identity.value)],
  ];
  const [row] = await q
    .query<{ version: number; lastUpdated: string; existed: boolean }>(WRITE, params)
    .catch((error) => Promise.reject(meaning(error, each)));
  if (row === undefined) throw new Error('write_resource returned no row');
  const { key, type, id, interaction } = each;
  const text = content === undefined ? null : completed(content, row.version, row.lastUpdated);
  return { key, type, id, interaction, ...row, content: text };
}

function businessKeys(resource: FhirResource): { system: string; value: string }[] {
  if (!BUSINESS_KEYED.has(resource.resourceType)) return [];
  const keys = new Map<string, { system: string; value: string }>();
  for (const { system, value, use } of (resource as { identifier?: Identifier[] }).identifier ?? []) {
    if (system && value && use !== 'old') keys.set(`${system}|${value}`, { system, value });
  }
  return [...keys.values()];
}

function meaning(error: unknown, each: Write): unknown {
  switch (sqlState(error)) {
    case 'CC409':
      return new VersionConflict((error as Error).message);
    case 'CC001':
      return new DuplicateIdentifier(`${each.type}/${(error as { detail?: string }).detail}`);
    case 'CC002':
    case '23505':
      return new IdTaken((error as Error).message);
    default:
      return error;
  }
}
