/**
 * Measures the loader and the dictionary on a release: load time and peak memory, snapshot size, time to open and
 * resident memory, lookups a second. Prints a table and, with --json FILE, writes the figures.
 *
 *   node packages/dmd/bench/load.ts ARCHIVE... [--json FILE]
 *
 * Each measurement runs in a process of its own, so that memory is that of the one thing measured.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRelease } from '../src/release/load.ts';
import { openSnapshot, writeSnapshot } from '../src/snapshot/file.ts';

const MEGABYTE = 1_000_000;
const args = process.argv.slice(2);
const step = args[0];

if (step === '--load') console.log(JSON.stringify(await measureLoad(args[1] ?? '', args.slice(2))));
else if (step === '--open') console.log(JSON.stringify(measureOpen(args[1] ?? '')));
else runAll();

function runAll(): void {
  const json = args.indexOf('--json');
  const archives = json < 0 ? args : args.filter((_, i) => i !== json && i !== json + 1);
  if (archives.length === 0) {
    console.error('usage: node packages/dmd/bench/load.ts ARCHIVE... [--json FILE]');
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), 'concord-bench-'));
  try {
    const path = join(folder, 'release.dmd');
    const figures = { ...inProcess('--load', path, ...archives), ...inProcess('--open', path) };
    for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(34)} ${value}`);
    if (json >= 0) writeFileSync(args[json + 1] ?? 'dmd-load.json', `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inProcess(...parameters: string[]): Record<string, number> {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...parameters], { encoding: 'utf8' });
  return JSON.parse(output) as Record<string, number>;
}

async function measureLoad(path: string, archives: readonly string[]): Promise<Record<string, number>> {
  const before = process.cpuUsage();
  const start = performance.now();
  const { snapshot, report } = await loadRelease(archives);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  await writeSnapshot(path, snapshot);
  const xml = report.files.reduce((sum, f) => sum + f.bytes, 0);
  return {
    'XML, MB': round(xml / MEGABYTE),
    'load, s': round(seconds),
    'load, s of processor': round((user + system) / MEGABYTE),
    'load, MB/s': round(xml / MEGABYTE / seconds),
    'peak memory of the load, MB': round((process.resourceUsage().maxRSS * 1024) / MEGABYTE),
    'snapshot, MB': round(statSync(path).size / MEGABYTE),
  };
}

function measureOpen(path: string): Record<string, number> {
  const base = process.memoryUsage().rss;
  const start = performance.now();
  const dictionary = openSnapshot(path);
  const open = performance.now() - start;
  const rss = process.memoryUsage().rss - base;
  const first = performance.now();
  dictionary.vmp('42109611000001109');
  const firstLookup = performance.now() - first;
  const vmps = [...dictionary.all('VMP')].map((v) => v.id);
  const amps = [...dictionary.all('AMP')].map((v) => v.id);
  const old = vmps.flatMap((id) => dictionary.previousIds(id).slice(0, 1));
  const figures = {
    'open, ms': round(open),
    'first lookup, ms': round(firstLookup),
    'resident memory of the snapshot, MB': round(rss / MEGABYTE),
    'lookup of a VMP by id, a second': perSecond(vmps, (id) => dictionary.vmp(id)),
    'lookup of an AMP by id, a second': perSecond(amps, (id) => dictionary.amp(id)),
    'VMP by id with its name, a second': perSecond(vmps, (id) => dictionary.vmp(id)?.name),
    'VMP by id with strengths, a second': perSecond(vmps, (id) => dictionary.vmp(id)?.ingredients),
    'superseded id followed, a second': perSecond(old, (id) => dictionary.resolve(id)),
    'AMPs of a VMP, a second': perSecond(vmps, (id) => dictionary.ampsOfVmp(id)),
  };
  return { ...figures, 'resident memory after all that, MB': round((process.memoryUsage().rss - base) / MEGABYTE) };
}

function perSecond(ids: readonly string[], look: (id: string) => unknown): number {
  for (const id of ids) look(id);
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < 1000) {
    for (const id of ids) look(id);
    done += ids.length;
  }
  return Math.round((done * 1000) / (performance.now() - start));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
