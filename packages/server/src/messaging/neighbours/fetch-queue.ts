import { EventEmitter } from 'node:events';
import type { Database, Queryable } from '../../store/database.ts';

const CHANNEL = 'concord_fetch';

/** Something that a neighbour told of. */
export interface ToFetch {
  what: string;
  /** How often it was told of: what is told again meanwhile is not forgotten. */
  told: number;
  attempts: number;
}

const ADD = `insert into to_fetch as f (neighbour, what) select $1, what from unnest($2::text[]) as n(what) order by what
  on conflict (neighbour, what) do update set told = f.told + 1, state = 'waiting', retry_at = null`;

const DUE = `select what, told, attempts from to_fetch
  where neighbour = $1 and state = 'waiting' and (retry_at is null or retry_at <= clock_timestamp())
  order by told_at limit $2`;

const UNTIL_NEXT = `select (extract(epoch from min(retry_at) - clock_timestamp()) * 1000)::float8 as milliseconds
  from to_fetch where neighbour = $1 and state = 'waiting'`;

const DONE = 'delete from to_fetch where neighbour = $1 and what = $2 and told = $3';

const LATER = `update to_fetch set attempts = attempts + 1, error = $4,
    retry_at = case when told = $3 then clock_timestamp() + make_interval(secs => $5::float8) end
  where neighbour = $1 and what = $2`;

const REFUSED = `update to_fetch set attempts = attempts + 1, error = $4,
    state = case when told = $3 then 'refused' else state end, retry_at = null
  where neighbour = $1 and what = $2`;

/** What is still to be fetched from neighbours: kept in the database, so that nothing that was told is forgotten. */
export class FetchQueue {
  readonly #db: Database;
  readonly #added = new EventEmitter().setMaxListeners(0);
  #deaf: Promise<(() => Promise<void>) | undefined> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Begins to hear what other processes are told. */
  open(): void {
    this.#deaf = this.#db.listen?.(CHANNEL, () => this.#added.emit('added')).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#added.removeAllListeners();
    await (await this.#deaf)?.();
  }

  /** Notes what is to be fetched from a neighbour; tell the fetchers with {@link told} once that is committed. */
  async add(q: Queryable, neighbour: string, what: readonly string[]): Promise<void> {
    if (what.length > 0) await q.query(ADD, [neighbour, [...new Set(what)]]);
  }

  /** Something was added, or an operator did something. */
  told(): void {
    this.#added.emit('added');
    void this.#db.notify?.(CHANNEL).catch(() => undefined);
  }

  /** Calls back when something may have been added. */
  onTold(listener: () => void): void {
    this.#added.on('added', listener);
  }

  due(neighbour: string, limit: number): Promise<ToFetch[]> {
    return this.#db.query<ToFetch>(DUE, [neighbour, limit]);
  }

  /** Milliseconds until something that failed is to be tried again. */
  async untilNext(neighbour: string): Promise<number | undefined> {
    const [row] = await this.#db.query<{ milliseconds: number | null }>(UNTIL_NEXT, [neighbour]);
    return row?.milliseconds ?? undefined;
  }

  async done(neighbour: string, { what, told }: ToFetch): Promise<void> {
    await this.#db.query(DONE, [neighbour, what, told]);
  }

  async later(neighbour: string, { what, told }: ToFetch, reason: string, seconds: number): Promise<void> {
    await this.#db.query(LATER, [neighbour, what, told, reason, seconds]);
  }

  /** This server refuses what is there: an operator has to look. */
  async refused(neighbour: string, { what, told }: ToFetch, reason: string): Promise<void> {
    await this.#db.query(REFUSED, [neighbour, what, told, reason]);
  }
}
