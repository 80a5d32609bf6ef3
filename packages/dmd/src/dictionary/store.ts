/** What the views read from: the tables of an image, indexes from ids to rows, and coded values with their texts. */

import { LOOKUP_GROUPS, TABLES } from '../release/format.ts';
import type { Column, SnapshotImage, Table } from '../snapshot/image.ts';
import type { Coded, ConceptKind, LookupEntry, LookupName } from './dictionary.ts';

/** Kinds with their own table and rows, in the order in which an id that stands twice is taken. */
const KEYED = [
  ['VTM', 'VTM', 'VTMID'],
  ['VMP', 'VMP', 'VPID'],
  ['AMP', 'AMP', 'APID'],
  ['VMPP', 'VMPP', 'VPPID'],
  ['AMPP', 'AMPP', 'APPID'],
  ['INGREDIENT', 'ING', 'ISID'],
] as const satisfies readonly (readonly [ConceptKind, string, string])[];

const ROW_BITS = 28;
const ROW_MASK = (1 << ROW_BITS) - 1;

/** Rows of a table by the value of one column. */
export interface RowIndex {
  /** Rows whose column holds this pool index, in file order. */
  rows(index: number): Uint32Array;
}

/** The tables of one release with what is needed to find things in them. */
export class Store {
  readonly image: SnapshotImage;
  #places: Uint32Array | undefined;
  readonly #indexes = new Map<string, RowIndex>();
  #lookups: Map<string, LookupEntry[]> | undefined;
  readonly #byCode = new Map<string, Map<string, LookupEntry>>();
  readonly #coded = new Map<string, Map<number, Coded>>();
  #snomedCodes: Map<string, LookupEntry> | undefined;

  constructor(image: SnapshotImage) {
    this.image = image;
  }

  table(name: string): Table {
    return this.image.table(name);
  }

  /** Kind and row of the product or ingredient at a pool index. */
  place(index: number): { kind: ConceptKind; row: number } | undefined {
    this.#places ??= this.#readPlaces();
    const place = this.#places[index] ?? 0;
    if (place === 0) return undefined;
    const kind = KEYED[(place >>> ROW_BITS) - 1]?.[0];
    return kind === undefined ? undefined : { kind, row: place & ROW_MASK };
  }

  /** Row of an id at one kind; -1 where the id is not of that kind. */
  rowOf(kind: ConceptKind, id: string): number {
    const index = this.image.idIndex(id);
    return index === 0 ? -1 : this.rowAt(kind, index);
  }

  /** Row of a pool index at one kind; -1 where it is not of that kind. */
  rowAt(kind: ConceptKind, index: number): number {
    this.#places ??= this.#readPlaces();
    const place = this.#places[index] ?? 0;
    return place !== 0 && KEYED[(place >>> ROW_BITS) - 1]?.[0] === kind ? place & ROW_MASK : -1;
  }

  #readPlaces(): Uint32Array {
    const places = new Uint32Array(this.image.idCount + 1);
    KEYED.forEach(([, name, key], kind) => {
      const table = this.image.table(name);
      const column = table.column(key);
      for (let row = 0; row < table.rows; row++) {
        const index = column.index(row);
        if (places[index] === 0) places[index] = ((kind + 1) << ROW_BITS) | row;
      }
    });
    return places;
  }

  /** The rows of a table by one of its id columns; built at first use. */
  index(table: string, column: string): RowIndex {
    const key = `${table}.${column}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = sortRows(this.image.table(table), this.image.table(table).column(column), this.image.idCount);
      this.#indexes.set(key, index);
    }
    return index;
  }

  /** A coded value of a column, with the text of its lookup. */
  coded(lookup: LookupName, column: Column, row: number): Coded | undefined {
    const index = column.index(row);
    if (index === 0) return undefined;
    let cache = this.#coded.get(lookup);
    if (cache === undefined) {
      cache = new Map();
      this.#coded.set(lookup, cache);
    }
    let coded = cache.get(index);
    if (coded === undefined) {
      const code = this.image.text(index);
      coded = Object.freeze({ code, display: this.lookupEntry(lookup, code)?.display });
      cache.set(index, coded);
    }
    return coded;
  }

  /** A coded value that the format requires; an empty code where the release leaves it out all the same. */
  codedOrBlank(lookup: LookupName, column: Column, row: number): Coded {
    return this.coded(lookup, column, row) ?? BLANK;
  }

  lookup(name: LookupName): readonly LookupEntry[] {
    this.#lookups ??= this.#readLookups();
    return this.#lookups.get(name) ?? [];
  }

  lookupEntry(name: LookupName, code: string): LookupEntry | undefined {
    let byCode = this.#byCode.get(name);
    if (byCode === undefined) {
      byCode = new Map();
      for (const entry of this.lookup(name)) {
        const key = unpadded(entry.code);
        if (!byCode.has(key)) byCode.set(key, entry);
      }
      this.#byCode.set(name, byCode);
    }
    return byCode.get(unpadded(code));
  }

  /** The unit, form, route or supplier with this code. */
  snomedEntry(code: string): LookupEntry | undefined {
    if (this.#snomedCodes === undefined) {
      this.#snomedCodes = new Map();
      for (const [name, snomed] of Object.entries(LOOKUP_GROUPS)) {
        if (!snomed) continue;
        for (const entry of this.lookup(name as LookupName)) {
          if (!this.#snomedCodes.has(entry.code)) this.#snomedCodes.set(entry.code, entry);
        }
      }
    }
    return this.#snomedCodes.get(code);
  }

  #readLookups(): Map<string, LookupEntry[]> {
    const table = this.image.table('LOOKUP');
    const found = new Map<string, LookupEntry[]>();
    for (let row = 0; row < table.rows; row++) {
      const lookup = (table.column('GROUP').text(row) ?? '') as LookupName;
      const entries = found.get(lookup) ?? [];
      entries.push(
        Object.freeze({
          lookup,
          code: table.column('CD').text(row) ?? '',
          display: table.column('DESC').text(row) ?? '',
          previousCode: table.column('CDPREV').text(row),
          codeDate: table.column('CDDT').text(row),
          invalid: isSet(table.column('INVALID'), row),
        }),
      );
      found.set(lookup, entries);
    }
    return found;
  }
}

const BLANK: Coded = Object.freeze({ code: '', display: undefined });

/** Lookup codes are compared without their zero padding: `1` is `0001`. */
function unpadded(code: string): string {
  return code.length > 1 && code.charCodeAt(0) === 48 ? code.replace(/^0+(?=.)/, '') : code;
}

/** Whether a flag is set: missing and 0 are not, 1 and 0001 are. */
export function isSet(column: Column, row: number): boolean {
  const text = column.text(row);
  return text !== undefined && /^0*1$/.test(text);
}

/** A whole number of the release (pence, counts). */
export function wholeNumber(column: Column, row: number): number | undefined {
  const text = column.text(row);
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The names of all tables whose first column is the id of this kind of concept, its own table first. */
export function tablesOf(kind: ConceptKind): readonly { table: string; column: string }[] {
  const own = KEYED.find(([k]) => k === kind);
  if (own === undefined) return [];
  const owned = TABLES.filter((t) => t.columns[0]?.target === own[1]);
  return [
    { table: own[1], column: own[2] },
    ...owned.map((t) => ({ table: t.name, column: t.columns[0]?.name ?? '' })),
  ];
}

// A counting sort by pool index: linear, and file order is kept within one index.
function sortRows(table: Table, column: Column, idCount: number): RowIndex {
  const counts = new Uint32Array(idCount + 2);
  const values = new Uint32Array(table.rows);
  let sorted = true;
  for (let row = 0; row < table.rows; row++) {
    const value = column.index(row);
    values[row] = value;
    counts[value + 1] = (counts[value + 1] ?? 0) + 1;
    if (row > 0 && value < (values[row - 1] ?? 0)) sorted = false;
  }
  const order = new Uint32Array(table.rows);
  if (sorted) {
    for (let row = 0; row < table.rows; row++) order[row] = row;
  } else {
    for (let value = 1; value < counts.length; value++) counts[value] = (counts[value] ?? 0) + (counts[value - 1] ?? 0);
    for (let row = 0; row < table.rows; row++) {
      const value = values[row] ?? 0;
      const place = counts[value] ?? 0;
      order[place] = row;
      counts[value] = place + 1;
    }
  }
  const at = (place: number): number => values[order[place] ?? 0] ?? 0;
  return {
    rows(index) {
      let first = 0;
      let last = order.length;
      while (first < last) {
        const middle = (first + last) >>> 1;
        if (at(middle) < index) first = middle + 1;
        else last = middle;
      }
      let end = first;
      while (end < order.length && at(end) === index) end++;
      return order.subarray(first, end);
    },
  };
}
