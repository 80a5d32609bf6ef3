/** Packs the tables of a release into a snapshot. */

import { crc32 } from 'node:zlib';
import type { LoadReport } from '../release/report.ts';
import type { BuiltColumn, ReleaseTables } from '../release/tables.ts';
import {
  type BodyHeader,
  type ColumnHeader,
  FORMAT_VERSION,
  MAGIC,
  PREAMBLE,
  type Section,
  type SnapshotHeader,
} from './layout.ts';

type Block = Uint8Array | Uint16Array | Uint32Array;

/** Packed tables: the body with room for the preamble before it, and what it holds. */
export interface PackedTables {
  /** Preamble (still empty) and body. */
  readonly bytes: Buffer;
  readonly header: BodyHeader;
}

/** Packs tables into the body of a snapshot. */
export function packTables(tables: ReleaseTables): PackedTables {
  const body = new Body();
  const ids = tables.ids.sorted();
  const texts = tables.texts.packed();
  const distinct = new Distinct(Math.max(tables.texts.size, tables.ids.size) + 1);
  const header: BodyHeader = {
    ids: { high: body.add(ids.high), low: body.add(ids.low) },
    texts: { bytes: body.add(texts.bytes), ends: body.add(texts.ends), prefixes: body.add(texts.prefixes) },
    tables: tables.built().map((table) => ({
      name: table.name,
      rows: table.rows,
      columns: table.columns.map((column) => packColumn(column, ids.place, distinct, body)),
    })),
  };
  return { bytes: body.bytes(), header };
}

/** The bytes of the whole snapshot. */
export function finishSnapshot({ bytes, header }: PackedTables, report: LoadReport): Buffer {
  const json = Buffer.from(JSON.stringify({ ...header, report } satisfies SnapshotHeader), 'utf8');
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(json.length, 12);
  bytes.writeUInt32LE(crc32(json), 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(PREAMBLE)), 20);
  bytes.writeDoubleLE(bytes.length + json.length, 24);
  return Buffer.concat([bytes, json]);
}

function packColumn({ spec, values: built }: BuiltColumn, place: Uint32Array, distinct: Distinct, body: Body) {
  const base = { name: spec.name, type: spec.type };
  const values = spec.type === 'id' ? built.map((v) => place[v] ?? 0) : built;
  const wide = (): ColumnHeader => ({ ...base, width: 4, data: body.add(values) });
  const list = distinct.of(values, 65_536);
  if (list === undefined) return wide();
  if (list.length === 1) return { ...base, width: 0 } satisfies ColumnHeader;
  const width = list.length <= 256 ? 1 : 2;
  // A list of values that saves nothing is not worth its indirection.
  if (values.length * width + list.length * 4 >= values.length * 4) return wide();
  const narrow = width === 1 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  for (let row = 0; row < values.length; row++) narrow[row] = distinct.place(values[row] as number);
  return { ...base, width, data: body.add(narrow), values: body.add(list) } satisfies ColumnHeader;
}

/** The distinct values of one column after another, without a hash table: one place for every possible value. */
class Distinct {
  readonly #places: Uint32Array;
  #list: number[] = [];

  constructor(possible: number) {
    this.#places = new Uint32Array(possible);
  }

  /** The values in order of first use, 0 first; undefined where there are more than the limit. */
  of(values: Uint32Array, limit: number): Uint32Array | undefined {
    for (const value of this.#list) this.#places[value] = 0;
    this.#list = [0];
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (value === 0 || this.#places[value] !== 0) continue;
      if (this.#list.length === limit) return undefined;
      this.#places[value] = this.#list.length;
      this.#list.push(value);
    }
    return Uint32Array.from(this.#list);
  }

  /** Place of a value in the list last given. */
  place(value: number): number {
    return this.#places[value] as number;
  }
}

class Body {
  readonly #blocks: { block: Block; offset: number }[] = [];
  #length = 0;

  add(block: Block): Section {
    const offset = this.#length;
    this.#blocks.push({ block, offset });
    this.#length = (offset + block.byteLength + 7) & ~7;
    return [offset, block.length];
  }

  bytes(): Buffer {
    const bytes = Buffer.alloc(PREAMBLE + this.#length);
    for (const { block, offset } of this.#blocks) {
      bytes.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength), PREAMBLE + offset);
    }
    return bytes;
  }
}
