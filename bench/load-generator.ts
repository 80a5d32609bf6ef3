/**
 * The load generator, a process of its own so that it shares nothing with the server but the machine. It knows what it
 * put into the store, asks, takes the time of every request, and checks every answer. `run.ts` tells it what to do.
 */
import type { Bundle } from 'fhir/r4';
import { type Answer, HttpConnection, type Request } from './http-connection.ts';
import { type Measured, Stopwatch } from './measured.ts';
import { type Asking, PROFILES, type Profile } from './profiles.ts';
import type { PatientRecord } from './records.ts';
import { transactionOf, World, type WorldOptions } from './world.ts';
import { demand } from './wrong-answer.ts';

/** What it can be told. */
export type Order =
  | { order: 'begin'; address: string; world: WorldOptions; capacity: number }
  /** The server was started again at another address. */
  | { order: 'move'; address: string }
  /** Stores the patients of the measured sizes. */
  | { order: 'load-asked'; clients: number }
  /** Stores usual patients until there are so many. */
  | { order: 'load-usual'; patients: number; patientsInBundle: number; clients: number }
  | { order: 'run'; profile: string; requests: number; seconds: number; clients: number };

/** How it answers: what was measured (null for `begin` and `move`) and how many resources the store now has; or what was wrong. */
export type Report = { measured: Measured | null; stored: number } | { error: string };

let address = '';
let world: World;

async function obey(order: Order): Promise<Measured | null> {
  switch (order.order) {
    case 'begin':
      address = order.address;
      world = new World(order.world, order.capacity);
      return null;
    case 'move':
      address = order.address;
      return null;
    case 'load-asked':
      return load(
        [...world.asked.values()].flat().map((record) => [record]),
        order.clients,
      );
    case 'load-usual':
      return load(newPatients(order.patients - world.usual.length, order.patientsInBundle), order.clients);
    case 'run': {
      const profile = PROFILES.find(({ name }) => name === order.profile) as Profile;
      return run(profile, order.requests, order.seconds, order.clients);
    }
  }
}

function newPatients(count: number, inBundle: number): PatientRecord[][] {
  const bundles: PatientRecord[][] = [];
  for (let made = 0; made < count; made += inBundle) {
    bundles.push(Array.from({ length: Math.min(inBundle, count - made) }, () => world.addUsual()));
  }
  return bundles;
}

/** Stores records by transaction Bundles, and notes under which ids. */
async function load(bundles: PatientRecord[][], clients: number): Promise<Measured> {
  const before = world.stored;
  const stopwatch = new Stopwatch();
  await withConnections(clients, async (connection) => {
    for (let records = bundles.shift(); records !== undefined; records = bundles.shift()) {
      const made = records.flatMap((record) => world.resourcesOf(record));
      const request: Request = { method: 'POST', path: '/fhir', body: JSON.stringify(transactionOf(made)) };
      const answer = await connection.ask(request);
      stopwatch.add('transaction', answer.milliseconds);
      const references = demandCreated(
        request,
        answer,
        made.map(({ resource }) => resource.resourceType),
      );
      for (const record of records) record.references = references.splice(0, record.size);
      world.stored += made.length;
    }
  });
  return stopwatch.stop(world.stored - before);
}

/** Checks that every entry was created, each as its type. @returns their references */
function demandCreated(request: Request, answer: Answer, types: string[]): string[] {
  demand(answer.status === 200, request, answer, 'the status must be 200');
  const bundle = JSON.parse(answer.body) as Bundle;
  demand(bundle.type === 'transaction-response', request, answer, 'it must be a transaction-response');
  demand(bundle.entry?.length === types.length, request, answer, `it must have ${types.length} entries`);
  return types.map((type, i) => {
    const { status, location } = bundle.entry?.[i]?.response ?? {};
    const id = /\/fhir\/(.+)\/_history\/1$/.exec(location ?? '')?.[1];
    const isCreated = status?.startsWith('201') === true && id?.startsWith(`${type}/`) === true;
    demand(isCreated, request, answer, `entry ${i} must be a created ${type}, not ${status} ${location}`);
    return id as string;
  });
}

/** Runs a profile until so many requests were timed, or for so long. */
async function run(profile: Profile, requests: number, seconds: number, clients: number): Promise<Measured> {
  const stopwatch = new Stopwatch();
  const end = performance.now() + seconds * 1000;
  let asked = 0;
  await withConnections(clients, async (connection) => {
    const asking: Asking = {
      async timed(series, request) {
        asked++;
        const answer = await connection.ask(request);
        stopwatch.add(series, answer.milliseconds);
        return answer;
      },
      untimed: (request) => connection.ask(request),
    };
    while (asked < requests && performance.now() < end) await profile.iterate(asking, world);
  });
  return stopwatch.stop();
}

/** Does the same on several connections at once; the first failure ends all. */
async function withConnections(clients: number, work: (connection: HttpConnection) => Promise<void>): Promise<void> {
  const connections = await Promise.all(Array.from({ length: clients }, () => HttpConnection.open(address)));
  try {
    await Promise.all(connections.map(work));
  } finally {
    for (const connection of connections) connection.close();
  }
}

process.on('message', async (order: Order) => {
  const report: Report = await obey(order).then(
    (measured) => ({ measured, stored: world.stored }),
    (error) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  process.send?.(report);
});
process.on('disconnect', () => process.exit());
