import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Bundle, BundleEntry, FhirResource, Identifier, MedicationRequest, MessageHeader } from 'fhir/r4';
import { openTestServer } from '../support/test-server.ts';

const server = await openTestServer();
after(() => server.close());

/** Text that does not get shorter when it is compressed. */
const LONG = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join('');
const identifiers = (count: number): Identifier[] =>
  Array.from({ length: count }, (_, i) => ({ system: 'urn:test:many', value: `${i}` }));

let numbered = 0;
function order(more: Partial<MedicationRequest> = {}): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    ...{ status: 'active', intent: 'order' },
    identifier: [{ system: 'urn:test:order', value: `${++numbered}` }],
    medicationCodeableConcept: { text: 'Paracetamol' },
    subject: { identifier: { system: 'urn:test:patient', value: '1' } },
    ...more,
  };
}

interface Odd {
  bundle?: Partial<Bundle>;
  endpoint?: string;
  order?: Partial<MedicationRequest>;
  along?: FhirResource;
}

function message(odd: Odd): Bundle {
  const focus = 'urn:uuid:21111111-1111-4111-8111-111111111111';
  const header: MessageHeader = {
    resourceType: 'MessageHeader',
    eventCoding: { system: 'https://fhir.nhs.uk/CodeSystem/message-event', code: 'prescription-order' },
    source: { endpoint: odd.endpoint ?? 'https://ward.example/fhir' },
    focus: [{ reference: focus }],
  };
  const along: BundleEntry[] =
    odd.along === undefined ? [] : [{ fullUrl: 'urn:uuid:31111111-1111-4111-8111-111111111111', resource: odd.along }];
  return {
    ...{ resourceType: 'Bundle', type: 'message', timestamp: '2026-01-01T09:00:00Z', ...odd.bundle },
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: header,
      },
      { fullUrl: focus, resource: order(odd.order) },
      ...along,
    ],
  };
}

const MISTAKE = { status: 'entered-in-error' } as const;
const MESSAGES: readonly [name: string, odd: Odd][] = [
  ['an identifier of the message that is too long', { bundle: { identifier: { system: 'urn:test', value: LONG } } }],
  ['a sender whose address is too long', { endpoint: `https://ward.example/${LONG}` }],
  ['an identifier of the order that is too long', { order: { identifier: [{ system: 'urn:test', value: LONG }] } }],
  ['a mistake under one', { order: { ...MISTAKE, identifier: [{ system: 'urn:test', value: LONG }] } }],
  ['a patient whose number is too long', { order: { subject: { identifier: { system: 'urn:test', value: LONG } } } }],
  ['a mistake of a year after 9999', { bundle: { timestamp: '+275760-09-13T00:00:00Z' }, order: MISTAKE }],
  ['a mistake of the year 0', { bundle: { timestamp: '0000-09-13T00:00:00Z' }, order: MISTAKE }],
  ['a mistake written in such a year', { order: { ...MISTAKE, meta: { lastUpdated: '+275760-09-13T00:00:00Z' } } }],
  ['an order of very many identifiers', { order: { identifier: identifiers(20_000) } }],
  ['a person of very many', { along: { resourceType: 'Practitioner', identifier: identifiers(3000) } }],
];

for (const [name, odd] of MESSAGES) {
  test(`a message with ${name} is refused, and says why`, async () => {
    const { status, outcome } = await server.send('POST', '$process-message', { body: message(odd) });
    assert.equal(status, 422);
    assert.ok(outcome.issue[0]?.diagnostics);
  });
}

test('an identifier that no index holds is refused where it is posted', async () => {
  const body = order({ identifier: [{ system: 'urn:test', value: LONG }] });
  const { status, outcome } = await server.send('POST', 'MedicationRequest', { body });
  assert.equal(status, 422);
  assert.equal(outcome.issue[0]?.code, 'too-long');
});

test('the last moment of the calendar, west of Greenwich, is no reason to fail', async () => {
  const { status } = await server.send('POST', '$process-message', {
    body: message({ bundle: { timestamp: '9999-12-31T23:59:59-14:00' } }),
  });
  assert.equal(status, 200);
});

test('a message may bring as many orders as there is room for', async () => {
  const many = message({});
  for (let i = 0; i < 210; i++) many.entry?.push({ fullUrl: `urn:test:${i}`, resource: order() });
  const { status, text } = await server.send('POST', '$process-message', { body: many });
  assert.equal(status, 200, text);
  const { bundle } = await server.get('MedicationRequest?identifier=urn:test:order|&_count=1&_total=accurate');
  assert.ok((bundle.total ?? 0) >= 211);
});
