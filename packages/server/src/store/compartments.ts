import { LRUCache } from 'lru-cache';
import type { Queryable } from './database.ts';
import { type PatientKey, SHARED } from './ids.ts';
import type { Identity } from './patients.ts';
import { ROW_COLUMNS, type Row, Stored } from './stored.ts';

/** All current resources of one patient's compartment. */
export interface Compartment {
  key: PatientKey;
  version: number;
  entries: readonly Stored[];
}

/**
 * The compartments in which anything about a person may be: those that hold the identity itself, and those that hold
 * another identity found beside it (a Patient's second number, sent alone by someone else).
 */
const FIND_KEYS = `
  select distinct c.patient_key as key, c.version
  from patient_identity named
  join patient_identity beside on beside.patient_key = named.patient_key
  join patient_identity there on there.system = beside.system and there.value = beside.value
  join compartment c on c.patient_key = there.patient_key
  where (named.system, named.value) in (select * from unnest($1::text[], $2::text[]))`;

const LOAD = `select ${ROW_COLUMNS} from resource where patient_key = any($1::bigint[]) and content is not null order by patient_key, id`;

/**
 * Reads patients' compartments, keeping those lately read. A compartment is kept with its version, and every read asks
 * the database for the version first: what is answered is never older than the last committed write.
 */
export class Compartments {
  readonly #kept: LRUCache<PatientKey, Compartment>;

  /** @param maxCharacters how much JSON text to keep, in characters; 0 keeps nothing, as inside a transaction */
  constructor(maxCharacters: number) {
    this.#kept = new LRUCache({
      maxSize: Math.max(1, maxCharacters),
      sizeCalculation: (compartment) => 100 + compartment.entries.reduce((sum, entry) => sum + entry.text.length, 0),
    });
  }

  /** Everything that is kept about the persons whom any of the identities may name; who is meant is for the caller. */
  async find(q: Queryable, identities: readonly Identity[]): Promise<Compartment[]> {
    if (identities.length === 0) return [];
    const systems = identities.map((each) => each.system);
    const values = identities.map((each) => each.value);
    const found = await q.query<{ key: PatientKey; version: number }>(FIND_KEYS, [systems, values]);
    return this.#load(q, found);
  }

  async #load(q: Queryable, wanted: { key: PatientKey; version: number }[]): Promise<Compartment[]> {
    const missing = wanted.filter(({ key, version }) => key !== SHARED && this.#kept.get(key)?.version !== version);
    const loaded = new Map<PatientKey, Compartment>();
    if (missing.length > 0) {
      const rows = await q.query<Row>(LOAD, [missing.map(({ key }) => key)]);
      for (const { key, version } of missing) {
        const entries = rows.filter((row) => row.key === key).map((row) => new Stored(row));
        loaded.set(key, { key, version, entries });
      }
      // The rows may be newer than the version read before them. Kept under the older version they are read again at
      // the next request, which asks for the newer one; so nothing stale is ever served.
      for (const compartment of loaded.values()) this.#kept.set(compartment.key, compartment);
    }
    return wanted.flatMap(({ key }) => loaded.get(key) ?? this.#kept.get(key) ?? []);
  }
}
