import type { Store } from '../store/store.ts';
import { readChanges, type VersionOf } from './changes.ts';
import type { Roster } from './roster.ts';

/** The most changes that are handed on in one transaction. */
const BATCH = 500;

const TAKE = `with taken as (
    delete from outbox where seq in (select seq from outbox order by seq limit ${BATCH})
    returning seq, patient_key as key, type, id, version, at)
  select key, type, id, version, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
  from taken order by seq`;

const NUMBER = `insert into subscriber as s (name, last_number)
  select n.name, n.count from unnest($1::text[], $2::bigint[]) as n(name, count) order by 1
  on conflict (name) do update set last_number = s.last_number + excluded.last_number
  returning name, last_number as "lastNumber"`;

const DELIVER = `insert into delivery (subscriber, number, patient_key, type, id, version, at)
  select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::timestamptz[])`;

/** What one batch came to. */
export interface FannedOut {
  /** Changes taken from the outbox. */
  changes: number;
  /** The subscribers that something is for now. */
  subscribers: Set<string>;
}

/**
 * Takes changes from the outbox, oldest first, and gives each subscriber that wants one a delivery with its next number,
 * all in one transaction: each change is for each subscriber exactly once. One process at a time may do this.
 */
export async function fanOut(store: Store, roster: Roster): Promise<FannedOut> {
  return store.db.transaction(async (tx) => {
    const taken = await tx.query<VersionOf>(TAKE);
    // A subscriber that comes with one of these changes may want any that follows it.
    const isRoused = taken.some(({ type }) => roster.learnsFrom(type));
    const looked = isRoused ? taken : taken.filter(({ type }) => roster.looksAt(type));
    const changes = await readChanges(tx, looked);
    await roster.prepare(tx, changes);
    const wanted: { name: string; version: VersionOf }[] = [];
    for (const change of changes) {
      roster.hear(change);
      for (const name of roster.whoWants(change)) wanted.push({ name, version: change });
    }
    const subscribers = new Set(wanted.map(({ name }) => name));
    if (wanted.length === 0) return { changes: taken.length, subscribers };
    const counts = new Map<string, number>();
    for (const { name } of wanted) counts.set(name, (counts.get(name) ?? 0) + 1);
    const numbered = await tx.query<{ name: string; lastNumber: number }>(NUMBER, [
      [...counts.keys()],
      [...counts.values()],
    ]);
    const next = new Map(numbered.map(({ name, lastNumber }) => [name, lastNumber - (counts.get(name) ?? 0)]));
    const number = (name: string) => {
      const value = (next.get(name) ?? 0) + 1;
      next.set(name, value);
      return value;
    };
    await tx.query(DELIVER, [
      wanted.map(({ name }) => name),
      wanted.map(({ name }) => number(name)),
      wanted.map(({ version }) => version.key),
      wanted.map(({ version }) => version.type),
      wanted.map(({ version }) => version.id),
      wanted.map(({ version }) => version.version),
      wanted.map(({ version }) => version.at),
    ]);
    return { changes: taken.length, subscribers };
  });
}
