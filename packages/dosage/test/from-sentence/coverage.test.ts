import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDoseSentence } from '../../src/index.ts';
import {
  codedFields,
  corpusPresent,
  differences,
  freeText,
  idOf,
  medicineOf,
  primaryCare,
  secondaryCare,
  sentenceOf,
} from './coded-sentences.ts';

const skip = corpusPresent ? false : 'the coded sentences are not beside this repository';

/** Sentences whose human coding is doubtful, by id, with why: no reading is bent to agree with them. */
const doubtful = new Map(
  Object.entries(
    JSON.parse(readFileSync(new URL('doubtful-codings.json', import.meta.url), 'utf8')) as Record<string, string>,
  ),
);

test('reads at least 99.9 in 100 uses of what GPs write', { skip }, () => {
  const rows = freeText();
  const uses = rows.reduce((sum, { count }) => sum + count, 0);
  const read = rows.filter(({ sentence }) => parseDoseSentence(sentence).outcome === 'read');
  assert.ok(read.reduce((sum, { count }) => sum + count, 0) / uses >= 0.999);
  assert.ok(read.length / rows.length >= 0.96, `${read.length} of ${rows.length}`);
});

test('no reading differs from the human coding but where that is doubtful', { skip }, () => {
  const coded = [
    ...freeText().map(({ sentence, coded: fields }) => ({ sentence, fields, medicine: {} })),
    ...[...primaryCare(), ...secondaryCare()].map((row) => ({
      sentence: sentenceOf(row),
      fields: codedFields(row),
      medicine: medicineOf(row),
    })),
  ];
  const differing = new Set<string>();
  for (const { sentence, fields, medicine } of coded) {
    if (fields === null || Object.keys(fields).every((key) => key === 'notes')) continue;
    const reading = parseDoseSentence(sentence, medicine);
    if (reading.outcome !== 'read') continue;
    const found = differences(fields, reading.dosage);
    if (found.length === 0) continue;
    differing.add(idOf(sentence));
    assert.ok(doubtful.has(idOf(sentence)), `${idOf(sentence)} ${sentence}: ${found.join('; ')}`);
  }
  for (const id of doubtful.keys()) assert.ok(differing.has(id), `${id} agrees now: take it off the list`);
});

test('agrees with the coding of at least 97 in 100 uses', { skip }, () => {
  const rows = freeText();
  const uses = rows.reduce((sum, { count }) => sum + count, 0);
  const agreeing = rows.filter(({ sentence, coded }) => {
    const reading = parseDoseSentence(sentence);
    return reading.outcome === 'read' && coded !== null && differences(coded, reading.dosage).length === 0;
  });
  assert.ok(agreeing.reduce((sum, { count }) => sum + count, 0) / uses >= 0.97);
});
