/** Reads a dm+d release: archives as downloaded, folders or files, in any order, into a snapshot image. */

import { finishSnapshot, type PackedTables, packTables } from '../snapshot/encode.ts';
import { SnapshotImage } from '../snapshot/image.ts';
import { PREAMBLE } from '../snapshot/layout.ts';
import { Anomalies } from './anomalies.ts';
import { checkRelease } from './check.ts';
import { ReleaseError } from './errors.ts';
import { FILES, REQUIRED_KINDS, TABLES } from './format.ts';
import type { FileReport, LoadReport } from './report.ts';
import { readRows } from './rows.ts';
import { DEFAULT_LIMITS, type Member, openSources, type SourceLimits, type Sources } from './sources.ts';
import { ReleaseTables } from './tables.ts';

/** How far a load has come. */
export interface LoadProgress {
  readonly step: 'read' | 'pack' | 'check';
  /** The file that is being read. */
  readonly file: string | undefined;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** How to load. */
export interface LoadOptions {
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly limits?: Partial<SourceLimits>;
}

/** A release that was read: the bytes of its snapshot, ready to be written or opened, and what was found. */
export interface LoadedRelease {
  readonly snapshot: Buffer;
  readonly report: LoadReport;
}

/**
 * Reads a release. Lookups, ingredients and the five levels are required; GTIN, BNF, history and VTM ingredients are
 * taken where they are given.
 * @throws ReleaseError, with file and line, where a path holds something other than a dm+d release.
 */
export async function loadRelease(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedRelease> {
  const sources = await openSources(paths, { ...DEFAULT_LIMITS, ...options.limits });
  try {
    const anomalies = new Anomalies();
    const { packed, draft } = await readRelease(sources, anomalies, options.onProgress);
    const total = { bytes: totalBytes(sources), totalBytes: totalBytes(sources), file: undefined };
    options.onProgress?.({ step: 'check', ...total });
    for (const date of otherDates(draft.files)) anomalies.add('mixed-dates', date.detail, date.file);
    checkRelease(new SnapshotImage({ ...packed.header, report: draft }, packed.bytes.subarray(PREAMBLE)), anomalies);
    options.onProgress?.({ step: 'pack', ...total });
    const report: LoadReport = { ...draft, anomalies: anomalies.list() };
    return { snapshot: finishSnapshot(packed, report), report };
  } finally {
    sources.close();
  }
}

/** Everything up to the packed tables; the tables that were filled are not needed after it. */
async function readRelease(
  sources: Sources,
  anomalies: Anomalies,
  onProgress: LoadOptions['onProgress'],
): Promise<{ packed: PackedTables; draft: LoadReport }> {
  const tables = new ReleaseTables(anomalies);
  const files = await readMembers(sources, tables, onProgress);
  return { packed: packTables(tables), draft: describe(sources, files, tables) };
}

async function readMembers(
  sources: Sources,
  tables: ReleaseTables,
  onProgress: LoadOptions['onProgress'],
): Promise<FileReport[]> {
  if (sources.members.length === 0) {
    throw new ReleaseError('missing-file', 'there is no XML file in what was given: is this a dm+d release?');
  }
  const seen = new Map<string, string>();
  const reports: FileReport[] = [];
  const all = totalBytes(sources);
  let done = 0;
  for (const member of sources.members) {
    onProgress?.({ step: 'read', file: member.path, bytes: done, totalBytes: all });
    const before = rowTotal(tables);
    const spec = await readRows(
      member.read(),
      member.path,
      (kind, position) => {
        const other = seen.get(kind.kind);
        if (other !== undefined) {
          throw new ReleaseError('duplicate-file', `is a second file of ${kind.title}, after ${other}`, member.path);
        }
        seen.set(kind.kind, member.path);
        return tables.sink(member.name, position);
      },
      (bytes) => {
        done += bytes;
        onProgress?.({ step: 'read', file: member.path, bytes: done, totalBytes: all });
      },
    );
    reports.push({
      path: member.path,
      kind: spec.kind,
      bytes: member.bytes,
      rows: rowTotal(tables) - before,
      dataDate: dataDate(member.name),
    });
  }
  const missing = REQUIRED_KINDS.filter((kind) => !seen.has(kind));
  if (missing.length > 0) {
    const titles = FILES.filter((f) => missing.includes(f.kind)).map((f) => `${f.title} (${f.root})`);
    throw new ReleaseError('missing-file', `these files of a dm+d release are not there: ${titles.join(', ')}`);
  }
  return reports;
}

function describe(sources: Sources, files: FileReport[], tables: ReleaseTables): LoadReport {
  const named = sources.archives.map((name) => /^nhsbsa_dmd_([\d.]+)_(\d{4})(\d\d)(\d\d)\d*\.zip$/i.exec(name));
  const trud = named.find((match) => match !== null);
  const kinds = new Set(files.map((f) => f.kind));
  const day = files.find((f) => f.kind === 'vmp')?.dataDate;
  return {
    date: trud ? `${trud[2]}-${trud[3]}-${trud[4]}` : (day ?? 'unknown'),
    version: trud ? `${trud[1]}_${trud[2]}${trud[3]}${trud[4]}` : undefined,
    files,
    ignored: sources.ignored,
    absent: FILES.filter((f) => !kinds.has(f.kind)).map((f) => f.kind),
    counts: Object.fromEntries(TABLES.map((t) => [t.name, tables.rowCount(t.name)])),
    anomalies: [],
  };
}

/** Release files are named `f_<what><version>DDMMYY.xml`, e.g. f_vmp2_3091025.xml for 9 October 2025. */
function dataDate(name: string): string | undefined {
  const match = /^f_\D+\d_?\d?(\d\d)(\d\d)(\d\d)\.xml$/i.exec(name);
  return match ? `20${match[3]}-${match[2]}-${match[1]}` : undefined;
}

// The supplementary files come in an archive of their own, often of another week: that is no anomaly.
const SUPPLEMENTARY = ['bnf', 'history', 'vtm-ingredient'];

function otherDates(files: readonly FileReport[]): { detail: string; file: string }[] {
  const main = files.filter((f) => !SUPPLEMENTARY.includes(f.kind));
  const day = main.find((f) => f.kind === 'vmp')?.dataDate;
  return main
    .filter((f) => f.dataDate !== day)
    .map((f) => ({
      detail: `${f.kind} of ${f.dataDate ?? 'unknown day'}, VMPs of ${day ?? 'unknown day'}`,
      file: f.path,
    }));
}

function rowTotal(tables: ReleaseTables): number {
  return TABLES.reduce((sum, t) => sum + tables.rowCount(t.name), 0);
}

function totalBytes({ members }: { members: readonly Member[] }): number {
  return members.reduce((sum, m) => sum + m.bytes, 0);
}
