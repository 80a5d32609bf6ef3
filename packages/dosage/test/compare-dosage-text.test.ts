import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareDosageText, type Dosage, type DosageTextDifference, dosageToText, partNames } from '../src/index.ts';
import { arbitraryDosage, arbitraryNonsense } from './arbitrary/dosage.ts';

interface Case {
  id: string;
  about: string;
  text: string;
  dosage: Dosage;
  outcome: string;
  how?: string;
  reason?: string;
  differences?: DosageTextDifference[];
}

const cases = JSON.parse(readFileSync(new URL('./cases/compare-dosage-text.json', import.meta.url), 'utf8')) as Case[];

describe('a sender’s text beside the structure', () => {
  for (const { id, about, text, dosage, outcome, how, reason, differences } of cases) {
    it(`${outcome}: ${about} (${id})`, () => {
      const result = compareDosageText({ ...dosage, text });
      assert.equal(result.outcome, outcome, JSON.stringify(result));
      if (result.outcome === 'same') assert.equal(result.how, how);
      if (result.outcome === 'differs') assert.deepEqual(result.differences, differences);
      if (result.outcome === 'cannot-tell') assert.equal(result.reason, reason);
    });
  }

  it('is the same as its own rendering, and with its components in any order', () => {
    fc.assert(
      fc.property(arbitraryDosage, fc.infiniteStream(fc.nat()), (dosage, order) => {
        const { text: _, ...structure } = dosage;
        const rendered = dosageToText(structure);
        if (rendered.outcome === 'refused') return;
        assert.equal(compareDosageText({ ...structure, text: rendered.text }).outcome, 'same');
        const parts = partNames.map((name) => rendered.parts[name]).filter((part) => part !== undefined);
        const shuffled = parts.map((part) => ({ part, at: order.next().value })).sort((a, b) => a.at - b.at);
        const text = shuffled.map(({ part }) => part).join(' - ');
        assert.equal(compareDosageText({ ...structure, text }).outcome, 'same', `${text} | ${rendered.text}`);
      }),
      { seed: 20260105, numRuns: 1500 },
    );
  });

  it('is never the same as the rendering of a Dosage whose numbers are others', () => {
    fc.assert(
      fc.property(arbitraryDosage, arbitraryDosage, (one, other) => {
        const [a, b] = [dosageToText(one), dosageToText(other)];
        if (a.outcome === 'refused' || b.outcome === 'refused' || a.source === 'sender-text') return;
        const numbers = (text: string) => (text.match(/\d+(\.\d+)?/g) ?? []).sort().join(' ');
        if (numbers(a.text) === numbers(b.text)) return;
        // Once and twice are numbers too, so only texts without them are sure to hold other numbers.
        if (/once|twice|half|quarter/.test(a.text + b.text)) return;
        assert.notEqual(compareDosageText({ ...one, text: b.text }).outcome, 'same', `${a.text} | ${b.text}`);
      }),
      { seed: 20260106, numRuns: 1500 },
    );
  });

  it('never throws, whatever the Dosage holds', () => {
    fc.assert(
      fc.property(arbitraryNonsense, fc.string(), (nonsense, text) => {
        const dosage = typeof nonsense === 'object' && nonsense !== null ? { ...nonsense, text } : nonsense;
        const { outcome } = compareDosageText(dosage as Dosage);
        assert.ok(['same', 'differs', 'cannot-tell'].includes(outcome));
      }),
      { seed: 20260107, numRuns: 2000 },
    );
  });

  it('takes a reading of a sentence where the words are others', () => {
    const dosage: Dosage = {
      text: 'pop a couple down',
      doseAndRate: [{ doseQuantity: { value: 2, unit: 'tablet' } }],
    };
    const reading = (value: number) => () => ({ doseAndRate: [{ doseQuantity: { value, unit: 'tablet' } }] });
    assert.equal(compareDosageText(dosage).outcome, 'cannot-tell');
    assert.equal(compareDosageText(dosage, { readSentence: reading(2) }).outcome, 'same');
    const differs = compareDosageText(dosage, { readSentence: reading(3) });
    assert.equal(differs.outcome, 'differs');
    assert.deepEqual(differs.outcome === 'differs' && differs.differences, [
      { kind: 'different', part: 'dose', inText: '3 tablet', inStructure: '2 tablet' },
    ]);
    assert.equal(compareDosageText(dosage, { readSentence: () => undefined }).outcome, 'cannot-tell');
  });
});

describe('the guide’s texts beside their structures', () => {
  const file = new URL('../../../../shared/data/dosage-cases/dosage-cases.json', import.meta.url);
  const skip = existsSync(file) ? false : 'the dosage cases are not beside this repository';
  /** Faults of the guide’s own texts that leave what they say unlike the structure. */
  const faults = ['TEXT-CONTRADICTS', 'MISSING-FROM-TEXT', 'PATIENT-INSTR'];

  it('differ where they are known to say something else, and nowhere else', { skip }, () => {
    const all = JSON.parse(readFileSync(file, 'utf8')) as { name: string; issues: string[]; dosage: Dosage[] }[];
    for (const { name, issues, dosage } of all) {
      const outcomes = dosage.filter(({ text }) => text).map((one) => compareDosageText(one).outcome);
      const expected = issues.some((issue) => faults.includes(issue)) ? 'differs' : 'same';
      assert.ok(outcomes.includes(expected) || outcomes.length === 0, `${name}: ${outcomes}`);
      if (expected === 'same')
        assert.ok(
          outcomes.every((outcome) => outcome === 'same'),
          `${name}: ${outcomes}`,
        );
    }
  });
});
