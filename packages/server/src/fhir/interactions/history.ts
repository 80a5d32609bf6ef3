import { instantText, isInstantText, parseDate } from '../../search/dates.ts';
import type { Row } from '../../store/stored.ts';
import { bundleText, type TextEntry } from '../bundle.ts';
import { etag } from '../preconditions.ts';
import { refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import { isId } from '../url.ts';

/**
 * history: of a resource (`[type]/[id]/_history`), a type (`[type]/_history`) or everything (`_history`), newest first,
 * with `_count`, `_since` and links to further pages.
 * @see https://hl7.org/fhir/R4/http.html#history
 */
export async function history(session: Session, request: FhirRequest, type?: string, id?: string): Promise<FhirAnswer> {
  const asked = readQuery(session, request.query);
  const types = type === undefined ? [...RESOURCE_TYPES] : [type];
  const rows = await session.record.history({
    types,
    ...(id === undefined ? {} : { id }),
    ...(asked.since === undefined ? {} : { since: asked.since }),
    ...(asked.before === undefined ? {} : { before: asked.before }),
    limit: asked.count + 1,
  });
  if (rows.length === 0 && id !== undefined && asked.before === undefined && asked.since === undefined) {
    throw refuse(404, 'not-found', `There is no ${type}/${id} here.`);
  }
  const shown = rows.slice(0, asked.count);
  const last = shown.at(-1);
  const path = [type, id, '_history'].filter((each) => each !== undefined).join('/');
  const page = (cursor?: string) => {
    const query = [...asked.used, ...(cursor === undefined ? [] : [['_cursor', cursor]])];
    const text = query.map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`).join('&');
    return `${session.base}/${path}${text === '' ? '' : `?${text}`}`;
  };
  const links = [{ relation: 'self', url: page(asked.cursor) }];
  if (rows.length > shown.length && last) links.push({ relation: 'next', url: page(cursorOf(last)) });
  const entries = shown.map((row) => entryOf(row, session.base));
  const isWhole = asked.before === undefined && rows.length === shown.length;
  return {
    status: 200,
    text: bundleText('history', entries, { ...(isWhole ? { total: rows.length } : {}), links, now: session.now }),
  };
}

const METHODS = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', move: 'PUT' } as const;
const STATUSES = {
  create: '201 Created',
  update: '200 OK',
  patch: '200 OK',
  delete: '204 No Content',
  move: '200 OK',
} as const;

function entryOf(row: Row, base: string): TextEntry {
  const reference = `${row.type}/${row.id}`;
  const method = METHODS[row.interaction];
  return {
    fullUrl: `${base}/${reference}`,
    ...(row.content === null ? {} : { text: row.content }),
    request: { method, url: method === 'POST' ? row.type : reference },
    response: { status: STATUSES[row.interaction], etag: etag(row.version), lastModified: row.lastUpdated },
  };
}

interface Asked {
  count: number;
  since: string | undefined;
  before: { lastUpdated: string; type: string; id: string; version: number } | undefined;
  cursor: string | undefined;
  used: [string, string][];
}

function readQuery(session: Session, query: readonly [string, string][]): Asked {
  const asked: Asked = {
    count: session.limits.defaultCount,
    since: undefined,
    before: undefined,
    cursor: undefined,
    used: [],
  };
  for (const [name, value] of query) {
    if (name === '_format' || name === '_pretty') continue;
    if (query.filter(([other]) => other === name).length > 1) {
      throw refuse(400, 'invalid', `${name} is given twice: which one is meant?`, { expression: name });
    }
    if (name === '_count' && /^\d{1,9}$/.test(value))
      asked.count = Math.min(Math.max(Number(value), 1), session.limits.maxCount);
    else if (name === '_since' && parseDate(value.replace(' ', '+'))) {
      asked.since = instantText(parseDate(value.replace(' ', '+'))?.lo as number);
    } else if (name === '_cursor') {
      asked.cursor = value;
      asked.before = readCursor(value);
      continue;
    } else {
      const message = `A history does not take ${name}=${value}. It takes _count (a number), _since (an instant), _format and _pretty.`;
      throw refuse(400, 'not-supported', message, { expression: name });
    }
    asked.used.push([name, value]);
  }
  return asked;
}

function cursorOf({ lastUpdated, type, id, version }: Row): string {
  return Buffer.from(JSON.stringify([lastUpdated, type, id, version])).toString('base64url');
}

function readCursor(text: string): Asked['before'] {
  try {
    const [lastUpdated, type, id, version] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isVersion = Number.isInteger(version) && version > 0 && version < 2 ** 31;
    if (isInstantText(lastUpdated) && RESOURCE_TYPES.has(type) && typeof id === 'string' && isId(id) && isVersion) {
      return { lastUpdated, type, id, version };
    }
  } catch {
    // Falls through to the refusal.
  }
  throw refuse(400, 'value', "_cursor is not one of this history's: follow the links of a page as they are.", {
    expression: '_cursor',
  });
}
