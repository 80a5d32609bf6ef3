import type { Stored } from '../store/stored.ts';
import type { Search } from './criteria.ts';
import { isInstantText } from './dates.ts';
import { valuesIn } from './prepare.ts';
import { SearchRefusal } from './refusal.ts';
import type { SearchValue } from './values.ts';

/** What one sort key compares: null when the resource has no value there, which sorts last. */
type Key = string | number | null;

/** A place in an ordered list of matches: the keys of the last match shown, and its identity. */
export interface Place {
  keys: Key[];
  key: number;
  id: string;
  lastUpdated: string;
}

/** Where a match stands in the search's order; ties are broken by identity, so that no two stand at one place. */
export function placeOf(entry: Stored, search: Search): Place {
  const keys = search.sort.map(({ parameter, descending }) =>
    extreme(valuesIn(entry, parameter).map(sortKey), descending),
  );
  return { keys, key: entry.key, id: entry.id, lastUpdated: entry.lastUpdated };
}

/** Compares two places; below zero when `a` comes first. */
export function comparePlaces(a: Place, b: Place, search: Search): number {
  for (const [i, { descending }] of search.sort.entries()) {
    const order = compareKeys(a.keys[i] ?? null, b.keys[i] ?? null, descending);
    if (order !== 0) return order;
  }
  return a.key - b.key || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function compareKeys(a: Key, b: Key, descending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a < b ? -1 : 1) * (descending ? -1 : 1);
}

/** Of several values the one that sorts first. */
function extreme(keys: Key[], descending: boolean): Key {
  return keys.reduce<Key>((best, key) => (compareKeys(key, best, descending) < 0 ? key : best), null);
}

function sortKey(value: SearchValue): Key {
  switch (value.kind) {
    case 'token':
      return value.code ?? value.texts[0] ?? null;
    case 'string':
      return value.normal;
    case 'reference':
      return value.reference ?? value.identifier?.value ?? null;
    case 'date':
    case 'quantity':
      return Number.isFinite(value.lo) ? value.lo : value.hi;
    case 'uri':
      return value.uri;
    case 'position':
    case 'composite':
      return null;
  }
}

/** A place as text that a link can carry. */
export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify([place.keys, place.key, place.id, place.lastUpdated])).toString('base64url');
}

/** @throws SearchRefusal when the text is not a cursor of ours for this search */
export function decodeCursor(text: string, search: Search): Place {
  try {
    const [keys, key, id, lastUpdated] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isKey = (each: unknown) => each === null || typeof each === 'string' || typeof each === 'number';
    const isId = typeof id === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(id);
    if (
      Number.isSafeInteger(key) &&
      isId &&
      isInstantText(lastUpdated) &&
      keys.length === search.sort.length &&
      keys.every(isKey)
    ) {
      return { keys, key, id, lastUpdated };
    }
  } catch {
    // Falls through to the refusal.
  }
  throw new SearchRefusal(
    '_cursor',
    'value',
    "_cursor is not one of this search's: follow the links of a page as they are.",
  );
}
