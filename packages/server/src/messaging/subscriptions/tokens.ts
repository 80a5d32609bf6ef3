import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../store/database.ts';

/** How long a token is good for. */
const MINUTES = 5;

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Leave to bind a websocket to Subscriptions, once, in any process. @returns the token and when it ends (ISO) */
export async function issueToken(q: Queryable, ids: readonly string[]): Promise<{ token: string; expires: string }> {
  const token = randomBytes(24).toString('base64url');
  const expires = new Date(Date.now() + MINUTES * 60_000).toISOString();
  await q.query('delete from subscription_token where expires < clock_timestamp()');
  await q.query('insert into subscription_token (hash, subscriptions, expires) values ($1, $2, $3::timestamptz)', [
    ...[hashOf(token), JSON.stringify(ids), expires],
  ]);
  return { token, expires };
}

/** Uses a token up. @returns the Subscriptions that it is for; undefined where it is none, or was used, or has ended */
export async function redeemToken(q: Queryable, token: string): Promise<string[] | undefined> {
  const [row] = await q.query<{ subscriptions: string }>(
    'delete from subscription_token where hash = $1 and expires > clock_timestamp() returning subscriptions',
    [hashOf(token)],
  );
  return row && (JSON.parse(row.subscriptions) as string[]);
}
