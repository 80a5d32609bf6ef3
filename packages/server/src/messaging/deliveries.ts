import type { Queryable } from '../store/database.ts';
import { instantSql } from '../store/instant-sql.ts';
import { type KeptContents, readChanges, type VersionOf } from './changes.ts';
import type { Delivery } from './subscriber.ts';

const AT = `${instantSql('at')} as at`;

/** What is known of a subscriber. */
export interface SubscriberState {
  name: string;
  /** How many events there were for it since it began. */
  lastNumber: number;
  paused: boolean;
  /** Failures in a row. */
  failures: number;
  /** Milliseconds until it may be tried again; 0 or less: now. */
  waitMilliseconds: number;
  error: string | null;
}

const STATE = `select name, last_number as "lastNumber", paused, failures, error,
    coalesce(extract(epoch from retry_at - clock_timestamp()) * 1000, 0)::float8 as "waitMilliseconds"
  from subscriber where name = $1`;

/** @returns undefined for one that nothing was ever for */
export async function subscriberState(q: Queryable, name: string): Promise<SubscriberState | undefined> {
  const [row] = await q.query<SubscriberState>(STATE, [name]);
  return row;
}

/** What keeps its order: the events of a patient; of what belongs to none, those of each resource. */
const QUEUE = `(patient_key, case when patient_key = 0 then type || '/' || id else '' end)`;

/** Where the first event is not to be tried again yet, those after it are left out. */
const WAITING = `select number, patient_key as key, type, id, version, attempts, edited, ${AT}
  from delivery
  where subscriber = $1 and state = 'waiting' and ${QUEUE} not in (
    select ${QUEUE.slice(1, -1)} from delivery
    where subscriber = $1 and state = 'waiting' and retry_at is not null and retry_at > clock_timestamp())
  order by number limit $2`;

/** The next deliveries for a subscriber that may be tried now, in order, with what they are about. */
export async function waitingDeliveries(
  q: Queryable,
  subscriber: string,
  limit: number,
  kept?: KeptContents,
): Promise<Delivery[]> {
  type Row = VersionOf & Pick<Delivery, 'number' | 'attempts'> & { edited: string | null };
  const rows = await q.query<Row>(WAITING, [subscriber, limit]);
  const versions = rows.map(({ edited, ...row }) => ({ ...row, edited: edited ?? undefined }));
  return readChanges(q, versions, kept);
}

const UNTIL_NEXT = `select (extract(epoch from min(retry_at) - clock_timestamp()) * 1000)::float8 as milliseconds
  from delivery where subscriber = $1 and state = 'waiting' and retry_at is not null`;

/** Milliseconds until the next held back delivery may be tried; undefined when none is held back. */
export async function untilNextDelivery(q: Queryable, subscriber: string): Promise<number | undefined> {
  const [row] = await q.query<{ milliseconds: number | null }>(UNTIL_NEXT, [subscriber]);
  return row?.milliseconds ?? undefined;
}

/**
 * Notes that deliveries are done: delivered, or refused by the receiver for a reason. What an operator gave up while it was
 * on its way stays given up, unless it arrived.
 */
export async function settle(
  q: Queryable,
  subscriber: string,
  numbers: readonly number[],
  state: 'delivered' | 'refused',
  error?: string,
): Promise<void> {
  await q.query(
    `update delivery set state = $3, error = $4, attempts = attempts + 1, retry_at = null, done_at = clock_timestamp()
      where subscriber = $1 and number = any($2::bigint[]) and (state = 'waiting' or $3 = 'delivered')`,
    [subscriber, numbers, state, error ?? null],
  );
}

/**
 * Notes that a delivery failed.
 * @param seconds after which it is to be tried again; undefined: with all that its subscriber waits for
 */
export async function holdBack(
  q: Queryable,
  subscriber: string,
  number: number,
  seconds: number | undefined,
  error: string,
): Promise<void> {
  await q.query(
    `update delivery set attempts = attempts + 1, error = $4,
      retry_at = clock_timestamp() + make_interval(secs => $3::float8)
      where subscriber = $1 and number = $2 and state = 'waiting'`,
    [subscriber, number, seconds ?? null, error],
  );
}

/** Notes a success of a subscriber, or a failure after which it is left alone for so many seconds. */
export async function noteRound(
  q: Queryable,
  subscriber: string,
  round: { failures: 0 } | { failures: number; seconds: number; error: string },
): Promise<void> {
  const failed = 'seconds' in round ? round : undefined;
  await q.query(
    `update subscriber set failures = $2, error = $4,
      retry_at = clock_timestamp() + make_interval(secs => $3::float8),
      last_success = case when $2 = 0 then clock_timestamp() else last_success end where name = $1`,
    [subscriber, round.failures, failed?.seconds ?? null, failed?.error ?? null],
  );
}

/** So many are forgotten at a time: nobody waits long for it. */
const FORGOTTEN_AT_ONCE = 2000;

const FORGET = `delete from delivery where (subscriber, number) in (
    select subscriber, number from delivery where state = 'delivered' and acts is null and done_at < now() - make_interval(days => $1)
    order by done_at limit ${FORGOTTEN_AT_ONCE})
  returning 1`;

/** Forgets what was delivered longer ago than so many days. What an operator did something about is kept. */
export async function forgetDelivered(q: Queryable, days: number): Promise<void> {
  while ((await q.query(FORGET, [days])).length === FORGOTTEN_AT_ONCE);
}
