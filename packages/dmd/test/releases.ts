/** Releases for tests: the sample, small ones made of rows, and the full-size rehearsal where it is at hand. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dictionary, RawRow } from '../src/dictionary/dictionary.ts';
import { openDictionary } from '../src/dictionary/open.ts';
import { Anomalies, type Anomaly } from '../src/release/anomalies.ts';
import { checkRelease } from '../src/release/check.ts';
import { emitFile, fileName } from '../src/release/emit.ts';
import { FILES, LOOKUP_GROUPS, type TableSpec } from '../src/release/format.ts';
import { loadRelease } from '../src/release/load.ts';
import type { LoadReport } from '../src/release/report.ts';
import { ReleaseTables } from '../src/release/tables.ts';
import { finishSnapshot, packTables } from '../src/snapshot/encode.ts';
import { openSnapshot, openSnapshotBytes, writeSnapshot } from '../src/snapshot/file.ts';
import { SnapshotImage } from '../src/snapshot/image.ts';

/** The sample release that is part of the repository. */
export const SAMPLE = fileURLToPath(new URL('../../../samples/dmd', import.meta.url));

const SHARED = fileURLToPath(new URL('../../../../shared/data/dmd', import.meta.url));

/** Reason to skip a test that reads real or full-size data; false where the data is at hand. */
export const withoutData: string | false = existsSync(SHARED) ? false : 'the data folder is not beside the repository';

/** A path in the data folder. */
export const data = (...parts: string[]): string => join(SHARED, ...parts);

let sample: Promise<Dictionary> | undefined;

/** The dictionary of the sample release, loaded once per test file. */
export function sampleDictionary(): Promise<Dictionary> {
  sample ??= loadRelease([SAMPLE]).then(({ snapshot }) => openSnapshotBytes(snapshot));
  return sample;
}

const temporary: string[] = [];
process.on('exit', () => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder under the system's temporary one, gone when the tests end. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'concord-dmd-'));
  temporary.push(folder);
  return folder;
}

/** The rehearsal release with its supplementary archive; its snapshot is kept between runs of the same code. */
export async function rehearsalDictionary(which: 'current' | 'previous' = 'current'): Promise<Dictionary> {
  const archives =
    which === 'current'
      ? [
          data('release', 'nhsbsa_dmd_10.1.0_20251013000001.zip'),
          data('release', 'nhsbsa_dmdbonus_2.2.0_20250217000001.zip'),
        ]
      : [data('release', 'previous', 'nhsbsa_dmd_10.0.0_20251006000001.zip')];
  const prefix = `concord-dmd-${which}-`;
  const name = `${prefix}${cacheKey(archives)}.dmd`;
  if (!existsSync(join(tmpdir(), name))) {
    for (const older of readdirSync(tmpdir()))
      if (older.startsWith(prefix)) rmSync(join(tmpdir(), older), { force: true });
    await writeSnapshot(join(tmpdir(), name), (await loadRelease(archives)).snapshot);
  }
  return openSnapshot(join(tmpdir(), name));
}

// The loader's own source is part of the key: a snapshot made by other code must not be tested.
function cacheKey(archives: readonly string[]): string {
  const hash = createHash('sha256');
  for (const archive of archives) hash.update(readFileSync(archive));
  for (const folder of ['release', 'snapshot']) {
    const url = new URL(`../src/${folder}/`, import.meta.url);
    for (const name of readdirSync(url).sort()) hash.update(readFileSync(new URL(name, url)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** A row from its table and values. */
export const row = (table: string, values: Record<string, string>): RawRow => ({ table, values });

/** A snapshot image of these rows alone, unchecked. */
export function uncheckedImageOf(rows: Iterable<RawRow>, found = new Anomalies()): SnapshotImage {
  const tables = new ReleaseTables(found);
  const position = { line: 0 };
  const sink = tables.sink('rows', position);
  for (const { table, values } of rows) {
    position.line++;
    sink.begin(table);
    for (const [name, value] of Object.entries(values)) sink.set(name, value);
    sink.end();
  }
  const report: LoadReport = {
    date: '2025-01-01',
    version: undefined,
    files: [],
    ignored: [],
    absent: [],
    counts: {},
    anomalies: [],
  };
  return SnapshotImage.open(finishSnapshot(packTables(tables), report));
}

/** The same with what the checks say about it. */
export function imageOf(rows: readonly RawRow[]): { image: SnapshotImage; anomalies: Anomaly[] } {
  const found = new Anomalies();
  const image = uncheckedImageOf(rows, found);
  checkRelease(image, found);
  return { image, anomalies: found.list() };
}

/** A dictionary of these rows alone. */
export const dictionaryOf = (rows: readonly RawRow[]): Dictionary => openDictionary(uncheckedImageOf(rows));

/** Writes rows as a folder of release files and gives its path; `comment` stands in every file. */
export async function writeRelease(rows: readonly RawRow[], comment?: string): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of FILES) {
    const text = emitFile(file, comment === undefined ? { rows } : { rows, comment });
    await writeFile(join(folder, fileName(file, '2025-01-02')), text);
  }
  return folder;
}

/** A copy of the sample release in which one file is changed; files are named by kind. */
export async function changedSample(kind: string, change: (text: string) => string | Buffer): Promise<string> {
  const folder = await temporaryFolder();
  const file = FILES.find((f) => f.kind === kind);
  if (file === undefined) throw new Error(`No such kind: ${kind}`);
  for (const name of await readdir(SAMPLE)) {
    if (!name.endsWith('.xml')) continue;
    const text = await readFile(join(SAMPLE, name), 'utf8');
    await writeFile(join(folder, name), name === fileName(file, '2025-10-09') ? change(text) : text);
  }
  return folder;
}

/**
 * The rows of a release file read with regular expressions: an oracle that shares nothing with the loader. Good enough
 * for files without comments, CDATA or odd white space inside rows.
 */
export function rowsByPattern(xml: string): RawRow[] {
  const text = xml.replace(/<!--[\s\S]*?-->/g, '');
  const root = /<([A-Z_]+) [^>]*>/.exec(text)?.[1];
  const file = FILES.find((f) => f.root === root);
  if (file === undefined) throw new Error(`No dm+d root: ${root}`);
  return Object.entries(file.groups).flatMap(([group, { row: element, table }]) => {
    const inside = group === '' ? text : (new RegExp(`<${group}>([\\s\\S]*?)</${group}>`).exec(text)?.[1] ?? '');
    const rows = [...inside.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map((m) => m[1] ?? '');
    if (table === 'GTIN') return rows.flatMap(gtinRowsByPattern);
    const extra: Record<string, string> = ['LOOKUP', 'HISTORY'].includes(table) ? { GROUP: group } : {};
    return rows.map((r) => row(table, { ...extra, ...cells(r) }));
  });
}

function gtinRowsByPattern(pack: string): RawRow[] {
  const id = /<AMPPID>(\d+)<\/AMPPID>/.exec(pack)?.[1] ?? '';
  return [...pack.matchAll(/<GTINDATA>([\s\S]*?)<\/GTINDATA>/g)].map((m) =>
    row('GTIN', { AMPPID: id, ...cells(m[1] ?? '') }),
  );
}

function cells(text: string): Record<string, string> {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return Object.fromEntries(
    [...text.matchAll(/<([A-Z_0-9]+)>([^<]*)<\/\1>/g)].map((m) => [
      m[1] ?? '',
      (m[2] ?? '')
        .replace(/\r\n?/g, '\n')
        .replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (_, decimal, hex, name) =>
          name ? (entities[name] ?? '') : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
        ),
    ]),
  );
}

/** Whether a lookup group's codes are SNOMED CT ids. */
export const hasSnomedCodes = (group: string): boolean => LOOKUP_GROUPS[group] === true;

/** Names of a table's elements, without the group that is an element around its rows. */
export const elementsOf = (table: TableSpec): string[] => table.columns.map((c) => c.name).filter((n) => n !== 'GROUP');
