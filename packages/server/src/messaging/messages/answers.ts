import type { Queryable } from '../../store/database.ts';
import { instantSql } from '../../store/instant-sql.ts';

/** The first answer to a message. */
export interface FirstAnswer {
  /** A hash of what the message told. */
  content: string;
  /** The JSON of the answer; null once it was forgotten. */
  answer: string | null;
  /** When the message was taken: ISO instant, UTC. */
  at: string;
}

const FIRST = `select content, answer, ${instantSql('at')} as at
  from message_answer where source = $1 and identifier = $2`;

/** The first answer to a message of a name; undefined for one that was not answered before. */
export async function firstAnswer(q: Queryable, source: string, identifier: string): Promise<FirstAnswer | undefined> {
  const [row] = await q.query<FirstAnswer>(FIRST, [source, identifier]);
  return row;
}

/** Keeps the answer to a message, in the transaction that files what it brought. @returns false where there is one */
export async function keepAnswer(
  q: Queryable,
  source: string,
  identifier: string,
  { content, answer }: { content: string; answer: string },
): Promise<boolean> {
  const rows = await q.query(
    `insert into message_answer (source, identifier, content, answer) values ($1, $2, $3, $4)
      on conflict do nothing returning 1 as kept`,
    [source, identifier, content, answer],
  );
  return rows.length > 0;
}

/** So many are forgotten at a time: nobody waits long for it. */
const FORGOTTEN_AT_ONCE = 1000;

const FORGET = `update message_answer set answer = null where (source, identifier) in (
    select source, identifier from message_answer
    where answer is not null and at < now() - make_interval(days => $1)
    order by at limit ${FORGOTTEN_AT_ONCE})
  returning 1`;

/**
 * Forgets the words of answers that are older than so many days. That a message of this name was taken, when, and what it
 * told as a hash, is kept for good: one that is sent again years later is known, and is not filed twice.
 */
export async function forgetAnswers(q: Queryable, days: number): Promise<void> {
  while ((await q.query(FORGET, [days])).length === FORGOTTEN_AT_ONCE);
}
