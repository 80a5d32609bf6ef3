import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Bundle, MedicationRequest } from 'fhir/r4';
import { until } from '../../demo/supply/site.ts';
import { DEFAULTS } from '../../src/config.ts';
import type { Neighbour } from '../../src/messaging/neighbour.ts';
import { listen, openBrowser, openWindow, violations, WINDOWS, withoutBrowser } from '../support/browser.ts';
import { textOf } from '../support/page-text.ts';
import { aPatient, aRequest, newNhsNumber, nhs, ORDER_NUMBER } from '../support/people.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

/** A receiver that keeps what it takes, and refuses or fails as it is told. */
class Receiver {
  readonly taken: Bundle[] = [];
  /** What it says to a message, by the order's number. */
  answer: (order: string) => number = () => 200;
  readonly #server: Server = createServer(async (request, reply) => {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    const bundle = JSON.parse(text) as Bundle;
    const status = this.answer(orderIn(bundle).identifier?.[0]?.value ?? '');
    const issue = [{ severity: 'error', code: 'value', diagnostics: 'Nobody takes <that> here.' }];
    if (status === 200) this.taken.push(bundle);
    reply.writeHead(status).end(status === 200 ? '' : JSON.stringify({ resourceType: 'OperationOutcome', issue }));
  });

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/fhir`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get orders(): string[] {
    return this.taken.map((each) => orderIn(each).identifier?.[0]?.value ?? '');
  }
}

function orderIn({ entry = [] }: Bundle): MedicationRequest {
  return entry.find(({ resource }) => resource?.resourceType === 'MedicationRequest')?.resource as MedicationRequest;
}

const receiver = new Receiver();
let server: TestServer;
let origin: string;
before(async () => {
  const none = {
    notify: false,
    poll: undefined,
    subscribe: false,
    fetchFrom: undefined,
    auth: undefined,
    tls: undefined,
  };
  const deliver = { as: 'message', format: 'json', filter: undefined, types: undefined, progress: false } as const;
  const pharmacy: Neighbour = { name: 'pharmacy', base: await receiver.open(), deliver, paused: false, ...none };
  server = await openTestServer({
    ...{ role: 'prescribing', name: 'Ward 7', neighbours: [pharmacy] },
    delivery: { ...DEFAULTS.delivery, first: 0.01, most: 0.05 },
  });
  origin = await listen(server);
});
after(async () => {
  await server?.close();
  receiver.close();
});

const number = newNhsNumber();
const order = async (value: string) => {
  const found = await server.get(`Patient?identifier=${nhs(number).system}|${number}`);
  if (found.bundle.entry?.length === 0) await server.create(aPatient(number));
  return server.create<MedicationRequest>(
    aRequest(
      { identifier: nhs(number) },
      { identifier: [{ system: ORDER_NUMBER, value }], substitution: { allowedBoolean: false } },
    ),
  );
};
const page = (path: string) => fetch(`${origin}${path}`).then((answer) => answer.text());
const post = (path: string, fields: [string, string][], headers: { [name: string]: string } = { origin }) =>
  fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
const refused = async (about: RegExp) => {
  const html = await until(
    async () => {
      const html = await page('/deliveries');
      return about.test(html) ? html : undefined;
    },
    () => `${about} on the page of deliveries`,
  );
  return /href="(\/deliveries\/message\?[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') as string;
};
const arrived = (value: string) =>
  until(
    async () => (receiver.orders.includes(value) ? true : undefined),
    () => `${value} at the pharmacy, which has ${receiver.orders}`,
  );
const BY: [string, string] = ['by', 'Sam Patel'];
const NAME: [string, string] = ['name', 'neighbour/pharmacy/deliver'];

test('what is refused is a dead letter with the reason; others go on; edited, it is sent again under another name', async () => {
  receiver.answer = (value) => (value === 'bad' ? 422 : 200);
  await order('bad');
  await order('good');
  await arrived('good');
  const href = await refused(/422 Nobody takes &lt;that&gt; here\./);
  assert.match(textOf(await page('/ward')), /Not everything has reached pharmacy: 1 refused\. Deliveries/);
  const shown = await page(href);
  const message = /<textarea[^>]*>\n([\s\S]*?)<\/textarea>/.exec(shown)?.[1] ?? '';
  const readable = message
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'");
  const sent = JSON.parse(readable) as Bundle;
  assert.equal(orderIn(sent).identifier?.[0]?.value, 'bad');

  const broken = await post(href, [
    ['do', 'replay'],
    ['message', '{'],
  ]);
  assert.equal(broken.status, 400);
  assert.match(
    textOf(await broken.text()),
    /There is a problem The message must be JSON.* Enter your name Say why it is sent otherwise than it was/,
  );

  const edited = readable.replace('"value": "bad"', '"value": "mended"');
  assert.equal(
    (await post(href, [['do', 'replay'], ['message', edited], BY, ['why', 'The number was wrong']])).status,
    303,
  );
  await arrived('mended');
  const [arrivedAs] = receiver.taken.filter((each) => orderIn(each).identifier?.[0]?.value === 'mended');
  assert.notEqual(arrivedAs?.identifier?.value, sent.identifier?.value);
  assert.equal((await page('/deliveries')).includes('id="refused"'), false);
  assert.doesNotMatch(textOf(await page('/ward')), /Not everything/);
  assert.equal((await fetch(`${origin}${href}`)).status, 404);
  const [row] = await server.store.db.query<{ acts: { at: string; by: string; did: string; why: string }[] }>(
    'select acts from delivery where acts is not null',
  );
  const [{ at, ...act } = { at: '' }] = row?.acts ?? [];
  assert.deepEqual(act, { by: 'Sam Patel', did: 'edited', why: 'The number was wrong' });
  assert.match(at, /^20\d\d-/);
});

test('a dead letter that is sent again as it was keeps its name, and is taken once its receiver is put right', async () => {
  receiver.answer = (value) => (value === 'later' ? 400 : 200);
  await order('later');
  const href = await refused(/400 Nobody/);
  receiver.answer = () => 200;
  assert.equal((await post(href, [['do', 'replay']])).status, 400, 'nobody said who');
  await post(href, [['do', 'replay'], BY]);
  await arrived('later');
});

test('a dead letter is given up with a reason, which is kept; without one it is not', async () => {
  receiver.answer = (value) => (value === 'hopeless' ? 409 : 200);
  await order('hopeless');
  const href = await refused(/409 Nobody/);
  assert.equal((await post(href, [['do', 'discard'], BY])).status, 400);
  assert.equal((await post(href, [['do', 'discard'], ['why', 'Sent on paper'], BY])).status, 303);
  assert.match(
    textOf(await page('/deliveries')),
    /Given up .*Discarded by Sam Patel: Sent on paper – it was refused: 409 Nobody/,
  );
  assert.equal(receiver.orders.includes('hopeless'), false);
});

test('paused, a neighbour is sent nothing and loses nothing; resumed, it gets all in order', async () => {
  receiver.answer = () => 200;
  assert.equal((await post('/deliveries/pause', [NAME, ['do', 'pause']])).status, 303);
  for (const value of ['p1', 'p2', 'p3']) await order(value);
  const waiting = async () => {
    const { parties } = (await (await fetch(`${origin}/deliveries.json`)).json()) as {
      parties: { ways: { waiting: number; state: { text: string } }[] }[];
    };
    return parties[0]?.ways[0];
  };
  const way = await until(
    async () => ((await waiting())?.waiting === 3 ? waiting() : undefined),
    () => 'three to wait',
  );
  assert.equal(way?.state.text, 'Paused');
  assert.equal(receiver.orders.includes('p1'), false);
  await post('/deliveries/pause', [NAME, ['do', 'resume']]);
  await arrived('p3');
  assert.deepEqual(receiver.orders.slice(-3), ['p1', 'p2', 'p3']);
});

test('while its receiver fails, the page says so, since when, and how often; then that all is well', async () => {
  receiver.answer = () => 503;
  await order('patient');
  await refused(/Failed \d+ time/);
  const text = textOf(await page('/deliveries'));
  assert.match(text, /503 Nobody takes <that> here\. Waiting 1 for \d+ second/);
  receiver.answer = () => 200;
  await arrived('patient');
  await until(
    async () => (/Up to date/.test(await page('/deliveries')) ? true : undefined),
    () => 'the page to say that all is well',
  );
});

test('a form of another site does nothing', async () => {
  const from = (headers: { [name: string]: string }) =>
    post('/deliveries/pause', [NAME, ['do', 'pause']], headers).then(({ status }) => status);
  assert.equal(await from({ origin: 'https://evil.example' }), 403);
  assert.equal(await from({ 'sec-fetch-site': 'cross-site', origin }), 403);
  assert.equal(await from({}), 403);
  assert.equal(await from({ 'sec-fetch-site': 'same-origin' }), 303);
  assert.equal((await post('/deliveries/pause', [NAME, ['do', 'resume']])).status, 303);
  assert.equal((await post('/deliveries/pause', [['do', 'pause']])).status, 400);
});

test('the pages are for everybody, and their forms work in a browser', { skip: withoutBrowser }, async () => {
  receiver.answer = (value) => (value === 'seen' ? 422 : 200);
  await order('seen');
  const href = await refused(/422 Nobody/);
  const browser = await openBrowser();
  try {
    for (const { name, ...options } of WINDOWS) {
      const { page: window, faults } = await openWindow(browser, origin, options);
      for (const path of ['/deliveries', href]) {
        await window.goto(`${origin}${path}`);
        assert.deepEqual(await violations(window), [], `${path} on a ${name}`);
        if (process.env.CONCORD_SCREENSHOTS) {
          const file = `${process.env.CONCORD_SCREENSHOTS}/${path === href ? 'delivery' : 'deliveries'}-${name}.png`;
          await window.screenshot({ path: file, fullPage: true });
        }
      }
      assert.deepEqual(faults, []);
    }
    const { page: window } = await openWindow(browser, origin, { javaScriptEnabled: false });
    await window.goto(`${origin}/deliveries`);
    await window.getByRole('button', { name: 'Pause pharmacy' }).click();
    await window.getByRole('button', { name: 'Resume pharmacy' }).click();
    await window.goto(`${origin}${href}`);
    await window.getByLabel('Your name').fill('Sam Patel');
    await window.getByLabel('Reason').fill('A test');
    await window.getByRole('button', { name: 'Give up' }).click();
    assert.match(await window.locator('main').innerText(), /Discarded by Sam Patel: A test/);
  } finally {
    await browser.close();
  }
});
