import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Basic, Observation } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { create } from '../../src/fhir/interactions/create.ts';
import { openSession } from '../../src/fhir/session.ts';
import { forgetDelivered } from '../../src/messaging/deliveries.ts';
import { Dispatcher } from '../../src/messaging/dispatcher.ts';
import type { Change, Delivery, Outcome, Subscriber, SubscriberSource } from '../../src/messaging/subscriber.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestStore } from '../support/test-store.ts';

const OPTIONS = { first: 0.01, most: 0.05, timeout: 5 };
const silent = { info: () => undefined, warn: () => undefined };

let store: Store;
let close: () => Promise<void>;
before(async () => ({ store, close } = await openTestStore()));
after(() => close());
beforeEach(async () => {
  for (const table of ['outbox', 'delivery', 'subscriber']) await store.db.query(`delete from ${table}`);
});

/** Writes a value about a patient through the front door. */
async function write(patient: string, value: number) {
  const resource: Observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'weight' },
    subject: { identifier: { system: 'urn:test', value: patient } },
    valueQuantity: { value },
  };
  const session = openSession({ store, config: DEFAULTS }, 'http://concord.test/fhir');
  await create(
    session,
    { method: 'POST', path: ['Observation'], query: [], headers: {}, body: resource },
    'Observation',
  );
}

const given = ({ resource }: Change) => (resource as Observation).valueQuantity?.value as number;
const patientOf = ({ resource }: Change) => (resource as Observation).subject?.identifier?.value as string;

interface Told {
  patient: string;
  value: number;
  number: number;
}

/** A subscriber that keeps what it is told, unless `refuse` says how it went instead. */
function keeper(name: string, refuse: (delivery: Delivery) => Outcome | undefined = () => undefined, lanes = 4) {
  const told: Told[] = [];
  let heard = () => {};
  const subscriber: Subscriber = {
    ...{ name, types: new Set(['Observation']), lanes, atOnce: 1 },
    wants: () => true,
    async deliver([delivery]) {
      const outcome = refuse(delivery as Delivery);
      if (outcome !== undefined) return outcome;
      const each = delivery as Delivery;
      told.push({ patient: patientOf(each), value: given(each), number: each.number });
      heard();
      return { outcome: 'delivered' };
    },
  };
  /** Resolves once it has been told so many. */
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      heard = () => told.length >= count && resolve();
      heard();
    });
  return { subscriber, told, until };
}

function sourceOf(...subscribers: Subscriber[]): SubscriberSource {
  return { types: new Set(), load: async () => subscribers, changed: () => undefined };
}

test('every change reaches every subscriber once, numbered, in the order of its patient', async () => {
  const one = keeper('one');
  const two = keeper('two', undefined, 1);
  const dispatcher = new Dispatcher(store, [sourceOf(one.subscriber, two.subscriber)], OPTIONS, silent);
  dispatcher.start();
  const patients = ['a', 'b', 'c'];
  await Promise.all(
    patients.map(async (patient) => {
      for (let value = 1; value <= 20; value++) await write(patient, value);
    }),
  );
  await Promise.all([one.until(60), two.until(60)]);
  await dispatcher.close();
  for (const { told } of [one, two]) {
    assert.equal(told.length, 60);
    for (const patient of patients) {
      const values = told.filter((each) => each.patient === patient).map(({ value }) => value);
      assert.deepEqual(
        values,
        [...Array(20).keys()].map((i) => i + 1),
      );
    }
    const numbers = told.map(({ number }) => number).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      [...Array(60).keys()].map((i) => i + 1),
    );
  }
  assert.deepEqual(
    two.told.map(({ number }) => number),
    [...Array(60).keys()].map((i) => i + 1),
    'one lane: in order',
  );
});

test('a receiver that fails is tried again until it takes it, and delays nobody else', async () => {
  let down = true;
  const failing = keeper('failing', () => (down ? { outcome: 'later', reason: 'down' } : undefined));
  const fine = keeper('fine');
  const dispatcher = new Dispatcher(store, [sourceOf(failing.subscriber, fine.subscriber)], OPTIONS, silent);
  dispatcher.start();
  for (let value = 1; value <= 5; value++) await write('a', value);
  await fine.until(5);
  assert.equal(failing.told.length, 0);
  down = false;
  await failing.until(5);
  await dispatcher.close();
  assert.deepEqual(
    failing.told.map(({ value }) => value),
    [1, 2, 3, 4, 5],
  );
});

test('a message that one patient cannot get through holds up that patient alone', async () => {
  let poison = true;
  const picky = keeper('picky', (each) =>
    poison && patientOf(each) === 'a' && given(each) === 1 ? { outcome: 'later', reason: 'not this one' } : undefined,
  );
  const dispatcher = new Dispatcher(store, [sourceOf(picky.subscriber)], OPTIONS, silent);
  dispatcher.start();
  for (let value = 1; value <= 3; value++) {
    await write('a', value);
    await write('b', value);
  }
  await picky.until(3);
  assert.deepEqual(
    picky.told.map(({ patient }) => patient),
    ['b', 'b', 'b'],
  );
  poison = false;
  await picky.until(6);
  await dispatcher.close();
  assert.deepEqual(
    picky.told.slice(3).map(({ value }) => value),
    [1, 2, 3],
  );
});

for (const [what, more, onlyThis] of [
  ['a message that its receiver stumbles over', {}, true],
  ['one of many receivers that is down', { manyReceivers: true }, undefined],
] as const) {
  test(`${what} delays nothing that comes later`, { timeout: 60_000 }, async () => {
    let tried = () => {};
    const isTried = new Promise<void>((resolve) => {
      tried = resolve;
    });
    const picky = keeper('picky', (each) => {
      if (patientOf(each) !== 'a') return undefined;
      tried();
      return { outcome: 'later', reason: 'not this one', ...(onlyThis === undefined ? {} : { onlyThis }) };
    });
    const patient = { first: 3600, most: 3600, timeout: 5 };
    const dispatcher = new Dispatcher(store, [sourceOf({ ...picky.subscriber, ...more })], patient, silent);
    dispatcher.start();
    await write('a', 1);
    await isTried;
    await write('b', 1);
    await picky.until(1);
    await dispatcher.close();
    const [left] = await store.db.query(`select number, attempts, error from delivery where state = 'waiting'`);
    assert.deepEqual(left, { number: 1, attempts: 1, error: 'not this one' });
  });
}

test('what fails, and what is refused, is said in the log once, without what the receiver said of it', async () => {
  const said: string[] = [];
  const log = { info: () => undefined, warn: (text: string) => void said.push(text) };
  let failures = 3;
  const strict = keeper('strict', (each) => {
    if (failures-- > 0) return { outcome: 'later', reason: 'down' };
    return given(each) === 2 ? { outcome: 'refused', reason: 'the patient is 999 000 1014' } : undefined;
  });
  const dispatcher = new Dispatcher(store, [sourceOf(strict.subscriber)], OPTIONS, log);
  dispatcher.start();
  for (let value = 1; value <= 3; value++) await write('a', value);
  await strict.until(2);
  await dispatcher.close();
  assert.deepEqual(said, ['strict: down', 'strict: number 2 was refused. See /deliveries.']);
});

test('what a receiver refuses is set aside with the reason, and the rest goes on', async () => {
  const strict = keeper('strict', (each) =>
    given(each) === 2 ? { outcome: 'refused', reason: 'no twos' } : undefined,
  );
  const dispatcher = new Dispatcher(store, [sourceOf(strict.subscriber)], OPTIONS, silent);
  dispatcher.start();
  for (let value = 1; value <= 3; value++) await write('a', value);
  await strict.until(2);
  await dispatcher.close();
  assert.deepEqual(
    strict.told.map(({ value }) => value),
    [1, 3],
  );
  const refused = await store.db.query(`select number, error from delivery where state = 'refused'`);
  assert.deepEqual(refused, [{ number: 2, error: 'no twos' }]);
});

test('a subscriber that comes is told of what follows it, and of nothing before it, however much came at once', async () => {
  const { subscriber, told, until } = keeper('newcomer');
  const source: SubscriberSource = {
    types: new Set(['Basic']),
    load: async () => [],
    changed: ({ type }) => (type === 'Basic' ? { name: 'newcomer', subscriber } : undefined),
  };
  const sign: Basic = { resourceType: 'Basic', code: { text: 'a subscriber' } };
  await write('a', 1);
  const session = openSession({ store, config: DEFAULTS }, 'http://concord.test/fhir');
  await create(session, { method: 'POST', path: ['Basic'], query: [], headers: {}, body: sign }, 'Basic');
  await write('a', 2);
  const dispatcher = new Dispatcher(store, [source], OPTIONS, silent);
  dispatcher.start();
  await until(1);
  await dispatcher.close();
  assert.deepEqual(
    told.map(({ value, number }) => ({ value, number })),
    [{ value: 2, number: 1 }],
  );
});

test('what one dispatcher leaves, the next one delivers', async () => {
  const first = keeper('one', () => ({ outcome: 'later', reason: 'down' }));
  const before = new Dispatcher(store, [sourceOf(first.subscriber)], OPTIONS, silent);
  before.start();
  for (let value = 1; value <= 3; value++) await write('a', value);
  await before.close();
  await write('a', 4);
  const second = keeper('one');
  const next = new Dispatcher(store, [sourceOf(second.subscriber)], OPTIONS, silent);
  next.start();
  await second.until(4);
  await next.close();
  assert.deepEqual(
    second.told.map(({ value }) => value),
    [1, 2, 3, 4],
  );
});

test('of what belongs to no patient, one that does not get through holds up itself alone', async () => {
  const told: string[] = [];
  let heard = () => {};
  const nameOf = ({ resource }: Change) => (resource as { name?: string }).name ?? '';
  const subscriber: Subscriber = {
    ...{ name: 'wards', types: new Set(['Organization']), lanes: 1, atOnce: 1 },
    wants: () => true,
    async deliver([delivery]) {
      const name = nameOf(delivery as Delivery);
      if (name === 'stuck') return { outcome: 'later', reason: 'never' };
      told.push(name);
      heard();
      return { outcome: 'delivered' };
    },
  };
  const session = openSession({ store, config: DEFAULTS }, 'http://concord.test/fhir');
  for (const name of ['stuck', 'one', 'two']) {
    const body = { resourceType: 'Organization' as const, name };
    await create(session, { method: 'POST', path: ['Organization'], query: [], headers: {}, body }, 'Organization');
  }
  const dispatcher = new Dispatcher(store, [sourceOf(subscriber)], OPTIONS, silent);
  dispatcher.start();
  await new Promise<void>((resolve) => {
    heard = () => told.length === 2 && resolve();
    heard();
  });
  await dispatcher.close();
  assert.deepEqual(told, ['one', 'two']);
  const [row] = await store.db.query<{ error: string }>(`select error from delivery where state = 'waiting'`);
  assert.equal(row?.error, 'never');
});

test('what was delivered long ago is forgotten, however much it is; what was not, and what was given up, is kept', async () => {
  await store.db.query(`insert into delivery (subscriber, number, patient_key, type, id, version, at, state, done_at)
    select 'old', i, 1, 'Observation', 'x', 1, now(),
      case when i <= 4500 then 'delivered' when i = 4501 then 'discarded' else 'waiting' end,
      case when i <= 4501 then now() - interval '2 days' end
    from generate_series(1, 4502) i`);
  await forgetDelivered(store.db, 1);
  const rows = await store.db.query<{ state: string }>('select state from delivery order by number');
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['discarded', 'waiting'],
  );
});
