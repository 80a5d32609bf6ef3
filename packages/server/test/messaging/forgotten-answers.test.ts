import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import type { Bundle, MedicationRequest, MessageHeader } from 'fhir/r4';
import { until } from '../../demo/supply/site.ts';
import { DEFAULTS } from '../../src/config.ts';
import { Forgetting } from '../../src/messaging/forgetting.ts';
import { forgetAnswers } from '../../src/messaging/messages/answers.ts';
import type { Database } from '../../src/store/database.ts';
import { aCast, aMessage, type Cast, type MessageOptions, saidOf } from '../support/messages.ts';
import { anOrder } from '../support/orders.ts';
import { type Answer, openTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
before(async () => {
  server = await openTestServer({ conformance: DEFAULTS.conformance, orders: { complete: 'never' } });
});
after(() => server.close());

const send = (body: unknown) => server.send('POST', '$process-message', { body });

function orderMessage(order: MedicationRequest, cast: Cast, options: MessageOptions = {}): Bundle {
  return aMessage(
    ({ patient, organisation, practitioner }) => ({
      ...{ ...order, subject: patient, requester: organisation, recorder: practitioner },
    }),
    cast,
    options,
  );
}

/** Months pass: answers that were given are older than any is kept. */
async function monthsPass() {
  await server.store.db.query(`update message_answer set at = at - interval '100 days'`);
  await forgetAnswers(server.store.db, DEFAULTS.messages.keepAnswerDays);
}

const kept = async () => {
  const [row] = await server.store.db.query<{ n: number }>('select count(answer)::int as n from message_answer');
  return row?.n;
};

/** What a message says that it answers, its code, and what it says in all. */
function responseIn(answer: Answer): { to: string | undefined; code: string | undefined; text: string } {
  assert.equal(answer.status, 200, answer.text);
  const [header, outcome] = answer.bundle.entry ?? [];
  const response = (header?.resource as MessageHeader | undefined)?.response;
  return { to: response?.identifier, code: response?.code, text: JSON.stringify(outcome?.resource) };
}

const idIn = (answer: Answer) => /as MedicationRequest\/([\w-]+)/.exec(saidOf(answer.bundle)[0]?.said ?? '')?.[1] ?? '';
const noTime = ({ timestamp: _never, ...bundle }: Bundle) => bundle as Bundle;

test('a message that is sent again when its answer is forgotten is answered that it was taken, and where it is', async () => {
  const message = orderMessage(anOrder({}), aCast());
  const first = await send(message);
  await monthsPass();
  assert.equal(await kept(), 0);
  const rows = await server.rows();
  const { to, code, text } = responseIn(await send(message));
  assert.equal(code, 'ok');
  assert.equal(to, message.entry?.[0]?.resource?.id);
  assert.match(text, /The message was taken at \d{4}-\d\d-\d\dT[\d:.]+Z, and is the same\. Nothing was done now\./);
  assert.ok(text.includes(`It is here as MedicationRequest/${idIn(first)}.`), text);
  assert.deepEqual(await server.rows(), rows);
});

test('a message of the same name that tells something else is still refused', async () => {
  const cast = aCast();
  const message = orderMessage(anOrder({}), cast);
  await send(message);
  await monthsPass();
  const clash = await send(orderMessage(anOrder({}), cast, { identifier: message.identifier?.value as string }));
  assert.equal(clash.status, 409);
  assert.equal(clash.outcome.issue[0]?.details?.coding?.[0]?.code, 'R-253');
});

// What a message that were judged anew would be taken for.
test('an order that was held since, by a message that says no time, is not put in force again', async () => {
  const [order, cast] = [anOrder({}), aCast()];
  const first = noTime(orderMessage(order, cast));
  const id = idIn(await send(first));
  const hold: MedicationRequest = { ...order, status: 'on-hold', statusReason: { text: 'Nil by mouth' } };
  responseIn(await send(noTime(orderMessage(hold, cast, { event: 'prescription-order-update' }))));
  await monthsPass();
  assert.equal(responseIn(await send(first)).code, 'ok');
  assert.equal((await server.get(`MedicationRequest/${id}`)).resource<MedicationRequest>().status, 'on-hold');
});

test('a resource that has no business key, and was changed since, is not filed a second time', async () => {
  const { identifier: _none, ...order } = anOrder({});
  const message = orderMessage(order as MedicationRequest, aCast());
  const id = idIn(await send(message));
  const held = (await server.get(`MedicationRequest/${id}`)).resource<MedicationRequest>();
  await server.put({ ...held, id, status: 'on-hold', statusReason: { text: 'Nil by mouth' } });
  await monthsPass();
  const rows = await server.rows();
  assert.equal(responseIn(await send(message)).code, 'ok');
  assert.deepEqual(await server.rows(), rows);
});

test('however many are old, they are forgotten, and no newer ones', async () => {
  await server.store.db.query(`insert into message_answer (source, identifier, content, answer, at)
    select 'many', i::text, 'hash', 'words', now() - case when i <= 2500 then interval '3 days' else interval '1 day' end
    from generate_series(1, 2510) i`);
  await forgetAnswers(server.store.db, 2);
  const rows = await server.store.db.query<{ n: number; words: number; hashes: number }>(
    `select count(*)::int as n, count(answer)::int as words, count(content)::int as hashes from message_answer
      where source = 'many'`,
  );
  assert.deepEqual(rows, [{ n: 2510, words: 10, hashes: 2510 }]);
});

const HOUR = 3_600_000;

test('a server forgets each hour, as its configuration says', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const other = await openTestServer({ messages: { keepAnswerDays: 5 } });
  try {
    await other.app.ready();
    await other.store.db.query(`insert into message_answer (source, identifier, content, answer, at)
      select 'here', i::text, 'hash', 'words', now() - make_interval(days => i) from generate_series(1, 9) i`);
    const left = async () => {
      mock.timers.tick(HOUR);
      const rows = await other.store.db.query(`select 1 as is from message_answer where answer is not null`);
      return rows.length < 9 ? rows.length : undefined;
    };
    assert.equal(await until(left, () => 'anything to be forgotten'), 4);
  } finally {
    mock.timers.reset();
    await other.close();
  }
});

test('what could not be forgotten is said, and forgotten an hour later', async () => {
  const warned: string[] = [];
  const log = { info: () => undefined, warn: (said: string) => void warned.push(said) };
  let asked = 0;
  const failsAtFirst = {
    ...{ kind: 'postgres', lead: async () => undefined, close: async () => undefined, script: async () => undefined },
    transaction: () => Promise.reject(new Error('none here')),
    query: async () => {
      if (++asked === 1) throw new Error('no connection');
      return [];
    },
  } as const satisfies Database;
  mock.timers.enable({ apis: ['setInterval'] });
  const forgetting = new Forgetting(failsAtFirst, { delivered: 30, answers: 90 }, log);
  try {
    forgetting.begin();
    for (let hour = 1; hour <= 2; hour++) {
      mock.timers.tick(HOUR);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(warned, ['What was kept long enough could not be forgotten, and will be: no connection']);
    assert.equal(asked, 3);
  } finally {
    mock.timers.reset();
    await forgetting.end();
  }
});
