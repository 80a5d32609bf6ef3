import type { Queryable } from '../store/database.ts';
import { instantSql } from '../store/instant-sql.ts';
import type { Delivery } from './subscriber.ts';

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
  /** How many of those have failed, and are tried again. */
  failing: number;
  /** When that was written which waits the longest. */
  oldest: string | null;
  /** Dead letters. */
  refused: number;
}

const STANDINGS = `select s.name, s.paused, s.failures, s.error, ${instantSql('s.last_success')} as "lastSuccess",
    (w.waiting + f.waiting)::int as waiting, (w.failing + f.failing)::int as failing,
    ${instantSql('least(w.oldest, f.oldest)')} as oldest,
    (r.refused + f.refused)::int as refused
  from subscriber s,
    lateral (select count(*) as waiting, count(*) filter (where attempts > 0) as failing, min(at) as oldest
      from delivery where subscriber = s.name and state = 'waiting') w,
    lateral (select count(*) as refused from delivery where subscriber = s.name and state = 'refused') r,
    lateral (select count(*) filter (where state = 'waiting') as waiting, min(told_at) filter (where state = 'waiting') as oldest,
        count(*) filter (where state = 'waiting' and attempts > 0) as failing,
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
