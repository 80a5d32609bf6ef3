import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import type { MedicationRequest, MedicationStatement } from 'fhir/r4';
import { currentMedication, type Flag, GROUPS, needsReview } from '../src/index.ts';

/** A medicine as a case file writes it. */
interface CaseMedicine {
  type: 'acute' | 'repeat' | 'repeat-dispensing' | 'unknown' | 'none';
  status?: string;
  planStatus?: string;
  start?: string;
  end?: string;
  lastIssue?: string;
  recorded?: string;
  elsewhere?: boolean;
  selfDeclared?: boolean;
  trial?: boolean;
}
interface Case {
  name: string;
  asOf: string;
  medicine: CaseMedicine;
  expect: { hidden?: true; current?: unknown; rule?: string; group?: string; flags?: Flag[]; withoutFlags?: Flag[] };
}

const UK = 'https://fhir.hl7.org.uk';
const TYPES = {
  acute: { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy', code: 'acute' },
  repeat: { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy', code: 'continuous' },
  'repeat-dispensing': {
    system: `${UK}/CodeSystem/UKCore-MedicationRequestCourseOfTherapy`,
    code: 'continuous-repeating-dispensing',
  },
};

function resourcesOf(m: CaseMedicine): { statements: MedicationStatement[]; requests: MedicationRequest[] } {
  const medicine = {
    coding: [m.trial ? { system: 'http://snomed.info/sct', code: '419841000001106' } : { code: '42104811000001109' }],
  };
  const extension = [];
  if (m.lastIssue) {
    extension.push({
      url: `${UK}/StructureDefinition/Extension-UKCore-MedicationStatementLastIssueDate`,
      valueDateTime: m.lastIssue,
    });
  }
  if (m.elsewhere) {
    extension.push({
      url: `${UK}/StructureDefinition/Extension-UKCore-MedicationPrescribingOrganizationType`,
      valueCodeableConcept: { coding: [{ code: 'prescribed-by-another-organisation' }] },
    });
  }
  const statement = {
    resourceType: 'MedicationStatement',
    id: 's',
    extension,
    status: m.status ?? 'active',
    medicationCodeableConcept: medicine,
    subject: { reference: 'Patient/p' },
    ...(m.type !== 'none' && { basedOn: [{ reference: 'MedicationRequest/plan' }] }),
    ...(m.selfDeclared && { category: { coding: [{ code: 'patientspecified' }] } }),
    ...((m.start || m.end) && { effectivePeriod: { start: m.start, end: m.end } }),
    ...(m.recorded && { dateAsserted: m.recorded }),
  };
  const plan = {
    resourceType: 'MedicationRequest',
    id: 'plan',
    status: m.planStatus ?? 'active',
    intent: 'plan',
    medicationCodeableConcept: medicine,
    subject: { reference: 'Patient/p' },
    ...(m.type !== 'none' && m.type !== 'unknown' && { courseOfTherapyType: { coding: [TYPES[m.type]] } }),
  };
  return {
    statements: [statement as unknown as MedicationStatement],
    requests: m.type === 'none' ? [] : [plan as unknown as MedicationRequest],
  };
}

for (const file of ['status', 'current', 'dates']) {
  const { about, cases } = JSON.parse(readFileSync(new URL(`cases/${file}.json`, import.meta.url), 'utf8')) as {
    about: string;
    cases: Case[];
  };
  suite(about, () => {
    for (const { name, asOf, medicine, expect } of cases) {
      test(name, () => {
        const lines = currentMedication({ ...resourcesOf(medicine), dispenses: [], asOf });
        if (expect.hidden) {
          // The plan was not withdrawn with the statement, so it speaks for itself.
          assert.deepEqual(
            lines.map((l) => l.key),
            ['MedicationRequest/plan'],
          );
          return;
        }
        assert.equal(lines.length, 1);
        const [line] = lines;
        assert(line);
        assert.deepEqual(
          { current: line.current, rule: line.rule, group: line.group },
          { current: expect.current, rule: expect.rule, group: expect.group },
          line.reason,
        );
        for (const flag of expect.flags ?? []) assert(line.flags.includes(flag), `${flag} in ${line.flags.join()}`);
        for (const flag of expect.withoutFlags ?? []) assert(!line.flags.includes(flag), `no ${flag}`);
        assert(line.reason.length > 5 && !/[{}]|undefined|Math/.test(line.reason), line.reason);
      });
    }
  });
}

test('what nobody can decide, and what contradicts itself, is to be reviewed', () => {
  const review = (medicine: CaseMedicine) => {
    const [line] = currentMedication({ ...resourcesOf(medicine), dispenses: [], asOf: '2025-06-15' });
    assert(line);
    return needsReview(line);
  };
  assert.equal(review({ type: 'repeat' }), true);
  assert.equal(review({ type: 'repeat', start: '2020-01-01', end: '2030-01-01' }), true);
  assert.equal(review({ type: 'acute', elsewhere: true, start: '2020-01-01' }), true);
  assert.equal(review({ type: 'repeat', start: '2025-01-01', end: '2025-02-01' }), true);
  assert.equal(review({ type: 'repeat', start: '2025-01-01' }), false);
});

test('every group has one place in the order', () => {
  assert.equal(new Set(GROUPS.map((g) => g.group)).size, GROUPS.length);
});

test('a day to answer for must be a day', () => {
  for (const asOf of ['', '2025', '2025-06', 'today', '2025-02-30']) {
    assert.throws(() => currentMedication({ statements: [], requests: [], dispenses: [], asOf }), RangeError);
  }
});
