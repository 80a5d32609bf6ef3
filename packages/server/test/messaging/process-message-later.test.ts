import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Bundle, MedicationRequest, MessageHeader } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { aCast, aMessage } from '../support/messages.ts';
import { anOrder } from '../support/orders.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

/** Whoever is answered: keeps what is posted to it, and answers as told. */
class Receiver {
  readonly got: { path: string; body: Bundle }[] = [];
  status = 200;
  tries = 0;
  readonly #server: Server;
  #heard: () => void = () => {};

  constructor() {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      this.tries++;
      if (this.status === 200) {
        this.got.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(parts).toString('utf8')) as Bundle });
      }
      response.writeHead(this.status).end();
      this.#heard();
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  until(met: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = () => met() && resolve();
      this.#heard();
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

let server: TestServer;
let receiver: Receiver;
let address: string;
before(async () => {
  receiver = new Receiver();
  address = await receiver.open();
  const delivery = { ...DEFAULTS.delivery, first: 0.02, most: 0.05 };
  server = await openTestServer({ conformance: DEFAULTS.conformance, delivery });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await server.close();
  receiver.close();
});

const send = (body: unknown, query: string) => server.send('POST', `$process-message?${query}`, { body });
const responseOf = ({ body }: Receiver['got'][number]) =>
  (body.entry?.[0]?.resource as unknown as MessageHeader | undefined)?.response;

function order(more: Partial<MedicationRequest> = {}, source = `${address}/fhir`): Bundle {
  return aMessage(
    ({ patient, organisation, practitioner }) => ({
      ...anOrder(patient),
      ...{ requester: organisation, recorder: practitioner },
      ...more,
    }),
    aCast(),
    { source },
  );
}

test('a message taken with async is processed, and its response sent until it arrives', async () => {
  receiver.status = 503;
  const message = order();
  const answer = await send(message, `async=true&response-url=${encodeURIComponent(`${address}/here`)}`);
  assert.equal(answer.status, 202, answer.text);
  const tries = receiver.tries;
  await receiver.until(() => receiver.tries >= tries + 2);
  receiver.status = 200;
  await receiver.until(() => receiver.got.length === 1);
  const [got] = receiver.got.splice(0);
  assert.equal(got?.path, '/here');
  assert.equal(responseOf(got as Receiver['got'][number])?.code, 'ok');
  assert.equal(got?.body.meta, undefined, 'no marks of this server');
  const { system, value } =
    (message.entry?.[1]?.resource as unknown as MedicationRequest | undefined)?.identifier?.[0] ?? {};
  assert.equal((await server.get(`MedicationRequest?identifier=${system}|${value}`)).bundle.total, 1);
  assert.equal((await send(message, 'async=true')).status, 202, 'the same again');
});

test('what is refused is told by the response, to where the source takes messages', async () => {
  assert.equal((await send(order({ status: 'draft' }), 'async=true')).status, 202);
  await receiver.until(() => receiver.got.length === 1);
  const [got] = receiver.got.splice(0);
  assert.equal(got?.path, '/fhir/$process-message');
  assert.equal(responseOf(got as Receiver['got'][number])?.code, 'fatal-error');
  assert.match(JSON.stringify(got?.body), /R-006/);
});

test('a response is sent only to where the site permits it, and nobody else marks what is to be sent', async () => {
  for (const query of ['async=true&response-url=http%3A%2F%2Felsewhere.example%2F', 'async=true']) {
    const answer = await send(order({}, 'urn:nhs-uk:addressing:ods:RZZ99'), query);
    assert.equal(answer.status, 422, answer.text);
    assert.match(answer.text, /response-url/);
  }
  assert.equal((await send(order(), 'response-url=http%3A%2F%2Fx')).status, 400);
  const marked = {
    ...{ resourceType: 'Bundle', type: 'collection' },
    meta: { tag: [{ system: 'urn:concord:message', code: 'to-send' }] },
    link: [{ relation: 'response', url: `${address}/forged` }],
  };
  assert.equal((await server.send('POST', 'Bundle', { body: marked })).status, 422);
});

test('a response that comes to this server is kept', async () => {
  const message = order();
  const [header] = message.entry ?? [];
  const response = { identifier: 'x', code: 'ok' };
  const answer = await server.send('POST', '$process-message', {
    body: { ...message, entry: [{ ...header, resource: { ...header?.resource, response } }] },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await server.get(`Bundle?identifier=${message.identifier?.value}`)).bundle.total, 1);
});

test('what calls itself a response and has not the shape of one is not kept', async () => {
  for (const response of [5, {}, { identifier: 'x', code: 'no-code' }, { identifier: ['x'], code: 'ok' }]) {
    const message = order();
    const [header] = message.entry ?? [];
    const answer = await server.send('POST', '$process-message', {
      body: { ...message, entry: [{ ...header, resource: { ...header?.resource, response } }] },
    });
    assert.equal(answer.status, 422, `${JSON.stringify(response)}: ${answer.text}`);
    assert.match(answer.text, /MessageHeader|entry\[0\]\.resource\.response/);
    assert.equal((await server.get(`Bundle?identifier=${message.identifier?.value}`)).bundle.total, 0);
  }
});
