import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database, Queryable } from '../../store/database.ts';
import { instantSql } from '../../store/instant-sql.ts';
import { type EventNumbers, withEvents } from './event-numbers.ts';

/** What is known of the Subscription at a neighbour. */
export interface SubscriptionElsewhere extends EventNumbers {
  /** There; null until all is in order. */
  id: string | null;
  token: string;
  /** When it was last known that nothing is missing: ISO instant. */
  goodAt: string | null;
}

const COLUMNS = `id, token, last_event as last, beyond,
  ${instantSql('good_at')} as "goodAt"`;

const TOKEN_BYTES = 32;

/** The one at a neighbour; what its notifications must show is made up once, before it is told to anybody. */
export async function subscriptionAt(q: Queryable, neighbour: string): Promise<SubscriptionElsewhere> {
  await q.query(
    'insert into subscription_elsewhere (neighbour, token) values ($1, $2) on conflict (neighbour) do nothing',
    [neighbour, randomBytes(TOKEN_BYTES).toString('base64url')],
  );
  return (await existing(q, neighbour, '')) as SubscriptionElsewhere;
}

async function existing(q: Queryable, neighbour: string, lock: '' | 'for update') {
  const sql = `select ${COLUMNS} from subscription_elsewhere where neighbour = $1 ${lock}`;
  const [row] = await q.query<SubscriptionElsewhere>(sql, [neighbour]);
  return row === undefined ? undefined : { ...row, beyond: row.beyond.map(Number) };
}

/** Does somebody show the token of a neighbour's Subscription? */
export async function isFrom(q: Queryable, neighbour: string, token: string): Promise<boolean> {
  const row = await existing(q, neighbour, '');
  const [given, own] = [Buffer.from(token), Buffer.from(row?.token ?? '')];
  return row !== undefined && given.length === own.length && timingSafeEqual(given, own);
}

/** Where it is, once all that went before has been seen to. */
export async function settleAt(q: Queryable, neighbour: string, id: string): Promise<void> {
  await q.query(
    `update subscription_elsewhere set id = $2, last_event = case when id = $2 then last_event else 0 end,
      beyond = case when id = $2 then beyond else '{}' end, good_at = clock_timestamp() where neighbour = $1`,
    [neighbour, id],
  );
}

/** It is not there any more. */
export async function lose(q: Queryable, neighbour: string): Promise<void> {
  await q.query(`update subscription_elsewhere set id = null, last_event = 0, beyond = '{}' where neighbour = $1`, [
    neighbour,
  ]);
}

/** Nothing is missing, as of now. */
export async function noteGood(q: Queryable, neighbour: string): Promise<void> {
  await q.query('update subscription_elsewhere set good_at = clock_timestamp() where neighbour = $1', [neighbour]);
}

/**
 * Notes events that were told, with what follows from them, in one transaction.
 * @param upTo every event up to this one counts as told, whatever is known of it
 * @returns what is known now; undefined where there is no Subscription
 */
export async function noteEvents(
  db: Database,
  neighbour: string,
  told: { numbers: readonly number[]; upTo?: number },
  follow: (tx: Queryable) => Promise<void>,
): Promise<EventNumbers | undefined> {
  return db.transaction(async (tx) => {
    const row = await existing(tx, neighbour, 'for update');
    if (row === undefined) return undefined;
    await follow(tx);
    const from = { last: Math.max(row.last, told.upTo ?? 0), beyond: row.beyond };
    const { last, beyond } = withEvents(from, told.numbers);
    await tx.query('update subscription_elsewhere set last_event = $2, beyond = $3::bigint[] where neighbour = $1', [
      neighbour,
      last,
      beyond,
    ]);
    return { last, beyond };
  });
}
