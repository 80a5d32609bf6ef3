/**
 * The layout of a snapshot: one file that holds a release ready for use, read as typed arrays without parsing.
 *
 *   0   8 bytes  magic
 *   8   u32      format version
 *   12  u32      length of the header
 *   16  u32      CRC-32 of the header
 *   20  u32      CRC-32 of the body
 *   24  f64      length of the whole file
 *   32           body: sections, each starting at a multiple of 8
 *   ...          header: JSON, UTF-8; last, because it says what was found in the body
 *
 * All numbers are little-endian. Every id and text is kept once, ids in numeric order, texts in order of first use;
 * columns hold their indexes (0 = missing), one, two or four bytes wide, narrow ones through a list of their values.
 */

import type { LoadReport } from '../release/report.ts';

/** The first bytes of every snapshot. */
export const MAGIC = Buffer.from('CONCDMD\x1a', 'latin1');
/** To be raised with every change of the layout. */
export const FORMAT_VERSION = 2;
/** Length of what stands before the body. */
export const PREAMBLE = 32;

/** Where a section lies: offset from the start of the body, and number of items. */
export type Section = readonly [offset: number, items: number];

/** One column: its data, and the list that narrow data points into. A column without data has no value at all. */
export interface ColumnHeader {
  readonly name: string;
  readonly type: string;
  readonly width: 0 | 1 | 2 | 4;
  readonly data?: Section;
  readonly values?: Section;
}

/** One table and its columns. */
export interface TableHeader {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly ColumnHeader[];
}

/** What the body holds and where. */
export interface BodyHeader {
  readonly ids: { readonly high: Section; readonly low: Section };
  /** A text is the text at its prefix, if any, followed by its own bytes. */
  readonly texts: { readonly bytes: Section; readonly ends: Section; readonly prefixes: Section };
  readonly tables: readonly TableHeader[];
}

/** The JSON header. */
export interface SnapshotHeader extends BodyHeader {
  readonly report: LoadReport;
}

/** Why a snapshot cannot be used. */
export type SnapshotErrorCode =
  | 'not-found'
  | 'unreadable'
  | 'not-a-snapshot'
  | 'other-version'
  | 'truncated'
  | 'corrupt';

/** Thrown by everything that opens a snapshot: what is wrong and what to do about it. */
export class SnapshotError extends Error {
  readonly code: SnapshotErrorCode;

  constructor(code: SnapshotErrorCode, message: string, path?: string) {
    super(path === undefined ? message : `${path}: ${message}`);
    this.name = 'SnapshotError';
    this.code = code;
  }
}
