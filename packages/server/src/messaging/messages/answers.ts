import type { Queryable } from '../../store/database.ts';

/** The first answer to a message. */
export interface FirstAnswer {
  /** A hash of what the message told. */
  content: string;
  /** The JSON of the answer. */
  answer: string;
}

/** The first answer to a message of a name; undefined for one that was not answered before. */
export async function firstAnswer(q: Queryable, source: string, identifier: string): Promise<FirstAnswer | undefined> {
  const [row] = await q.query<FirstAnswer>(
    'select content, answer from message_answer where source = $1 and identifier = $2',
    [source, identifier],
  );
  return row;
}

/** Keeps the answer to a message, in the transaction that files what it brought. @returns false where there is one */
export async function keepAnswer(
  q: Queryable,
  source: string,
  identifier: string,
  { content, answer }: FirstAnswer,
): Promise<boolean> {
  const rows = await q.query(
    `insert into message_answer (source, identifier, content, answer) values ($1, $2, $3, $4)
      on conflict do nothing returning 1 as kept`,
    [source, identifier, content, answer],
  );
  return rows.length > 0;
}
