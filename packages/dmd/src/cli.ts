/**
 * What `concord dmd` does: load a release, choose the snapshot to use, compare two releases. Functions take paths and a
 * writer for their text and return an exit code; arguments are the caller's business.
 */

import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Dictionary } from './dictionary/dictionary.ts';
import { ANOMALY_RULES } from './release/anomalies.ts';
import { CHANGES, type ChangeKind, diffReleases } from './release/diff.ts';
import { ReleaseError } from './release/errors.ts';
import { FILES } from './release/format.ts';
import { type LoadProgress, loadRelease } from './release/load.ts';
import type { LoadReport } from './release/report.ts';
import { writeProductIndex } from './search/index-file.ts';
import { openSnapshot, openSnapshotBytes, writeFileWhole, writeSnapshot } from './snapshot/file.ts';
import { SnapshotError } from './snapshot/layout.ts';

/** Where text goes. `progress` is overwritten by the next call where the output is a terminal. */
export interface Output {
  line(text: string): void;
  error(text: string): void;
  progress?(text: string): void;
}

const USED = 'current';
const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

const USAGE = [
  'concord dmd load PATH...      read a release (archives as downloaded, folders or files) and put it to use',
  'concord dmd use NAME          put a release to use that was loaded before',
  'concord dmd diff OLD NEW      say what changed; each is a snapshot, an archive or a folder',
];

/** Runs one command of `concord dmd` from its words, e.g. `['load', 'release.zip']`. @returns the exit code. */
export async function dmdCommand(words: readonly string[], folder: string, out: Output): Promise<number> {
  const [command, first, second, ...more] = words;
  if (command === 'load' && first !== undefined) return dmdLoad(words.slice(1), folder, out);
  if (command === 'use' && first !== undefined && second === undefined) return dmdUse(first, folder, out);
  if (command === 'diff' && first !== undefined && second !== undefined && more.length === 0) {
    return dmdDiff(first, second, out);
  }
  for (const line of USAGE) out.error(line);
  return MISUSED;
}

/**
 * Loads a release from archives, folders or files into a snapshot in the folder, and puts it to use unless told not to.
 * @returns 0, or 1 after saying what is wrong; a snapshot already in use stays in use then.
 */
export async function dmdLoad(
  paths: readonly string[],
  folder: string,
  out: Output,
  options: { readonly use?: boolean } = {},
): Promise<number> {
  return attempt(out, async () => {
    const { snapshot, report } = await loadRelease(paths, { onProgress: (p) => out.progress?.(progressText(p)) });
    const name = snapshotName(report);
    const path = join(folder, name);
    await writeSnapshot(path, snapshot);
    await writeProductIndex(path, openSnapshotBytes(snapshot));
    for (const line of reportText(report)) out.line(line);
    out.line(`Wrote ${name} (${megabytes(snapshot.length)})`);
    if (options.use === false) return DONE;
    return dmdUse(name, folder, out);
  });
}

/** Puts a snapshot of the folder to use, by release date or version, file name or path. */
export async function dmdUse(which: string, folder: string, out: Output): Promise<number> {
  return attempt(out, async () => {
    const path = await findSnapshot(which, folder);
    if (path === undefined) {
      const known = (await listSnapshots(folder)).map((each) => basename(each)).join(', ') || 'none';
      out.error(`There is no snapshot ${which} in ${folder}. There are: ${known}`);
      return FAILED;
    }
    // Opened before it is put to use, so that a damaged one never is.
    const dictionary = openSnapshot(path);
    await writeFileWhole(join(folder, USED), Buffer.from(`${basename(path)}\n`));
    out.line(`In use: dm+d ${dictionary.release.version ?? dictionary.release.date}`);
    return DONE;
  });
}

/** Path of the snapshot in use, undefined where none was put to use. */
export async function snapshotInUse(folder: string): Promise<string | undefined> {
  const name = await readFile(join(folder, USED), 'utf8').catch(() => undefined);
  return name === undefined ? undefined : join(folder, name.trim());
}

/** Paths of the snapshots in a folder, by name. */
export async function listSnapshots(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.dmd'))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Path of a snapshot in a folder, undefined where it is not there.
 * @param which release date (`2025-10-13`), version (`10.1.0_20251013`), file name or path
 */
export async function findSnapshot(which: string, folder: string): Promise<string | undefined> {
  const wanted = resolve(dirname(which)) === resolve(folder) ? basename(which) : which;
  // Named by TRUD's number and date where the archive told them.
  const onDay = /^\d{4}-\d\d-\d\d$/.test(wanted) ? `_${wanted.replaceAll('-', '')}.dmd` : undefined;
  return (await listSnapshots(folder)).find((path) => {
    const name = basename(path);
    return name === wanted || name === `${wanted}.dmd` || (onDay !== undefined && name.endsWith(onDay));
  });
}

/** Says what changed between two releases, each a snapshot file, an archive or a folder. */
export async function dmdDiff(earlier: string, later: string, out: Output): Promise<number> {
  return attempt(out, async () => {
    const diff = diffReleases(await openAny(earlier, out), await openAny(later, out));
    out.line(`dm+d ${diff.from} to ${diff.to}: ${diff.changes.length} changes`);
    for (const [level, tally] of Object.entries(diff.tally)) {
      for (const [change, count] of Object.entries(tally)) {
        out.line(`  ${level}: ${count} ${CHANGES[change as ChangeKind]}`);
      }
    }
    for (const { change, kind, id, name, before, after } of diff.changes) {
      if (change === 'new' || change === 'removed') out.line(`${change} ${kind} ${id} ${name}`);
      else out.line(`${change} ${kind} ${id} ${name}: ${before ?? 'none'} -> ${after ?? 'none'}`);
    }
    return DONE;
  });
}

/** The report of a load as lines of text. */
export function reportText(report: LoadReport): string[] {
  const lines = [`dm+d release ${report.version ?? report.date} (published ${report.date})`];
  for (const { path, kind, rows, dataDate } of report.files) {
    const title = FILES.find((f) => f.kind === kind)?.title ?? kind;
    lines.push(`  ${title}: ${rows} rows of ${dataDate ?? 'unknown day'} from ${path}`);
  }
  const { VTM, VMP, AMP, VMPP, AMPP } = report.counts;
  lines.push(`${VTM} VTMs, ${VMP} VMPs, ${AMP} AMPs, ${VMPP} VMPPs, ${AMPP} AMPPs`);
  for (const kind of report.absent) {
    lines.push(`Not given: ${FILES.find((f) => f.kind === kind)?.title ?? kind}${ABSENT[kind] ?? ''}`);
  }
  if (report.anomalies.length === 0) lines.push('Nothing odd was found');
  for (const { rule, detail, count, examples } of report.anomalies) {
    lines.push(`${count} × ${ANOMALY_RULES[rule]} (${detail}): ${examples.join(', ')}`);
  }
  return lines;
}

/** What a missing optional file means for the user. */
const ABSENT: Readonly<Record<string, string>> = {
  gtin: ': bar codes will not be known',
  bnf: ': BNF, ATC and DDD will not be known',
  history: ': superseded ids are followed one step only',
  'vtm-ingredient': ': ingredients of VTMs will not be known',
};

function progressText({ step, file, bytes, totalBytes }: LoadProgress): string {
  if (step !== 'read') return step === 'check' ? 'Checking' : 'Packing';
  const percent = totalBytes === 0 ? 100 : Math.floor((bytes * 100) / totalBytes);
  return `Reading ${percent} % ${file?.split('/').at(-1) ?? ''}`;
}

async function openAny(path: string, out: Output): Promise<Dictionary> {
  if (path.endsWith('.dmd')) return openSnapshot(path);
  const loaded = await loadRelease([path], { onProgress: (p) => out.progress?.(progressText(p)) });
  return openSnapshotBytes(loaded.snapshot);
}

function snapshotName({ date, version }: Pick<LoadReport, 'date' | 'version'>): string {
  return `${version ?? date}.dmd`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

async function attempt(out: Output, action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    const known = error instanceof ReleaseError || error instanceof SnapshotError || isSystemError(error);
    if (!known) throw error;
    out.error(error.message);
    return FAILED;
  }
}

/** Disk full, permission denied and the like: the caller can act on them. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
