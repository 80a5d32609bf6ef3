import type { LRUCache } from 'lru-cache';
import type { Compartments } from './compartments.ts';
import type { Queryable } from './database.ts';
import { keyOfId, newPatientKey, type PatientKey, SHARED } from './ids.ts';
import { type Identity, isPatientOwned } from './patients.ts';
import { ROW_COLUMNS, type Row, Stored } from './stored.ts';
import { ANY_VERSION, VersionConflict, type Write, type Written } from './write.ts';
import type { WriteQueue } from './write-queue.ts';

/** What a search across patients asks of the rows, beside their type: hashes that all, or one of each set, must be there. */
export interface Candidates {
  type: string;
  all: number[];
  anyOf: number[][];
  noneOf: number[];
  /** Last written from the one instant to the other (ISO), where that is asked. */
  from?: string;
  to?: string;
  /** identity: by compartment and id, an order that no update disturbs. */
  order: 'identity' | 'oldest' | 'newest';
  /** Where the page before ended, in the terms of `order`. */
  after?: { key: PatientKey; id: string; lastUpdated: string };
  limit: number;
}

export interface HistoryQuery {
  types: string[];
  /** One resource, of the only type. */
  id?: string;
  /** Versions made at or after this instant. */
  since?: string;
  /** Where the page before ended. */
  before?: { lastUpdated: string; type: string; id: string; version: number };
  limit: number;
}

/** A resource by its type and id. */
interface ResourceName {
  type: string;
  id: string;
}

/** The current versions of many resources, those that exist; in no particular order. */
export async function readMany(q: Queryable, references: readonly ResourceName[]): Promise<Stored[]> {
  if (references.length === 0) return [];
  const rows = await q.query<Row>(READ_MANY, [
    references.map((each) => each.type),
    references.map((each) => each.id),
    references.map((each) => keyOfId(each.id) ?? null),
  ]);
  return rows.map((row) => new Stored(row));
}

/** One session with the record: the database itself, or one transaction on it. */
export class Record {
  readonly q: Queryable;
  readonly compartments: Compartments;
  readonly #homes: LRUCache<string, PatientKey>;
  readonly #writes: WriteQueue;

  constructor(q: Queryable, writes: WriteQueue, compartments: Compartments, homes: LRUCache<string, PatientKey>) {
    this.q = q;
    this.#writes = writes;
    this.compartments = compartments;
    this.#homes = homes;
  }

  /** The current version of a resource, deleted ones included; undefined when there never was one. */
  async read(type: string, id: string): Promise<Row | undefined> {
    const key = keyOfId(id);
    if (key !== undefined) {
      const [row] = await this.q.query<Row>(READ, [key, type, id]);
      if (row) return row;
    }
    const [row] = await this.q.query<Row>(READ_LOCATED, [type, id]);
    return row;
  }

  /** The current versions of many resources, those that exist; in no particular order. */
  readMany(references: readonly ResourceName[]): Promise<Stored[]> {
    return readMany(this.q, references);
  }

  /** One version of a resource, current or not. */
  async readVersion(type: string, id: string, version: number): Promise<Row | undefined> {
    const [row] = await this.q.query<Row>(READ_VERSION, [type, id, version, keyOfId(id) ?? null]);
    return row;
  }

  /** Versions, newest first: of one resource, of a type, or of everything. */
  async history(query: HistoryQuery): Promise<Row[]> {
    const { types, id, since, before, limit } = query;
    const params: unknown[] = [limit, types];
    const add = (value: unknown) => `$${params.push(value)}`;
    const where: string[] = [`type = asked.type`, `interaction <> 'move'`];
    if (id !== undefined) {
      where.push(`id = ${add(id)}`);
      where.push(`patient_key in (select unnest(former_keys || patient_key) from resource_location l
        where l.type = asked.type and l.id = ${add(id)} union all select ${add(keyOfId(id) ?? null)}::bigint)`);
    }
    if (since !== undefined) where.push(`last_updated >= ${add(since)}::timestamptz`);
    if (before !== undefined) {
      const { lastUpdated, type, id, version } = before;
      where.push(
        `(last_updated, type, id, version) < (${add(lastUpdated)}::timestamptz, ${add(type)}, ${add(id)}, ${add(version)}::int)`,
      );
    }
    // Type by type, so that each is a short walk along an index on (type, last_updated, id).
    const of = (table: string) =>
      `select r.* from unnest($2::text[]) as asked(type), lateral (
        select ${ROW_COLUMNS}, last_updated from ${table} where ${where.join(' and ')}
        order by last_updated desc, id desc, version desc limit $1) r`;
    return this.q.query<Row>(
      `select * from (${of('resource')} union all ${of('resource_history')}) r
        order by r.last_updated desc, r.type desc, r.id desc, r.version desc limit $1`,
      params,
    );
  }

  /** What was recorded in compartments by an instant: of each resource the last version not later than it. */
  async asKnownAt(keys: PatientKey[], instant: string): Promise<Stored[]> {
    const rows = await this.q.query<Row>(KNOWN_AT, [keys, instant]);
    return rows.filter((row) => row.content !== null).map((row) => new Stored(row));
  }

  /** Rows of a type across patients that may match a search; the search itself judges. */
  async candidates({ type, all, anyOf, noneOf, from, to, order, after, limit }: Candidates): Promise<Stored[]> {
    const params: unknown[] = [type, limit];
    const add = (value: unknown) => `$${params.push(value)}`;
    const where = ['type = $1', 'content is not null'];
    if (all.length > 0) where.push(`tokens @> ${add(all)}::bigint[]`);
    for (const any of anyOf) where.push(`tokens && ${add(any)}::bigint[]`);
    if (noneOf.length > 0) where.push(`not tokens && ${add(noneOf)}::bigint[]`);
    if (from !== undefined) where.push(`last_updated >= ${add(from)}::timestamptz`);
    if (to !== undefined) where.push(`last_updated <= ${add(to)}::timestamptz`);
    if (after !== undefined && order === 'identity') {
      where.push(`(patient_key, id) > (${add(after.key)}::bigint, ${add(after.id)}::text)`);
    } else if (after !== undefined) {
      const sign = order === 'oldest' ? '>' : '<';
      where.push(`(last_updated, id) ${sign} (${add(after.lastUpdated)}::timestamptz, ${add(after.id)}::text)`);
    }
    const by = {
      identity: 'patient_key, id',
      oldest: 'resource.last_updated, id',
      newest: 'resource.last_updated desc, id desc',
    };
    const sql = `select ${ROW_COLUMNS} from resource where ${where.join(' and ')} order by ${by[order]} limit $2`;
    return (await this.q.query<Row>(sql, params)).map((row) => new Stored(row));
  }

  /** How many rows of a type carry the hashes. */
  async count({ type, all, anyOf, noneOf }: Omit<Candidates, 'order' | 'limit'>): Promise<number> {
    const params: unknown[] = [type, all, noneOf];
    const any = anyOf.map((each) => `and tokens && $${params.push(each)}::bigint[]`).join(' ');
    const [row] = await this.q.query<{ n: number }>(
      `select count(*) as n from resource where type = $1 and content is not null
        and tokens @> $2::bigint[] and not tokens && $3::bigint[] ${any}`,
      params,
    );
    return row?.n ?? 0;
  }

  /**
   * The compartment for something that names its patient so. Known names lead to where their resources are already
   * kept; a name never met before gets a new compartment (two processes may each make one: reads look in both).
   */
  async home(type: string, identities: Identity[]): Promise<PatientKey> {
    if (!isPatientOwned(type) || identities.length === 0) return SHARED;
    const names = identities.map((each) => `${each.system}|${each.value}`);
    const remember = (key: PatientKey) => {
      for (const name of names) if (!this.#homes.has(name)) this.#homes.set(name, key);
      return key;
    };
    for (const [i, each] of identities.entries()) {
      const known = this.#homes.get(names[i] as string);
      if (known !== undefined) return remember(known);
      const [row] = await this.q.query<{ key: PatientKey }>(HOME, [each.system, each.value]);
      if (row) return remember(row.key);
    }
    // Another request may have met the same name while this one was looking.
    const meanwhile = names.map((name) => this.#homes.get(name)).find((key) => key !== undefined);
    return remember(meanwhile ?? newPatientKey());
  }

  /** Holds, until the transaction ends, a name that others who would do the same thing must hold too. */
  async lock(name: string): Promise<void> {
    await this.q.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
  }

  /** Writes one version; moves the resource first when it is now about another patient. */
  async write(each: Write, current?: Row): Promise<Written> {
    if (current !== undefined && current.key !== each.key) return this.#move(each, current);
    return this.#writes.write(each);
  }

  /** Inside a transaction only. */
  async #move(each: Write, current: Row): Promise<Written> {
    const { type, id } = each;
    const [left] = await this.q.query<{ version: number }>(LEAVE, [current.key, type, id]);
    if (left === undefined || (each.expected !== ANY_VERSION && each.expected !== left.version)) {
      throw new VersionConflict(`version is ${left?.version ?? 0}`);
    }
    const params = [type, id, current.key, each.key, left.version];
    const [arrived] = await this.q.query<{ marked: boolean }>(ARRIVE, params);
    const written = await this.#writes.write({ ...each, expected: left.version });
    if (arrived?.marked !== true) {
      await this.q.query(
        'delete from resource_history where patient_key = $1 and type = $2 and id = $3 and version = $4',
        [each.key, type, id, left.version],
      );
    }
    return { ...written, existed: current.content !== null };
  }
}

const READ = `select ${ROW_COLUMNS} from resource where patient_key = $1 and type = $2 and id = $3`;

const READ_LOCATED = `select r.* from resource_location l, lateral (
    select ${ROW_COLUMNS} from resource where patient_key = l.patient_key and type = l.type and id = l.id) r
  where l.type = $1 and l.id = $2`;

const READ_MANY = `select r.* from unnest($1::text[], $2::text[], $3::bigint[]) as n(type, id, key)
  left join resource_location l on l.type = n.type and l.id = n.id,
  lateral (select ${ROW_COLUMNS} from resource
    where patient_key = coalesce(l.patient_key, n.key) and type = n.type and id = n.id and content is not null) r`;

const READ_VERSION = `with keys as (
    select unnest(former_keys || patient_key) as key from resource_location where type = $1 and id = $2
    union all select $4::bigint)
  select ${ROW_COLUMNS} from resource where patient_key in (select key from keys) and type = $1 and id = $2 and version = $3
  union all
  select ${ROW_COLUMNS} from resource_history
  where patient_key in (select key from keys) and type = $1 and id = $2 and version = $3 and interaction <> 'move'`;

const KNOWN_AT = `select distinct on (type, id) * from (
    select ${ROW_COLUMNS} from resource
    where patient_key = any($1::bigint[]) and last_updated <= $2::timestamptz
    union all
    select ${ROW_COLUMNS} from resource_history
    where patient_key = any($1::bigint[]) and last_updated <= $2::timestamptz) v
  order by type, id, version desc`;

const HOME = `select patient_key as key from patient_identity where system = $1 and value = $2 order by patient_key limit 1`;

/** The last version becomes history where it was, followed by a mark that the resource left. */
const LEAVE = `with gone as (
    delete from resource where patient_key = $1 and type = $2 and id = $3 returning *),
  kept as (
    insert into resource_history select patient_key, type, id, version, last_updated, interaction, content from gone),
  mark as (
    insert into resource_history
    select patient_key, type, id, version + 1, greatest(date_trunc('milliseconds', clock_timestamp()), last_updated + interval '1 millisecond'), 'move', null from gone),
  bump as (
    update compartment set version = version + 1, written_by = txid_current() where patient_key = $1),
  claims as (
    delete from identifier_claim where patient_key = $1 and type = $2 and id = $3)
  select version from gone`;

/**
 * A place holder with the last version number, which the write that follows supersedes; and the way to it. A resource
 * that comes back finds the mark that it left under that number: the mark becomes the place holder, and history again.
 */
const ARRIVE = `with mark as (
    delete from resource_history
    where patient_key = $4::bigint and type = $1::text and id = $2::text and version = $5::int and interaction = 'move'
    returning last_updated),
  placed as (
    insert into resource (patient_key, type, id, version, last_updated, interaction, content, tokens)
    values ($4::bigint, $1::text, $2::text, $5::int,
      coalesce((select last_updated from mark), date_trunc('milliseconds', clock_timestamp())), 'move', null, '{}'))
  insert into resource_location as l (type, id, patient_key, former_keys) values ($1::text, $2::text, $4::bigint, array[$3::bigint])
  on conflict (type, id) do update set patient_key = excluded.patient_key, former_keys = l.former_keys || excluded.former_keys
  returning exists (select 1 from mark) as marked`;
