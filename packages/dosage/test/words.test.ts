import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { britishEnglish, type Dosage, dosageToText, type Words } from '../src/index.ts';

const dosage: Dosage = {
  timing: { repeat: { frequency: 3, period: 2, periodUnit: 'd' } },
  doseAndRate: [{ doseQuantity: { value: 2, unit: 'tablet' } }],
};

describe('the words of another language', () => {
  // Invented wording: slots in another order, a form for the number two, another separator.
  const other: Words = {
    ...britishEnglish,
    language: 'x-invented',
    componentSeparator: ' / ',
    timesEvery: '[{period}] {times}',
    times: { 3: 'thrice', other: '{count} x' },
    timeUnits: { ...britishEnglish.timeUnits, d: { 2: 'twoday', other: 'manyday' } },
  };

  it('are data alone', () => {
    const result = dosageToText(dosage, { words: other });
    assert.equal(result.outcome === 'text' && result.text, '2 tablet / [2 twoday] thrice');
  });

  it('word a unit that was sent as a code', () => {
    const infusion: Dosage = {
      doseAndRate: [{ rateQuantity: { value: 5, system: 'http://unitsofmeasure.org', code: 'mL/h' } }],
    };
    const words = { ...other, units: { mL: 'drib', h: 'tick' }, unitPer: ' each ' };
    const result = dosageToText(infusion, { words });
    assert.equal(result.outcome === 'text' && result.text, 'at a rate of 5 drib each tick');
  });

  it('that lack a slot are a fault of the words, found at once', () => {
    assert.throws(() => dosageToText(dosage, { words: { ...britishEnglish, over: 'during' } }), RangeError);
  });
});

describe('words from a terminology', () => {
  const coded: Dosage = { route: { coding: [{ system: 'http://snomed.info/sct', code: '26643006' }] } };

  it('serve a code that carries none', () => {
    const result = dosageToText(coded, { termOf: ({ code }) => (code === '26643006' ? 'Oral' : undefined) });
    assert.equal(result.outcome === 'text' && result.text, 'Oral');
  });

  it('are not asked for where the sender has words', () => {
    const named: Dosage = { route: { coding: [{ code: '26643006', display: 'By mouth' }] } };
    const result = dosageToText(named, { termOf: () => 'Oral' });
    assert.equal(result.outcome === 'text' && result.text, 'By mouth');
  });
});
