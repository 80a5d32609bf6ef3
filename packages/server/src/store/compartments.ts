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

type Versioned = Pick<Compartment, 'key' | 'version'>;

const FIND = 'select key, version from find_compartments($1::text[], $2::text[])';

const LOAD = `select ${ROW_COLUMNS} from resource where patient_key = any($1::bigint[]) and content is not null order by patient_key, id`;

/** The compartments of the persons whom anything in some compartments may be about. */
const BESIDE = `select distinct n.key as of, c.patient_key as key, c.version
  from unnest($1::bigint[]) as n(key),
    lateral (select i.system, i.value from patient_identity i where i.patient_key = n.key offset 0) own,
    lateral (select i.patient_key from patient_identity i
      where i.system = own.system and i.value = own.value offset 0) there,
    lateral (select k.patient_key, k.version from compartment k where k.patient_key = there.patient_key offset 0) c`;

/** What was written in compartments, each since an instant, deletions included, and how many resources there are. */
const CHANGED = `select r.*, t.total
  from unnest($1::bigint[], $2::text[]) as n(of, since),
    lateral (select count(*) as total from resource where patient_key = n.of and content is not null offset 0) t,
    lateral (select ${ROW_COLUMNS} from resource
      where patient_key = n.of and last_updated > n.since::timestamptz offset 0) r`;

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

  /**
   * The same for many persons at once, who have something in compartments.
   * @returns for each compartment those of its person; none for one that names nobody
   */
  async findBeside(q: Queryable, keys: readonly PatientKey[]): Promise<Map<PatientKey, Compartment[]>> {
    const found = await q.query<{ of: PatientKey; key: PatientKey; version: number }>(BESIDE, [[...new Set(keys)]]);
    const versions = new Map(found.map(({ key, version }) => [key, { key, version }]));
    const loaded = new Map((await this.#load(q, [...versions.values()])).map((each) => [each.key, each]));
    const beside = new Map<PatientKey, Compartment[]>();
    for (const { of, key } of found) {
      const each = loaded.get(key);
      if (each !== undefined) beside.set(of, [...(beside.get(of) ?? []), each]);
    }
    return beside;
  }

  async #load(q: Queryable, wanted: readonly Versioned[]): Promise<Compartment[]> {
    const found: Compartment[] = [];
    const stale: { kept: Compartment; version: number }[] = [];
    const missing: Versioned[] = [];
    for (const each of wanted) {
      if (each.key === SHARED) continue;
      const kept = this.#kept.get(each.key);
      if (kept === undefined) missing.push(each);
      else if (kept.version === each.version) found.push(kept);
      else stale.push({ kept, version: each.version });
    }
    if (stale.length > 0) {
      const brought = await bringUpToDate(q, stale);
      for (const [i, each] of brought.entries()) {
        if (each === undefined)
          missing.push({ key: stale[i]?.kept.key as PatientKey, version: stale[i]?.version as number });
        else found.push(this.#keep(each));
      }
    }
    if (missing.length > 0) {
      const rows = Map.groupBy(await q.query<Row>(LOAD, [missing.map(({ key }) => key)]), ({ key }) => key);
      for (const { key, version } of missing) {
        const entries = (rows.get(key) ?? []).map((row) => new Stored(row));
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
 * Kept compartments with what was written since; undefined for one of which that cannot be told from what changed (a
 * resource has moved to another patient). Writes of one patient are in order, so whatever is later than what is kept is
 * all there is.
 */
async function bringUpToDate(
  q: Queryable,
  stale: readonly { kept: Compartment; version: number }[],
): Promise<(Compartment | undefined)[]> {
  const since = stale.map(({ kept }) =>
    kept.entries.reduce((latest, { lastUpdated }) => (lastUpdated > latest ? lastUpdated : latest), ''),
  );
  const some = stale.flatMap(({ kept }, i) => (since[i] === '' ? [] : [{ key: kept.key, since: since[i] as string }]));
  if (some.length === 0) return stale.map(() => undefined);
  const params = [some.map(({ key }) => key), some.map((each) => each.since)];
  const rows = Map.groupBy(await q.query<Row & { total: number }>(CHANGED, params), ({ key }) => key);
  return stale.map(({ kept, version }) => withChanges(kept, version, rows.get(kept.key) ?? []));
}

function withChanges(
  kept: Compartment,
  version: number,
  rows: readonly (Row & { total: number })[],
): Compartment | undefined {
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
