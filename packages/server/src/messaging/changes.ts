import type { FhirResource } from 'fhir/r4';
import { LRUCache } from 'lru-cache';
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

/** What a version and the one before it say. Parsed when first looked at: most changes are wanted by few. */
class Contents {
  readonly now: string | undefined;
  readonly #before: string | undefined;
  #parsedNow: FhirResource | undefined;
  #parsedBefore: FhirResource | undefined;

  constructor(now: string | null, before: string | null) {
    this.now = now ?? undefined;
    this.#before = before ?? undefined;
  }

  get resource(): FhirResource | undefined {
    if (this.now !== undefined) this.#parsedNow ??= JSON.parse(this.now) as FhirResource;
    return this.#parsedNow;
  }

  get before(): FhirResource | undefined {
    if (this.#before !== undefined) this.#parsedBefore ??= JSON.parse(this.#before) as FhirResource;
    return this.#parsedBefore;
  }

  get characters(): number {
    return (this.now?.length ?? 0) + (this.#before?.length ?? 0);
  }
}

/** Contents lately read: a version stays as it is, and many may be told of it. */
export type KeptContents = LRUCache<string, Contents>;

/** @param maxCharacters how much JSON text to keep */
export function keepContents(maxCharacters: number): KeptContents {
  return new LRUCache({ maxSize: maxCharacters, sizeCalculation: ({ characters }) => 100 + characters });
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

/**
 * Reads what was written and what was there before, for many versions at once, in their order.
 * @param kept what need not be read again
 */
export async function readChanges<T extends VersionOf>(
  q: Queryable,
  versions: readonly T[],
  kept?: KeptContents,
): Promise<(T & Change)[]> {
  const contents = versions.map((each) => kept?.get(nameOf(each)));
  const missing = [...versions.entries()].filter(([i]) => contents[i] === undefined);
  if (missing.length > 0) {
    const rows = await q.query<{ now: string | null; before: string | null }>(TEXTS, [
      missing.map(([, { key }]) => key),
      missing.map(([, { type }]) => type),
      missing.map(([, { id }]) => id),
      missing.map(([, { version }]) => version),
    ]);
    for (const [n, [i, version]] of missing.entries()) {
      const each = new Contents(rows[n]?.now ?? null, rows[n]?.before ?? null);
      contents[i] = each;
      if (each.now !== undefined) kept?.set(nameOf(version), each);
    }
  }
  return versions.map((version, i) => changeOf(version, contents[i] as Contents));
}

/** A resource that moves to another patient has its versions elsewhere: the compartment is part of the name. */
function nameOf({ key, type, id, version }: VersionOf): string {
  return `${key}/${type}/${id}/${version}`;
}

function changeOf<T extends VersionOf>(version: T, contents: Contents): T & Change {
  return {
    ...version,
    text: contents.now,
    get resource() {
      return contents.resource;
    },
    get before() {
      return contents.before;
    },
  };
}
