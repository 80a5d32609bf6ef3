import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { MedicationRequest } from 'fhir/r4';
import { aCast, aMessage } from '../support/messages.ts';
import { openTestServer } from '../support/test-server.ts';

const server = await openTestServer({ orders: { complete: 'never' } });
after(() => server.close());

const SYSTEM = 'urn:test:order';
let numbered = 0;
function anOrder(value = `order-${++numbered}`, prior?: string): MedicationRequest {
  return {
    ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order' },
    identifier: [{ system: SYSTEM, value }],
    medicationCodeableConcept: { text: 'Paracetamol' },
    subject: { identifier: { system: 'urn:test:patient', value: '1' } },
    ...(prior === undefined ? {} : { priorPrescription: { identifier: { system: SYSTEM, value: prior } } }),
  };
}
const put = (order: MedicationRequest) => server.send('PUT', `MedicationRequest/${order.id}`, { body: order });
const ruleOf = (answer: Awaited<ReturnType<typeof put>>) => answer.outcome.issue[0]?.details?.coding?.[0]?.code;

test('an order that names itself as the one before is refused', async () => {
  const answer = await server.send('POST', 'MedicationRequest', { body: anOrder('self', 'self') });
  assert.equal(answer.status, 422);
  assert.equal(ruleOf(answer), 'R-024');
});

test('no change makes orders come before each other in a ring', async () => {
  const first = await server.create(anOrder('ring-1'));
  await server.create(anOrder('ring-2', 'ring-1'));
  const third = await server.create(anOrder('ring-3', 'ring-2'));
  const ring = await put({ ...first, priorPrescription: { reference: `MedicationRequest/${third.id}` } });
  assert.equal(ring.status, 422);
  assert.equal(ruleOf(ring), 'R-024');
});

test('a ring that another system reports is kept, said to be one, and can be stopped', async () => {
  const cast = aCast();
  const { status, text } = await server.send('POST', '$process-message', {
    body: aMessage(({ patient }) => ({ ...anOrder('told', 'told'), subject: patient }), cast),
  });
  assert.equal(status, 200, text);
  assert.match(text, /R-024/);
  const { bundle } = await server.get(`MedicationRequest?identifier=${SYSTEM}|told`);
  const held = bundle.entry?.[0]?.resource as MedicationRequest;
  const stopped = await put({ ...held, status: 'stopped' });
  assert.equal(stopped.status, 200, stopped.text);
});

test('what is supplied is added up over all orders that a dispense names, the patient read once', async () => {
  const one = await server.create(anOrder());
  const two = await server.create(anOrder());
  const asked: string[] = [];
  const { compartments } = server.store.record;
  const find = compartments.find.bind(compartments);
  compartments.find = (q, identities) => {
    asked.push(identities.map(({ value }) => value).join());
    return find(q, identities);
  };
  const dispense = (status: string) => ({
    ...{ resourceType: 'MedicationDispense', status },
    medicationCodeableConcept: { text: 'Paracetamol' },
    subject: one.subject,
    authorizingPrescription: [one, two].map(({ id }) => ({ reference: `MedicationRequest/${id}` })),
  });
  await server.create(dispense('preparation') as never);
  assert.deepEqual(asked, ['1']);
  await server.create(dispense('declined') as never);
  await server.create({ ...dispense('preparation'), authorizingPrescription: undefined } as never);
  assert.deepEqual(asked, ['1']);
});
