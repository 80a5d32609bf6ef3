import type { FhirResource } from 'fhir/r4';
import type { Queryable } from '../store/database.ts';
import type { PatientKey } from '../store/ids.ts';
import type { Change } from './subscriber.ts';

/** Which version of what: a row of `outbox` or `delivery`. */
export interface VersionOf {
  key: PatientKey;
  type: string;
  id: string;
  version: number;
  at: string;
}

interface Texts {
  i: number;
  now: string | null;
  before: string | null;
}

const VERSION = (version: string) => `(
    select content from resource
    where patient_key = n.key and type = n.type and id = n.id and version = ${version}
    union all
    select content from resource_history
    where patient_key = n.key and type = n.type and id = n.id and version = ${version} limit 1)`;

const TEXTS = `select n.i, ${VERSION('n.version')} as now, ${VERSION('n.version - 1')} as before
  from unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) with ordinality as n(key, type, id, version, i)
  order by n.i`;

/** Reads what was written and what was there before, for many versions at once, in their order. */
export async function readChanges<T extends VersionOf>(q: Queryable, versions: readonly T[]): Promise<(T & Change)[]> {
  if (versions.length === 0) return [];
  const rows = await q.query<Texts>(TEXTS, [
    versions.map((each) => each.key),
    versions.map((each) => each.type),
    versions.map((each) => each.id),
    versions.map((each) => each.version),
  ]);
  return versions.map((version, i) => changeOf(version, rows[i] as Texts));
}

/** Parsed when first looked at: most changes are wanted by few. */
function changeOf<T extends VersionOf>(version: T, texts: Texts): T & Change {
  const parsed: { now?: FhirResource | undefined; before?: FhirResource | undefined } = {};
  const read = (which: 'now' | 'before') => {
    if (!(which in parsed)) {
      const text = texts[which];
      parsed[which] = text === null ? undefined : (JSON.parse(text) as FhirResource);
    }
    return parsed[which];
  };
  return {
    ...version,
    get resource() {
      return read('now');
    },
    get text() {
      return texts.now ?? undefined;
    },
    get before() {
      return read('before');
    },
  };
}
