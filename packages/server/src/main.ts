import cluster from 'node:cluster';
import type { AddressInfo } from 'node:net';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { loadDemo } from './demo/load-demo.ts';
import { Dmd } from './dmd/dmd.ts';
import { useSampleUnlessLoaded } from './dmd/sample.ts';
import { Store } from './store/store.ts';

/** How long requests under way may take to finish when the server is told to stop. */
const GRACE_MILLISECONDS = 10_000;

/**
 * Runs the server as configured, in this process or in several workers, until SIGINT or SIGTERM.
 * @throws when it cannot start: the port is taken, the folder is in use, the database does not answer
 */
export async function serve(config: Config): Promise<void> {
  if (config.workers > 1 && cluster.isPrimary) return serveWithWorkers(config);
  const store = await Store.open({ ...config, folder: config.data });
  // An open database would keep the process from ending.
  const { app, dmd } = await listening(store, config).catch(async (error) => {
    await store.close();
    throw error;
  });
  const { port } = app.server.address() as AddressInfo;
  if (cluster.isPrimary) announce(config, port);
  serveDmd(dmd, config);
  await stopSignal();
  setTimeout(() => process.exit(1), GRACE_MILLISECONDS).unref();
  dmd.close();
  await app.close();
  await store.close();
  if (cluster.isWorker) process.exit(0);
}

/** @throws when the port is taken, or a setting cannot be followed */
async function listening(store: Store, config: Config) {
  if (cluster.isPrimary) await prepare(store, config);
  const dmd = new Dmd(config.dmd, { info: (said) => app.log.info(said), warn: (said) => app.log.warn(said) });
  const app = await buildApp(store, config, dmd, { willListen: true });
  await app.listen({ host: config.host, port: config.port });
  return { app, dmd };
}

async function prepareDmd(config: Config) {
  const isSample = await useSampleUnlessLoaded(config.dmd);
  if (isSample) console.log('dm+d is a sample of some 130 medicines: npx concord dmd load ARCHIVE... loads a release.');
}

/**
 * Opens the dm+d release once the server listens, so that it delays nobody who does not ask for it, and moves to another
 * when told to: by `concord dmd use`, or SIGHUP.
 */
function serveDmd(dmd: Dmd, config: Config) {
  const prepare = cluster.isPrimary ? () => prepareDmd(config) : undefined;
  void dmd.begin(prepare).then(() => dmd.watch());
  if (!process.stdout.isTTY) process.on('SIGHUP', () => void dmd.look());
}

async function prepare(store: Store, config: Config) {
  if (!config.demo) return;
  const loaded = await loadDemo(store, config);
  if (loaded > 0) console.log(`Loaded ${loaded} invented demo patients (--no-demo leaves them out).`);
}

/** One process migrates and loads; the workers, one for each core asked for, share the port. A worker that dies is replaced. */
async function serveWithWorkers(config: Config): Promise<void> {
  const store = await Store.open({ ...config, folder: config.data, connections: 2 });
  await prepare(store, config);
  await store.close();
  await prepareDmd(config).catch((error: Error) => console.error(`dm+d: ${error.message}`));
  let stopping = false;
  let listening = 0;
  cluster.on('listening', (_worker, { port }) => {
    listening++;
    if (listening === config.workers) announce(config, port);
  });
  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return;
    // A worker that never got as far as listening would fail again: its failure ends the start.
    if (listening < config.workers) process.exit(code || 1);
    console.error(`The worker ${worker.process.pid} ended with ${signal ?? code}. Another takes its place.`);
    cluster.fork();
  });
  for (let i = 0; i < config.workers; i++) cluster.fork();
  if (!process.stdout.isTTY) {
    process.on('SIGHUP', () => {
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGHUP');
    });
  }
  await stopSignal();
  stopping = true;
  // Not by cluster.disconnect, which forgets them at once: a worker that nobody tells to end would go on delivering.
  const workers = Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? []);
  const ended = Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))));
  for (const worker of workers) worker.process.kill('SIGTERM');
  await ended;
}

function announce(config: Config, port: number) {
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
  const address = config.publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const where = config.databaseUrl === undefined ? `in ${config.data}` : 'in PostgreSQL';
  console.log(`Concord is ready at ${address}  (FHIR at ${address}/fhir, record ${where})`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
