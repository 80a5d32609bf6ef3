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

const FIND = 'select key, version from find_compartments($1::text[], $2::text[])';

const LOAD = `select ${ROW_COLUMNS} from resource where patient_key = any($1::bigint[]) and content is not null order by patient_key, id`;

/** What was written since an instant, deletions included, and how many resources there are. */
const CHANGED = `select ${ROW_COLUMNS}, (select count(*) from resource where patient_key = $1 and content is not null) as total
  from resource where patient_key = $1 and last_updated > $2::timestamptz`;

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
    const found = await q.query<{ key: PatientKey; version: number }>(FIND, [systems, values]);
    return this.#load(q, found);
  }

  async #load(q: Queryable, wanted: { key: PatientKey; version: number }[]): Promise<Compartment[]> {
    const found: Compartment[] = [];
    const missing: { key: PatientKey; version: number }[] = [];
    for (const each of wanted) {
      if (each.key === SHARED) continue;
      const kept = this.#kept.get(each.key);
      if (kept?.version === each.version) found.push(kept);
      else {
        const brought = kept === undefined ? undefined : await bringUpToDate(q, kept, each.version);
        if (brought === undefined) missing.push(each);
        else found.push(this.#keep(brought));
      }
    }
    if (missing.length > 0) {
      const rows = await q.query<Row>(LOAD, [missing.map(({ key }) => key)]);
      for (const { key, version } of missing) {
        const entries = rows.filter((row) => row.key === key).map((row) => new Stored(row));
        found.push(this.#keep({ key, version, entries }));
      }
    }
    return found;
  }

  /**
   * The rows of a compartment may be newer than the version read before them. Kept under the older version they are
   * brought up to date at the next request, which asks for the newer one; so nothing stale is ever served.
   */
  #keep(compartment: Compartment): Compartment {
    this.#kept.set(compartment.key, compartment);
    return compartment;
  }
}

/**
 * A kept compartment with what was written since; undefined when that cannot be told from what changed (a resource has
 * moved to another patient). Writes of one patient are in order, so whatever is later than what is kept is all there is.
 */
async function bringUpToDate(q: Queryable, kept: Compartment, version: number): Promise<Compartment | undefined> {
  const since = kept.entries.reduce((latest, { lastUpdated }) => (lastUpdated > latest ? lastUpdated : latest), '');
  if (since === '') return undefined;
  const rows = await q.query<Row & { total: number }>(CHANGED, [kept.key, since]);
  const changed = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
  const entries = kept.entries.flatMap((entry) => {
    const row = changed.get(entry.reference);
    if (row === undefined) return [entry];
    changed.delete(entry.reference);
    return row.content === null ? [] : [new Stored(row)];
  });
  for (const row of changed.values()) if (row.content !== null) entries.push(new Stored(row));
  return rows[0]?.total === entries.length ? { key: kept.key, version, entries } : undefined;
}
