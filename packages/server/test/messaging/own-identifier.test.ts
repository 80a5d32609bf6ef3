import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Bundle, FhirResource, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { compose } from '../../src/messaging/neighbours/compose.ts';
import { aCast, aMessage } from '../support/messages.ts';
import { aRequest, newNhsNumber, nhs } from '../support/people.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

const PHARMACY = { name: 'pharmacy', base: 'http://pharmacy.test/fhir' };

const ward = await openTestServer({ role: 'prescribing', orders: { complete: 'never' } });
after(() => ward.close());

function unnamed(): MedicationRequest {
  const { identifier: _identifier, ...order } = aRequest({ identifier: nhs(newNhsNumber()) });
  return order;
}

async function held<T extends FhirResource>(server: TestServer, reference: string): Promise<T> {
  return (await server.get(reference)).resource<T>();
}

test('an order that comes to a ward without an identifier is given one, and keeps it', async () => {
  const order = await ward.create(unnamed());
  assert.match(order.identifier?.[0]?.value ?? '', /^urn:uuid:/);
  const { identifier: _identifier, ...without } = order;
  const changed = await ward.put<MedicationRequest>({ ...without, note: [{ text: 'With food' }] });
  assert.deepEqual(changed.identifier, order.identifier);
  const patched = await ward.send('PATCH', `MedicationRequest/${order.id}`, {
    body: [{ op: 'remove', path: '/identifier' }],
    headers: { 'content-type': 'application/json-patch+json' },
  });
  assert.deepEqual(patched.resource<MedicationRequest>().identifier, order.identifier);
});

test('an identifier that is no business identifier stays beside the one that is given', async () => {
  const order = await ward.create({ ...unnamed(), identifier: [{ value: '17' }] });
  assert.equal(order.identifier?.length, 2);
  assert.deepEqual(order.identifier?.[0], { value: '17' });
});

test('a dispense from elsewhere finds the order by the identifier with which it was sent', async () => {
  const { id } = await ward.create(unnamed());
  const { text, resource } = await ward.get(`MedicationRequest/${id}`).then((answer) => ({
    text: answer.text,
    resource: answer.resource<MedicationRequest>(),
  }));
  const at = resource.meta?.lastUpdated ?? '';
  const version = { type: 'MedicationRequest', id, version: 1, at, text, isChange: false };
  const sender = { base: 'http://somewhere-else.test/fhir', name: 'Ward' };
  const sent = await compose(version, 'message', sender, PHARMACY, ward.store.record);
  const asSent = (sent.resource as Bundle).entry?.[1]?.resource as MedicationRequest;
  const answer = await ward.send('POST', '$process-message', {
    body: aMessage(
      () => ({
        ...{ resourceType: 'MedicationDispense', status: 'completed', subject: resource.subject },
        identifier: [{ system: 'urn:test:dispense', value: '1' }],
        medicationCodeableConcept: { text: 'Metformin' },
        authorizingPrescription: [{ type: 'MedicationRequest', identifier: asSent.identifier?.[0] as never }],
      }),
      aCast(),
    ),
  });
  assert.equal(answer.status, 200, answer.text);
  const { bundle } = await ward.get(`MedicationDispense?prescription=MedicationRequest/${id}`);
  const dispense = bundle.entry?.[0]?.resource as MedicationDispense;
  assert.equal(dispense?.authorizingPrescription?.[0]?.reference, `MedicationRequest/${id}`);
});

test('what others tell, and what a shared record keeps, stays as it came', async () => {
  const shared = await openTestServer();
  try {
    const order = await shared.create(unnamed());
    assert.equal((await held<MedicationRequest>(shared, `MedicationRequest/${order.id}`)).identifier, undefined);
    const dispense = await ward.create({
      ...{ resourceType: 'MedicationDispense', status: 'preparation' },
      medicationCodeableConcept: { text: 'Metformin' },
    } as MedicationDispense);
    assert.equal(dispense.identifier, undefined);
  } finally {
    await shared.close();
  }
});
