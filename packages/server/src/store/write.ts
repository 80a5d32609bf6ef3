import type { FhirResource } from 'fhir/r4';
import { businessKeys } from './claims.ts';
import { completed, contentOf } from './content.ts';
import { type Queryable, sqlState } from './database.ts';
import { type Findings, keptOf, rulesIn } from './findings.ts';
import { keyOfId, type PatientKey } from './ids.ts';
import type { Identity } from './patients.ts';
import type { Row } from './stored.ts';

/** One version of one resource, ready to be written. */
export interface Write {
  key: PatientKey;
  type: string;
  id: string;
  interaction: 'create' | 'update' | 'patch' | 'delete';
  /** The version that must be current: 0 for none, {@link ANY_VERSION} for whichever is. */
  expected: number;
  /** undefined for a deletion. */
  resource?: FhirResource;
  /** Hashes for searches across patients. */
  tokens: number[];
  /** How the resource names its patient: where others will look for it. */
  identities: Identity[];
  /** What was found about it, where something was: kept with the version. */
  findings?: Findings | undefined;
}

export interface Written extends Row {
  /** What was found about it. */
  findings?: Findings | undefined;
  /** What its sender should know though it was accepted: sentences. */
  warnings?: string[] | undefined;
  /** Was there a version with content before? */
  existed: boolean;
}

/** Whichever version is current, but there must be one. */
export const ANY_VERSION = -1;

/** What was read before a write is no longer so: the read and the write are to be done again. */
export class RaceLost extends Error {}

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
 * Many writes in one statement, which alone is a whole transaction: the identities, and each resource in the order given.
 */
const WRITE_ALL = writeAllSql('');

/** The same where something was found about some of them. */
const WRITE_ALL_WITH_FINDINGS = writeAllSql(`, found as (
    insert into finding (patient_key, type, id, version, at, source, rules, content)
    select w.key, w.type, w.id, w.version, w.last_updated::timestamptz, f.source, f.rules::text[], f.content
    from unnest($14::bigint[], $15::text[], $16::text[], $17::text[]) as f(i, source, rules, content)
    join written w on w.i = f.i
  )`);

function writeAllSql(more: string): string {
  return `
  with written as (
    select n.i, n.key, n.type, n.id, w.version, w.last_updated, w.existed
    from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
      $10::boolean[]) with ordinality
      as n(key, type, id, expected, interaction, before, after, tokens, claims, locate, i),
      lateral write_resource(n.key, n.type, n.id, n.expected, n.interaction, n.before, n.after, n.tokens::bigint[],
        n.claims::jsonb, n.locate) w
  ), identity as (
    insert into patient_identity (system, value, patient_key)
    select distinct n.system, n.value, n.key from unnest($11::text[], $12::text[], $13::bigint[]) as n(system, value, key)
    order by 1, 2, 3
    on conflict do nothing
  )${more}
  select version, last_updated as "lastUpdated", existed from written order by i`;
}

/**
 * Writes versions, all or none.
 * @throws the database's error; {@link meaning} says what it means for which of them
 */
export async function writeAll(q: Queryable, writes: readonly Write[]): Promise<Written[]> {
  const contents = writes.map((each) => (each.resource === undefined ? undefined : contentOf(each.resource, each.id)));
  const identities = writes.flatMap(({ identities, key }) => identities.map((identity) => ({ ...identity, key })));
  const found = writes.flatMap(({ findings }, i) => {
    const kept = findings === undefined ? [] : keptOf(findings);
    return findings === undefined || kept.length === 0 ? [] : [{ i: i + 1, source: findings.source, found: kept }];
  });
  const sql = found.length === 0 ? WRITE_ALL : WRITE_ALL_WITH_FINDINGS;
  const rows = await q.query<{ version: number; lastUpdated: string; existed: boolean }>(sql, [
    writes.map((each) => each.key),
    writes.map((each) => each.type),
    writes.map((each) => each.id),
    writes.map((each) => each.expected),
    writes.map((each) => each.interaction),
    contents.map((content) => content?.before ?? null),
    contents.map((content) => content?.after ?? null),
    writes.map((each) => `{${each.tokens.join(',')}}`),
    writes.map((each) => JSON.stringify(each.resource === undefined ? [] : businessKeys(each.resource))),
    writes.map((each) => keyOfId(each.id) !== each.key),
    identities.map((each) => each.system),
    identities.map((each) => each.value),
    identities.map((each) => each.key),
    ...(found.length === 0 ? [] : findingsColumns(found)),
  ]);
  return writes.map(({ key, type, id, interaction, findings }, i) => {
    const row = rows[i];
    if (row === undefined) throw new Error('write_resource returned no row');
    const content = contents[i];
    const text = content === undefined ? null : completed(content, row.version, row.lastUpdated);
    return { key, type, id, interaction, ...row, content: text, findings };
  });
}

function findingsColumns(found: readonly (Findings & { i: number })[]): unknown[] {
  return [
    found.map(({ i }) => i),
    found.map(({ source }) => source),
    // Rule ids have no character that an array's text would need to escape; quotes keep the spaces.
    found.map(
      (each) =>
        `{${rulesIn(each.found)
          .map((rule) => `"${rule}"`)
          .join(',')}}`,
    ),
    found.map((each) => JSON.stringify(each.found)),
  ];
}

/** The write that an error of {@link writeAll} is about, where it says so. */
export function culpritOf(error: unknown, writes: readonly Write[]): Write | undefined {
  const hint = (error as { hint?: unknown } | null)?.hint;
  return writes.length === 1 ? writes[0] : writes.find(({ type, id }) => hint === `${type}/${id}`);
}

/** A database error as what it means for the write that it is about; any other error as it is. */
export function meaning(error: unknown, each: Write): unknown {
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
