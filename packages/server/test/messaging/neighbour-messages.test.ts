import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check, layers } from '@concord/conformance';
import fc from 'fast-check';
import type {
  Bundle,
  FhirResource,
  Location,
  MedicationDispense,
  MedicationRequest,
  MessageHeader,
  Observation,
  Reference,
} from 'fhir/r4';
import type { DeliverSettings } from '../../src/messaging/neighbour.ts';
import {
  compose,
  composeNotification,
  renamed,
  type Version,
  written,
} from '../../src/messaging/neighbours/compose.ts';
import { selectionFor } from '../../src/messaging/neighbours/deliver.ts';
import { withEvents } from '../../src/messaging/neighbours/event-numbers.ts';
import { readFilter } from '../../src/messaging/neighbours/filter.ts';
import { nameUuid } from '../../src/messaging/neighbours/name-uuid.ts';
import { readNotification } from '../../src/messaging/neighbours/notification.ts';
import type { Change } from '../../src/messaging/subscriber.ts';
import { aPatient, aRequest, newNhsNumber, ORDER_NUMBER } from '../support/people.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };
const BASE = 'http://concord.test/fhir';
const SENDER = { base: BASE, name: 'Ward 7' };
const TO = { name: 'pharmacy', base: 'http://pharmacy.test/fhir' };

let server: TestServer;
let order: MedicationRequest & { id: string };
before(async () => {
  server = await openTestServer();
  const patient = await server.create(aPatient(newNhsNumber()));
  const hospital = await server.create({ resourceType: 'Organization', name: 'Northgate' });
  const doctor = await server.create({
    ...{ resourceType: 'Practitioner', name: [{ family: 'Prescriber' }] },
    identifier: [{ system: 'https://fhir.hl7.org.uk/Id/gmc-number', value: '9123456' }],
  });
  const role = await server.create({
    ...{ resourceType: 'PractitionerRole', identifier: [{ system: 'urn:test:role', value: '1' }] },
    practitioner: { reference: `Practitioner/${doctor.id}` },
    organization: { reference: `${BASE}/Organization/${hospital.id}` },
  });
  const product = await server.create({
    resourceType: 'Medication',
    code: { coding: [{ system: 'https://dmd.nhs.uk', code: '42084911000001109', display: 'Metformin 500mg tablets' }] },
  });
  const subject = { reference: `Patient/${patient.id}` };
  const earlier = await server.create(aRequest(subject, { identifier: [{ system: ORDER_NUMBER, value: 'before' }] }));
  const pain = await server.create({ resourceType: 'Condition', subject, code: { text: 'Neuropathic pain' } });
  const weighed: Observation = { resourceType: 'Observation', status: 'final', subject, code: { text: 'Body weight' } };
  const before = await server.create({ ...weighed, valueQuantity: { value: 71, unit: 'kg' } });
  const weight = await server.create({
    ...weighed,
    valueQuantity: { value: rawJSON('70.50') as number, unit: 'kg' },
    derivedFrom: [{ reference: `Observation/${before.id}` }],
  });
  const { medicationCodeableConcept: _, ...rest } = aRequest(subject, {
    identifier: [{ system: ORDER_NUMBER, value: 'a|b,c' }],
    requester: { reference: `PractitionerRole/${role.id}`, display: 'Dr Prescriber' },
    recorder: { reference: `PractitionerRole/${role.id}` },
    reasonReference: [{ reference: `Condition/${pain.id}` }],
    supportingInformation: [{ reference: `Observation/${weight.id}` }],
    priorPrescription: { reference: `MedicationRequest/${earlier.id}` },
    encounter: { reference: 'Encounter/nowhere' },
    substitution: { allowedBoolean: false },
    dispenseRequest: { quantity: { value: 56 } },
  });
  order = await server.create<MedicationRequest>({
    ...rest,
    medicationReference: { reference: `Medication/${product.id}` },
  });
});
after(() => server.close());

async function composed(as: DeliverSettings['as'], isChange = false, text = JSON.stringify(order)) {
  const { id, meta } = order;
  const version: Version = { type: 'MedicationRequest', id, version: 1, at: meta?.lastUpdated ?? '', text, isChange };
  return compose(version, as, SENDER, TO, server.store.record);
}

function headerOf({ entry = [] }: Bundle): MessageHeader {
  return entry[0]?.resource as MessageHeader;
}

function referencesIn(node: unknown): Reference[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (typeof node !== 'object' || node === null) return [];
  const own = typeof (node as Reference).reference === 'string' ? [node as Reference] : [];
  return [...own, ...Object.values(node).flatMap(referencesIn)];
}

test('a message holds all that it refers to, each once, and is the same each time', async () => {
  const { method, path, resource } = await composed('message');
  assert.deepEqual([method, path], ['POST', '$process-message']);
  assert.deepEqual((await composed('message')).resource, resource);
  const { entry = [], identifier, timestamp } = resource as Bundle;
  assert.deepEqual(entry.map((each) => each.resource?.resourceType).sort(), [
    'Condition',
    'Medication',
    'MedicationRequest',
    'MessageHeader',
    'Observation',
    'Organization',
    'Patient',
    'Practitioner',
    'PractitionerRole',
  ]);
  assert.match(identifier?.value ?? '', /^urn:uuid:[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(timestamp, order.meta?.lastUpdated);
  const header = entry[0]?.resource as MessageHeader;
  assert.deepEqual(header.source, { name: 'Ward 7', endpoint: BASE });
  assert.deepEqual(header.destination, [{ name: 'pharmacy', endpoint: TO.base }]);
  assert.equal(header.eventCoding?.code, 'prescription-order');
  const sent = entry.find(({ fullUrl }) => fullUrl === header.focus?.[0]?.reference)?.resource as MedicationRequest;
  assert.deepEqual([sent.resourceType, sent.id, sent.meta], ['MedicationRequest', undefined, order.meta]);
  const names = new Set(entry.map(({ fullUrl }) => fullUrl));
  const outside = referencesIn(entry).filter(({ reference }) => !names.has(reference));
  assert.deepEqual(outside, [{ reference: `${BASE}/Encounter/nowhere` }], 'what is not here is named by its address');
  const weight = entry.find(({ resource: each }) => each?.resourceType === 'Observation')?.resource as Observation;
  assert.match(JSON.stringify(weight.valueQuantity), /"value":70\.50[,}]/);
  assert.deepEqual(Object.keys(weight.derivedFrom?.[0] ?? {}), ['type', 'identifier'], 'what it is from stays at home');
  assert.deepEqual(sent.priorPrescription, {
    ...{ type: 'MedicationRequest', identifier: { system: ORDER_NUMBER, value: 'before' } },
  });
  const organization = entry.find(({ resource: each }) => each?.resourceType === 'Organization')?.resource;
  assert.deepEqual(
    (organization as { identifier?: { system: string }[] }).identifier?.[0]?.system,
    `${BASE}/Organization`,
  );
  const now = '2030-01-01T00:00:00Z';
  const faults = check(resource, {
    mode: 'any',
    direction: 'receive',
    layers: layers.filter((each) => each === 'fhir'),
    now,
  });
  assert.deepEqual(
    faults.filter(({ severity }) => severity === 'error'),
    [],
  );
});

test('a message of a supply names where it was made and where it is for, and who has it', async () => {
  const ward = await server.create({ resourceType: 'Location', name: 'Ward 7' });
  const hatch = await server.create({ resourceType: 'Location', name: 'Hatch' });
  const dispense = await server.create<MedicationDispense>({
    ...{ resourceType: 'MedicationDispense', status: 'completed', subject: order.subject },
    medicationReference: order.medicationReference as Reference,
    ...{ location: { reference: `Location/${hatch.id}` }, destination: { reference: `Location/${ward.id}` } },
  });
  const version = { type: 'MedicationDispense', id: dispense.id, version: 1, at: '', text: JSON.stringify(dispense) };
  const { resource } = await compose({ ...version, isChange: false }, 'message', SENDER, TO, server.store.record);
  const names = ((resource as Bundle).entry ?? []).flatMap(({ resource: each }) =>
    each?.resourceType === 'Location' ? [(each as Location).name] : [],
  );
  assert.deepEqual(names.sort(), ['Hatch', 'Ward 7']);
});

test('another version is another message, as an update', async () => {
  const first = (await composed('message')).resource as Bundle;
  const { id, meta } = order;
  const version = {
    type: 'MedicationRequest',
    id,
    version: 2,
    at: meta?.lastUpdated ?? '',
    text: JSON.stringify(order),
    isChange: true,
  };
  const second = (await compose(version, 'message', SENDER, TO, server.store.record)).resource as Bundle;
  assert.notEqual(second.identifier?.value, first.identifier?.value);
  assert.equal(headerOf(second).eventCoding?.code, 'prescription-order-update');
});

test('a transaction puts the order by its identifier, and makes people only where they are not known', async () => {
  const { path, resource } = await composed('transaction');
  assert.equal(path, '');
  const [focus, ...along] = (resource as Bundle).entry ?? [];
  assert.deepEqual(focus?.request, {
    ...{ method: 'PUT', url: `MedicationRequest?identifier=${encodeURIComponent(`${ORDER_NUMBER}|a\\|b\\,c`)}` },
  });
  assert.equal(along.length, 7);
  for (const { request, resource: each } of along) {
    assert.equal(request?.method, 'POST');
    assert.match(request?.ifNoneExist ?? '', /^identifier=.+%7C.+/, each?.resourceType);
  }
});

test('a resource alone names people by identifier and contains its product; a change is put by identifier', async () => {
  const first = await composed('resource');
  assert.deepEqual([first.method, first.path], ['POST', 'MedicationRequest']);
  const sent = first.resource as MedicationRequest;
  assert.equal(sent.subject.reference, undefined);
  assert.match(sent.subject.identifier?.value ?? '', /^999/);
  assert.deepEqual(sent.medicationReference, { reference: '#medication-1' });
  assert.equal(sent.contained?.[0]?.resourceType, 'Medication');
  const words = [
    sent.subject,
    sent.requester,
    sent.recorder,
    sent.reasonReference?.[0],
    sent.supportingInformation?.[0],
  ];
  assert.deepEqual(
    words.map((each) => each?.display),
    ['Test Concordia', 'Dr Prescriber', 'Prescriber', 'Neuropathic pain', 'Body weight: 70.50 kg'],
  );
  const change = await composed('resource', true);
  assert.deepEqual([change.method, change.path.split('=')[0]], ['PUT', 'MedicationRequest?identifier']);
});

test('numbers go out as they were written, in JSON and in XML', async () => {
  const text = JSON.stringify(order).replace('"value":56', '"value":56.00');
  const message = await composed('message', false, text);
  assert.match(written(message, 'json').body ?? '', /"value":56\.00[,}]/);
  assert.match(written(message, 'xml').body ?? '', /<value value="56\.00"\/>/);
});

test('a notification is a message with nothing but its header, which names the order', async () => {
  const { id, meta } = order;
  const version = {
    type: 'MedicationRequest',
    id,
    version: 1,
    at: meta?.lastUpdated ?? '',
    text: JSON.stringify(order),
    isChange: false,
  };
  const message = (await composeNotification(version, SENDER, TO, server.store.record)).resource as Bundle;
  assert.equal(message.entry?.length, 1);
  assert.deepEqual(headerOf(message).focus, [
    { type: 'MedicationRequest', identifier: { system: ORDER_NUMBER, value: 'a|b,c' } },
  ]);
});

test('an edited message has a name made of what it says now', async () => {
  const { resource } = await composed('message');
  const text = JSON.stringify(resource);
  const nameOf = (edited: string) => (JSON.parse(renamed(edited)) as Bundle).identifier?.value;
  const edited = text.replace('Dr Prescriber', 'Dr Another');
  assert.notEqual(nameOf(edited), (resource as Bundle).identifier?.value);
  assert.equal(nameOf(edited), nameOf(edited));
  assert.equal(renamed('{"resourceType":"Patient"}'), '{"resourceType":"Patient"}');
});

test('the name of a UUID is that of RFC 9562', () => {
  // The example of the RFC is in the namespace of DNS names; this one is of the namespace of addresses, as others compute it.
  assert.equal(nameUuid('http://www.example.com/'), 'fcde3c85-2270-590f-9e7c-ee003d65e0e2');
});

function aChange(type: string, from: string | undefined, to: string, more: object = {}): Change {
  const of = (status: string) => ({ resourceType: type, id: '1', status, ...more }) as unknown as FhirResource;
  const resource = of(to);
  const before = from === undefined ? undefined : of(from);
  const version = from === undefined ? 1 : 2;
  return {
    key: 1,
    type,
    id: '1',
    version,
    at: '2026-01-01T00:00:00.000Z',
    resource,
    before,
    text: JSON.stringify(resource),
  };
}

const deliver: DeliverSettings = {
  as: 'message',
  format: 'json',
  filter: undefined,
  types: undefined,
  progress: false,
};
const neighbour = (more: Partial<DeliverSettings> = {}) =>
  ({ name: 'x', deliver: { ...deliver, ...more } }) as Parameters<typeof selectionFor>[1];

for (const [type, from, to, isSent] of [
  ['MedicationRequest', undefined, 'active', true],
  ['MedicationRequest', undefined, 'draft', false],
  ['MedicationRequest', 'draft', 'active', true],
  ['MedicationRequest', 'draft', 'draft', false],
  ['MedicationRequest', 'draft', 'cancelled', true],
  ['MedicationRequest', 'on-hold', 'stopped', true],
  ['MedicationRequest', 'on-hold', 'draft', false],
  ['MedicationRequest', 'active', 'on-hold', true],
  ['MedicationRequest', 'on-hold', 'active', true],
  ['MedicationRequest', 'active', 'stopped', true],
  ['MedicationRequest', 'active', 'cancelled', true],
  ['MedicationRequest', 'active', 'entered-in-error', true],
  ['MedicationRequest', 'active', 'completed', false],
  ['MedicationDispense', undefined, 'in-progress', false],
  ['MedicationDispense', 'in-progress', 'completed', true],
  ['MedicationDispense', 'preparation', 'declined', true],
  ['MedicationDispense', 'completed', 'entered-in-error', true],
] as const) {
  test(`${type} ${from ?? 'new'} to ${to}: ${isSent ? 'sent, if it is known there' : 'not sent'}`, () => {
    const role = type === 'MedicationRequest' ? 'prescribing' : 'dispensing';
    assert.equal(selectionFor(role, neighbour()).wants(aChange(type, from, to)), isSent);
    assert.equal(selectionFor(role, neighbour()).types.has(type), true);
  });
}

test('progress of a dispense is sent where it is wanted', () => {
  const { wants } = selectionFor('dispensing', neighbour({ progress: true }));
  assert.equal(wants(aChange('MedicationDispense', undefined, 'preparation')), true);
  assert.equal(wants(aChange('MedicationDispense', 'preparation', 'in-progress')), true);
});

test('a filter keeps others out, and lets go what met it before', () => {
  const category = (code: string) => ({
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code }] }],
  });
  const { wants } = selectionFor('prescribing', neighbour({ filter: 'MedicationRequest?category=discharge' }));
  assert.equal(wants(aChange('MedicationRequest', undefined, 'active', category('discharge'))), true);
  assert.equal(wants(aChange('MedicationRequest', undefined, 'active', category('inpatient'))), false);
  const moved = aChange('MedicationRequest', 'active', 'active', category('inpatient'));
  const before = { ...moved.resource, ...category('discharge') } as FhirResource;
  assert.equal(wants({ ...moved, before }), true);
  assert.throws(() => readFilter('MedicationRequest?colour=red'), /The filter .* cannot be followed/);
  assert.throws(() => readFilter('MedicationRequest?patient.name=x'), /looks at other resources/);
});

test('events told in any order, twice or late, are known once all before them are', () => {
  const orders = fc
    .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 40 })
    .chain((numbers) =>
      fc.tuple(
        fc.constant(numbers),
        fc.array(fc.array(fc.constantFrom(...(numbers.length > 0 ? numbers : [1])), { maxLength: 5 })),
      ),
    );
  fc.assert(
    fc.property(orders, ([numbers, parts]) => {
      let known = { last: 0, beyond: [] as readonly number[] };
      for (const part of [...parts, numbers]) known = withEvents(known, part);
      const all = new Set([...numbers, ...parts.flat()]);
      let last = 0;
      while (all.has(last + 1)) last++;
      assert.equal(known.last, last);
      assert.deepEqual(
        known.beyond,
        [...all].filter((each) => each > last).sort((a, b) => a - b),
      );
    }),
    { seed: 20261122, numRuns: 300 },
  );
});

test('what is no notification is read as none', () => {
  for (const body of [
    undefined,
    { resourceType: 'Patient' },
    { resourceType: 'Bundle', type: 'history' },
    { resourceType: 'Bundle', type: 'history', entry: [{ resource: { resourceType: 'Parameters' } }] },
  ]) {
    assert.equal(readNotification(body as FhirResource | undefined, BASE), undefined);
  }
});
