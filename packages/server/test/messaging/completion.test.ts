import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CompletionPolicy } from '@concord/medication-record';
import type { MedicationDispense, MedicationRequest } from 'fhir/r4';
import { DEFAULTS } from '../../src/config.ts';
import { subscriberState } from '../../src/messaging/deliveries.ts';
import { ordersOf } from '../../src/messaging/orders/orders-of.ts';
import { aDispense, anOrder } from '../support/orders.ts';
import { newNhsNumber, nhs } from '../support/people.ts';
import { openTestServer, type TestServer } from '../support/test-server.ts';

interface Case {
  name: string;
  policy: CompletionPolicy;
  steps: string[];
  completed: boolean;
}
const { cases } = JSON.parse(readFileSync(new URL('completion-cases.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

const CAPSULES = { unit: 'capsule', system: 'http://snomed.info/sct', code: '428641000' };
/** The same medicine as is dispensed, so that amounts count without a release of dm+d. */
const PRODUCT = {
  coding: [{ system: 'https://dmd.nhs.uk', code: '39732411000001106', display: 'Amoxicillin 500mg capsules' }],
};

async function site(policy: CompletionPolicy): Promise<TestServer> {
  const delivery = { ...DEFAULTS.delivery, first: 0.02, most: 0.05 };
  const server = await openTestServer({ orders: { complete: policy }, delivery });
  await server.app.ready();
  return server;
}

function order(): MedicationRequest {
  const base = anOrder({ type: 'Patient', identifier: nhs(newNhsNumber()) });
  return {
    ...base,
    medicationCodeableConcept: PRODUCT,
    dispenseRequest: { ...base.dispenseRequest, quantity: { value: 21, ...CAPSULES } },
  };
}

/** Resolves once everything that was written was told to whoever completes orders. */
async function settled({ store }: TestServer): Promise<void> {
  for (;;) {
    const heard = new Promise<void>((resolve) => {
      const deaf = store.signals.on(() => {
        deaf();
        resolve();
      });
      setTimeout(() => {
        deaf();
        resolve();
      }, 20);
    });
    const [left] = await store.db.query<{ n: number }>(
      `select (select count(*) from outbox) + (select count(*) from delivery where state = 'waiting') as n`,
    );
    if (left?.n === 0) return;
    await heard;
  }
}

function written(of: MedicationRequest, step: string): MedicationRequest | MedicationDispense {
  if (step === 'order') return of;
  const [status, value] = step.split(' ');
  const dispense = { ...aDispense(of), quantity: { value: Number(value), ...CAPSULES } };
  const reason = status === 'declined' ? { statusReasonCodeableConcept: { text: 'Not in stock' } } : {};
  const { whenHandedOver, ...rest } = dispense;
  return { ...rest, ...reason, ...(status === 'completed' ? { whenHandedOver } : {}), status } as MedicationDispense;
}

async function statusOf(server: TestServer, { identifier }: MedicationRequest): Promise<string | undefined> {
  const [{ system, value } = {}] = identifier ?? [];
  const { entry } = (await server.get(`MedicationRequest?identifier=${system}|${value}`)).bundle;
  return (entry?.[0]?.resource as MedicationRequest | undefined)?.status;
}

test('what was done completes the order, as the site has it', async (t) => {
  for (const policy of new Set(cases.map((each) => each.policy))) {
    const server = await site(policy);
    try {
      for (const { name, steps, completed } of cases.filter((each) => each.policy === policy)) {
        await t.test(`${policy}: ${name}`, async () => {
          const of = order();
          for (const step of steps) await server.create(written(of, step));
          await settled(server);
          assert.equal(await statusOf(server, of), completed ? 'completed' : 'active');
        });
      }
    } finally {
      await server.close();
    }
  }
});

test('however many dispenses arrive at once, the order is completed once', async () => {
  const server = await site('on-dispense');
  try {
    const of = order();
    const { id } = await server.create(of);
    await Promise.all(Array.from({ length: 7 }, () => server.create(written(of, 'completed 3'))));
    await settled(server);
    const history = (await server.get(`MedicationRequest/${id}/_history`)).bundle.entry ?? [];
    assert.deepEqual(
      history.map(({ resource }) => (resource as MedicationRequest).status),
      ['completed', 'active'],
    );
    assert.equal((await subscriberState(server.store.db, 'orders/complete'))?.failures, 0);
  } finally {
    await server.close();
  }
});

test('a change of the order that comes between is not written over', async () => {
  const server = await site('on-dispense');
  try {
    for (let round = 0; round < 5; round++) {
      const of = order();
      const held = await server.create(of);
      const amended = { ...held, note: [{ text: 'Amended' }] };
      await Promise.all([
        server.create(written(of, 'completed 21')),
        server.send('PUT', `MedicationRequest/${held.id}`, { body: amended, headers: { 'if-match': 'W/"1"' } }),
      ]);
      await settled(server);
      const now = (await server.get(`MedicationRequest/${held.id}`)).resource<MedicationRequest>();
      const versions = (await server.get(`MedicationRequest/${held.id}/_history`)).bundle.entry ?? [];
      const wasAmended = versions.some(({ resource }) => (resource as MedicationRequest).note !== undefined);
      assert.equal(now.status, 'completed');
      assert.equal(now.note !== undefined, wasAmended, 'an amendment that was taken is kept');
    }
  } finally {
    await server.close();
  }
});

test('a dispense whose order is not here waits, visibly, and is joined when it comes', async () => {
  const server = await site('never');
  try {
    const of = order();
    const dispense = await server.create(written(of, 'completed 21'));
    const identities = [{ system: nhs('').system as string, value: of.subject.identifier?.value as string }];
    const look = async () => {
      const found = await server.store.record.compartments.find(server.store.db, identities);
      return ordersOf(found.flatMap(({ entries }) => entries));
    };
    assert.deepEqual(
      (await look()).waiting.map(({ id }) => id),
      [dispense.id],
    );
    const { id } = await server.create(of);
    const { orders, waiting } = await look();
    assert.deepEqual(waiting, []);
    assert.deepEqual(
      orders.map((each) => [each.request.id, each.dispenses.map((given) => given.id)]),
      [[id, [dispense.id]]],
    );
  } finally {
    await server.close();
  }
});

test('what is odd beside the orders that are here is said, and refuses nothing', async (t) => {
  const server = await site('never');
  const warned = async (body: object) => {
    const type = (body as { resourceType: string }).resourceType;
    const answer = await server.send('POST', type, { body });
    assert.equal(answer.status, 201, answer.text);
    return String(answer.headers.warning ?? '');
  };
  try {
    await t.test('nothing odd', async () => {
      const of = order();
      await server.create(of);
      assert.equal(await warned(written(of, 'completed 21')), '');
    });
    await t.test('more than was asked for, in all (R-112)', async () => {
      const of = order();
      await server.create(of);
      assert.equal(await warned(written(of, 'completed 20')), '');
      assert.match(await warned(written(of, 'completed 2')), /R-112/);
    });
    await t.test('for an order that was stopped before (R-111)', async () => {
      const of = { ...order(), status: 'stopped', statusReason: { text: 'x' } } as MedicationRequest;
      await server.create(of);
      const late = {
        ...written(of, 'completed 21'),
        whenPrepared: '2099-01-01T10:00:00Z',
        whenHandedOver: '2099-01-01T10:00:00Z',
      };
      assert.match(await warned(late), /R-111/);
      assert.doesNotMatch(await warned(written(of, 'completed 21')), /R-111/, 'it was handed over before');
    });
    await t.test('a substitution that is not allowed (R-105)', async () => {
      const of = order();
      await server.create(of);
      const other = { coding: [{ system: 'https://dmd.nhs.uk', code: '774586009', display: 'Amoxicillin' }] };
      const said = {
        ...written(of, 'completed 21'),
        medicationCodeableConcept: other,
        substitution: { wasSubstituted: true },
      };
      assert.match(await warned(said), /R-105/);
    });
    await t.test('of another patient (R-103)', async () => {
      const of = order();
      await server.create(of);
      const theirs = order();
      await server.create(theirs);
      assert.match(await warned({ ...written(of, 'completed 21'), subject: theirs.subject }), /R-103/);
      const unknown = { type: 'Patient', identifier: nhs(newNhsNumber()) };
      assert.match(await warned({ ...written(of, 'completed 21'), subject: unknown }), /R-103/);
      const local = { type: 'Patient', identifier: { system: 'https://ward.example/mrn', value: newNhsNumber() } };
      assert.doesNotMatch(await warned({ ...written(of, 'completed 21'), subject: local }), /R-103/, 'nobody can say');
    });
    await t.test('for an order not to give a medicine (R-013)', async () => {
      const of = { ...order(), doNotPerform: true };
      await server.create(of);
      assert.match(await warned(written(of, 'completed 21')), /R-013/);
      const begun = await server.send('POST', 'MedicationDispense', { body: written(of, 'preparation 21') });
      assert.equal(begun.status, 422, begun.text);
      assert.match(begun.text, /R-013/);
    });
    await t.test('a re-supply of another medicine (R-023)', async () => {
      const of = order();
      await server.create(of);
      const priorPrescription = { type: 'MedicationRequest', identifier: of.identifier?.[0] };
      const again = { ...order(), subject: of.subject, priorPrescription };
      assert.equal(await warned(again), '');
      const other = { coding: [{ system: 'https://dmd.nhs.uk', code: '774586009', display: 'Amoxicillin' }] };
      const differs = { ...order(), subject: of.subject, priorPrescription, medicationCodeableConcept: other };
      assert.match(await warned(differs), /R-023/);
    });
  } finally {
    await server.close();
  }
});
