import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDoseSentence, type SentenceMedicine } from '../../src/index.ts';
import { compact } from './compact.ts';

interface Case {
  readonly sentence: string;
  readonly reads: string;
  readonly medicine?: string;
  readonly route?: string;
}

const cases = (name: string): Case[] => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Case[];

const UNITS: Readonly<Record<string, string>> = {
  tablet: '428673006',
  capsule: '428641000',
  suppository: '430293001',
  puff: '732981002',
  ml: '258773002',
};
const ROUTES: Readonly<Record<string, string>> = { Oral: '26643006', Rectal: '37161004' };

function medicineOf({ medicine, route }: Case): SentenceMedicine {
  return {
    ...(medicine === undefined ? {} : { unitDose: { unit: medicine, code: UNITS[medicine] ?? '' } }),
    ...(route === undefined ? {} : { route: { display: route, code: ROUTES[route] ?? '' } }),
  };
}

for (const [name, title] of [
  ['read-cases.json', 'reads what prescribers write'],
  ['refused-cases.json', 'refuses, or marks as partial, what it does not wholly understand'],
  ['medicine-cases.json', 'lets the medicine settle what one means'],
] as const) {
  test(title, async (t) => {
    for (const each of cases(name)) {
      await t.test(each.sentence, () => {
        assert.equal(compact(parseDoseSentence(each.sentence, medicineOf(each))), each.reads);
      });
    }
  });
}

test('every case is there once', () => {
  const all = [...cases('read-cases.json'), ...cases('refused-cases.json')].map(({ sentence }) => sentence);
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.length > 400);
});

test('case and spacing do not matter', () => {
  const plain = (sentence: string): string => compact(parseDoseSentence(sentence));
  for (const { sentence, reads } of cases('read-cases.json')) {
    // "ON" is the one word told by its case; a micro sign has no upper case of its own.
    if (/\bON\b|µ/.test(sentence)) continue;
    assert.equal(plain(sentence.toUpperCase()), reads, sentence);
    assert.equal(plain(`  ${sentence.replaceAll(' ', '  ')} `), reads, sentence);
    assert.equal(plain(`${sentence}.`), reads, sentence);
  }
});

test('a dose carries codes that UK Core expects', () => {
  const reading = parseDoseSentence(
    'Take two tablets four times a day orally when required for pain. Max 8 in 24 hours',
  );
  assert.equal(reading.outcome, 'read');
  assert.deepEqual(reading.outcome === 'read' && reading.dosage, [
    {
      text: 'Take two tablets four times a day orally when required for pain. Max 8 in 24 hours',
      timing: { repeat: { frequency: 4, period: 1, periodUnit: 'd' } },
      asNeededCodeableConcept: {
        coding: [{ system: 'http://snomed.info/sct', code: '22253000', display: 'Pain' }],
        text: 'pain',
      },
      route: { coding: [{ system: 'http://snomed.info/sct', code: '26643006', display: 'Oral' }] },
      method: { coding: [{ system: 'http://snomed.info/sct', code: '419652001', display: 'Take' }] },
      doseAndRate: [
        { doseQuantity: { value: 2, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' } },
      ],
      maxDosePerPeriod: {
        numerator: { value: 8, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' },
        denominator: { value: 24, unit: 'hour', system: 'http://unitsofmeasure.org', code: 'h' },
      },
    },
  ]);
});

test('without a medicine a bare count has no unit', () => {
  const reading = parseDoseSentence('Two to be taken at night');
  assert.deepEqual(reading.outcome === 'read' && reading.dosage[0]?.doseAndRate, [{ doseQuantity: { value: 2 } }]);
});

test('a partial reading keeps the whole sentence and the words it did not read', () => {
  const sentence = 'Take two tablets daily for banana';
  const reading = parseDoseSentence(sentence);
  assert.equal(reading.outcome, 'partial');
  if (reading.outcome !== 'partial') return;
  assert.equal(reading.dosage[0]?.text, sentence);
  assert.deepEqual(reading.dosage[0]?.additionalInstruction, [{ text: 'For banana' }]);
  assert.deepEqual(reading.reasons, [
    {
      code: 'words-not-understood',
      message: 'Some words were not understood; they are kept as an instruction.',
      words: ['for banana'],
    },
  ]);
});

test('a reading says which words became which element, and what came from elsewhere', () => {
  const reading = parseDoseSentence('One at night', { unitDose: { code: '428673006', unit: 'tablet' } });
  assert.deepEqual(reading.outcome === 'read' && reading.readings, [
    { words: 'One', start: 0, end: 3, element: 'doseAndRate', from: 'sentence' },
    { words: 'at night', start: 4, end: 12, element: 'timing.repeat.when', from: 'sentence' },
    { words: '', start: 0, end: 0, element: 'doseAndRate', from: 'medicine', why: 'one is one tablet' },
    {
      words: '',
      start: 0,
      end: 0,
      element: 'timing.repeat.frequency',
      from: 'convention',
      why: 'each time of day named is once a day',
    },
  ]);
});

test('a refusal names the words', () => {
  const reading = parseDoseSentence('one twice daily three times a day');
  assert.deepEqual(reading, {
    outcome: 'refused',
    reasons: [
      {
        code: 'contradictory',
        message: 'How often is said in two ways that differ.',
        words: ['twice daily', 'three times a day'],
      },
    ],
  });
});

test('steps carry their own words', () => {
  const reading = parseDoseSentence('One daily for a week, then two daily');
  assert.deepEqual(reading.outcome === 'read' && reading.dosage.map(({ sequence, text }) => [sequence, text]), [
    [1, 'One daily for a week'],
    [2, 'two daily'],
  ]);
});
