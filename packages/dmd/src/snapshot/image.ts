/** A snapshot in memory: tables of columns over one buffer. Nothing is decoded before it is asked for. */

import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { joinId, splitId } from '../release/pools.ts';
import type { LoadReport } from '../release/report.ts';
import {
  type ColumnHeader,
  FORMAT_VERSION,
  MAGIC,
  PREAMBLE,
  type Section,
  SnapshotError,
  type SnapshotHeader,
  type TableHeader,
} from './layout.ts';

type Numbers = Uint8Array | Uint16Array | Uint32Array;

const NOTHING = new Uint32Array(0);

/** One column of a table. `index` gives the place in the id pool (type `id`) or the text pool, 0 where missing. */
export class Column {
  readonly name: string;
  readonly isId: boolean;
  readonly #data: Numbers;
  readonly #values: Uint32Array | undefined;
  readonly #image: SnapshotImage;

  constructor(image: SnapshotImage, name: string, isId: boolean, data: Numbers, values: Uint32Array | undefined) {
    this.#image = image;
    this.name = name;
    this.isId = isId;
    this.#data = data;
    this.#values = values;
  }

  index(row: number): number {
    const at = this.#data[row] ?? 0;
    return this.#values === undefined ? at : (this.#values[at] ?? 0);
  }

  /** The value as text, undefined where missing. */
  text(row: number): string | undefined {
    const index = this.index(row);
    if (index === 0) return undefined;
    return this.isId ? this.#image.idText(index) : this.#image.text(index);
  }
}

/** One table. A column that the snapshot does not have reads as missing everywhere. */
export class Table {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly #byName = new Map<string, Column>();
  readonly #absent: Column;

  constructor(image: SnapshotImage, header: TableHeader, section: SectionReader) {
    this.name = header.name;
    this.rows = header.rows;
    this.columns = header.columns.map((c) => readColumn(image, c, section));
    for (const column of this.columns) this.#byName.set(column.name, column);
    this.#absent = new Column(image, '', false, NOTHING, undefined);
  }

  column(name: string): Column {
    return this.#byName.get(name) ?? this.#absent;
  }
}

/** An opened snapshot. */
export class SnapshotImage {
  readonly report: LoadReport;
  readonly #bytes: Buffer;
  readonly #texts: Buffer;
  readonly #ends: Uint32Array;
  readonly #prefixes: Uint32Array;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #tables = new Map<string, Table>();

  /** An image of a body that is in memory; `body` must start at a multiple of 8. */
  constructor(header: SnapshotHeader, body: Buffer) {
    const section = new SectionReader(body);
    this.#bytes = body;
    this.report = header.report;
    this.#high = section.u32(header.ids.high);
    this.#low = section.u32(header.ids.low);
    const texts = section.u8(header.texts.bytes);
    this.#texts = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
    this.#ends = section.u32(header.texts.ends);
    this.#prefixes = section.u32(header.texts.prefixes);
    for (const table of header.tables) this.#tables.set(table.name, new Table(this, table, section));
  }

  /**
   * Opens the bytes of a snapshot.
   * @throws SnapshotError where they are no whole snapshot of this format version.
   */
  static open(bytes: Buffer): SnapshotImage {
    const { header, body } = readHeader(bytes);
    return new SnapshotImage(header, body);
  }

  /** Size of the body in bytes: what an open snapshot keeps in memory. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** A table by name; one without rows where the snapshot has none. */
  table(name: string): Table {
    const found = this.#tables.get(name);
    if (found !== undefined) return found;
    const empty = new Table(this, { name, rows: 0, columns: [] }, new SectionReader(Buffer.alloc(0)));
    this.#tables.set(name, empty);
    return empty;
  }

  tables(): IterableIterator<Table> {
    return this.#tables.values();
  }

  /** The text at an index of the text pool. */
  text(index: number): string {
    const own = this.#texts.toString('utf8', this.#ends[index - 1] ?? 0, this.#ends[index] ?? 0);
    const prefix = this.#prefixes[index] ?? 0;
    // A prefix always comes before its text, so this ends whatever the file says.
    return prefix === 0 || prefix >= index ? own : this.text(prefix) + own;
  }

  /** Number of distinct ids; their indexes run from 1 to this. */
  get idCount(): number {
    return this.#high.length;
  }

  /** The id at an index of the id pool. */
  idText(index: number): string {
    return joinId(this.#high[index - 1] ?? 0, this.#low[index - 1] ?? 0);
  }

  /** The index of an id by binary search, 0 where the release does not mention it. */
  idIndex(id: string): number {
    const parts = splitId(id);
    if (parts === undefined) return 0;
    let first = 0;
    let last = this.#high.length - 1;
    while (first <= last) {
      const middle = (first + last) >>> 1;
      const order = (this.#high[middle] ?? 0) - parts.high || (this.#low[middle] ?? 0) - parts.low;
      if (order === 0) return middle + 1;
      if (order < 0) first = middle + 1;
      else last = middle - 1;
    }
    return 0;
  }
}

class SectionReader {
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  u8(section: Section | undefined): Uint8Array {
    return section === undefined ? new Uint8Array(0) : new Uint8Array(...this.#place(section, 1));
  }

  u16(section: Section | undefined): Uint16Array {
    return section === undefined ? new Uint16Array(0) : new Uint16Array(...this.#place(section, 2));
  }

  u32(section: Section | undefined): Uint32Array {
    return section === undefined ? NOTHING : new Uint32Array(...this.#place(section, 4));
  }

  #place([offset, items]: Section, width: number): [ArrayBufferLike, number, number] {
    if (!(offset >= 0 && items >= 0 && offset % 8 === 0 && offset + items * width <= this.#body.length)) {
      throw new SnapshotError('corrupt', 'the snapshot points outside itself: load the release again');
    }
    return [this.#body.buffer, this.#body.byteOffset + offset, items];
  }
}

function readColumn(image: SnapshotImage, header: ColumnHeader, section: SectionReader): Column {
  const { name, width, data, values } = header;
  const numbers = width === 1 ? section.u8(data) : width === 2 ? section.u16(data) : section.u32(data);
  return new Column(image, name, header.type === 'id', numbers, values === undefined ? undefined : section.u32(values));
}

function readHeader(source: Buffer): { header: SnapshotHeader; body: Buffer } {
  if (endianness() !== 'LE') {
    throw new SnapshotError('unreadable', 'snapshots can be read on little-endian machines only');
  }
  if (source.length < PREAMBLE || !source.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new SnapshotError('not-a-snapshot', 'is no dm+d snapshot: load a release first');
  }
  const version = source.readUInt32LE(8);
  if (version !== FORMAT_VERSION) {
    throw new SnapshotError(
      'other-version',
      `is a snapshot of format ${version}, this program reads format ${FORMAT_VERSION}: load the release again`,
    );
  }
  if (source.readDoubleLE(24) !== source.length) {
    throw new SnapshotError(
      'truncated',
      `has ${source.length} bytes, not the ${source.readDoubleLE(24)} it should have`,
    );
  }
  const bodyEnd = source.length - source.readUInt32LE(12);
  const body = source.subarray(PREAMBLE, Math.max(bodyEnd, PREAMBLE));
  const json = source.subarray(Math.max(bodyEnd, PREAMBLE));
  if (bodyEnd < PREAMBLE || crc32(json) !== source.readUInt32LE(16) || crc32(body) !== source.readUInt32LE(20)) {
    throw new SnapshotError('corrupt', 'its checksum is wrong: load the release again');
  }
  // Typed arrays need their data at a multiple of their width; a buffer from elsewhere may not start at one.
  const aligned = body.byteOffset % 8 === 0 ? body : Buffer.from(new Uint8Array(body).buffer);
  return { header: JSON.parse(json.toString('utf8')) as SnapshotHeader, body: aligned };
}
