import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import type { Parameters, Subscription } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { aRequest, newNhsNumber, nhs } from '../support/people.ts';
import { type Notification, readNotification } from '../support/receiver.ts';
import { toSearch, toTopic, untilStatus } from '../support/subscribing.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let address: string;
const sockets: Socket[] = [];
before(async () => {
  server = await openTestServer({ delivery: { ...DEFAULTS.delivery, first: 0.01, most: 0.05 } });
  address = (await server.app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
});
afterEach(() => {
  for (const each of sockets.splice(0)) each.close();
});
after(() => server.close());

/** A websocket that keeps what it hears. */
class Socket {
  readonly heard: string[] = [];
  readonly #socket: WebSocket;
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.heard.push(String(data));
      this.#wake();
    });
  }

  static async open(path = '/fhir/ws'): Promise<Socket> {
    const socket = new WebSocket(`${address}${path}`);
    const opened = new Socket(socket);
    sockets.push(opened);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('refused')));
    });
    return opened;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Resolves with what it has heard once that is as wanted. */
  async until(isSo: (heard: string[]) => boolean): Promise<string[]> {
    while (!isSo(this.heard)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.heard;
  }

  /** Resolves when it is closed. */
  get closed(): Promise<unknown> {
    return new Promise((resolve) => this.#socket.addEventListener('close', resolve));
  }

  get notifications(): Notification[] {
    return this.heard.filter((text) => text.startsWith('{')).map(readNotification);
  }

  close(): void {
    this.#socket.close();
  }
}

const order = () => server.create(aRequest({ identifier: nhs(newNhsNumber()) }));
const events = (socket: Socket) =>
  socket.notifications.filter(({ type }) => type === 'event-notification').flatMap((each) => each.events);

async function tokenFor(id: string): Promise<{ token: string; url: string }> {
  const { parameter = [] } = (await server.get(`Subscription/${id}/$get-ws-binding-token`)).resource<Parameters>();
  const named = (name: string) => parameter.find((each) => each.name === name);
  assert.deepEqual(named('subscription')?.valueString, id);
  assert.ok(Date.parse(named('expiration')?.valueDateTime ?? '') > Date.now());
  return { token: named('token')?.valueString ?? '', url: named('websocket-url')?.valueUrl ?? '' };
}

async function subscribe(subscription: Subscription): Promise<string> {
  const { id } = await server.create(subscription);
  await untilStatus(server, id, 'active');
  return id;
}

test('R4: a receiver binds by id and hears a ping for what meets the criteria', async () => {
  const id = await subscribe(toSearch('MedicationRequest?intent=order', { type: 'websocket' }));
  const socket = await Socket.open();
  socket.send(`bind ${id}`);
  await socket.until((heard) => heard.includes(`bound ${id}`));
  await server.create(aRequest({ identifier: nhs(newNhsNumber()) }, { intent: 'plan' }));
  await order();
  assert.deepEqual(await socket.until((heard) => heard.length >= 2), [`bound ${id}`, `ping ${id}`]);
});

test('a topic’s receiver binds with a token, is greeted, and told of events by number', async () => {
  const id = await subscribe(toTopic(undefined, { type: 'websocket' }));
  const { token, url } = await tokenFor(id);
  assert.equal(url, 'ws://concord.test/fhir/ws');
  const socket = await Socket.open();
  socket.send(`bind-with-token ${token}`);
  await socket.until((heard) => heard.length === 1);
  assert.equal(socket.notifications[0]?.type, 'handshake');
  const requests = [await order(), await order()];
  await socket.until(() => events(socket).length === 2);
  assert.deepEqual(
    events(socket),
    requests.map((request, i) => ({
      number: i + 1,
      focus: `${address.replace('ws', 'http')}/fhir/MedicationRequest/${request.id}`,
    })),
  );
});

test('what happened while nobody was bound is told to whoever binds next; then only what is new', async () => {
  const id = await subscribe(toTopic(undefined, { type: 'websocket' }));
  await order();
  await order();
  const first = await Socket.open();
  first.send(JSON.stringify({ type: 'bind-with-token', payload: { token: (await tokenFor(id)).token } }));
  await first.until(() => events(first).length === 2);
  // What is told is noted: nobody hears it twice.
  const told = () =>
    server.store.db.query(`select 1 from delivery where subscriber = $1 and state = 'waiting'`, [`Subscription/${id}`]);
  while ((await told()).length > 0) await new Promise(setImmediate);
  const second = await Socket.open();
  second.send(`bind-with-token: ${(await tokenFor(id)).token}`);
  await second.until((heard) => heard.length === 1);
  await order();
  await Promise.all([first, second].map((each) => each.until(() => events(each).some(({ number }) => number === 3))));
  assert.deepEqual(
    events(first).map(({ number }) => number),
    [1, 2, 3],
  );
  assert.deepEqual(
    events(second).map(({ number }) => number),
    [3],
  );
});

test('a receiver that is bound hears heartbeats when nothing happens', async () => {
  const id = await subscribe(toTopic(undefined, { type: 'websocket', heartbeat: 1 }));
  const socket = await Socket.open();
  socket.send(`bind-with-token ${(await tokenFor(id)).token}`);
  await socket.until(() => socket.notifications.some(({ type }) => type === 'heartbeat'));
});

test('nobody binds without leave: a token is good once, a topic needs one, and there must be a websocket', async () => {
  const id = await subscribe(toTopic(undefined, { type: 'websocket' }));
  const { token } = await tokenFor(id);
  const socket = await Socket.open();
  const said = async (text: string) => {
    const count = socket.heard.length;
    socket.send(text);
    return (await socket.until((heard) => heard.length > count)).at(-1) ?? '';
  };
  assert.match(await said(`bind ${id}`), /token/);
  assert.match(await said(`bind-with-token ${token}`), /handshake/);
  assert.match(await said(`bind-with-token ${token}`), /^error.*used/);
  assert.match(await said('bind-with-token x'), /^error/);
  assert.match(await said('bind nobody'), /^error.*no Subscription/);
  assert.match(await said('{"type":'), /^error/);
  assert.match(await said('hello'), /^error/);
  const hook = await server.create({ ...toTopic('http://127.0.0.1:9/'), status: 'off' as const });
  assert.equal((await server.get(`Subscription/${hook.id}/$get-ws-binding-token`)).status, 422);
  await assert.rejects(Socket.open('/fhir/elsewhere'), /refused/);
});

test('a client that offers another protocol is answered as it is', async () => {
  const url = `${address.replace('ws', 'http')}/fhir/metadata`;
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
  const status = await new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
  assert.equal(status, 200);
});

test('a receiver is left when its Subscription is deleted', async () => {
  const id = await subscribe(toSearch('MedicationRequest', { type: 'websocket' }));
  const socket = await Socket.open();
  socket.send(`bind ${id}`);
  await socket.until((heard) => heard.length === 1);
  const closed = socket.closed;
  await server.send('DELETE', `Subscription/${id}`);
  await closed;
});
