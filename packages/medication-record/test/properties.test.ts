import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CurrentMedicationInput, currentMedication, isCurrent } from '../src/index.ts';

const DATES = [
  '2025-06-15',
  '2025-06-14',
  '2023-06-15',
  '2020',
  '2025-07',
  '2025-06-14T23:30:00Z',
  '2025-02-30',
  'soon',
];
const id = fc.constantFrom('1', '2', '3', '4', '5', '6');
const date = fc.option(fc.constantFrom(...DATES), { nil: undefined });
const identifier = fc.record({ system: fc.constant('s'), value: id });
const reference = fc.oneof(
  fc.tuple(fc.constantFrom('MedicationRequest', 'MedicationDispense', 'MedicationStatement'), id).map(([t, i]) => ({
    reference: `${t}/${i}`,
  })),
  id.map((i) => ({ reference: `urn:uuid:${i}` })),
  id.map((i) => ({ reference: `https://gp.example/fhir/MedicationRequest/${i}/_history/1` })),
  identifier.map((i) => ({ identifier: i })),
);
const medicine = fc.constantFrom('42382111000001102', '42104811000001109', '419841000001106').map((code) => ({
  coding: [{ system: 'https://dmd.nhs.uk', code }],
}));
const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 2 });
const status = fc.constantFrom(
  'active',
  'completed',
  'stopped',
  'on-hold',
  'unknown',
  'draft',
  'entered-in-error',
  'intended',
);

const statement = fc.record(
  {
    resourceType: fc.constant('MedicationStatement'),
    id,
    status,
    medicationCodeableConcept: medicine,
    basedOn: few(reference),
    derivedFrom: few(reference),
    effectivePeriod: fc.record({ start: date, end: date }),
    dateAsserted: date,
    category: fc.constant({ coding: [{ code: 'patientspecified' }] }),
  },
  { requiredKeys: ['resourceType', 'id', 'status'] },
);
const request = fc.record(
  {
    resourceType: fc.constant('MedicationRequest'),
    id,
    status,
    intent: fc.constantFrom('plan', 'order', 'proposal'),
    identifier: few(identifier),
    medicationCodeableConcept: medicine,
    basedOn: few(reference),
    priorPrescription: reference,
    authoredOn: date,
    courseOfTherapyType: fc.constantFrom('acute', 'continuous').map((code) => ({ coding: [{ code }] })),
    dosageInstruction: fc.constantFrom([{ text: 'a' }], [{ text: 'b' }]),
  },
  { requiredKeys: ['resourceType', 'id', 'status', 'intent'] },
);
const dispense = fc.record(
  {
    resourceType: fc.constant('MedicationDispense'),
    id,
    status: fc.constantFrom('completed', 'in-progress', 'declined', 'entered-in-error'),
    medicationCodeableConcept: medicine,
    authorizingPrescription: few(reference),
    whenHandedOver: date,
    daysSupply: fc.record({ value: fc.integer({ min: -1, max: 60 }) }),
  },
  { requiredKeys: ['resourceType', 'id', 'status'] },
);
const record = fc.record({
  statements: fc.array(statement, { maxLength: 6 }),
  requests: fc.array(request, { maxLength: 8 }),
  dispenses: fc.array(dispense, { maxLength: 6 }),
});
const ask = (r: unknown) => currentMedication({ ...(r as CurrentMedicationInput), asOf: '2025-06-15' });

test('the order of the input changes nothing', () => {
  const shuffled = record.chain((r) =>
    fc
      .tuple(
        fc.shuffledSubarray(r.statements, { minLength: r.statements.length }),
        fc.shuffledSubarray(r.requests, { minLength: r.requests.length }),
        fc.shuffledSubarray(r.dispenses, { minLength: r.dispenses.length }),
      )
      .map(([statements, requests, dispenses]) => [r, { statements, requests, dispenses }] as const),
  );
  fc.assert(
    fc.property(shuffled, ([a, b]) => {
      assert.deepEqual(ask(a), ask(b));
    }),
    { seed: 2, numRuns: 1500 },
  );
});

test('lines have different keys, and each has a rule, a reason and a group', () => {
  fc.assert(
    fc.property(record, (r) => {
      const lines = ask(r);
      assert.equal(new Set(lines.map((l) => l.key)).size, lines.length);
      for (const line of lines) {
        assert.match(line.rule, /^CM-/);
        assert.doesNotMatch(line.reason, /[{}]|undefined/);
        assert.equal(isCurrent(line), line.current === true);
      }
    }),
    { seed: 3, numRuns: 1500 },
  );
});

test('nothing is lost: every statement, valid request and supply that is no mistake stands in some line', () => {
  fc.assert(
    fc.property(record, (r) => {
      const lines = ask(r);
      const shown = new Set(
        lines.flatMap((l) => [
          l.key,
          ...l.requests.map((x) => `MedicationRequest/${x.id}`),
          ...l.dispenses.map((x) => `MedicationDispense/${x.id}`),
        ]),
      );
      // Of several versions of one id only one counts, so each id is looked at where it is the only one.
      const once = <T extends { id: string }>(list: T[]) =>
        list.filter((x) => list.filter((y) => y.id === x.id).length === 1);
      for (const s of once(r.statements)) {
        if (s.status !== 'entered-in-error') assert(shown.has(`MedicationStatement/${s.id}`));
      }
      for (const x of once(r.requests)) {
        const counts = !['draft', 'cancelled', 'entered-in-error'].includes(x.status) && x.intent !== 'proposal';
        if (counts) assert(shown.has(`MedicationRequest/${x.id}`), `request ${x.id}`);
      }
      for (const x of once(r.dispenses)) {
        if (x.status !== 'entered-in-error') assert(shown.has(`MedicationDispense/${x.id}`), `dispense ${x.id}`);
      }
    }),
    { seed: 4, numRuns: 1500 },
  );
});

test('no JSON in place of resources makes it throw', () => {
  const junk = fc.jsonValue({ maxDepth: 3 });
  const shaped = (members: string[]) =>
    fc.oneof(
      junk,
      fc.dictionary(fc.constantFrom(...members), fc.oneof(junk, fc.constantFrom(...DATES), reference), { maxKeys: 8 }),
    );
  const members = [
    'resourceType',
    'id',
    'meta',
    'status',
    'intent',
    'extension',
    'identifier',
    'basedOn',
    'derivedFrom',
    'partOf',
    'category',
    'medicationCodeableConcept',
    'medicationReference',
    'effectivePeriod',
    'effectiveDateTime',
    'dateAsserted',
    'authoredOn',
    'dispenseRequest',
    'priorPrescription',
    'courseOfTherapyType',
    'statusReason',
    'dosageInstruction',
    'dosage',
    'authorizingPrescription',
    'whenHandedOver',
    'whenPrepared',
    'daysSupply',
    'performer',
    'contained',
    'doNotPerform',
  ];
  const list = fc.oneof(fc.array(shaped(members), { maxLength: 4 }), junk);
  fc.assert(
    fc.property(fc.record({ statements: list, requests: list, dispenses: list, medications: list }), (r) => {
      assert(Array.isArray(ask(r)));
    }),
    { seed: 5, numRuns: 3000 },
  );
});
