/** What was read, how much of it, and what was odd. */

import type { Anomaly } from './anomalies.ts';

/** One file that was read. */
export interface FileReport {
  /** Path, within its archive where it came from one. */
  readonly path: string;
  readonly kind: string;
  readonly bytes: number;
  readonly rows: number;
  /** CCYY-MM-DD in the file name (the day of the data). */
  readonly dataDate: string | undefined;
}

/** The outcome of a load. */
export interface LoadReport {
  /** CCYY-MM-DD of publication where the archive name tells it, else the day of the data. */
  readonly date: string;
  /** TRUD's number and date, e.g. `10.1.0_20251013`, where the archive name tells it. */
  readonly version: string | undefined;
  readonly files: readonly FileReport[];
  /** Files left aside because they are no XML, by path. */
  readonly ignored: readonly string[];
  /** Optional kinds of file that were not given, e.g. `history`. */
  readonly absent: readonly string[];
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly anomalies: readonly Anomaly[];
}
