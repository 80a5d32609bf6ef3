import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { MedicationRequest, Subscription } from 'fhir/r4';
import { buildApp } from '../../src/app.ts';
import { type Config, DEFAULTS } from '../../src/config.ts';
import { Store } from '../../src/store/store.ts';
import { type Concord, startConcord } from '../support/concord-process.ts';
import { aRequest, newNhsNumber, nhs } from '../support/people.ts';
import { Receiver, type Told } from '../support/receiver.ts';
import { toTopic, untilSubscription } from '../support/subscribing.ts';
import { FHIR_REFUSES } from '../support/test-server.ts';
import { createTestDatabase, onPostgres, type TestDatabase } from '../support/test-store.ts';

process.env.CONCORD_DELIVERY_FIRST = '0.05';
process.env.CONCORD_DELIVERY_MOST = '0.2';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(): Promise<Receiver> {
  const receiver = await Receiver.open();
  ends.push(() => receiver.close());
  return receiver;
}

async function database(): Promise<TestDatabase> {
  const made = await createTestDatabase();
  ends.push(() => made.drop());
  return made;
}

/** POSTs to a server, which must take it. @returns what it made */
async function post<T extends { resourceType: string }>(address: string, resource: T): Promise<T & { id: string }> {
  const response = await fetch(`${address}/fhir/${resource.resourceType}`, {
    ...{ method: 'POST', body: JSON.stringify(resource), headers: { 'content-type': 'application/fhir+json' } },
  });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text);
}

const order = (address: string) => post<MedicationRequest>(address, aRequest({ identifier: nhs(newNhsNumber()) }));
const numbersOf = (told: Told[]) => [...new Set(told.map(({ number }) => number))];

test('a server that is killed in the middle goes on where it was: every event arrives, in order', async () => {
  const [receiver, where] = [await open(), await database()];
  const started: Concord[] = [];
  const start = async (...args: string[]) => {
    const concord = await startConcord(where, args);
    started.push(concord);
    ends.push(async () => concord.child.exitCode ?? concord.child.signalCode ?? concord.stop('SIGKILL'));
    return concord.address;
  };
  const first = await start();
  await post<Subscription>(first, toTopic(receiver.url, { maxCount: 1 }));
  const requests = [await order(first), await order(first)];
  await receiver.events(2);
  receiver.answer = () => 'hang';
  for (let i = 0; i < 5; i++) requests.push(await order(first));
  await started[0]?.stop('SIGKILL');
  receiver.answer = () => 200;
  const second = await start();
  requests.push(await order(second));
  await receiver.until(() => receiver.told.some(({ number }) => number === 8));
  assert.deepEqual(numbersOf(receiver.told), [1, 2, 3, 4, 5, 6, 7, 8]);
  const ids = [...new Map(receiver.told.map(({ number, focus }) => [number, focus?.split('/').at(-1)])).values()];
  assert.deepEqual(
    ids,
    requests.map(({ id }) => id),
  );
});

test('several processes tell of each event once, whichever takes the write', {
  skip: !onPostgres && 'several processes share PostgreSQL only',
}, async () => {
  const [receiver, where] = [await open(), await database()];
  const processes = [await startConcord(where), await startConcord(where)] as const;
  for (const each of processes) ends.push(() => each.stop('SIGKILL'));
  await post<Subscription>(processes[1].address, toTopic(receiver.url, { maxCount: 1 }));
  for (let i = 0; i < 6; i++) await order((processes[i % 2] as Concord).address);
  await receiver.events(6);
  assert.deepEqual(
    receiver.told.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6],
  );
});

test('an endpoint that the site permits no longer is told nothing, and loses nothing', async () => {
  const [receiver, where] = [await open(), await database()];
  const permitted = { ...DEFAULTS.subscriptions, endpoints: [receiver.url] };
  // A host that is not loopback by name: this machine is not permitted by itself.
  const config = (subscriptions: Config['subscriptions']): Config => ({
    ...DEFAULTS,
    ...{
      conformance: FHIR_REFUSES,
      logLevel: 'silent',
      host: 'site.example',
      publicUrl: 'http://site.example',
      subscriptions,
    },
    delivery: { ...DEFAULTS.delivery, first: 0.01, most: 0.05 },
  });
  const serve = async (subscriptions: Config['subscriptions']) => {
    const store = await Store.open({ ...where, cacheMegabytes: 1, connections: 4 });
    const app = await buildApp(store, config(subscriptions));
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    let closed = false;
    const close = async () => {
      if (closed) return;
      closed = true;
      await app.close();
      await store.close();
    };
    ends.push(close);
    return { store, address, close };
  };
  const before = await serve(permitted);
  const { id } = await post<Subscription>(before.address, toTopic(receiver.url, { maxCount: 1 }));
  await order(before.address);
  await receiver.events(1);
  await before.close();

  const without = await serve(DEFAULTS.subscriptions);
  await order(without.address);
  await order(without.address);
  const inError = await untilError(without.store, without.address, id);
  assert.match(inError.error ?? '', /not permitted/);
  assert.equal(receiver.told.length, 1);
  await without.close();

  await serve(permitted);
  await receiver.events(3);
  assert.deepEqual(numbersOf(receiver.told), [1, 2, 3]);
});

function untilError(store: Store, address: string, id: string): Promise<Subscription> {
  const read = async () => (await (await fetch(`${address}/fhir/Subscription/${id}`)).json()) as Subscription;
  return untilSubscription(store, read, 'error');
}
