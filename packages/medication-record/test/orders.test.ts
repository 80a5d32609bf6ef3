import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MedicationRequest } from 'fhir/r4';
import { compareResupply, ORDER_COURSES, ORDER_SETTINGS, orderKind, prescriptions, priorChain } from '../src/index.ts';

interface Cases {
  readonly kinds: readonly {
    readonly category: readonly string[];
    readonly course?: string;
    readonly setting: string;
    readonly is: string;
  }[];
  readonly resupply: readonly {
    readonly name: string;
    readonly prior: object;
    readonly next: object;
    readonly kind: string;
    readonly differs: readonly string[];
    readonly says?: string;
  }[];
}
const cases: Cases = JSON.parse(readFileSync(new URL('cases/orders.json', import.meta.url), 'utf8'));

test('the kind of an order follows from its category and its course of therapy', () => {
  for (const { category, course, setting, is } of cases.kinds) {
    const request = {
      category: category.map((code) => ({ coding: [{ code }] })),
      ...(course !== undefined && { courseOfTherapyType: { coding: [{ code: course }] } }),
    } as unknown as MedicationRequest;
    const found = orderKind(request);
    assert.deepEqual([found.setting, found.course], [setting, is], `${category} ${course}`);
  }
  for (const { code } of [...ORDER_SETTINGS, ...ORDER_COURSES]) {
    assert(
      cases.kinds.some(({ category, course }) => category.includes(code) || course === code),
      `a case for ${code}`,
    );
  }
});

const ORDER = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/1' },
  medicationCodeableConcept: { coding: [{ code: '42109611000001109' }] },
  requester: { reference: 'Practitioner/1' },
  dosageInstruction: [{ text: '1 tablet - once a day - oral' }],
} as const;
const order = (changes: object) => ({ ...ORDER, ...changes }) as unknown as MedicationRequest;

for (const { name, prior, next, kind, differs, says } of cases.resupply) {
  test(`prior order: ${name}`, () => {
    const answer = compareResupply(order(prior), order(next));
    assert.equal(answer.kind, kind, answer.message);
    assert.deepEqual(
      answer.differences.map(({ element }) => element),
      differs,
    );
    assert(answer.message.includes(says ?? ''), answer.message);
  });
}

test('an order is always the re-supply of itself while it is active or completed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('active', 'completed'), fc.jsonValue(), (dosage, status, requester) => {
      const again = order({ dosageInstruction: dosage, status, requester });
      assert.equal(compareResupply(again, structuredClone(again)).kind, 'resupply');
    }),
    { seed: 51, numRuns: 1000 },
  );
});

test('the orders before an order are followed to the first, to one not held, or round', async () => {
  const link = (id: string, prior?: string) =>
    order({ id, ...(prior !== undefined && { priorPrescription: { reference: `MedicationRequest/${prior}` } }) });
  const held = new Map([
    ['a', link('a')],
    ['b', link('b', 'a')],
    ['c', link('c', 'gone')],
    ['d', link('d', 'e')],
    ['e', link('e', 'd')],
    ['f', link('f', 'f')],
  ]);
  const lookup = (reference: unknown) => held.get((reference as { reference: string }).reference.split('/')[1] ?? '');
  const chain = async (request: MedicationRequest) => {
    const { prior, end, issue } = await priorChain(request, async (reference) => lookup(reference));
    assert.equal(issue?.rule, end === 'contains itself' ? 'R-024' : undefined);
    return [end, ...prior.map(({ id }) => id)];
  };
  assert.deepEqual(await chain(link('x', 'b')), ['first', 'b', 'a']);
  assert.deepEqual(await chain(link('x', 'c')), ['not held', 'c']);
  assert.deepEqual(await chain(link('d', 'e')), ['contains itself', 'e']);
  assert.deepEqual(await chain(link('x', 'd')), ['contains itself', 'd', 'e']);
  assert.deepEqual(await chain(link('f', 'f')), ['contains itself']);
  // Not stored yet, so without an id: it is known by its business identifier.
  const identifier = [{ system: 'https://ward.example/order', value: '7' }];
  const fresh = order({ identifier, priorPrescription: { reference: 'MedicationRequest/b' } });
  held.set('b', order({ id: 'b', identifier, priorPrescription: { reference: 'MedicationRequest/a' } }));
  assert.deepEqual(await chain(fresh), ['contains itself']);
});

test('a chain of any links ends, and reads each order once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }), async (links) => {
      const reads: string[] = [];
      const all = links.map((to, i) => order({ id: `${i}`, priorPrescription: { reference: `${to}` } }));
      const { end } = await priorChain(all[0] as MedicationRequest, (reference) => {
        const { reference: to } = reference as { reference: string };
        reads.push(to);
        return all[Number(to)];
      });
      assert(end === 'not held' || end === 'contains itself');
      assert(reads.length <= links.length + 1);
    }),
    { seed: 52, numRuns: 500 },
  );
  const endless = await priorChain(order({ id: '0', priorPrescription: { reference: '1' } }), (reference) => {
    const id = Number((reference as { reference: string }).reference);
    return order({ id: `${id}`, priorPrescription: { reference: `${id + 1}` } });
  });
  assert.equal(endless.end, 'too long');
});

test('orders of one prescription are those with its group identifier; one without is by itself', () => {
  const system = 'https://fhir.nhs.uk/Id/prescription-order-number';
  const grouped = (id: string, value?: string, other = system) =>
    order({ id, ...(value !== undefined && { groupIdentifier: { system: other, value } }) });
  const found = prescriptions([
    grouped('1', 'A'),
    grouped('2'),
    grouped('3', 'B'),
    grouped('4', 'A'),
    grouped('5'),
    grouped('6', 'A', 'https://ward.example/group'),
  ]);
  assert.deepEqual(
    found.map(({ group, requests }) => [group?.value, ...requests.map(({ id }) => id)]),
    [
      ['A', '1', '4'],
      [undefined, '2'],
      ['B', '3'],
      [undefined, '5'],
      ['A', '6'],
    ],
  );
});
