/** `npm run bench`: measures the server on each database and reports. `npm run bench -- --help` says how. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchDatabase, embedded, findPostgres, onPostgres } from './databases.ts';
import { LoadGenerator } from './load-generator-process.ts';
import { thisMachine } from './machine.ts';
import type { Measured } from './measured.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { cpuSecondsOf, memoryOf, PostgresCost } from './process-cost.ts';
import type { Profile } from './profiles.ts';
import { type Results, reportText } from './report.ts';
import { ServerProcess } from './server-process.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Of a profile's requests, how many are asked first, unmeasured, so that code and caches are warm. */
const WARM_SHARE = 0.1;
/** Usual patients in a Bundle: one while the store is small, as messages come; later many, as an import does. */
const PATIENTS_IN_BUNDLE = [1, 20];
const LOADING_CLIENTS = 4;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else await bench(options);
} catch (error) {
  console.error(process.env.BENCH_TRACE ? error : `bench: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function bench(options: Options) {
  const results: Results = {
    machine: thisMachine(),
    settings: settingsOf(options),
    databases: [],
    stores: [],
    rows: [],
  };
  for (const kind of options.databases) {
    const database = await open(kind);
    if (database === undefined) {
      console.error('No PostgreSQL answers (set BENCH_DATABASE_URL): measured on the embedded database only.');
      continue;
    }
    try {
      await measure(database, options, results);
    } finally {
      await database.drop();
    }
  }
  console.log(reportText(results));
  const file = options.json ?? `${ROOT}bench/results/${results.machine.at.replace(/[:.]/g, '-')}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\nWritten to ${file}`);
  if (options.packages) runPackages();
}

function settingsOf({ only, ...settings }: Options): object {
  return { ...settings, only: only.map(({ name }) => name) };
}

async function open(kind: 'pglite' | 'postgres'): Promise<BenchDatabase | undefined> {
  if (kind === 'pglite') return embedded();
  const url = await findPostgres();
  return url === undefined ? undefined : onPostgres(url);
}

async function measure(database: BenchDatabase, options: Options, results: Results) {
  const { environment, processName } = database;
  const workers = database.kind === 'pglite' ? 1 : options.workers;
  const start = () => ServerProcess.start({ environment, workers, cpuProfiles: options.cpuProfiles });
  const cost = processName === undefined ? undefined : new PostgresCost(processName);
  const generator = LoadGenerator.start();
  let server = await start();
  const stopAll = () => {
    server.kill();
    generator.stop();
    cost?.stop();
  };
  try {
    const firstStartMilliseconds = server.startMilliseconds;
    const empty = (await database.sizes()).data;
    await generator.tell({
      order: 'begin',
      address: server.address,
      world: { seed: options.seed, today: Date.now(), asked: options.asked },
      capacity: options.patients.at(-1) ?? 0,
    });
    const cpuNow = () => ({ server: cpuSecondsOf(server.pid), database: cost?.cpuSeconds() });
    const timed = async (
      patients: number,
      about: { profile: string; title: string; clients: number },
      work: () => Promise<Measured>,
    ) => {
      progress(`${database.title}, ${patients} patients: ${about.title}`);
      const before = cpuNow();
      const measured = await work();
      const after = cpuNow();
      const ofDatabase = after.database === undefined ? undefined : after.database - (before.database ?? 0);
      const cpuSeconds = { server: after.server - before.server, database: ofDatabase };
      results.rows.push({ database: database.title, patients, ...about, cpuSeconds, ...measured });
    };
    for (const [i, patients] of options.patients.entries()) {
      const patientsInBundle = PATIENTS_IN_BUNDLE[i] ?? 20;
      const clients = LOADING_CLIENTS;
      if (i === 0) {
        const about = {
          profile: 'load-asked',
          title: 'transactions of one patient, 10, 50 and 300 resources',
          clients,
        };
        await timed(patients, about, () => generator.measure({ order: 'load-asked', clients }));
      }
      const title = `transactions of ${patientsInBundle * 6} resources of ${patientsInBundle} patient${patientsInBundle > 1 ? 's' : ''}`;
      await timed(patients, { profile: 'load-usual', title, clients }, () =>
        generator.measure({ order: 'load-usual', patients, patientsInBundle, clients }),
      );
      const resources = generator.stored;
      const { data, log } = await database.sizes();
      const tables = await database.tables();
      for (const profile of options.only.filter((each) => i === 0 || each.inEveryStore)) {
        await warmed(generator, profile, options, (clients, requests) =>
          timed(patients, { profile: profile.name, title: profile.title, clients }, () =>
            generator.measure({ order: 'run', profile: profile.name, requests, seconds: options.seconds, clients }),
          ),
        );
      }
      results.stores.push({
        database: database.title,
        ...{ patients, resources, tables, logBytes: log, memory: memoryOf(server.pid) },
        bytesPerThousand: ((data - empty) / resources) * 1000,
      });
    }
    await server.stop();
    server = await start();
    results.databases.push({
      database: database.title,
      durability: database.durability,
      firstStartMilliseconds,
      secondStartMilliseconds: server.startMilliseconds,
    });
    await server.stop();
    progress('');
  } finally {
    stopAll();
  }
}

async function warmed(
  generator: LoadGenerator,
  profile: Profile,
  options: Options,
  measured: (clients: number, requests: number) => Promise<void>,
) {
  const clients = profile.clients === 'one' ? 1 : options.clients;
  const requests = options.requests ?? profile.requests[options.quick ? 'quick' : 'full'];
  const warm = Math.ceil(requests * WARM_SHARE);
  await generator.tell({ order: 'run', profile: profile.name, requests: warm, seconds: options.seconds, clients });
  await measured(clients, requests);
}

function progress(text: string) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** The packages' own measurements, and those of terminology and of supply, each a program of its own. */
function runPackages() {
  for (const file of globSync(['packages/*/bench/*.ts', 'bench/terminology.ts', 'bench/supply.ts'], {
    cwd: ROOT,
  }).sort()) {
    console.log(`\n${file}`);
    const { status } = spawnSync(process.execPath, [file], { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
