import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Subscription } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import type { Neighbour } from '../../src/messaging/neighbour.ts';
import { BACKPORT } from '../../src/messaging/subscriptions/canonicals.ts';
import { topicUrl, toTopic } from '../support/subscribing.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

interface Case {
  name: string;
  /** `topic:NAME` stands for its canonical URL. */
  criteria: string;
  style?: 'search' | 'event';
  filters?: string[];
  type?: string;
  endpoint?: string | null;
  payload?: string | null;
  content?: string | null;
  heartbeat?: number;
  maxCount?: number;
  header?: string[];
  status?: Subscription['status'];
  end?: string;
  /** By expression: words of the diagnostics. Without it the Subscription is taken. */
  faults?: { [expression: string]: string };
}

const cases = JSON.parse(readFileSync(new URL('./subscription-cases.json', import.meta.url), 'utf8')) as Case[];

const NEIGHBOUR: Neighbour = {
  ...{ name: 'neighbour', base: 'https://neighbour.example/fhir', deliver: undefined, notify: false, poll: undefined },
  ...{ subscribe: false, fetchFrom: undefined, auth: undefined, tls: undefined, paused: true },
};

let server: TestServer;
before(async () => {
  server = await openTestServer({
    subscriptions: { ...DEFAULTS.subscriptions, endpoints: ['https://permitted.example/hooks'] },
    neighbours: [NEIGHBOUR],
  });
});
after(() => server.close());

/** The Subscription of a case. It is not sent anywhere: the server does not listen, so that nobody is greeted. */
function subscriptionOf(each: Case): object {
  const criteria = each.criteria.replace(/^topic:([a-z-]+)/, (_, name: string) => topicUrl(name));
  const isTopic = each.style === undefined;
  const content = each.content === undefined ? (isTopic ? 'id-only' : null) : each.content;
  const payload = each.payload === undefined ? (isTopic ? 'application/fhir+json' : null) : each.payload;
  const type = each.type ?? (each.style === 'event' ? 'message' : 'rest-hook');
  const extension = [
    ...(each.heartbeat === undefined ? [] : [{ url: BACKPORT.heartbeat, valueUnsignedInt: each.heartbeat }]),
    ...(each.maxCount === undefined ? [] : [{ url: BACKPORT.maxCount, valueInteger: each.maxCount }]),
  ];
  const endpoint = each.endpoint === undefined ? 'http://127.0.0.1:9/hook' : each.endpoint;
  const body = each.style === 'event' && each.payload === undefined ? 'application/json' : payload;
  return {
    ...{ resourceType: 'Subscription', status: each.status ?? 'requested', reason: 'to know', criteria },
    ...(each.end === undefined ? {} : { end: each.end }),
    ...(each.filters === undefined
      ? {}
      : { _criteria: { extension: each.filters.map((valueString) => ({ url: BACKPORT.filter, valueString })) } }),
    channel: {
      ...(extension.length === 0 ? {} : { extension }),
      ...{ type, ...(endpoint === null ? {} : { endpoint }), ...(body === null ? {} : { payload: body }) },
      ...(content === null ? {} : { _payload: { extension: [{ url: BACKPORT.content, valueCode: content }] } }),
      ...(each.header === undefined ? {} : { header: each.header }),
    },
  };
}

for (const each of cases) {
  test(`${each.name}: ${each.faults === undefined ? 'taken' : 'refused'}`, async () => {
    const answer = await server.send('POST', 'Subscription', { body: subscriptionOf(each) });
    if (each.faults === undefined) {
      assert.equal(answer.status, 201, answer.text);
      assert.equal((await server.send('DELETE', `Subscription/${answer.resource().id}`)).status, 204);
      return;
    }
    assert.equal(answer.status, 422, answer.text);
    const { issue } = answer.outcome;
    for (const [expression, words] of Object.entries(each.faults)) {
      const found = issue.find(
        ({ expression: at, details }) => at?.[0] === expression && details?.coding?.[0]?.code === 'subscription',
      );
      assert.ok(found, `${expression}: ${answer.text}`);
      assert.ok(found.diagnostics?.includes(words), `${words}: ${found.diagnostics}`);
    }
  });
}

test('what is structurally wrong is told beside what cannot be done', async () => {
  const { reason: _reason, ...rest } = toTopic('ftp://x');
  const { issue } = (await server.send('POST', 'Subscription', { body: { ...rest, colour: 'blue' } })).outcome;
  const said = issue.map(({ expression }) => expression?.[0]);
  for (const each of ['Subscription.channel.endpoint', 'Subscription.reason', 'Subscription.colour'])
    assert.ok(said.includes(each), `${each} in ${said}`);
});

test('only so many Subscriptions are kept', async () => {
  const small = await openTestServer({ subscriptions: { ...DEFAULTS.subscriptions, most: 1 } });
  try {
    const body = toTopic('http://127.0.0.1:9/');
    const { id } = await small.create(body);
    assert.equal((await small.send('POST', 'Subscription', { body })).status, 422);
    assert.equal((await small.send('PUT', `Subscription/${id}`, { body: { ...body, id } })).status, 200);
  } finally {
    await small.close();
  }
});

test('whatever is sent, it is taken or refused with a reason', async () => {
  const value = fc.oneof(
    ...[
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant([]),
      fc.constant({}),
      fc.constant([null]),
    ],
  );
  const whole = toTopic('http://127.0.0.1:9/hook', { filters: ['status=active'], header: ['A: b'] });
  const paths = [
    ...[['status'], ['criteria'], ['_criteria'], ['_criteria', 'extension'], ['end'], ['channel'], ['channel', 'type']],
    ...[
      ['channel', 'header'],
      ['channel', 'header', '0'],
      ['channel', 'payload'],
      ['channel', '_payload'],
    ],
    ...[['channel', '_payload', 'extension'], ['channel', 'extension'], ['channel', 'endpoint'], ['error']],
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), value, async (path, given) => {
      const body = structuredClone(whole) as unknown as { [name: string]: unknown };
      let at = body;
      for (const step of path.slice(0, -1)) at = at[step] as typeof at;
      at[path.at(-1) as string] = given;
      const { status, text } = await server.send('POST', 'Subscription', { body });
      assert.ok([201, 400, 422].includes(status), `${status}: ${text}`);
    }),
    { seed: 7, numRuns: 150 },
  );
});
