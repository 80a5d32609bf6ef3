import type { Compartment } from '../store/compartments.ts';
import { isPatientOwned } from '../store/patients.ts';
import type { Candidates, Record } from '../store/record.ts';
import type { Stored } from '../store/stored.ts';
import type { Criterion, Search } from './criteria.ts';
import { comparePlaces, decodeCursor, encodeCursor, type Place, placeOf } from './order.ts';
import { namedPatients } from './people.ts';
import { type FindAll, prepare, type Test } from './prepare.ts';
import { SearchRefusal } from './refusal.ts';

export interface Found {
  matches: Stored[];
  /** How many match in all, where that is known or was asked for. */
  total: number | undefined;
  /** For the link to the next page; undefined on the last. */
  next: string | undefined;
}

/** Rows fetched at a time when searching across patients. */
const CHUNK = 200;
/** The most matches that a search across patients sorts by something the database keeps no order of. */
const SORT_LIMIT = 10_000;

/**
 * Finds one page of a search.
 *
 * A search that names its patients reads their compartments and judges in memory. Any other is narrowed by the index
 * and judged row by row, a chunk at a time, until the page is full.
 * @throws SearchRefusal when it would cost too much or the cursor is not ours
 */
export async function find(record: Record, search: Search): Promise<Found> {
  const place = search.cursor === undefined ? undefined : decodeCursor(search.cursor, search);
  const compartments = await scope(record, search.type, search.criteria);
  const tests = await prepareAll(record, search.type, search.criteria, compartments);
  if (compartments !== undefined) return page(inCompartments(compartments, search.type, tests), search, place);
  const named = await byId(record, search.type, search.criteria, tests);
  if (named !== undefined) return page(named, search, place);
  const native = nativeOrder(search);
  if (native === undefined) {
    const matches = await collect(record, search.type, tests, SORT_LIMIT + 1);
    if (matches.length > SORT_LIMIT) {
      const by = search.sort.map((each) => each.parameter.code).join(', ');
      throw new SearchRefusal(
        '_sort',
        'too-costly',
        `More than ${SORT_LIMIT} resources match: too many to sort by ${by}. Narrow the search, or sort by _lastUpdated.`,
      );
    }
    return page(matches, search, place);
  }
  return walk(record, search, tests, native, place);
}

/** How many match, without the matches. */
export async function count(record: Record, search: Search): Promise<number> {
  const compartments = await scope(record, search.type, search.criteria);
  const tests = await prepareAll(record, search.type, search.criteria, compartments);
  if (compartments !== undefined) return inCompartments(compartments, search.type, tests).length;
  const named = await byId(record, search.type, search.criteria, tests);
  if (named !== undefined) return named.length;
  return countAcross(record, search.type, tests);
}

/** Everything of a type that meets criteria, at most `limit`, in no particular order: for conditional operations. */
export async function findAll(record: Record, type: string, criteria: Criterion[], limit: number): Promise<Stored[]> {
  return findAllIn(record, undefined)(type, criteria, limit);
}

/** Inside a patient's record, the other end of a chain is that patient's too, unless it belongs to no patient. */
function findAllIn(record: Record, around: readonly Compartment[] | undefined): FindAll {
  return async (type, criteria, limit) => {
    const compartments = (await scope(record, type, criteria)) ?? (isPatientOwned(type) ? around : undefined);
    const tests = await prepareAll(record, type, criteria, compartments);
    if (compartments !== undefined) return inCompartments(compartments, type, tests).slice(0, limit);
    const named = await byId(record, type, criteria, tests);
    return named?.slice(0, limit) ?? collect(record, type, tests, limit);
  };
}

/** The matches of a search that names them by `_id`, which needs no search; undefined for any other. */
async function byId(record: Record, type: string, criteria: Criterion[], tests: Test[]): Promise<Stored[] | undefined> {
  const criterion = criteria.find((each) => each.kind === 'value' && each.parameter.code === '_id' && !each.modifier);
  if (criterion?.kind !== 'value') return undefined;
  const ids = criterion.values.flatMap((each) => (each.kind === 'token' && each.code !== undefined ? [each.code] : []));
  const stored = await record.readMany([...new Set(ids)].map((id) => ({ type, id })));
  return stored.filter((entry) => tests.every((test) => test.passes(entry)));
}

/** The compartments that a search is confined to; undefined when nothing in it names patients. */
async function scope(record: Record, type: string, criteria: Criterion[]): Promise<Compartment[] | undefined> {
  const named = criteria.flatMap((criterion) => namedPatients(criterion, type) ?? []);
  return named.length > 0 ? record.compartments.find(record.q, named) : undefined;
}

async function prepareAll(
  record: Record,
  type: string,
  criteria: Criterion[],
  compartments: readonly Compartment[] | undefined,
): Promise<Test[]> {
  const tests: Test[] = [];
  for (const criterion of criteria) {
    tests.push(await prepare(record, type, criterion, compartments, findAllIn(record, compartments)));
  }
  return tests;
}

function inCompartments(compartments: readonly Compartment[], type: string, tests: Test[]): Stored[] {
  return compartments.flatMap((each) =>
    each.entries.filter((entry) => entry.type === type && tests.every((test) => test.passes(entry))),
  );
}

/** A page of matches that are all at hand. */
function page(matches: Stored[], search: Search, after: Place | undefined): Found {
  const placed = matches.map((entry) => ({ entry, place: placeOf(entry, search) }));
  placed.sort((a, b) => comparePlaces(a.place, b.place, search));
  const rest = after === undefined ? placed : placed.filter(({ place }) => comparePlaces(place, after, search) > 0);
  const shown = rest.slice(0, search.count);
  const last = shown.at(-1);
  return {
    matches: shown.map(({ entry }) => entry),
    total: search.total === 'none' ? undefined : matches.length,
    next: last !== undefined && rest.length > shown.length ? encodeCursor(last.place) : undefined,
  };
}

type Order = 'identity' | 'oldest' | 'newest';

/** The order in which the database itself can walk, if the search asks for one of those. */
function nativeOrder(search: Search): Order | undefined {
  if (search.sort.length === 0) return 'identity';
  const [first, second] = search.sort;
  if (second !== undefined || first?.parameter.code !== '_lastUpdated') return undefined;
  return first.descending ? 'newest' : 'oldest';
}

/** A page across patients, in an order that the database walks. */
async function walk(
  record: Record,
  search: Search,
  tests: Test[],
  order: Order,
  place: Place | undefined,
): Promise<Found> {
  const matches: Stored[] = [];
  let after = place;
  let ended = false;
  while (matches.length <= search.count && !ended) {
    const limit = tests.length === 0 ? search.count + 1 : CHUNK;
    const rows = await record.candidates({
      type: search.type,
      ...demands(tests),
      order,
      ...(after ? { after } : {}),
      limit,
    });
    for (const row of rows) if (tests.every((test) => test.passes(row))) matches.push(row);
    ended = rows.length < limit;
    const last = rows.at(-1);
    if (last) after = placeOf(last, search);
  }
  const shown = matches.slice(0, search.count);
  const more = matches.length > shown.length;
  const last = shown.at(-1);
  const wantsTotal = search.total === 'accurate' || search.total === 'estimate';
  const isWhole = place === undefined && !more;
  const total =
    search.total === 'none'
      ? undefined
      : isWhole
        ? matches.length
        : wantsTotal
          ? await countAcross(record, search.type, tests)
          : undefined;
  return { matches: shown, total, next: more && last ? encodeCursor(placeOf(last, search)) : undefined };
}

/** Every match across patients, at most `limit`. */
async function collect(record: Record, type: string, tests: Test[], limit: number): Promise<Stored[]> {
  const matches: Stored[] = [];
  let after: { key: number; id: string; lastUpdated: string } | undefined;
  for (;;) {
    const rows = await record.candidates({
      type,
      ...demands(tests),
      order: 'identity',
      ...(after ? { after } : {}),
      limit: CHUNK,
    });
    for (const row of rows) if (tests.every((test) => test.passes(row))) matches.push(row);
    after = rows.at(-1);
    if (after === undefined || rows.length < CHUNK || matches.length >= limit) return matches.slice(0, limit);
  }
}

async function countAcross(record: Record, type: string, tests: Test[]): Promise<number> {
  if (tests.every((test) => test.exact)) return record.count({ type, ...demands(tests) });
  return (await collect(record, type, tests, Number.POSITIVE_INFINITY)).length;
}

function demands(tests: Test[]): Pick<Candidates, 'all' | 'anyOf' | 'noneOf' | 'from' | 'to'> {
  const unions = tests.flatMap((test) => test.anyOf);
  const from = instant(Math.max(...tests.map(({ updated }) => updated?.lo ?? -Infinity)));
  const to = instant(Math.min(...tests.map(({ updated }) => updated?.hi ?? Infinity)));
  return {
    all: unions.filter((each) => each.length === 1).flat(),
    anyOf: unions.filter((each) => each.length !== 1),
    noneOf: tests.flatMap((test) => test.noneOf),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** An instant that the database can read; the ends of time, and what is out of reach, bound nothing. */
function instant(milliseconds: number): string | undefined {
  const inReach = milliseconds > Date.UTC(1900, 0) && milliseconds < Date.UTC(9999, 0);
  return inReach ? new Date(milliseconds).toISOString() : undefined;
}
