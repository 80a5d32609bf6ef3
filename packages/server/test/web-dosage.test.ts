import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Dosage, FhirResource, MedicationAdministration } from 'fhir/r4';
import { type ShownDose, shownDosage } from '../src/dosage-text.ts';

interface Case {
  name: string;
  dosages: Dosage[];
  shown: Partial<ShownDose>[];
  orderUnknown?: boolean;
}

const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('./web-dosage-cases.json', import.meta.url), 'utf8'),
);

const statement = (dosage: unknown) => ({ resourceType: 'MedicationStatement', dosage }) as unknown as FhirResource;

describe('the dosage that pages show', () => {
  for (const each of cases) {
    test(each.name, () => {
      const { doses, orderUnknown } = shownDosage(statement(each.dosages));
      const keys = ['text', 'from', 'joined', 'sendersText', 'patientInstruction'] as const;
      const told = doses.map((dose) =>
        Object.fromEntries(keys.flatMap((key) => (dose[key] === undefined ? [] : [[key, dose[key]]]))),
      );
      assert.deepEqual(told, each.shown);
      assert.equal(orderUnknown, each.orderUnknown ?? false);
      for (const dose of doses)
        assert.equal(dose.text === undefined, dose.refused !== undefined && dose.from === 'nothing');
    });
  }

  test('requests and dispenses are read like statements', () => {
    for (const resourceType of ['MedicationRequest', 'MedicationDispense']) {
      const resource = { resourceType, dosageInstruction: [{ text: 'One daily' }] } as unknown as FhirResource;
      assert.equal(shownDosage(resource).doses[0]?.text, 'One daily');
    }
  });

  test('what was given may say in words what its coded dose has no place for', () => {
    const given: MedicationAdministration = {
      resourceType: 'MedicationAdministration',
      status: 'completed',
      subject: {},
      medicationCodeableConcept: {},
      effectiveDateTime: '2026-01-01T10:00:00Z',
      dosage: {
        text: 'Infusion 1 gram - over 15 minutes',
        method: { coding: [{ system: 'http://snomed.info/sct', code: '129330003', display: 'Infusion' }] },
        dose: { value: 1, unit: 'gram', system: 'http://snomed.info/sct', code: '258682000' },
      },
    };
    const [dose] = shownDosage(given).doses;
    assert.equal(dose?.text, 'Infusion 1 gram - over 15 minutes');
    assert.equal(dose?.sendersText, undefined);
    const other = { ...given, dosage: { ...given.dosage, text: 'Infusion 2 gram - over 15 minutes' } };
    assert.equal(shownDosage(other).doses[0]?.sendersText, 'Infusion 2 gram - over 15 minutes');
  });

  test('never throws, and never loses a sender’s words', () => {
    const anything = fc.oneof(fc.jsonValue() as fc.Arbitrary<unknown>, fc.constant(undefined));
    const dosage = fc.record({ text: fc.string(), timing: anything, doseAndRate: anything, sequence: anything });
    fc.assert(
      fc.property(fc.array(dosage, { maxLength: 4 }), anything, (dosages, other) => {
        shownDosage(statement(other));
        const { doses } = shownDosage(statement(dosages));
        assert.equal(doses.length, dosages.length);
        for (const { text } of dosages) {
          const words = text.trim();
          if (words === '') continue;
          assert.ok(doses.some((dose) => dose.text === words || dose.sendersText === words));
        }
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });
});
