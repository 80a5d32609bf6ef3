import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Provenance, Subscription } from 'fhir/r4';
import { until } from '../../demo/supply/site.ts';
import { DEFAULTS } from '../../src/config.ts';
import { listen } from '../support/browser.ts';
import { aRequest, newNhsNumber, nhs } from '../support/people.ts';
import { Receiver } from '../support/receiver.ts';
import { toSearch, toTopic, untilStatus } from '../support/subscribing.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';
import { AtWork, type WorkPage } from '../support/work-pages.ts';

const SAM = { by: 'Sam Patel', why: 'The receiver has moved' };
const MASKED = 'Authorization: ********';

let server: TestServer;
let operator: AtWork;
const opened: Receiver[] = [];
before(async () => {
  server = await openTestServer({
    delivery: { ...DEFAULTS.delivery, first: 0.01, most: 0.05, timeout: 5 },
    conformance: DEFAULTS.conformance,
  });
  await listen(server);
  operator = new AtWork(server);
});
after(() => server.close());
afterEach(async () => {
  const { bundle } = await server.get('Subscription');
  for (const entry of bundle.entry ?? []) await server.send('DELETE', `Subscription/${entry.resource?.id}`);
  for (const receiver of opened.splice(0)) await receiver.close();
});

async function open(answer: Receiver['answer'] = () => 200): Promise<Receiver> {
  const receiver = await Receiver.open();
  receiver.answer = answer;
  opened.push(receiver);
  return receiver;
}

async function subscribe(subscription: Subscription): Promise<string> {
  const { id } = await server.create(subscription);
  await untilStatus(server, id, 'active');
  return id;
}

const order = (number = newNhsNumber()) =>
  server.create(
    aRequest(
      { identifier: nhs(number) },
      { substitution: { allowedBoolean: false }, dosageInstruction: [{ text: 'x' }] },
    ),
  );
const at = (id: string) => `/deliveries/subscription?id=${id}`;
const read = async (id: string) => (await server.get(`Subscription/${id}`)).resource<Subscription>();

/** The form of a page as it is, with what is changed in it. */
function filled({ html }: WorkPage, more: { [field: string]: string }): { [field: string]: string } {
  const fields: { [field: string]: string } = {};
  for (const [, name = '', value = ''] of html.matchAll(/<input[^>]*name="(\w+)"[^>]*value="([^"]*)"/g)) {
    if (name !== 'q') fields[name] = value;
  }
  for (const [, name = '', value = ''] of html.matchAll(/<textarea[^>]*name="(\w+)"[^>]*>\n([^<]*)</g)) {
    fields[name] = value;
  }
  for (const [, name = '', options = ''] of html.matchAll(/<select[^>]*name="(\w+)"[^>]*>([\s\S]*?)<\/select>/g)) {
    fields[name] = /value="([^"]*)" selected/.exec(options)?.[1] ?? '';
  }
  return { ...fields, ...more };
}
const change = async (id: string, more: { [field: string]: string }) =>
  operator.send(at(id), filled(await operator.get(at(id)), more));

test('a Subscription is told at another address, with other headers, once an operator says so: nothing is lost', async () => {
  const [gone, found] = [await open((got) => (got.body.includes('handshake') ? 200 : 503)), await open()];
  const id = await subscribe(
    toTopic(`${gone.url}/hook`, { maxCount: 1, heartbeat: 3600, header: ['Authorization: one'] }),
  );
  const first = await order();
  await untilStatus(server, id, 'error');
  const page = await operator.get(at(id));
  assert.match(page.text, /In error .*The receiver answered 503/);
  assert.ok(page.html.includes(MASKED) && !page.html.includes('one"'), page.html);
  const saved = await operator.send(
    at(id),
    filled(page, { ...SAM, endpoint: `${found.url}/new`, header: 'Authorization: two\nX-Way: north' }),
  );
  assert.equal(saved.status, 303, saved.text);
  await found.events(1);
  assert.deepEqual(
    found.notifications.map(({ type }) => type),
    ['handshake', 'event-notification'],
  );
  assert.ok(found.told[0]?.focus?.endsWith(`/${first.id}`));
  assert.deepEqual(
    found.got.map(({ path, headers }) => [path, headers.authorization, headers['x-way']]),
    [
      ['/new', 'two', 'north'],
      ['/new', 'two', 'north'],
    ],
  );
  const after = await untilStatus(server, id, 'active');
  assert.deepEqual(after.channel.header, [MASKED, 'X-Way: ********']);
  assert.deepEqual(after.channel.extension, toTopic('', { maxCount: 1, heartbeat: 3600 }).channel.extension);
  // Who and why stands with the version, and on the page.
  const { bundle } = await server.get(`Provenance?target=Subscription/${id}`);
  const provenance = bundle.entry?.[0]?.resource as Provenance;
  assert.deepEqual([provenance.agent[0]?.who.display, provenance.reason?.[0]?.text], [SAM.by, SAM.why]);
  const version = provenance.target[0]?.reference ?? '';
  assert.equal((await server.get(version)).resource<Subscription>().channel.endpoint, `${found.url}/new`);
  assert.match((await operator.get(at(id))).text, /Changed here by Sam Patel, \d.*: The receiver has moved/);
});

test('who and why are asked for, and what stands in the way is told at its field; nothing is saved', async () => {
  const receiver = await open();
  const id = await subscribe(toTopic(receiver.url, { header: ['Authorization: one'] }));
  const { meta } = await read(id);
  for (const [fields, status, says, field] of [
    [{ ...SAM, by: '' }, 400, /Enter your name/, 'by'],
    [{ ...SAM, why: '' }, 400, /Say why it is changed/, 'why'],
    [{ ...SAM, endpoint: 'https://evil.example/hook', header: '' }, 422, /./, 'endpoint'],
    [{ ...SAM, endpoint: 'nowhere', header: '' }, 422, /./, 'endpoint'],
    [{ ...SAM, header: 'Host: elsewhere' }, 422, /none of host/, 'header'],
    [{ ...SAM, header: 'X-Other: ********' }, 422, /none is kept under that name/, 'header'],
    [{ ...SAM, payload: 'text/plain' }, 422, /payload must be/, 'payload'],
    [{ ...SAM, content: 'all' }, 422, /empty, id-only or full-resource/, 'content'],
    [
      { ...SAM, endpoint: receiver.url.replace('127.0.0.1', 'localhost') },
      400,
      /of another server: type the values/,
      'header',
    ],
  ] as const) {
    const refused = await change(id, fields);
    assert.equal(refused.status, status, refused.text);
    assert.match(refused.title, /^Error: /);
    assert.match(refused.text, says);
    assert.ok(refused.html.includes(`href="#${field}"`), refused.html);
  }
  assert.equal((await read(id)).meta?.versionId, meta?.versionId);
});

test('what its client changed meanwhile is shown, not written over; what the server set is no conflict', async () => {
  const [one, two] = [await open((got) => (got.body.includes('handshake') ? 200 : 503)), await open()];
  const id = await subscribe(toTopic(one.url));
  const page = await operator.get(at(id));
  await order();
  await untilStatus(server, id, 'error');
  assert.equal((await operator.send(at(id), filled(page, { ...SAM, endpoint: two.url }))).status, 303);
  await two.events(1);
  const now = await operator.get(at(id));
  const client = await read(id);
  await server.put({
    ...client,
    id,
    status: 'requested',
    channel: { ...client.channel, endpoint: `${two.url}/client` },
  });
  const lost = await operator.send(at(id), filled(now, { ...SAM, endpoint: one.url }));
  assert.equal(lost.status, 409);
  assert.match(lost.text, /Changed meanwhile: nothing was saved .*channel\.endpoint : \S+ → \S+\/client/);
  assert.equal((await read(id)).channel.endpoint, `${two.url}/client`);
});

test('an event that its receiver never takes is given up, with who and why, and what follows for its patient goes on', async () => {
  const [number, other] = [newNhsNumber(), newNhsNumber()];
  let bad = '';
  const receiver = await open((got) => (bad !== '' && got.body.includes(`/${bad}`) ? 422 : 200));
  const id = await subscribe(toTopic(receiver.url, { maxCount: 5 }));
  const to = `Subscription/${id}`;
  // Nothing is sent before all of it is there.
  await operator.send('/deliveries/pause', { name: to, do: 'pause' });
  bad = (await order(number)).id;
  const [same, another] = [await order(number), await order(other)];
  await operator.send('/deliveries/pause', { name: to, do: 'resume' });
  const list = await until(
    async () => {
      const { html } = await operator.get(`/deliveries/letters?state=failing&to=${to}`);
      return html.includes(bad.slice(-5)) ? html : undefined;
    },
    () => `${bad} to be among what fails`,
  );
  const href =
    new RegExp(`href="(/deliveries/message[^"]+)">MedicationRequest …${bad.slice(-5)}`).exec(list)?.[1] ?? '';
  const letter = href.replaceAll('&amp;', '&');
  const page = await operator.get(letter);
  assert.match(page.text, /Failing: MedicationRequest .*The receiver answered 422 .*what follows it waits/);
  assert.match(page.html, /deliveries\/subscription\?id=/);
  assert.doesNotMatch(page.html, /<textarea/);
  assert.equal((await operator.send(letter, { do: 'discard', by: 'Sam Patel' })).status, 400);
  assert.equal((await operator.send(letter, { do: 'discard', ...SAM, why: 'They cannot read it' })).status, 303);
  await receiver.until(() =>
    [same, another].every((each) => receiver.told.some(({ focus }) => focus?.endsWith(each.id))),
  );
  assert.equal(
    receiver.told.some(({ focus }) => focus?.endsWith(bad)),
    false,
  );
  assert.match(
    (await operator.get('/deliveries')).text,
    /Given up .*Discarded by Sam Patel: They cannot read it – it failed: The receiver answered 422/,
  );
  const { bundle } = await server.get(`Subscription/${id}/$events?eventsSinceNumber=1`);
  assert.equal(JSON.stringify(bundle).includes(bad), false);
  const [given] = await server.store.db.query<{ acts: { by: string; why: string }[] }>(
    `select acts from delivery where subscriber = $1 and state = 'discarded'`,
    [to],
  );
  assert.deepEqual([given?.acts[0]?.by, given?.acts[0]?.why], ['Sam Patel', 'They cannot read it']);
});

test('what stands in one notification with an event that is never taken arrives without it', async () => {
  let bad = '';
  const receiver = await open((got) => (bad !== '' && got.body.includes(`/${bad}`) ? 422 : 200));
  const id = await subscribe(toTopic(receiver.url, { maxCount: 20 }));
  const to = `Subscription/${id}`;
  await operator.send('/deliveries/pause', { name: to, do: 'pause' });
  const good = [await order(), await order(), await order()];
  bad = (await order()).id;
  good.push(await order(), await order());
  await operator.send('/deliveries/pause', { name: to, do: 'resume' });
  await receiver.until(() => good.every((each) => receiver.told.some(({ focus }) => focus?.endsWith(each.id))));
  const { text } = await operator.get(`/deliveries/letters?state=failing&to=${to}`);
  await until(
    async () => {
      const { html } = await operator.get(`/deliveries/letters?state=failing&to=${to}`);
      return [...html.matchAll(/deliveries\/message/g)].length === 1 && html.includes(bad.slice(-5)) ? true : undefined;
    },
    () => `one event alone to fail, not ${text}`,
  );
});

test('what was refused for its payload is sent again, all at once, when that is put right', async () => {
  const receiver = await open();
  const id = await subscribe(
    toSearch('MedicationRequest?', { endpoint: receiver.url, payload: 'application/fhir+xml' }),
  );
  const to = `Subscription/${id}`;
  const orders = [await order(), await order(), await order()];
  await receiver.until((got) => got.length === 3);
  const states = async (state: string) =>
    (await server.store.db.query('select 1 from delivery where subscriber = $1 and state = $2', [to, state])).length;
  await until(
    async () => ((await states('delivered')) === 3 ? true : undefined),
    () => 'the notes that all three were delivered',
  );
  await server.store.db.query(
    `update delivery set state = 'refused', error = 'It cannot be XML' where subscriber = $1`,
    [to],
  );
  receiver.got.splice(0);
  assert.equal((await change(id, { ...SAM, payload: 'application/fhir+json' })).status, 303);
  const refused = `/deliveries/letters?state=refused&to=${to}`;
  assert.match((await operator.get(refused)).text, /It cannot be XML .*Send all of them again/);
  assert.equal((await operator.send(refused, { do: 'replay-all' })).status, 400);
  assert.equal((await operator.send(refused, { do: 'replay-all', ...SAM })).status, 303);
  await receiver.until((got) => got.length === 3);
  assert.deepEqual(
    receiver.got.map(({ headers, body }) => [headers['content-type']?.split(';')[0], JSON.parse(body).id]).sort(),
    orders.map(({ id: each }) => ['application/fhir+json', each]).sort(),
  );
});

test('one that is off stays off; one whose handshake fails is seen before there is anything to tell', async () => {
  const receiver = await open();
  const off = await subscribe(toTopic(receiver.url));
  await server.put({ ...(await read(off)), id: off, status: 'off' });
  await change(off, { ...SAM, endpoint: `${receiver.url}/later` });
  assert.deepEqual([(await read(off)).status, (await read(off)).channel.endpoint], ['off', `${receiver.url}/later`]);
  const deaf = await open(() => 404);
  const { id } = await server.create(toTopic(`${deaf.url}/typo`));
  await untilStatus(server, id, 'error');
  const { text } = await operator.get('/deliveries');
  assert.match(
    text,
    new RegExp(`Subscription/${id} to know ${deaf.url}/typo How it is told.*In error .*handshake failed`),
  );
  assert.match(text, new RegExp(`Subscription/${off} .*Off`));
});

test('a websocket has no address here; what is not there is a page that says so; a foreign form does nothing', async () => {
  const { id } = await server.create(toTopic(undefined, { type: 'websocket' }));
  assert.match((await operator.get(at(id))).text, /comes for it over a websocket/);
  assert.equal((await change(id, { ...SAM, content: 'full-resource' })).status, 303);
  assert.match(JSON.stringify((await read(id)).channel), /full-resource/);
  for (const path of [
    at('nothing'),
    '/deliveries/subscription',
    '/deliveries/letters',
    '/deliveries/letters?state=x',
  ]) {
    assert.equal((await operator.get(path)).status, 404, path);
  }
  const fields = filled(await operator.get(at(id)), { ...SAM });
  assert.equal((await operator.send(at(id), fields, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await operator.send(at(id), { ...fields, version: 'x' })).status, 400);
});
