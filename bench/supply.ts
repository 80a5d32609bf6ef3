/**
 * Measures the supply of medication between separate servers: orders a second from their POST on the ward to the
 * pharmacy's acknowledgement (point to point, P1), and how long a notification is on its way with many subscribers.
 * Every order is checked to have arrived once.
 *
 * `node bench/supply.ts [--database pglite|postgres] [--orders N] [--clients N,N] [--subscribers N,N]`
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bundle, MedicationRequest, Subscription } from 'fhir/r4';
import { type Ecosystem, startEcosystem } from '../packages/server/demo/supply/ecosystem.ts';
import { freePorts } from '../packages/server/demo/supply/free-ports.ts';
import { DOSAGES, MEDICINES, units } from '../packages/server/demo/supply/medicines.ts';
import { Site, until } from '../packages/server/demo/supply/site.ts';
import { useSampleUnlessLoaded } from '../packages/server/src/dmd/sample.ts';
import { topicNamed } from '../packages/server/src/messaging/subscriptions/topics.ts';
import { FaultProxy } from '../packages/server/test/support/fault-proxy.ts';
import { type BenchDatabase, embedded, findPostgres, onPostgres } from './databases.ts';
import { thisMachine } from './machine.ts';
import { type Measured, Stopwatch } from './measured.ts';
import { nhsNumbers } from './nhs-number.ts';

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    orders: { type: 'string', default: '600' },
    clients: { type: 'string', default: '1,8' },
    subscribers: { type: 'string', default: '1,10,100' },
  },
});
const ORDERS = Number(values.orders);
const numbersIn = (text: string) => text.split(',').map(Number);
const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
const ORDER = 'urn:bench:order';
const TOPIC = topicNamed('order-active').url;
/** Patients that the orders are for. */
const PATIENTS = nhsNumbers(200);
/** Orders that are told of, for each number of subscribers. */
const TOLD = 100;

const folder = mkdtempSync(join(tmpdir(), 'concord-bench-supply-'));
const dmd = join(folder, 'dmd');
await useSampleUnlessLoaded(dmd);
const machine = thisMachine();
console.log(
  `${machine.cores} cores (${machine.cpu}), Node ${machine.node}, commit ${machine.commit}, load ${machine.loadBefore.toFixed(1)}`,
);
console.log('All servers, the receivers and the clients share these cores.\n');
try {
  const url = await findPostgres();
  for (const kind of ['pglite', 'postgres'] as const) {
    if (values.database !== undefined && values.database !== kind) continue;
    if (kind === 'postgres' && url === undefined) continue;
    const open = () => (kind === 'pglite' ? Promise.resolve(embedded()) : onPostgres(url as string));
    for (const clients of numbersIn(values.clients)) await pointToPoint(open, clients);
    for (const subscribers of numbersIn(values.subscribers)) await notifications(open, subscribers);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function recordOf({ environment }: BenchDatabase) {
  return { data: environment.CONCORD_DATA ?? join(folder, 'unused'), databaseUrl: environment.DATABASE_URL };
}

function anOrder(number: string, patient: string): MedicationRequest {
  return {
    ...{ resourceType: 'MedicationRequest', identifier: [{ system: ORDER, value: number }], status: 'active' },
    intent: 'order',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'discharge' }] },
    ],
    medicationCodeableConcept: MEDICINES.metformin,
    subject: { identifier: { system: NHS_NUMBER, value: patient } },
    authoredOn: new Date().toISOString(),
    requester: { display: 'Dr Maya Okonkwo' },
    dosageInstruction: [DOSAGES.metformin],
    dispenseRequest: { quantity: units(56, 'tablet') },
    substitution: { allowedBoolean: false },
  };
}

/** From the order's POST on the ward to the pharmacy's answer to the ward. */
async function pointToPoint(open: () => Promise<BenchDatabase>, clients: number) {
  const databases = [await open(), await open()];
  const begun = new Map<string, number>();
  let arrived = 0;
  const stopwatch = { current: new Stopwatch() };
  let eco: Ecosystem | undefined;
  let proxy: FaultProxy | undefined;
  try {
    eco = await startEcosystem('P1', {
      ...{ folder: mkdtempSync(join(folder, 'p1-')), dmd },
      record: (site) => recordOf(databases[site === 'ward' ? 0 : 1] as BenchDatabase),
      async seenAs(site, address) {
        if (site !== 'pharmacy') return address;
        proxy = await FaultProxy.before(address);
        return proxy.address;
      },
    });
    (proxy as FaultProxy).onAnswer = ({ body }, { status }) => {
      const now = performance.now();
      assert.ok(status < 300, `the pharmacy answered ${status}`);
      const number = /"system":"urn:bench:order","value":"([^"]+)"/.exec(body.toString())?.[1] ?? '';
      stopwatch.current.add('acknowledged', now - (begun.get(number) ?? Number.NaN));
      arrived++;
    };
    const { ward } = eco;
    const run = async (name: string, orders: number) => {
      arrived = 0;
      stopwatch.current = new Stopwatch();
      let next = 0;
      const work = async () => {
        for (let i = next++; i < orders; i = next++) {
          const number = `${name}-${i}`;
          begun.set(number, performance.now());
          await ward.create(anOrder(number, PATIENTS[i % PATIENTS.length] as string));
        }
      };
      await Promise.all(Array.from({ length: clients }, work));
      await until(
        async () => (arrived >= orders ? true : undefined),
        () => `${orders} orders, of which ${arrived} arrived`,
      );
      assert.equal(arrived, orders, 'every order arrives once');
      return stopwatch.current.stop();
    };
    await run('warm', Math.ceil(ORDERS / 5));
    report(
      databases[0] as BenchDatabase,
      `P1, ${clients} client${clients > 1 ? 's' : ''}: order to acknowledgement`,
      await run('timed', ORDERS),
    );
  } finally {
    await eco?.close();
    await proxy?.close();
    for (const each of databases) await each.drop();
  }
}

/** A receiver of notifications: tells when each resource came to it. */
async function receiver(heard: (resource: MedicationRequest) => void): Promise<Server> {
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      reply.writeHead(200).end();
      const bundle = JSON.parse(Buffer.concat(chunks).toString()) as Bundle;
      for (const { resource } of bundle.entry ?? []) {
        if (resource?.resourceType === 'MedicationRequest') heard(resource as MedicationRequest);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** From the moment that an order was written to its arrival at each of many subscribers. */
async function notifications(open: () => Promise<BenchDatabase>, subscribers: number) {
  const database = await open();
  const stopwatch = { current: new Stopwatch() };
  let count = 0;
  const server = await receiver(({ meta }) => {
    stopwatch.current.add('notified', Date.now() - Date.parse(meta?.lastUpdated ?? ''));
    count++;
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [port = 0] = await freePorts(1);
  const site = new Site(
    'server',
    { folder: mkdtempSync(join(folder, 'told-')), port, dmd, record: recordOf(database) },
    { role: 'shared-record', name: 'Server', neighbours: [] },
  );
  try {
    await site.start();
    for (let i = 0; i < subscribers; i++) {
      const subscription = await site.create<Subscription>(aSubscription(`${endpoint}/${i}`));
      const active = async () =>
        (await site.ask<Subscription>('GET', `Subscription/${subscription.id}`)).status === 'active' || undefined;
      await until(active, () => 'an active Subscription');
    }
    const run = async (name: string, orders: number) => {
      count = 0;
      stopwatch.current = new Stopwatch();
      for (let i = 0; i < orders; i++)
        await site.create(anOrder(`${name}-${i}`, PATIENTS[i % PATIENTS.length] as string));
      const wanted = orders * subscribers;
      await until(
        async () => (count >= wanted ? true : undefined),
        () => `${wanted} notifications, of which ${count} came`,
      );
      return stopwatch.current.stop();
    };
    await run('warm', 20);
    report(
      database,
      `${subscribers} subscriber${subscribers > 1 ? 's' : ''}: written to notified`,
      await run('timed', TOLD),
    );
  } finally {
    await site.stop();
    server.close();
    server.closeAllConnections();
    await database.drop();
  }
}

function aSubscription(endpoint: string): Subscription {
  const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
  return {
    ...{ resourceType: 'Subscription', status: 'requested', reason: 'bench' },
    criteria: TOPIC,
    channel: {
      ...{ type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
      _payload: { extension: [{ url: `${backport}/backport-payload-content`, valueCode: 'full-resource' }] },
    },
  };
}

function report({ title }: BenchDatabase, what: string, { requests, seconds, times }: Measured) {
  const { p50, p99, max } = times;
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(1)).padStart(8);
  console.log(
    `${title.padEnd(18)} ${what.padEnd(46)} ${(requests / seconds).toFixed(0).padStart(6)} per s   p50 ${ms(p50)} ms   p99 ${ms(p99)} ms   max ${ms(max)} ms`,
  );
}
