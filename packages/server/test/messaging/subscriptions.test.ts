import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { MedicationDispense, MedicationRequest, Patient, Subscription } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { aPatient, aRequest, NHS_NUMBER, newNhsNumber, nhs } from '../support/people.ts';
import { Receiver, readNotification } from '../support/receiver.ts';
import { topicUrl, toSearch, toTopic, untilStatus } from '../support/subscribing.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

const QUICK = { ...DEFAULTS.delivery, first: 0.01, most: 0.05, timeout: 5 };

let server: TestServer;
let base: string;
const opened: Receiver[] = [];
before(async () => {
  server = await openTestServer({ delivery: QUICK, subscriptions: { ...DEFAULTS.subscriptions, errorAfter: 3 } });
  base = `${await server.app.listen({ host: '127.0.0.1', port: 0 })}/fhir`;
});
after(() => server.close());
afterEach(async () => {
  const { bundle } = await server.get('Subscription');
  for (const entry of bundle.entry ?? []) await server.send('DELETE', `Subscription/${entry.resource?.id}`);
  for (const receiver of opened.splice(0)) await receiver.close();
});

async function open(): Promise<Receiver> {
  const receiver = await Receiver.open();
  opened.push(receiver);
  return receiver;
}

/** Creates a Subscription and waits until it is active. */
async function subscribe(subscription: Subscription): Promise<string> {
  const { id, status } = await server.create(subscription);
  assert.equal(status, 'requested');
  await untilStatus(server, id, 'active');
  return id;
}

const order = (more: Partial<MedicationRequest> = {}) =>
  server.create(aRequest({ identifier: nhs(newNhsNumber()) }, more));
const focusOf = ({ id }: { id: string }) => `${base}/MedicationRequest/${id}`;
const withStatus = (request: MedicationRequest, status: MedicationRequest['status']) =>
  server.put({ ...request, status });

test('a topic’s receiver is greeted, becomes active, and is told of each event by number', async () => {
  const receiver = await open();
  const id = await subscribe(toTopic(`${receiver.url}/hook`, { maxCount: 1 }));
  const first = await order();
  const second = await order();
  await receiver.events(2);
  const [handshake, ...told] = receiver.notifications;
  assert.equal(handshake?.type, 'handshake');
  assert.equal(handshake?.status, 'requested');
  assert.equal(handshake?.topic, topicUrl('order-active'));
  assert.deepEqual(
    told.map(({ type, status, total, events }) => ({ type, status, total, events })),
    [
      { type: 'event-notification', status: 'active', total: '1', events: [{ number: 1, focus: focusOf(first) }] },
      { type: 'event-notification', status: 'active', total: '2', events: [{ number: 2, focus: focusOf(second) }] },
    ],
  );
  for (const { bundle } of told) {
    assert.equal(bundle.type, 'history');
    for (const entry of bundle.entry ?? [])
      assert.ok(entry.request?.method && entry.request.url && entry.response?.status);
    assert.equal(bundle.entry?.[0]?.request?.url, `${base}/Subscription/${id}/$status`);
  }
  const versions = (await server.get(`Subscription/${id}/_history`)).bundle.entry ?? [];
  assert.deepEqual(
    versions.map(({ resource }) => (resource as Subscription).status),
    ['active', 'requested'],
  );
});

const CONTENTS = [
  { content: 'empty', entries: 1, focus: false, resource: false },
  { content: 'id-only', entries: 2, focus: true, resource: false },
  { content: 'full-resource', entries: 2, focus: true, resource: true },
] as const;

for (const { content, entries, focus, resource } of CONTENTS) {
  test(`a notification of ${content} says that much and no more`, async () => {
    const receiver = await open();
    await subscribe(toTopic(receiver.url, { content }));
    const request = await order({ dispenseRequest: { quantity: { value: 28 } } });
    const [event] = await receiver.events(1);
    const { bundle } = receiver.notifications.at(-1) as (typeof receiver.notifications)[number];
    assert.equal(bundle.entry?.length, entries);
    assert.equal(event?.focus, focus ? focusOf(request) : undefined);
    assert.equal(bundle.entry?.[1]?.fullUrl, focus ? focusOf(request) : undefined);
    assert.deepEqual(bundle.entry?.[1]?.resource, resource ? request : undefined);
    const { body } = receiver.got.at(-1) as { body: string };
    assert.equal(body.includes('386872004'), resource, 'what is prescribed');
  });
}

test('a full resource is the version of the event, with its numbers as they were written', async () => {
  const receiver = await open();
  await subscribe(toTopic(receiver.url, { content: 'full-resource' }));
  const text = JSON.stringify(aRequest({ identifier: nhs(newNhsNumber()) })).replace(
    /}$/,
    ',"dispenseRequest":{"quantity":{"value":1.10}}}',
  );
  assert.equal((await server.send('POST', 'MedicationRequest', { body: text })).status, 201);
  await receiver.events(1);
  assert.match(receiver.got.at(-1)?.body ?? '', /"value":1\.10[,}]/);
});

test('XML is sent where the payload asks for it', async () => {
  const receiver = await open();
  await subscribe(toTopic(receiver.url, { payload: 'application/fhir+xml' }));
  await order();
  await receiver.until((got) => got.length === 2);
  for (const { body, headers } of receiver.got) {
    assert.match(headers['content-type'] ?? '', /fhir\+xml/);
    assert.match(body, /^<\?xml.*<Bundle/s);
  }
});

interface TopicCase {
  topic: string;
  /** The statuses that an order goes through, and which of them are events. */
  through: MedicationRequest['status'][];
  events: MedicationRequest['status'][];
}

const TOPIC_CASES: TopicCase[] = [
  { topic: 'order-active', through: ['active', 'on-hold', 'active', 'stopped'], events: ['active', 'active'] },
  {
    topic: 'order-changed',
    through: ['active', 'on-hold', 'active', 'stopped'],
    events: ['on-hold', 'active', 'stopped'],
  },
  { topic: 'record-changed', through: ['active', 'on-hold', 'stopped'], events: ['active', 'on-hold', 'stopped'] },
  { topic: 'dispense-completed', through: ['active', 'on-hold'], events: [] },
];

for (const { topic, through, events } of TOPIC_CASES) {
  test(`${topic} is told of ${events.join(', ') || 'nothing'} when an order goes through ${through.join(', ')}`, async () => {
    const receiver = await open();
    await subscribe(toTopic(receiver.url, { topic, content: 'full-resource', maxCount: 1 }));
    // Whoever is told of everything tells when all of it has passed.
    const all = await open();
    await subscribe(toTopic(all.url, { topic: 'record-changed' }));
    const [first, ...rest] = through;
    let request = await order({ status: first as MedicationRequest['status'] });
    for (const status of rest) request = await withStatus(request, status);
    await all.events(through.length);
    await receiver.events(events.length);
    const told = receiver.notifications
      .filter(({ type }) => type === 'event-notification')
      .map(({ bundle }) => (bundle.entry?.[1]?.resource as MedicationRequest | undefined)?.status);
    assert.deepEqual(told, events);
  });
}

test('dispense-completed is told of a dispense when it is completed', async () => {
  const receiver = await open();
  await subscribe(toTopic(receiver.url, { topic: 'dispense-completed' }));
  const dispense = await server.create<MedicationDispense>({
    resourceType: 'MedicationDispense',
    status: 'preparation',
    medicationCodeableConcept: { text: 'Ramipril 5mg capsules' },
    subject: { identifier: nhs(newNhsNumber()) },
  });
  await server.put({ ...dispense, status: 'completed' });
  const [event] = await receiver.events(1);
  assert.equal(event?.focus, `${base}/MedicationDispense/${dispense.id}`);
  assert.equal(receiver.told.length, 1);
});

test('filters narrow a topic, and a patient is found however an order names them', async () => {
  const receiver = await open();
  const number = newNhsNumber();
  const patient = await server.create<Patient>(aPatient(number));
  const filters = [`MedicationRequest?patient:identifier=${NHS_NUMBER}|${number}`, 'intent=order'];
  await subscribe(toTopic(receiver.url, { filters }));
  await order();
  const byReference = await server.create(aRequest({ reference: `Patient/${patient.id}` }));
  await server.create(aRequest({ identifier: nhs(number) }, { intent: 'original-order' }));
  const byNumber = await server.create(aRequest({ identifier: nhs(number) }));
  const told = await receiver.events(2);
  assert.deepEqual(
    told.map(({ focus }) => focus),
    [focusOf(byReference), focusOf(byNumber)],
  );
});

test('R4 criteria without a payload are answered with an empty POST for each version that meets them', async () => {
  const receiver = await open();
  await subscribe(toSearch('MedicationRequest?status=active&intent=order', { endpoint: `${receiver.url}/look` }));
  await order({ intent: 'plan' });
  await order();
  await order();
  await receiver.until((got) => got.length === 2);
  for (const { method, path, body } of receiver.got) assert.deepEqual([method, path, body], ['POST', '/look', '']);
});

test('R4 criteria with a payload have each version PUT under the endpoint', async () => {
  const receiver = await open();
  await subscribe(
    toSearch('MedicationRequest?status=stopped', {
      endpoint: `${receiver.url}/fhir`,
      payload: 'application/fhir+json',
    }),
  );
  const stopped = await withStatus(await order(), 'stopped');
  await receiver.until((got) => got.length === 1);
  const [{ method, path, body }] = receiver.got as [(typeof receiver.got)[number]];
  assert.deepEqual([method, path], ['PUT', `/fhir/MedicationRequest/${stopped.id}`]);
  assert.deepEqual(JSON.parse(body), stopped);
});

test('a signal says whose record changed and where, and nothing clinical', async () => {
  const receiver = await open();
  const number = newNhsNumber();
  const criteria = `eventType='medication-record-change-1' AND subject='${number}'`;
  const channel = { type: 'message' as const, endpoint: `${receiver.url}/signals`, payload: 'application/json' };
  await subscribe(toSearch(criteria, channel));
  await order();
  const request = await server.create(aRequest({ identifier: nhs(number) }));
  await receiver.until((got) => got.length === 1);
  const [{ headers, body }] = receiver.got as [(typeof receiver.got)[number]];
  assert.match(headers['content-type'] ?? '', /^application\/cloudevents\+json/);
  const { id, ...event } = JSON.parse(body);
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(event, {
    specversion: '1.0',
    source: base,
    type: 'medication-record-change-1',
    time: request.meta?.lastUpdated,
    subject: number,
    dataref: focusOf(request),
    versionid: '1',
  });
  const again = await server.send('POST', 'Subscription', { body: toSearch(criteria, channel) });
  assert.equal(again.status, 409, 'one Subscription for each endpoint and event type');
});

test('a FHIR signal is a notification that names the patient and where to read', async () => {
  const receiver = await open();
  const channel = { type: 'message' as const, endpoint: receiver.url, payload: 'application/fhir+json' };
  await subscribe(toSearch("eventType='medication-record-change-1'", channel));
  const number = newNhsNumber();
  const request = await server.create(aRequest({ identifier: nhs(number) }));
  const [event] = await receiver.events(1);
  assert.equal(event?.focus, focusOf(request));
  const { body } = receiver.got[0] as { body: string };
  assert.ok(body.includes(number));
  assert.ok(!body.includes('386872004'));
});

test('a receiver that fails is in error, and loses nothing and slows nobody; the first success makes it active', async () => {
  const [failing, fine] = [await open(), await open()];
  const id = await subscribe(toTopic(failing.url, { maxCount: 2 }));
  await subscribe(toTopic(fine.url));
  failing.answer = () => 503;
  const requests: { id: string }[] = [];
  for (let i = 0; i < 7; i++) requests.push(await order());
  await fine.events(7);
  const { error } = await untilStatus(server, id, 'error');
  assert.match(error ?? '', /503/);
  assert.equal(failing.told.length, 0);
  failing.answer = () => 200;
  const told = await failing.events(7);
  assert.deepEqual(
    told,
    requests.map((request, i) => ({ number: i + 1, focus: focusOf(request) })),
  );
  assert.ok(
    failing.notifications.every(({ events }) => events.length <= 2),
    'at most max-count in each',
  );
  assert.equal((await untilStatus(server, id, 'active')).error, undefined);
});

test('an event that the receiver fails at is overtaken by none; one that it cannot take, by those of others', async () => {
  for (const [status, expected] of [
    [503, [1, 2, 3, 4, 5, 6]],
    [422, [1, 2, 4, 5, 6, 3]],
  ] as const) {
    const receiver = await open();
    await subscribe(toTopic(receiver.url, { maxCount: 1 }));
    let [isDown, failures, others] = [true, 0, 0];
    receiver.answer = ({ body }) => {
      if (isDown) return 503;
      const number = readNotification(body).events[0]?.number ?? 0;
      if (number > 3) others++;
      const fails = number === 3 && (status === 503 ? ++failures < 5 : others < 3);
      return fails ? status : 200;
    };
    // All six are there before any is taken.
    for (let i = 0; i < 6; i++) await order();
    isDown = false;
    const told = await receiver.events(6);
    assert.deepEqual(
      told.map(({ number }) => number),
      expected,
    );
  }
});

test('a handshake that fails is an error; asked for again, what happened meanwhile is told', async () => {
  const receiver = await open();
  receiver.answer = () => 500;
  const asked = await server.create(toTopic(receiver.url));
  const inError = await untilStatus(server, asked.id, 'error');
  assert.match(inError.error ?? '', /handshake.*500/);
  const request = await order();
  receiver.answer = () => 200;
  await server.put({ ...asked, status: 'requested' });
  const told = await receiver.events(1);
  assert.deepEqual(told, [{ number: 1, focus: focusOf(request) }]);
});

test('a receiver that sees a gap asks for the events that it missed', async () => {
  const receiver = await open();
  const id = await subscribe(toTopic(receiver.url, { content: 'empty' }));
  const requests: { id: string }[] = [];
  for (let i = 0; i < 5; i++) requests.push(await order());
  await receiver.events(5);
  const path = `Subscription/${id}/$events?eventsSinceNumber=2&eventsUntilNumber=4&content=id-only`;
  const answer = await server.get(path);
  const { bundle } = answer;
  const [status, ...entries] = bundle.entry ?? [];
  assert.match(JSON.stringify(status?.resource), /query-event/);
  assert.deepEqual(
    entries.map(({ fullUrl }) => fullUrl),
    requests.slice(1, 4).map(({ id }) => `http://concord.test/fhir/MedicationRequest/${id}`),
  );
  const posted = await server.send('POST', `Subscription/${id}/$events`, {
    body: { resourceType: 'Parameters', parameter: [{ name: 'eventsSinceNumber', valueString: '5' }] },
  });
  assert.equal((posted.text.match(/notification-event/g) ?? []).length, 1);
  assert.equal((await server.get(`Subscription/${id}/$events?eventsSinceNumber=x`)).status, 400);
  assert.equal((await server.get('Subscription/none/$events')).status, 404);
});

test('$status tells how one Subscription is, or all of a status', async () => {
  const receiver = await open();
  const id = await subscribe(toTopic(receiver.url));
  const off = await server.create({ ...toTopic(receiver.url), status: 'off' as const });
  await order();
  await receiver.events(1);
  const one = (await server.get(`Subscription/${id}/$status`)).text;
  for (const word of ['query-status', '"valueCode":"active"', '"valueString":"1"']) assert.ok(one.includes(word), word);
  const references = (text: string) => [...text.matchAll(/fhir\/(Subscription\/[^"]+)"/g)].map(([, found]) => found);
  const ofStatus = async (status: string) =>
    references((await server.get(`Subscription/$status?status=${status}`)).text);
  assert.deepEqual(await ofStatus('off'), [`Subscription/${off.id}`]);
  assert.deepEqual(await ofStatus('active'), [`Subscription/${id}`]);
});

test('an idle receiver that asked for it hears a heartbeat', async () => {
  const receiver = await open();
  await subscribe(toTopic(receiver.url, { heartbeat: 1 }));
  await receiver.until(() => receiver.notifications.some(({ type }) => type === 'heartbeat'));
});

test('a Subscription ends when it says', async () => {
  const receiver = await open();
  const end = new Date(Date.now() + 1500).toISOString();
  const id = (await server.create(toTopic(receiver.url, { end }))).id;
  await untilStatus(server, id, 'off');
});

test('what is off or deleted is told nothing more, and its backlog goes nowhere', async () => {
  const [gone, kept] = [await open(), await open()];
  const id = await subscribe(toTopic(gone.url));
  await subscribe(toTopic(kept.url));
  gone.answer = () => 500;
  for (let i = 0; i < 3; i++) await order();
  await kept.events(3);
  assert.equal((await server.send('DELETE', `Subscription/${id}`)).status, 204);
  gone.answer = () => 200;
  await order();
  await kept.events(4);
  const waiting = () =>
    server.store.db.query(`select 1 from delivery where subscriber = $1 and state = 'waiting'`, [`Subscription/${id}`]);
  while ((await waiting()).length > 0) await new Promise(setImmediate);
  // What was on its way when it was deleted may have arrived; what came after has not.
  assert.ok(gone.told.every(({ number }) => number <= 3));
});

test('headers are sent, and never shown', async () => {
  const receiver = await open();
  const secret = 'Bearer 7f3a-not-for-reading';
  const asked = toTopic(receiver.url, { header: [`Authorization: ${secret}`, 'X-Ward: 7'] });
  const created = await server.create(asked);
  const { id } = created;
  assert.deepEqual(created.channel.header, ['Authorization: ********', 'X-Ward: ********']);
  const active = await untilStatus(server, id, 'active');
  assert.equal(receiver.got[0]?.headers.authorization, secret);
  assert.equal(receiver.got[0]?.headers['x-ward'], '7');

  // What was read is sent back: the masked value stands for what is kept.
  await server.put({ ...active, reason: 'to know more' });
  await untilStatus(server, id, 'active');
  await order();
  await receiver.events(1);
  assert.equal(receiver.got.at(-1)?.headers.authorization, secret);
  const patch = [{ op: 'replace', path: '/reason', value: 'to know yet more' }];
  const patched = await server.send('PATCH', `Subscription/${id}`, {
    body: patch,
    headers: { 'content-type': 'application/json-patch+json' },
  });
  assert.equal(patched.status, 200, patched.text);
  await untilStatus(server, id, 'active');

  for (const path of [
    ...[`Subscription/${id}`, `Subscription/${id}/_history`, 'Subscription', '_history', `Subscription/${id}/$status`],
    ...[`Subscription/${id}/_history/1`, `Subscription/${id}?_format=xml`, `Subscription/${id}/$events`],
  ]) {
    const { status, text } = await server.get(path);
    assert.equal(status, 200, path);
    assert.ok(!text.includes('7f3a'), path);
  }
  assert.equal((await server.send('DELETE', `Subscription/${id}`)).status, 204);
  const kept = () => server.store.db.query('select 1 from subscription_secret where id = $1', [id]);
  while ((await kept()).length > 0) await new Promise(setImmediate);
});

test('a Subscription in a transaction keeps its secret too', async () => {
  const receiver = await open();
  const resource = toTopic(receiver.url, { header: ['Authorization: Bearer of-a-bundle'] });
  const body = {
    ...{ resourceType: 'Bundle', type: 'transaction' },
    entry: [{ resource, request: { method: 'POST', url: 'Subscription' } }],
  };
  const answer = await server.send('POST', '', { body });
  assert.equal(answer.status, 200, answer.text);
  assert.ok(!answer.text.includes('of-a-bundle'));
  await receiver.until((got) => got.length === 1);
  assert.equal(receiver.got[0]?.headers.authorization, 'Bearer of-a-bundle');
});
