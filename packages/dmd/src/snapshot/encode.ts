/** Packs the tables of a release into a snapshot image. */

import { crc32 } from 'node:zlib';
import type { LoadReport } from '../release/report.ts';
import type { BuiltColumn, ReleaseTables } from '../release/tables.ts';
import {
  type ColumnHeader,
  FORMAT_VERSION,
  MAGIC,
  PREAMBLE,
  type Section,
  type SnapshotHeader,
  type TableHeader,
} from './layout.ts';

type Block = Uint8Array | Uint16Array | Uint32Array;

/** The bytes of a snapshot of these tables. */
export function encodeSnapshot(tables: ReleaseTables, report: LoadReport): Buffer {
  const body = new Body();
  const ids = tables.ids.sorted();
  const texts = tables.texts.packed();
  const header: SnapshotHeader = {
    report,
    ids: { high: body.add(ids.high), low: body.add(ids.low) },
    texts: { bytes: body.add(texts.bytes), ends: body.add(texts.ends) },
    tables: tables.built().map(
      (table): TableHeader => ({
        name: table.name,
        rows: table.rows,
        columns: table.columns.map((column) => encodeColumn(column, ids.place, body)),
      }),
    ),
  };
  return assemble(header, body);
}

function encodeColumn({ spec, values: built }: BuiltColumn, place: Uint32Array, body: Body): ColumnHeader {
  const values = spec.type === 'id' ? built.map((v) => place[v] ?? 0) : built;
  const base = { name: spec.name, type: spec.type };
  const distinct = new Map<number, number>([[0, 0]]);
  for (const value of values) {
    if (!distinct.has(value)) {
      if (distinct.size === 65_536) return { ...base, width: 4, data: body.add(values) };
      distinct.set(value, distinct.size);
    }
  }
  if (distinct.size === 1) return { ...base, width: 0 };
  const width = distinct.size <= 256 ? 1 : 2;
  // A list of values that saves nothing is not worth its indirection.
  if (values.length * width + distinct.size * 4 >= values.length * 4) {
    return { ...base, width: 4, data: body.add(values) };
  }
  const narrow = width === 1 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  values.forEach((value, row) => {
    narrow[row] = distinct.get(value) ?? 0;
  });
  return { ...base, width, data: body.add(narrow), values: body.add(Uint32Array.from(distinct.keys())) };
}

class Body {
  readonly blocks: Block[] = [];
  length = 0;

  add(block: Block): Section {
    const offset = this.length;
    this.blocks.push(block);
    this.length = align(offset + block.byteLength);
    return [offset, block.length];
  }
}

function assemble(header: SnapshotHeader, body: Body): Buffer {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const bodyStart = align(PREAMBLE + json.length);
  const image = Buffer.alloc(bodyStart + body.length);
  json.copy(image, PREAMBLE);
  let offset = bodyStart;
  for (const block of body.blocks) {
    image.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength), offset);
    offset += align(block.byteLength);
  }
  MAGIC.copy(image, 0);
  image.writeUInt32LE(FORMAT_VERSION, 8);
  image.writeUInt32LE(json.length, 12);
  image.writeUInt32LE(crc32(json), 16);
  image.writeUInt32LE(crc32(image.subarray(bodyStart)), 20);
  image.writeDoubleLE(image.length, 24);
  return image;
}

const align = (n: number): number => (n + 7) & ~7;
