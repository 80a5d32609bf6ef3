import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Bundle, MedicationDispense, MedicationRequest, MessageHeader, OperationOutcome } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { writeFhirXml } from '../../src/fhir/xml/index.ts';
import { aCast, aMessage, type Cast, type MessageOptions, saidOf } from '../support/messages.ts';
import { aDispense, anOrder, aPerson, newKey, ORDERS } from '../support/orders.ts';
import { nhs } from '../support/people.ts';
import { type Answer, openTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
before(async () => {
  // No order is completed in the background here: tests count what a message wrote.
  server = await openTestServer({ conformance: DEFAULTS.conformance, orders: { complete: 'never' } });
});
after(() => server.close());

const send = (body: unknown, query = '', to = server) => to.send('POST', `$process-message${query}`, { body });
const dids = (answer: Answer) => saidOf(answer.bundle).map(({ said }) => said.replace(/ as .*|:.*|\.$/g, ''));

/** An order as a message, with whom it is about and from. */
function orderMessage(order: MedicationRequest, cast: Cast, options: MessageOptions = {}): Bundle {
  return aMessage(
    ({ patient, organisation, practitioner }) => ({
      ...order,
      subject: patient,
      requester: organisation,
      recorder: practitioner,
    }),
    cast,
    options,
  );
}

const found = async (type: string, key: { system?: string; value?: string }, to = server) =>
  (await to.get(`${type}?identifier=${encodeURIComponent(`${key.system}|${key.value}`)}`)).bundle;
const keyOf = (resource: MedicationRequest | MedicationDispense) => resource.identifier?.[0] ?? {};
const held = async <T>(resource: MedicationRequest | MedicationDispense) =>
  (await found(resource.resourceType, keyOf(resource))).entry?.[0]?.resource as T;

test('a message is filed whole, and answered with a message', async () => {
  const cast = aCast();
  const order = anOrder({});
  const message = orderMessage(order, cast);
  const answer = await send(message);
  assert.equal(answer.status, 200, answer.text);
  const header = answer.bundle.entry?.[0]?.resource as unknown as MessageHeader;
  const sent = message.entry?.[0]?.resource as unknown as MessageHeader;
  assert.equal(header.response?.code, 'ok');
  assert.equal(header.response?.identifier, sent.id);
  assert.equal(header.response?.details?.reference, answer.bundle.entry?.[1]?.fullUrl);
  assert.equal(header.destination?.[0]?.endpoint, sent.source.endpoint);
  assert.deepEqual(new Set(dids(answer)), new Set(['Created']));
  const stored = await held<MedicationRequest>(order);
  assert.equal(stored.status, 'active');
  const patient = (await server.get(stored.subject.reference as string)).resource<typeof cast.patient>();
  assert.equal(patient.identifier?.[0]?.value, cast.patient.identifier?.[0]?.value);
  assert.match(String(stored.requester?.reference), /^Organization\//);
  assert.match(String(stored.recorder?.reference), /^Practitioner\//);
});

test('people and organisations are known by their numbers, and never changed', async () => {
  const cast = aCast();
  await send(orderMessage(anOrder({}), cast));
  const other = { ...cast, organisation: { ...cast.organisation, name: 'Another name' } };
  const answer = await send(orderMessage(anOrder({}), other));
  assert.deepEqual(dids(answer), ['Created', ...Array(3).fill('Not changed')]);
  const organisations = await found('Organization', cast.organisation.identifier?.[0] ?? {});
  assert.equal(organisations.total, 1);
  assert.equal((organisations.entry?.[0]?.resource as { name?: string } | undefined)?.name, 'Invented Hospital');
});

test('a message that is sent again gets the first answer, word for word, and nothing is filed twice', async () => {
  const message = orderMessage(anOrder({}), aCast());
  const first = await send(message);
  const rows = await server.rows();
  const again = await send(message);
  assert.equal(again.text, first.text);
  // The sender may put it together anew: other names within it, another header.
  const renamed = JSON.parse(
    JSON.stringify(message).replace(/urn:uuid:[0-9a-f-]{36}/g, (urn) =>
      urn === message.identifier?.value ? urn : `${urn.slice(0, -4)}0000`,
    ),
  );
  assert.equal((await send(renamed)).text, first.text);
  assert.deepEqual(await server.rows(), rows);
  const other = orderMessage(anOrder({}), aCast(), { identifier: message.identifier?.value as string });
  const clash = await send(other);
  assert.equal(clash.status, 409);
  assert.equal(clash.outcome.issue[0]?.details?.coding?.[0]?.code, 'R-253');
});

test('a message that is sent many times at once is filed once, and each is answered the same', async () => {
  const order = anOrder({});
  const message = orderMessage(order, aCast());
  const answers = await Promise.all(Array.from({ length: 12 }, () => send(message)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal((await found('MedicationRequest', keyOf(order))).total, 1);
});

test('many messages about one new person at once make one person', async () => {
  const cast = aCast();
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(orderMessage(anOrder({}), cast))));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal((await found('Patient', cast.patient.identifier?.[0] ?? {})).total, 1);
});

test('one order in two messages is one order; what is older than what came changes nothing', async () => {
  const cast = aCast();
  const order = anOrder({});
  const at = (minute: number) => ({ timestamp: `2026-01-05T10:0${minute}:00Z` });
  const held1 = orderMessage(order, cast, at(1));
  const stopped: MedicationRequest = {
    ...order,
    status: 'stopped',
    statusReason: { text: 'No longer needed' },
  };
  assert.equal((await send(held1)).status, 200);
  const same = await send(orderMessage(order, cast, at(2)));
  assert.equal(dids(same)[0], 'Nothing new');
  const stop = await send(orderMessage(stopped, cast, { ...at(4), event: 'prescription-order-update' }));
  assert.equal(dids(stop)[0], 'Updated', stop.text);
  const late = await send(orderMessage(order, cast, { ...at(3), event: 'prescription-order-update' }));
  assert.equal(dids(late)[0], 'Not changed', late.text);
  assert.equal((await held<MedicationRequest>(order)).status, 'stopped');
  // News that the life cycle does not have is refused whole.
  const revived = await send(orderMessage(order, cast, at(5)));
  assert.equal(revived.status, 409);
  assert.equal(revived.outcome.issue[0]?.details?.coding?.[0]?.code, 'R-008');
});

test('a clock that was far ahead once makes nothing that follows older', async () => {
  const cast = aCast();
  const order = anOrder({});
  const later = (change: Partial<MedicationRequest>, timestamp: string) =>
    send(orderMessage({ ...order, ...change }, cast, { event: 'prescription-order-update', timestamp }));
  await send(orderMessage(order, cast, { timestamp: '2999-01-05T10:00:00Z' }));
  const ahead = { lastUpdated: '2999-01-06T10:00:00Z', versionId: '2' };
  const amended = await later({ meta: ahead, note: [{ text: 'Amended' }] }, '2999-01-06T10:00:00Z');
  assert.equal(dids(amended)[0], 'Updated');
  const now = new Date(Date.now() + 1000).toISOString();
  const stopped = await later({ status: 'stopped', statusReason: { text: 'No longer needed' } }, now);
  assert.equal(dids(stopped)[0], 'Updated');
  assert.equal((await held<MedicationRequest>(order)).status, 'stopped');
});

test('what was only ever a mistake is refused, and an older version of it that comes late is not filed', async () => {
  const cast = aCast();
  const order = anOrder({});
  const mistake = orderMessage({ ...order, status: 'entered-in-error' }, cast, { timestamp: '2026-01-05T10:05:00Z' });
  const refused = await send(mistake);
  assert.equal(refused.status, 422);
  assert.equal(refused.outcome.issue[0]?.details?.coding?.[0]?.code, 'R-006');
  const late = await send(orderMessage(order, cast, { timestamp: '2026-01-05T10:00:00Z' }));
  assert.equal(dids(late)[0], 'Not changed', late.text);
  assert.equal((await found('MedicationRequest', keyOf(order))).total, 0);
  const update = orderMessage({ ...anOrder({}), status: 'entered-in-error' }, cast, {
    event: 'prescription-order-update',
  });
  assert.equal((await send(update)).status, 200, 'a change of what never came is kept as what it is');
});

test('a draft from elsewhere is refused, whatever the event', async () => {
  for (const event of ['prescription-order', 'prescription-order-update']) {
    const answer = await send(orderMessage({ ...anOrder({}), status: 'draft' }, aCast(), { event }));
    assert.equal(answer.status, 422, answer.text);
  }
});

test('a dispense finds its order by identifier, whichever came first', async () => {
  const cast = aCast();
  const subject = { type: 'Patient', identifier: nhs(cast.patient.identifier?.[0]?.value as string) };
  const order = anOrder(subject);
  const late = anOrder(subject);
  const dispensed = (of: MedicationRequest) =>
    aMessage(({ patient }) => ({ ...aDispense(of), subject: patient }) as MedicationDispense, cast);
  await send(orderMessage(order, cast));
  const [known, waiting] = [dispensed(order), dispensed(late)];
  for (const each of [known, waiting]) assert.equal((await send(each)).status, 200);
  const [a, b] = await Promise.all(
    [known, waiting].map((each) =>
      held<MedicationDispense>(each.entry?.[1]?.resource as unknown as MedicationDispense),
    ),
  );
  const { id } = await held<{ id: string }>(order);
  assert.deepEqual(a?.authorizingPrescription?.[0]?.reference, `MedicationRequest/${id}`);
  assert.deepEqual(a?.authorizingPrescription?.[0]?.identifier, keyOf(order), 'its identifier stays');
  assert.equal(b?.authorizingPrescription?.[0]?.reference, undefined);
  assert.equal((await send(orderMessage(late, cast))).status, 200);
  // The same dispense again: its order is known now, and that alone is no news.
  const again = { ...waiting, identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` } };
  assert.equal(dids(await send(again))[0], 'Nothing new');
});

test('a message is refused whole for a reason', async (t) => {
  const cast = aCast();
  const good = () => orderMessage(anOrder({}), cast);
  const withEntry = (change: (bundle: Bundle) => void) => {
    const bundle = structuredClone(good());
    change(bundle);
    return bundle;
  };
  const header = (bundle: Bundle) => bundle.entry?.[0]?.resource as unknown as { [name: string]: unknown };
  const cases: [string, unknown, number, RegExp][] = [
    ['no Bundle', { resourceType: 'Patient' }, 400, /Bundle of type message/],
    ['a collection', { ...good(), type: 'collection' }, 400, /Bundle of type message/],
    ['no header', withEntry((b) => b.entry?.shift()), 422, /MessageHeader/],
    ['no event', withEntry((b) => delete header(b).eventCoding), 422, /eventCoding/],
    ['no source', withEntry((b) => delete header(b).source), 422, /source\.endpoint/],
    ['no focus', withEntry((b) => delete header(b).focus), 422, /focus/],
    [
      'a focus that is not there',
      withEntry((b) => (header(b).focus = [{ reference: 'urn:uuid:none' }])),
      422,
      /not in the message/,
    ],
    [
      'a focus on the patient',
      withEntry((b) => (header(b).focus = [{ reference: b.entry?.[2]?.fullUrl }])),
      422,
      /focus/,
    ],
    [
      'a patient with a wrong number',
      orderMessage(anOrder({}), aCast(aPerson('9990000000'))),
      422,
      /check digit|NHS number/,
    ],
    ['a reference to nothing', withEntry((b) => b.entry?.splice(2, 1)), 422, /leads to nothing/],
    [
      'an order that is no order',
      withEntry((b) => delete (b.entry?.[1]?.resource as { intent?: string } | undefined)?.intent),
      422,
      /intent/,
    ],
    [
      'a Subscription that goes along',
      withEntry((b) => {
        const channel = { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/hook' };
        const resource = {
          resourceType: 'Subscription',
          status: 'requested',
          reason: 'x',
          criteria: 'MedicationRequest',
          channel,
        };
        b.entry?.push({ fullUrl: 'urn:uuid:6b5a1ad0-58f6-4e0c-a4a3-0a9a2f9a7d55', resource: resource as never });
      }),
      422,
      /not made by a message/,
    ],
    ['text', '"x"', 400, /./],
  ];
  const rows = await server.rows();
  for (const [name, body, status, says] of cases) {
    await t.test(name, async () => {
      const answer = await send(body);
      assert.equal(answer.status, status, answer.text);
      assert.match(JSON.stringify(answer.outcome), says);
      for (const { severity, code, diagnostics } of answer.outcome.issue) assert.ok(severity && code && diagnostics);
    });
  }
  assert.deepEqual(await server.rows(), rows, 'nothing was kept');
  assert.equal((await send(good(), '?colour=blue')).status, 400);
  assert.equal((await server.get('$process-message')).status, 405);
});

test('a fault is said where it stands in the message, whichever check finds it', async () => {
  const long = [{ system: ORDERS, value: 'x'.repeat(2000) }];
  const cases: [MedicationRequest, expression: string][] = [
    [anOrder({}, { status: 'draft' }), 'Bundle.entry[1].resource.status'],
    [anOrder({}, { identifier: long }), 'Bundle.entry[1].resource'],
    [anOrder({}, { status: 'strange' as never }), 'Bundle.entry[1].resource.status'],
  ];
  for (const [order, expression] of cases) {
    const answer = await send(orderMessage(order, aCast()));
    assert.equal(answer.status, 422, answer.text);
    assert.deepEqual(answer.outcome.issue[0]?.expression, [expression], answer.text);
  }
});

test('an order does not pass to another patient', async () => {
  const order = anOrder({});
  await send(orderMessage(order, aCast(), { timestamp: '2026-01-05T10:00:00Z' }));
  const answer = await send(
    orderMessage({ ...order, priority: 'routine' }, aCast(), { timestamp: '2026-01-05T10:01:00Z' }),
  );
  assert.equal(answer.status, 409, answer.text);
  assert.match(answer.text, /another patient/);
});

test('a person who is described otherwise is matched by the number, and that is said', async () => {
  const cast = aCast();
  await send(orderMessage(anOrder({}), cast));
  const answer = await send(
    orderMessage(anOrder({}), { ...cast, patient: { ...cast.patient, birthDate: '1981-02-03' } }),
  );
  const outcome = answer.bundle.entry?.[1]?.resource as unknown as OperationOutcome;
  assert.ok(
    outcome.issue.some(({ details }) => details?.coding?.[0]?.code === 'R-196'),
    answer.text,
  );
});

test('XML means the same as JSON, in and out', async () => {
  const order = anOrder({});
  const message = orderMessage(order, aCast());
  const headers = { 'content-type': 'application/fhir+xml', accept: 'application/fhir+xml' };
  const xml = writeFhirXml(message as unknown as Parameters<typeof writeFhirXml>[0]);
  const answer = await server.send('POST', '$process-message', { body: xml, headers });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /^<[?]xml [^>]*>\s*<Bundle xmlns/);
  const json = await send(message);
  assert.equal(json.status, 200, 'it is the same message');
  assert.equal(writeFhirXml(json.resource() as never), answer.text);
});

test('a role takes the messages that are for it', async () => {
  const cases = [
    { role: 'prescribing', order: 422, dispense: 200 },
    { role: 'dispensing', order: 200, dispense: 422 },
    { role: 'broker', order: 200, dispense: 200 },
  ] as const;
  for (const { role, order: takesOrder, dispense } of cases) {
    const site = await openTestServer({ role, conformance: DEFAULTS.conformance });
    try {
      const cast = aCast();
      const order = anOrder({});
      const answers = [
        await send(orderMessage(order, cast), '', site),
        await send(
          aMessage(({ patient }) => ({ ...aDispense(order), subject: patient }) as MedicationDispense, cast),
          '',
          site,
        ),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [takesOrder, dispense],
        role,
      );
      for (const { status, text } of answers) if (status === 422) assert.match(text, /role is/);
    } finally {
      await site.close();
    }
  }
});

test('what goes along with a dispense does not change an order that is here', async () => {
  const cast = aCast();
  const order = anOrder({});
  await send(orderMessage(order, cast));
  const message = aMessage(({ patient }) => ({ ...aDispense(order), subject: patient }) as MedicationDispense, cast);
  const urn = `urn:uuid:${randomUUID()}`;
  const dispense = message.entry?.[1]?.resource as unknown as MedicationDispense;
  dispense.authorizingPrescription = [{ reference: urn }];
  const patient = { reference: dispense.subject?.reference as string };
  const copy = { ...order, subject: patient, status: 'on-hold', statusReason: { text: 'x' } } as MedicationRequest;
  message.entry?.push({ fullUrl: urn, resource: copy } as never);
  const answer = await send(message);
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await held<MedicationRequest>(order)).status, 'active');
  const stored = await held<MedicationDispense>(dispense);
  assert.match(String(stored.authorizingPrescription?.[0]?.reference), /^MedicationRequest\//);
});

test('loose references to ids are understood, and that is said', async () => {
  const cast = aCast();
  const message = orderMessage(anOrder({}), cast);
  const patient = message.entry?.[2] as { fullUrl?: string; resource: { id?: string } };
  const text = JSON.stringify(message).replaceAll(patient.fullUrl as string, 'urn:patient-1');
  const loose = JSON.parse(text) as Bundle;
  const entry = loose.entry?.[2] as { fullUrl?: string; resource: { id?: string } };
  entry.fullUrl = patient.fullUrl as string;
  entry.resource.id = 'urn:patient-1';
  const answer = await send(loose);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /R-251b/);
});

test('what only tells of something is refused where its sender is nobody to fetch from', async () => {
  const message = orderMessage(anOrder({}), aCast());
  const [header] = message.entry ?? [];
  const focus = [{ type: 'MedicationRequest', identifier: newKey(ORDERS) }];
  const told = { ...message, entry: [{ ...header, resource: { ...header?.resource, focus } }] };
  const answer = await send(told);
  assert.equal(answer.status, 422);
  assert.match(answer.text, /its source \(https:\/\/ward\.example\/fhir\) is no neighbour/);
  const site = await openTestServer({
    neighbours: [
      {
        ...{ name: 'ward', base: 'https://ward.example/fhir', deliver: undefined, notify: false, poll: undefined },
        ...{ subscribe: false, fetchFrom: undefined, auth: undefined, tls: undefined, paused: true },
      },
    ],
  });
  try {
    const noted = await send(told, '', site);
    assert.equal(noted.status, 200, noted.text);
    assert.match(noted.text, /will be fetched/);
    assert.equal((await send(told, '', site)).text, noted.text);
  } finally {
    await site.close();
  }
});
