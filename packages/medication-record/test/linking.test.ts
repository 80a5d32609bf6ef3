import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type CurrentMedicationInput, currentMedication, DERIVED_TAG, LAST_ISSUE_DATE } from '../src/index.ts';

interface LinkingCase {
  name: string;
  asOf?: string;
  statements?: object[];
  requests?: object[];
  dispenses?: object[];
  medications?: object[];
  lines: { [member: string]: unknown }[];
}

const { about, cases } = JSON.parse(readFileSync(new URL('cases/linking.json', import.meta.url), 'utf8')) as {
  about: string;
  cases: LinkingCase[];
};

suite(about, () => {
  for (const c of cases) {
    test(c.name, () => {
      const input = {
        statements: c.statements ?? [],
        requests: c.requests ?? [],
        dispenses: c.dispenses ?? [],
        medications: c.medications ?? [],
        asOf: c.asOf ?? '2025-06-15',
      } as CurrentMedicationInput;
      const before = JSON.stringify(input);
      const lines = currentMedication(input);
      const seen = lines.map((line, i) => {
        const all: { [member: string]: unknown } = {
          ...line,
          lastIssued: line.lastIssued?.given,
          started: line.started?.given,
          ends: line.ends?.given,
          requests: line.requests.map((r) => r.id),
          dispenses: line.dispenses.map((d) => d.id),
        };
        // A case names only the members that it is about.
        return Object.fromEntries(Object.keys(c.lines[i] ?? { key: 0 }).map((k) => [k, all[k]]));
      });
      assert.deepEqual(seen, c.lines);
      assert.equal(JSON.stringify(input), before, 'nothing stored is altered');
      for (const line of lines) {
        assert.equal(line.derived, line.statement.meta?.tag?.some((t) => t.code === DERIVED_TAG.code) ?? false);
        assert.equal(line.derived, line.derivedFrom !== undefined);
      }
    });
  }
});

test('a derived statement says what the request says, where it came from, and when it was last issued', () => {
  const [line] = currentMedication({
    statements: [],
    requests: [
      {
        resourceType: 'MedicationRequest',
        id: 'plan-1',
        meta: { source: 'https://gp.example/fhir' },
        status: 'active',
        intent: 'plan',
        category: [{ coding: [{ code: 'community' }] }],
        medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '42382111000001102' }] },
        subject: { reference: 'Patient/p' },
        encounter: { reference: 'Encounter/e' },
        authoredOn: '2025-01-10',
        requester: { reference: 'Practitioner/d' },
        reasonCode: [{ text: 'Raised cholesterol' }],
        dosageInstruction: [{ text: '1 tablet - once a day - oral' }],
      },
      {
        resourceType: 'MedicationRequest',
        id: 'issue-1',
        status: 'completed',
        intent: 'order',
        basedOn: [{ reference: 'MedicationRequest/plan-1' }],
        medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '42382111000001102' }] },
        subject: { reference: 'Patient/p' },
        authoredOn: '2025-05-10',
      },
    ],
    dispenses: [],
    asOf: '2025-06-15',
  });
  assert.deepEqual(line?.statement, {
    resourceType: 'MedicationStatement',
    id: 'derived-plan-1',
    meta: {
      source: 'https://gp.example/fhir',
      profile: ['https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationStatement'],
      tag: [DERIVED_TAG],
    },
    extension: [{ url: LAST_ISSUE_DATE, valueDateTime: '2025-05-10' }],
    status: 'active',
    basedOn: [{ reference: 'MedicationRequest/plan-1' }],
    derivedFrom: [{ reference: 'MedicationRequest/plan-1' }],
    category: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/medication-statement-category',
          code: 'community',
          display: 'Community',
        },
      ],
    },
    medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '42382111000001102' }] },
    subject: { reference: 'Patient/p' },
    context: { reference: 'Encounter/e' },
    effectivePeriod: { start: '2025-01-10' },
    dateAsserted: '2025-01-10',
    informationSource: { reference: 'Practitioner/d' },
    reasonCode: [{ text: 'Raised cholesterol' }],
    dosage: [{ text: '1 tablet - once a day - oral' }],
  });
});

test('the id of a derived statement is a valid FHIR id, however long that of its request', () => {
  const id = 'a'.repeat(64);
  const [line] = currentMedication({
    statements: [],
    requests: [
      {
        resourceType: 'MedicationRequest',
        id,
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text: 'Simvastatin' },
        subject: { reference: 'Patient/p' },
      },
    ],
    dispenses: [],
    asOf: '2025-06-15',
  });
  assert.match(line?.statement.id ?? '', /^[A-Za-z0-9.-]{1,64}$/);
  assert.equal(line?.derivedFrom, `MedicationRequest/${id}`);
});
