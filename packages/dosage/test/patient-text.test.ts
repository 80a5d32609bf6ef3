import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Dosage, patientDosageText } from '../src/index.ts';

const dosage: Dosage = { doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }] };

describe('words for the patient beside the clinician’s (D-007)', () => {
  const cases: [about: string, Dosage, patient: string | undefined, source: string | undefined][] = [
    [
      'the patient instruction first',
      { ...dosage, text: 'One', patientInstruction: 'Take it' },
      'Take it',
      'patientInstruction',
    ],
    ['else the sender’s text', { ...dosage, text: 'One' }, 'One', 'text'],
    ['else the structure', dosage, '1 tablet', 'rendered'],
    ['blank words are none', { ...dosage, patientInstruction: ' ' }, '1 tablet', 'rendered'],
    ['nothing', {}, undefined, undefined],
  ];
  for (const [about, given, patient, source] of cases) {
    it(about, () => {
      const result = patientDosageText(given);
      assert.equal(result.patient, patient);
      assert.equal(result.source, source);
      assert.equal(result.clinician.outcome, source === undefined ? 'refused' : 'text');
    });
  }

  it('never throws', () => {
    assert.equal(patientDosageText(null as unknown as Dosage).source, undefined);
  });
});
