import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { useSampleUnlessLoaded } from '../../src/dmd/sample.ts';
import { ARCHITECTURES, type ArchitectureName } from './architectures.ts';
import { startEcosystem } from './ecosystem.ts';
import { STORIES } from './stories.ts';
import { Scene } from './story.ts';

const USAGE = `npm run demo:supply -- [OPTIONS]

Starts a ward, a pharmacy and, where there is one, a broker, each a Concord server of its own on a free port, and walks
orders through them: what is ordered, fetched, given and completed is told as it happens, and checked on every side.

  --architecture NAME   ${Object.keys(ARCHITECTURES).join(', ')} (B2: the broker tells both)
  --story NAME          ${Object.keys(STORIES).join(', ')} (all, one after another)
  --keep                leave the servers running afterwards, to look at their pages; Ctrl-C ends them
  --help`;

const OPTIONS = {
  architecture: { type: 'string', default: 'B2' },
  story: { type: 'string' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
/** The page of each site that is worth a look. */
const PAGES: Readonly<Record<string, string>> = { ward: '/ward', pharmacy: '/pharmacy' };

function refuse(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = readOptions();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (!Object.hasOwn(ARCHITECTURES, values.architecture)) refuse(`There is no architecture "${values.architecture}".`);
if (values.story !== undefined && !Object.hasOwn(STORIES, values.story)) refuse(`There is no story "${values.story}".`);

const name = values.architecture as ArchitectureName;
const { title, about } = ARCHITECTURES[name];
console.log(`${title}\n${about}\n\nStarting the servers, which takes some seconds.`);
const folder = mkdtempSync(join(tmpdir(), 'concord-demo-'));
const dmd = join(folder, 'dmd');
const starting = useSampleUnlessLoaded(dmd).then(() => startEcosystem(name, { folder, dmd }));

let isEnding = false;
const never = new Promise(() => {});

/** Ends every server, those too that are only starting, and leaves nothing behind. */
async function end(status: number, says: string): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  console.log(`\n${says}`);
  await starting.then(
    (eco) => eco.close(),
    () => {},
  );
  rmSync(folder, { recursive: true, force: true });
  process.exit(status);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void end(values.keep ? 0 : 130, 'Ending the servers.'));
}

try {
  const eco = await starting;
  if (isEnding) await never;
  for (const { name: site, address } of eco.sites) {
    console.log(`${site.padEnd(9)} ${address}${PAGES[site] ?? '/deliveries'}`);
  }
  for (const [key, story] of Object.entries(STORIES)) {
    if (values.story !== undefined && values.story !== key) continue;
    console.log(`\n${story.title}`);
    const begun = Date.now();
    const seconds = () => ((Date.now() - begun) / 1000).toFixed(1).padStart(5);
    const tell = (who: string, what: string) => console.log(`${seconds()} s  ${who.padEnd(9)} ${what}`);
    const scene = new Scene(eco, story.patient, tell, key.replaceAll(' ', '-'));
    await scene.begin();
    await story.run(scene);
  }
  if (values.keep) {
    console.log('\nEvery step was checked on every side. The servers go on: look at their pages. Ctrl-C ends them.');
    await never;
  }
  await end(0, 'Every step was checked on every side.');
} catch (error) {
  // Ctrl-C ends the servers at the same moment, which fails the story that they were in: that is no fault.
  await pause(100);
  await end(1, `This went wrong. ${(error as Error).message}`);
}
