import type { Queryable } from '../store/database.ts';
import { instantSql } from '../store/instant-sql.ts';
import { readChanges, type VersionOf } from './changes.ts';
import type { Change } from './subscriber.ts';

/** To the microsecond: what a page goes on from. */
const EXACT = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * Why a letter is one: it fails again and again, and what follows it for its patient waits; its receiver (for what is
 * fetched, this server) refused it; or an operator gave it up.
 */
export type LetterState = 'failing' | 'refused' | 'discarded';

/** Something that was done about a letter. */
export interface Act {
  at: string;
  by: string;
  did: 'replayed' | 'edited' | 'discarded';
  why: string | null;
}

/** Who does something about letters, and why. */
export interface Doer {
  by: string;
  why: string | undefined;
}

/** Something that is not delivered by itself: somebody has to look. */
export interface Letter {
  to: string;
  /** A delivery's number; for what is fetched, what that is. */
  which: string;
  /** `Type/id`, with the version where it is known. */
  about: string;
  at: string;
  attempts: number;
  error: string | null;
  state: LetterState;
  acts: Act[];
}

/** Which rows are in a state, and by which instant they are in order. */
const ROWS: Readonly<Record<LetterState, { where: string; when: string }>> = {
  failing: { where: `state = 'waiting' and attempts > 0`, when: 'at' },
  refused: { where: `state = 'refused'`, when: 'coalesce(done_at, at)' },
  discarded: { where: `state = 'discarded'`, when: 'coalesce(done_at, at)' },
};

const STATE = `case state when 'waiting' then 'failing' else state end as state, coalesce(acts, '[]') as acts`;
const DELIVERY = `subscriber as to, number::text as which, type || '/' || id || '/_history/' || version as about,
    coalesce(done_at, at) as moment, attempts, error, ${STATE}`;
const FETCH = `'neighbour/' || neighbour || '/fetch' as to, what as which, what as about, told_at as moment, attempts, error,
    ${STATE}`;
const COLUMNS = `"to", which, about, ${instantSql('moment')} as at, attempts, error, state, acts`;

/** Each half is a short walk along an index; the parameters are whose, the place to go on from, and how many. */
function pageSql({ where, when }: (typeof ROWS)[LetterState]): string {
  const half = (columns: string, table: string, rows: string, moment: string, to: string, which: string) =>
    `(select ${columns} from ${table} where ${rows} and ($1::text is null or ${to} = $1)
      and (${moment}, ${to}, ${which}) < ($2::timestamptz, $3::text, $4::text)
      order by ${moment} desc, ${to} desc, ${which} desc limit $5)`;
  return `select ${COLUMNS}, ${EXACT('moment')} as exact from (
    ${half(DELIVERY, 'delivery', where, when, 'subscriber', 'number::text')} union all
    ${half(FETCH, 'to_fetch', where, 'told_at', `'neighbour/' || neighbour || '/fetch'`, 'what')}) l
    order by moment desc, "to" desc, which desc limit $5`;
}

const PAGES: Readonly<Record<LetterState, string>> = {
  failing: pageSql(ROWS.failing),
  refused: pageSql(ROWS.refused),
  discarded: pageSql(ROWS.discarded),
};

/** Some letters, and where the next page begins; undefined where there are no more. */
export interface LetterPage {
  letters: Letter[];
  next: string | undefined;
}

/**
 * Letters of one state, the newest first.
 * @param to    of one subscriber alone, where it is given
 * @param after the `next` of the page before; one that is none begins anew
 */
export async function lettersOf(
  q: Queryable,
  state: LetterState,
  { to, after, limit }: { to?: string | undefined; after?: string | undefined; limit: number },
): Promise<LetterPage> {
  const [moment, ...rest] = placeIn(after) ?? ['infinity', '', ''];
  const rows = await q.query<Letter & { exact: string }>(PAGES[state], [to ?? null, moment, ...rest, limit + 1]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isMore = rows.length > shown.length && last !== undefined;
  const next = isMore
    ? Buffer.from(JSON.stringify([last.exact, last.to, last.which])).toString('base64url')
    : undefined;
  return { letters: shown.map(({ exact: _exact, ...letter }) => letter), next };
}

function placeIn(after: string | undefined): [string, string, string] | undefined {
  if (after === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    const isPlace = Array.isArray(place) && place.length === 3 && place.every((each) => typeof each === 'string');
    const [moment, to, which] = (isPlace ? place : []) as [string, string, string];
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(moment) || `${to}${which}`.includes('\0')) return undefined;
    return [moment, to, which];
  } catch {
    return undefined;
  }
}

/** Which delivery is meant; undefined for what is fetched. */
function numberOf(which: string): number | undefined {
  return /^\d{1,15}$/.test(which) ? Number(which) : undefined;
}

/** Rows that an operator may act on. */
const OPEN = `(state in ('refused', 'discarded') or (state = 'waiting' and attempts > 0))`;

/** The letter of a subscriber; undefined where it is none any more. */
export async function letterAt(q: Queryable, to: string, which: string): Promise<Letter | undefined> {
  const neighbour = fetchedFrom(to);
  const number = numberOf(which);
  if (neighbour === undefined && number === undefined) return undefined;
  const [letter] =
    neighbour === undefined
      ? await q.query<Letter>(
          `select ${COLUMNS} from (select ${DELIVERY} from delivery where subscriber = $1 and number = $2 and ${OPEN}) l`,
          [to, number],
        )
      : await q.query<Letter>(
          `select ${COLUMNS} from (select ${FETCH} from to_fetch where neighbour = $1 and what = $2 and ${OPEN}) l`,
          [neighbour, which],
        );
  return letter;
}

/** The version that a letter is about, and what was to be sent instead. */
export async function letterChange(
  q: Queryable,
  { to, which }: Letter,
): Promise<(Change & { edited: string | null; isOld: boolean }) | undefined> {
  if (fetchedFrom(to) !== undefined) return undefined;
  const rows = await q.query<VersionOf & { edited: string | null; isOld: boolean }>(
    `select d.patient_key as key, d.type, d.id, d.version, ${instantSql('d.at')} as at, d.edited,
        exists (select 1 from delivery n where n.subscriber = d.subscriber and n.number > d.number and n.state = 'delivered'
          and n.patient_key = d.patient_key and n.type = d.type and n.id = d.id) as "isOld"
      from delivery d where d.subscriber = $1 and d.number = $2`,
    [to, numberOf(which)],
  );
  const [change] = await readChanges(q, rows);
  return change;
}

/** What is added to a row. @param by which parameter is who; why is the next */
const acted = (did: Act['did'], by: number) => `acts = coalesce(acts, '[]') || jsonb_build_object(
    'at', ${instantSql('clock_timestamp()')}, 'by', $${by}::text, 'did', '${did}', 'why', $${by + 1}::text)`;

const AGAIN = `state = 'waiting', retry_at = null`;

/**
 * Sends a letter once more, at once.
 * @param edited what to send instead
 * @returns false where it is none any more
 */
export async function replay(
  q: Queryable,
  { to, which }: Letter,
  { by, why }: Doer,
  edited?: string,
): Promise<boolean> {
  const neighbour = fetchedFrom(to);
  const rows =
    neighbour === undefined
      ? await q.query(
          `update delivery set ${AGAIN}, done_at = null, attempts = greatest(attempts, 1), edited = coalesce($5, edited),
            ${acted(edited === undefined ? 'replayed' : 'edited', 3)}
            where subscriber = $1 and number = $2 and ${OPEN} returning 1`,
          [to, numberOf(which), by, why ?? null, edited ?? null],
        )
      : await q.query(
          `update to_fetch set ${AGAIN}, attempts = 0, ${acted('replayed', 3)}
            where neighbour = $1 and what = $2 and ${OPEN} returning 1`,
          [neighbour, which, by, why ?? null],
        );
  await tryAtOnce(q, to);
  return rows.length > 0;
}

/** Sends all that one receiver refused once more. @returns how many those are */
export async function replayRefused(q: Queryable, to: string, { by, why }: Doer): Promise<number> {
  const neighbour = fetchedFrom(to);
  const sql =
    neighbour === undefined
      ? `update delivery set ${AGAIN}, done_at = null, ${acted('replayed', 2)}
          where subscriber = $1 and state = 'refused' returning 1`
      : `update to_fetch set ${AGAIN}, attempts = 0, ${acted('replayed', 2)}
          where neighbour = $1 and state = 'refused' returning 1`;
  const rows = await q.query(sql, [neighbour ?? to, by, why ?? null]);
  await tryAtOnce(q, to);
  return rows.length;
}

/**
 * Gives a letter up: it is not sent, and what follows it goes on. It is kept, with who and why.
 * @returns false where it is none any more
 */
export async function discard(q: Queryable, { to, which }: Letter, { by, why }: Required<Doer>): Promise<boolean> {
  const neighbour = fetchedFrom(to);
  const set = `set state = 'discarded', retry_at = null, ${acted('discarded', 3)},
    error = 'Discarded by ' || $3 || ': ' || $4
      || coalesce(case state when 'refused' then ' – it was refused: ' else ' – it failed: ' end || error, '')`;
  const rows =
    neighbour === undefined
      ? await q.query(
          `update delivery ${set}, done_at = clock_timestamp()
            where subscriber = $1 and number = $2 and ${OPEN} and state <> 'discarded' returning 1`,
          [to, numberOf(which), by, why],
        )
      : await q.query(
          `update to_fetch ${set} where neighbour = $1 and what = $2 and ${OPEN} and state <> 'discarded' returning 1`,
          [neighbour, which, by, why],
        );
  await tryAtOnce(q, to);
  return rows.length > 0;
}

/** Somebody did something about it: it is not left alone any longer. */
async function tryAtOnce(q: Queryable, to: string): Promise<void> {
  await q.query('update subscriber set retry_at = null where name = $1', [to]);
}

function fetchedFrom(to: string): string | undefined {
  return /^neighbour\/([^/]+)\/fetch$/.exec(to)?.[1];
}
