/**
 * How many MedicationRequests a second one core checks, layer by layer when warm, and in all layers from a cold start.
 * Run: node packages/conformance/bench/check.ts
 */
import { fileURLToPath } from 'node:url';
import { loadRelease, openSnapshotBytes } from '@concord/dmd';
import { demoBundles } from '../../../samples/patients/load.ts';
import { check, layers, ProfileBook } from '../src/index.ts';
import definitions from '../test/profiles/definitions.json' with { type: 'json' };

const { snapshot } = await loadRelease([fileURLToPath(new URL('../../../samples/dmd', import.meta.url))]);
const dictionary = openSnapshotBytes(Buffer.from(snapshot));
const requests = demoBundles('2026-03-02')
  .flatMap(({ entry }) => entry ?? [])
  .flatMap(({ resource }) => (resource?.resourceType === 'MedicationRequest' ? [resource] : []));
const now = '2026-03-02T12:00:00Z';

/** Checks each request in turn until the time is up. */
function perSecond(asked: typeof layers, milliseconds: number, profiles?: ProfileBook, each = requests): number {
  let done = 0;
  const start = process.cpuUsage();
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    for (const request of each) check(request, { layers: asked, dictionary, now, profiles });
    done += each.length;
  }
  const { user, system } = process.cpuUsage(start);
  return done / ((user + system) / 1e6);
}

/** How fast the first checks of a process are, without and with what it needs to start: Node, the tables, the release. */
function fromCold(counts: readonly number[]): void {
  const started = secondsOfCore();
  let done = 0;
  for (const count of counts) {
    for (; done < count; done++) check(requests[done % requests.length], { dictionary, now });
    const total = secondsOfCore();
    const rate = (seconds: number) => Math.round(done / seconds).toLocaleString('en-GB');
    console.log(`first ${done.toLocaleString('en-GB')}: ${rate(total - started)}; with the start: ${rate(total)}`);
  }
}

/** What this process has used of a core since it began. */
function secondsOfCore(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const rows = [...layers.map((layer) => [layer, [layer]] as const), ['all', layers] as const];
console.log(`${requests.length} MedicationRequests of the demo patients; per second of one core's time`);
fromCold([100, 1000, 10_000, 100_000]);
for (const [name, asked] of rows) {
  perSecond(asked, 1000);
  console.log(`${name.padEnd(9)} ${Math.round(perSecond(asked, 2000)).toLocaleString('en-GB').padStart(9)}`);
}

// The same requests, each claiming a profile that has two invariants on it and its dosages; and that profile without them.
const claiming = requests.map((request) => ({
  ...request,
  meta: { profile: ['https://example.org/StructureDefinition/Order'] },
}));
const withInvariants = new ProfileBook(definitions);
const without = new ProfileBook(
  JSON.parse(JSON.stringify(definitions, (key, value) => (key === 'constraint' ? undefined : value))),
);
const claims = [
  ['profile, none claimed', withInvariants, requests],
  ['profile, claimed', without, claiming],
  ['profile, claimed, 2 invariants', withInvariants, claiming],
] as const;
for (const [name, profiles, each] of claims) {
  perSecond(['profile'], 2000, profiles, [...each]);
  const rate = Math.round(perSecond(['profile'], 2000, profiles, [...each])).toLocaleString('en-GB');
  console.log(`${name.padEnd(32)} ${rate.padStart(9)}`);
}
