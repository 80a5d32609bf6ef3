import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareDosageText, type Dosage, dosagesToText, dosageToText, withDosageText } from '../src/index.ts';

const many = 150_000;

/** Large or crafted Dosages: each must come back, and none may take time out of proportion to its size. */
const hostile: Record<string, unknown> = {
  'many instructions without words': { additionalInstruction: Array(many).fill({ coding: [{ code: '1' }] }) },
  'many instructions': { text: 'x', additionalInstruction: Array(many).fill({ text: 'With food' }) },
  'many nulls': { timing: { repeat: { when: Array(many).fill(null) } } },
  'many unknown elements': Object.fromEntries(Array.from({ length: many }, (_, i) => [`x${i}`, i])),
  'many doses': { doseAndRate: Array(many).fill({ doseQuantity: { value: 1, unit: 'tablet' } }) },
  'a run of spaces before a line break': { route: { text: `a${' '.repeat(many)}b\n${' '.repeat(many)}c` } },
  'a long unit': { doseAndRate: [{ doseQuantity: { value: 1, unit: `${'x '.repeat(many)}` } }] },
  'a long decimal': { doseAndRate: [{ doseQuantity: { value: { rawJSON: '1'.repeat(many) }, unit: 'tablet' } }] },
  'a long exponent': { doseAndRate: [{ doseQuantity: { value: { rawJSON: '1e999999999' }, unit: 'tablet' } }] },
  'a long text': { text: 'one tablet '.repeat(many), doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }] },
  'names of Object': JSON.parse('{"__proto__":{"text":"x"},"constructor":1,"toString":2,"text":"y"}'),
  'when named as Object’s': { timing: { repeat: { when: ['constructor', '__proto__'], dayOfWeek: ['toString'] } } },
};

describe('hostile Dosages', () => {
  for (const [about, dosage] of Object.entries(hostile)) {
    it(`come back: ${about}`, () => {
      const one = dosageToText(dosage as Dosage);
      const several = dosagesToText([dosage, dosage] as Dosage[]);
      assert.equal(several.outcome === 'refused', one.outcome === 'refused');
      compareDosageText(dosage as Dosage);
      withDosageText({ resourceType: 'MedicationRequest', dosageInstruction: [dosage] });
    });
  }

  it('leave the readings of units as they were', () => {
    for (let i = 0; i < 5000; i++) {
      dosageToText({ doseAndRate: [{ doseQuantity: { value: 1, unit: `u${i % 2500}`, code: `c${i}`, system: 's' } }] });
    }
    const result = dosageToText({ doseAndRate: [{ doseQuantity: { value: 0.5, unit: 'tablet' } }] });
    assert.equal(result.outcome === 'text' && result.text, 'half tablet');
  });
});
