import type { Queryable } from '../store/database.ts';
import { readChanges, type VersionOf } from './changes.ts';
import type { Change, Delivery } from './subscriber.ts';

const ISO = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** How it stands with one of those who are told, or asked. */
export interface Standing {
  /** `neighbour/pharmacy/deliver`, `Subscription/1`. */
  name: string;
  paused: boolean;
  /** In a row. */
  failures: number;
  error: string | null;
  lastSuccess: string | null;
  waiting: number;
  /** When that was written which waits the longest. */
  oldest: string | null;
  /** Dead letters. */
  refused: number;
}

const STANDINGS = `select s.name, s.paused, s.failures, s.error, ${ISO('s.last_success')} as "lastSuccess",
    (w.waiting + f.waiting)::int as waiting, ${ISO('least(w.oldest, f.oldest)')} as oldest,
    (r.refused + f.refused)::int as refused
  from subscriber s,
    lateral (select count(*) as waiting, min(at) as oldest from delivery
      where subscriber = s.name and state = 'waiting') w,
    lateral (select count(*) as refused from delivery where subscriber = s.name and state = 'refused') r,
    lateral (select count(*) filter (where state = 'waiting') as waiting, min(told_at) filter (where state = 'waiting') as oldest,
        count(*) filter (where state = 'refused') as refused from to_fetch
      where s.name = 'neighbour/' || neighbour || '/fetch') f
  order by s.name`;

/** How it stands with all that anything was ever for. */
export function standings(q: Queryable): Promise<Standing[]> {
  return q.query<Standing>(STANDINGS);
}

/** Pauses some, or lets them go on. What is for them meanwhile waits. */
export async function setPaused(q: Queryable, names: readonly string[], paused: boolean): Promise<void> {
  await q.query(
    `insert into subscriber (name, paused) select name, $2 from unnest($1::text[]) as n(name) order by name
      on conflict (name) do update set paused = excluded.paused,
        retry_at = case when excluded.paused then subscriber.retry_at end`,
    [[...new Set(names)], paused],
  );
}

/** Something that its receiver, or for what was fetched this server, refused. */
export interface DeadLetter {
  to: string;
  /** A delivery's number; for what is fetched, what that is. */
  which: string;
  /** `Type/id`, with the version where it is known. */
  about: string;
  at: string;
  attempts: number;
  error: string | null;
  state: 'refused' | 'discarded';
}

const LETTERS = `select subscriber as to, number::text as which, type || '/' || id || '/_history/' || version as about,
    ${ISO('coalesce(done_at, at)')} as at, attempts, error, state from delivery
  where state in ('refused', 'discarded') and ($1::text is null or subscriber = $1) and ($2::text is null or number::text = $2)
  union all
  select 'neighbour/' || neighbour || '/fetch', what, what, ${ISO('told_at')}, attempts, error, state from to_fetch
  where state in ('refused', 'discarded') and ($1::text is null or 'neighbour/' || neighbour || '/fetch' = $1)
    and ($2::text is null or what = $2)
  order by state desc, at desc limit 200`;

/** Dead letters, those that wait for somebody first, the newest first. */
export function deadLetters(q: Queryable, to?: string, which?: string): Promise<DeadLetter[]> {
  return q.query<DeadLetter>(LETTERS, [to ?? null, which ?? null]);
}

/** The version that a dead letter is about, and what was to be sent instead. */
export async function letterChange(
  q: Queryable,
  to: string,
  which: string,
): Promise<(Change & { edited: string | null; isOld: boolean }) | undefined> {
  const rows = await q.query<VersionOf & { edited: string | null; isOld: boolean }>(
    `select d.patient_key as key, d.type, d.id, d.version, ${ISO('d.at')} as at, d.edited,
        exists (select 1 from delivery n where n.subscriber = d.subscriber and n.number > d.number and n.state = 'delivered'
          and n.patient_key = d.patient_key and n.type = d.type and n.id = d.id) as "isOld"
      from delivery d where d.subscriber = $1 and d.number::text = $2`,
    [to, which],
  );
  const [change] = await readChanges(q, rows);
  return change;
}

/** Sends a dead letter once more. @param edited what to send instead. @returns false where it is none any more */
export async function replay(q: Queryable, { to, which }: DeadLetter, edited?: string): Promise<boolean> {
  const neighbour = fetchedFrom(to);
  const rows =
    neighbour === undefined
      ? await q.query(
          `update delivery set state = 'waiting', retry_at = null, done_at = null, attempts = 1, edited = coalesce($3, edited)
            where subscriber = $1 and number::text = $2 and state in ('refused', 'discarded') returning 1`,
          [to, which, edited ?? null],
        )
      : await q.query(
          `update to_fetch set state = 'waiting', retry_at = null, attempts = 0
            where neighbour = $1 and what = $2 and state in ('refused', 'discarded') returning 1`,
          [neighbour, which],
        );
  return rows.length > 0;
}

/** Was a later version of the same delivered already? */
export async function isOvertaken(
  q: Queryable,
  subscriber: string,
  { number, key, type, id }: Pick<Delivery, 'number' | 'key' | 'type' | 'id'>,
): Promise<boolean> {
  const rows = await q.query(
    `select 1 as is from delivery where subscriber = $1 and number > $2 and state = 'delivered'
      and patient_key = $3 and type = $4 and id = $5 limit 1`,
    [subscriber, number, key, type, id],
  );
  return rows.length > 0;
}

/** Gives a dead letter up; it is kept with the reason. @returns false where it is none any more */
export async function discard(q: Queryable, { to, which }: DeadLetter, reason: string): Promise<boolean> {
  const neighbour = fetchedFrom(to);
  const set = `set state = 'discarded', error = 'Discarded: ' || $3 || coalesce(' – it was refused: ' || error, '')`;
  const rows =
    neighbour === undefined
      ? await q.query(
          `update delivery ${set}, done_at = clock_timestamp()
            where subscriber = $1 and number::text = $2 and state = 'refused' returning 1`,
          [to, which, reason],
        )
      : await q.query(`update to_fetch ${set} where neighbour = $1 and what = $2 and state = 'refused' returning 1`, [
          neighbour,
          which,
          reason,
        ]);
  return rows.length > 0;
}

function fetchedFrom(to: string): string | undefined {
  return /^neighbour\/([^/]+)\/fetch$/.exec(to)?.[1];
}
