import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Dosage, dosagesToText, dosageToText } from '../src/index.ts';
import { arbitraryDosage } from './arbitrary/dosage.ts';

describe('several Dosages', () => {
  it('read the same in whatever order their steps are sent', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryDosage, { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (drawn, order) => {
          const steps = drawn.map((dosage, i) => ({ ...dosage, sequence: i + 1 }));
          const shuffled = steps.map((step) => ({ step, at: order.next().value })).sort((a, b) => a.at - b.at);
          const [sent, other] = [dosagesToText(steps), dosagesToText(shuffled.map(({ step }) => step))];
          assert.equal(sent.outcome, other.outcome);
          if (sent.outcome === 'text' && other.outcome === 'text') assert.equal(sent.text, other.text);
        },
      ),
      { seed: 20260113, numRuns: 400 },
    );
  });

  it('hold the text of each, and refuse them all when one is refused', () => {
    fc.assert(
      fc.property(fc.array(arbitraryDosage, { minLength: 1, maxLength: 3 }), (dosages) => {
        const result = dosagesToText(dosages);
        const each = dosages.map((dosage) => dosageToText(dosage));
        assert.equal(
          result.outcome === 'refused',
          each.some(({ outcome }) => outcome === 'refused'),
        );
        if (result.outcome === 'refused') return;
        for (const one of each) assert.ok(one.outcome === 'text' && result.text.includes(one.text));
      }),
      { seed: 20260114, numRuns: 400 },
    );
  });
});

describe('an STU3 Dosage', () => {
  it('reads as the R4 one with the same dose and rate', () => {
    fc.assert(
      fc.property(arbitraryDosage, (dosage) => {
        const { doseAndRate, ...rest } = dosage;
        const only = doseAndRate?.[0];
        if (only === undefined || doseAndRate?.length !== 1) return;
        const { type: _type, id: _id, extension: _extension, ...flat } = only;
        const stu3: Dosage = { ...rest, ...flat };
        const [a, b] = [dosageToText(dosage), dosageToText(stu3)];
        assert.equal(a.outcome, b.outcome);
        if (a.outcome === 'text' && b.outcome === 'text') assert.equal(a.text, b.text);
      }),
      { seed: 20260115, numRuns: 1500 },
    );
  });
});
