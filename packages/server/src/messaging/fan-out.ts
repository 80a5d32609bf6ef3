import { instantSql } from '../store/instant-sql.ts';
import type { Store } from '../store/store.ts';
import { type KeptContents, readChanges, type VersionOf } from './changes.ts';
import type { Roster } from './roster.ts';

/** The most changes that are handed on in one transaction: where there are fewer, there are no more. */
export const BATCH = 500;

const TAKE = `with taken as (
    delete from outbox where seq in (select seq from outbox order by seq limit ${BATCH})
    returning seq, patient_key as key, type, id, version, at)
  select key, type, id, version, ${instantSql('at')} as at
  from taken order by seq`;

/** Gives each subscriber its next numbers, in the order given. */
const DELIVER = `with wanted as (
    select w.*, row_number() over (partition by w.name order by w.i) as nth
    from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::timestamptz[]) with ordinality
      as w(name, key, type, id, version, at, i)),
  numbered as (
    insert into subscriber as s (name, last_number) select name, count(*) from wanted group by name order by name
    on conflict (name) do update set last_number = s.last_number + excluded.last_number
    returning name, last_number)
  insert into delivery (subscriber, number, patient_key, type, id, version, at)
  select w.name, n.last_number - (max(w.nth) over (partition by w.name)) + w.nth, w.key, w.type, w.id, w.version, w.at
  from wanted w join numbered n on n.name = w.name`;

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
 * @param kept what was read lately, and what is read now, for those who deliver it
 */
export async function fanOut(store: Store, roster: Roster, kept: KeptContents): Promise<FannedOut> {
  return store.db.transaction(async (tx) => {
    const taken = await tx.query<VersionOf>(TAKE);
    // A subscriber that comes with one of these changes may want any that follows it.
    const isRoused = taken.some(({ type }) => roster.learnsFrom(type));
    const looked = isRoused ? taken : taken.filter(({ type }) => roster.looksAt(type));
    const changes = await readChanges(tx, looked, kept);
    await roster.prepare(tx, changes);
    const wanted: { name: string; version: VersionOf }[] = [];
    for (const change of changes) {
      roster.hear(change);
      for (const name of roster.whoWants(change)) wanted.push({ name, version: change });
    }
    const subscribers = new Set(wanted.map(({ name }) => name));
    if (wanted.length === 0) return { changes: taken.length, subscribers };
    await tx.query(DELIVER, [
      wanted.map(({ name }) => name),
      wanted.map(({ version }) => version.key),
      wanted.map(({ version }) => version.type),
      wanted.map(({ version }) => version.id),
      wanted.map(({ version }) => version.version),
      wanted.map(({ version }) => version.at),
    ]);
    return { changes: taken.length, subscribers };
  });
}
