import { createHash } from 'node:crypto';
import type { FhirResource } from 'fhir/r4';
import { contentText } from '../../fhir/same-content.ts';
import { type BusinessKey, businessKeys, holdersOf, isTooLong } from '../../store/claims.ts';
import type { Queryable } from '../../store/database.ts';
import { instantSql } from '../../store/instant-sql.ts';
import type { From } from './incoming.ts';

/** A version as its source has it. */
export interface Stamp {
  /** When the source wrote it, or sent it; ISO instant, undefined where nothing tells. */
  at: string | undefined;
  /** The source's number of the version, where it is one. */
  version: string | undefined;
  /** A hash of what it says. */
  content: string;
}

interface Seen extends BusinessKey, Omit<Stamp, 'at' | 'version'> {
  at: string | null;
  version: string | null;
  id: string | null;
}

/** A hash of what a resource says. */
export function contentHash(resource: FhirResource): string {
  return createHash('sha256').update(contentText(resource)).digest('hex');
}

/** Two clocks may differ by so much; what is later than that was not written then. */
const CLOCKS_MILLISECONDS = 600_000;

/**
 * When, and as what, a source has a resource. A time that has not come yet is the clock's fault, and counts as now: else
 * all that follows, a stop too, would be older than it.
 * @param sent as it came, with the source's own `meta`
 * @param now  milliseconds since 1970
 */
export function stampOf(sent: FhirResource, content: string, from: From, now: number): Stamp {
  const { lastUpdated, versionId } = sent.meta ?? {};
  const at = [lastUpdated, from.sentAt].find((each) => instantOf(each) !== undefined);
  const instant = instantOf(at);
  const isToCome = instant !== undefined && Date.parse(instant) > now + CLOCKS_MILLISECONDS;
  return {
    at: isToCome ? new Date(now).toISOString() : instant,
    version: typeof versionId === 'string' && at === lastUpdated ? versionId : undefined,
    content,
  };
}

/** An instant as UTC; undefined for what is none, or of a year that no calendar of a database has. */
function instantOf(text: unknown): string | undefined {
  const milliseconds = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  const instant = Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString();
  return /^(?!0000)\d{4}-/.test(instant) ? instant : undefined;
}

const SEEN = `select r.system, r.value, r.source_version as version, r.content, r.id,
    ${instantSql('r.at')} as at
  from unnest($3::text[], $4::text[]) as n(system, value)
  join received r on r.source = $1 and r.type = $2 and r.system = n.system and r.value = n.value`;

/** What a version is beside what was received before: news, the same again, or older than that. */
export async function isNews(
  q: Queryable,
  source: string,
  type: string,
  keys: readonly BusinessKey[],
  stamp: Stamp,
): Promise<'news' | 'same' | 'older'> {
  if (keys.length === 0) return 'news';
  const params = [source, type, keys.map(({ system }) => system), keys.map(({ value }) => value)];
  const seen = await q.query<Seen>(SEEN, params);
  if (seen.some((each) => isBefore(stamp, each))) return 'older';
  return seen.some(({ content, id }) => id !== null && content === stamp.content) ? 'same' : 'news';
}

function isBefore(stamp: Stamp, seen: Seen): boolean {
  if (stamp.at === undefined || seen.at === null) return false;
  if (stamp.at !== seen.at) return stamp.at < seen.at;
  const [now, then] = [Number(stamp.version ?? Number.NaN), Number(seen.version ?? Number.NaN)];
  return now < then;
}

const REMEMBER = `insert into received as r (source, type, system, value, at, source_version, content, id, version)
  select $1, $2, n.system, n.value, $5::timestamptz, $6::text, $7::text, $8::text, $9::int
  from unnest($3::text[], $4::text[]) as n(system, value) order by 3, 4
  on conflict (source, type, system, value) do update set at = excluded.at, source_version = excluded.source_version,
    content = excluded.content, id = excluded.id, version = excluded.version`;

/** Notes the newest version that a source has sent. @param as what the record was given for it */
export async function remember(
  q: Queryable,
  source: string,
  type: string,
  keys: readonly BusinessKey[],
  stamp: Stamp,
  as: { id: string; version: number } | undefined,
): Promise<void> {
  if (keys.length === 0) return;
  const names = [keys.map(({ system }) => system), keys.map(({ value }) => value)];
  const given = [stamp.at ?? null, stamp.version ?? null, stamp.content, as?.id ?? null, as?.version ?? null];
  await q.query(REMEMBER, [source, type, ...names, ...given]);
}

/** The version of a resource here that holds the last word of a source on it; undefined where it has said nothing yet. */
export async function lastWordOf(
  q: Queryable,
  source: string,
  { type, id }: { type: string; id: string },
): Promise<number | undefined> {
  const sql = 'select max(version) as version from received where type = $1 and id = $2 and source = $3';
  const [row] = await q.query<{ version: number | null }>(sql, [type, id, source]);
  return row?.version ?? undefined;
}

/** Was a version of the record received from a source, so that it need not be told of it? */
export async function cameFrom(
  q: Queryable,
  source: string,
  { type, id, version }: { type: string; id: string; version: number },
): Promise<boolean> {
  const sql = 'select 1 from received where type = $1 and id = $2 and version = $3 and source = $4 limit 1';
  return (await q.query(sql, [type, id, version, source])).length > 0;
}

/**
 * Notes what was refused because it was only ever a mistake, so that an earlier version of it that arrives late is known
 * to be one.
 */
export async function rememberMistakes(
  q: Queryable,
  all: readonly FhirResource[],
  from: From,
  now: number,
): Promise<void> {
  for (const resource of all) {
    if ((resource as { status?: unknown }).status !== 'entered-in-error') continue;
    const [type, keys] = [resource.resourceType, businessKeys(resource)];
    if (keys.some(({ system, value }) => isTooLong(system, value))) continue;
    const stamp = stampOf(resource, contentHash(resource), from, now);
    if (stamp.at === undefined || (await isNews(q, from.source, type, keys, stamp)) === 'older') continue;
    const held = await holdersOf(q, type, keys);
    if (held.length === 0) await remember(q, from.source, type, keys, stamp, undefined);
  }
}
