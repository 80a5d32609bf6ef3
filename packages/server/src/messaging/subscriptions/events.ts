import type { Queryable } from '../../store/database.ts';
import { instantSql } from '../../store/instant-sql.ts';
import { readChanges, type VersionOf } from '../changes.ts';
import type { Delivery } from '../subscriber.ts';

const EVENTS = `select number, patient_key as key, type, id, version, attempts, edited,
    ${instantSql('at')} as at
  from delivery where subscriber = $1 and number between $2 and $3 and state <> 'discarded' order by number limit $4`;

/** The events of a subscriber from one number to another, delivered or not, as far as they are kept. */
export async function eventsOf(
  q: Queryable,
  subscriber: string,
  from: number,
  until: number,
  limit: number,
): Promise<Delivery[]> {
  type Row = VersionOf & Pick<Delivery, 'number' | 'attempts'> & { edited: string | null };
  const rows = await q.query<Row>(EVENTS, [subscriber, from, until, limit]);
  return readChanges(
    q,
    rows.map(({ edited, ...row }) => ({ ...row, edited: edited ?? undefined })),
  );
}

/** The number after which nobody has been told: the last one, unless some are waiting. */
export async function lastTold(q: Queryable, subscriber: string): Promise<number> {
  const [row] = await q.query<{ number: number }>(
    `select coalesce((select min(number) - 1 from delivery where subscriber = $1 and state = 'waiting'),
      (select last_number from subscriber where name = $1), 0)::bigint as number`,
    [subscriber],
  );
  return row?.number ?? 0;
}

/** Notes that events reached a receiver that fetches them itself. */
export async function noteTold(q: Queryable, subscriber: string, numbers: readonly number[]): Promise<void> {
  await q.query(
    `update delivery set state = 'delivered', attempts = attempts + 1, done_at = clock_timestamp()
      where subscriber = $1 and number = any($2::bigint[]) and state = 'waiting'`,
    [subscriber, numbers],
  );
}
