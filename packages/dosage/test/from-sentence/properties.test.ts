import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dosage } from '../../src/dosage.ts';
import { parseDoseSentence, type SentenceMedicine } from '../../src/index.ts';
import { corpusPresent, freeText, primaryCare, sentenceOf } from './coded-sentences.ts';
import { regimen } from './generated-dosages.ts';
import { canonical, roundTrip } from './round-trip.ts';

const tablet: SentenceMedicine = { unitDose: { code: '428673006', unit: 'tablet' } };
/** A unit that no sentence contradicts. */
const anyUnit: SentenceMedicine = { unitDose: { code: '3317411000001100', unit: 'dose' } };
const own = (
  JSON.parse(readFileSync(new URL('read-cases.json', import.meta.url), 'utf8')) as { sentence: string }[]
).map(({ sentence }) => sentence);

test('a generated Dosage, rendered and read, is the same Dosage', () => {
  fc.assert(
    fc.property(regimen, (dosages) => {
      const result = roundTrip(dosages);
      assert.equal(result.outcome, 'same', JSON.stringify(result));
    }),
    { seed: 20260, numRuns: 1500 },
  );
});

function assertSameAgain(sentences: readonly string[], medicine: SentenceMedicine): number {
  let same = 0;
  for (const sentence of sentences) {
    const reading = parseDoseSentence(sentence, medicine);
    if (reading.outcome !== 'read') continue;
    const result = roundTrip(reading.dosage, medicine);
    if (result.outcome === 'same') same += 1;
    assert.notEqual(
      result.outcome,
      'different',
      `${sentence}: ${JSON.stringify(result)}, was ${canonical(reading.dosage)}`,
    );
  }
  return same;
}

test('a sentence read, rendered and read again is the same Dosage', () => {
  const same = assertSameAgain(own, anyUnit);
  assert.ok(same >= own.length, `${same} of ${own.length}`);
});

test('without a medicine a bare count reads back the same or not at all', () => {
  assertSameAgain(own, {});
});

test('what GPs write, read, rendered and read again is the same Dosage', {
  skip: corpusPresent ? false : 'no corpus',
}, () => {
  const sentences = [...freeText().map(({ sentence }) => sentence), ...primaryCare().map(sentenceOf)];
  const same = assertSameAgain(sentences, anyUnit);
  assert.ok(same >= 235, `${same}`);
  assertSameAgain(sentences, {});
});

/** Every number in a Dosage that is an amount of medicine. */
function amounts(dosages: readonly Dosage[]): number[] {
  return dosages.flatMap(({ doseAndRate = [] }) =>
    doseAndRate.flatMap(({ doseQuantity, doseRange }) =>
      [doseQuantity?.value, doseRange?.low?.value, doseRange?.high?.value].filter((value) => typeof value === 'number'),
    ),
  );
}

/** Words of sentences, to be put together anyhow. */
const words = fc.constantFrom(...new Set(own.flatMap((sentence) => sentence.split(' '))));
const jumble = fc.array(words, { minLength: 1, maxLength: 14 }).map((list) => list.join(' '));

test('any words in any order are read, in part or refused, and never throw', () => {
  fc.assert(
    fc.property(jumble, (sentence) => {
      const reading = parseDoseSentence(sentence);
      if (reading.outcome === 'refused') {
        assert.ok(reading.reasons.length > 0);
        return;
      }
      assert.ok(reading.dosage.length > 0);
      // Words not understood are kept: none is lost.
      if (reading.outcome === 'partial') {
        const kept = reading.dosage.flatMap(({ additionalInstruction = [] }) =>
          additionalInstruction.map(({ text }) => text?.toLowerCase()),
        );
        for (const { code, words: unread } of reading.reasons) {
          if (code === 'words-not-understood')
            for (const word of unread) assert.ok(kept.includes(word.replaceAll(/\s+/g, ' ').toLowerCase()), word);
        }
      }
    }),
    { seed: 7, numRuns: 4000 },
  );
});

test('an amount read stands in the sentence, in figures or words', () => {
  const written: Record<string, number> = {
    one: 1,
    a: 1,
    an: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    half: 0.5,
    quarter: 0.25,
    quarters: 0.75,
  };
  fc.assert(
    fc.property(jumble, (sentence) => {
      const reading = parseDoseSentence(sentence);
      // A taper and a fraction added to a whole are the two sums that reading does.
      if (reading.outcome === 'refused' || /reduc|decreas|half|quarter|½|¼|¾|\/|twent|thirt/i.test(sentence)) return;
      const numbers = new Set([
        ...(sentence.replaceAll(/(\d),(\d{3})\b/g, '$1$2').match(/\d*\.?\d+/g) ?? []).map(Number),
        ...sentence
          .toLowerCase()
          .split(/[^a-z]+/)
          .flatMap((word) => written[word] ?? []),
        // "5ml spoonful" is one of them.
        1,
      ]);
      for (const value of amounts(reading.dosage)) assert.ok(numbers.has(value), `${value} is not in: ${sentence}`);
    }),
    { seed: 11, numRuns: 4000 },
  );
});

test('readings point at the words they name', () => {
  fc.assert(
    fc.property(jumble, (sentence) => {
      const reading = parseDoseSentence(sentence);
      if (reading.outcome === 'refused') return;
      for (const { words: said, start, end, from } of reading.readings) {
        if (from === 'sentence') assert.equal(sentence.slice(start, end), said);
      }
    }),
    { seed: 13, numRuns: 1000 },
  );
});

test('any string at all is answered', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 })), (sentence) => {
      assert.ok(['read', 'partial', 'refused'].includes(parseDoseSentence(sentence, tablet).outcome));
    }),
    { seed: 17, numRuns: 3000 },
  );
});

test('a value that is no string is refused', () => {
  for (const value of [undefined, null, 1, {}, []]) {
    assert.equal(parseDoseSentence(value as unknown as string).outcome, 'refused');
  }
});
