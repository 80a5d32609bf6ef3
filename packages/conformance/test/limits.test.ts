import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStructure, outcome } from '../src/index.ts';

test('thousands of levels are one finding, and nothing breaks', () => {
  const depth = 20_000;
  const text = `{"resourceType":"Basic","code":{"text":"x"},"extension":${'[{"url":"a","extension":'.repeat(depth)}[]${'}]'.repeat(depth)}}`;
  const found = checkStructure(JSON.parse(text));
  assert.deepEqual(
    found.map(({ rule, code }) => [rule, code]),
    [['FHIR-limit-depth', 'too-costly']],
  );
  const arrays = JSON.parse(
    `{"resourceType":"Basic","code":{"text":"x"},"extension":${'['.repeat(depth)}${']'.repeat(depth)}}`,
  );
  assert.deepEqual(
    checkStructure(arrays).map(({ rule }) => rule),
    ['FHIR-json-type'],
  );
});

test('the depth allowed can be told', () => {
  const resource = { resourceType: 'Basic', code: { coding: [{ code: 'x' }] } };
  assert.deepEqual(checkStructure(resource, { maxDepth: 3 }), []);
  assert.equal(checkStructure(resource, { maxDepth: 2 })[0]?.rule, 'FHIR-limit-depth');
});

test('findings beyond the limit are cut off, and one finding says so', () => {
  const note = Array.from({ length: 5000 }, () => ({ text: 1 }));
  const found = checkStructure({ resourceType: 'Device', note }, { maxFindings: 10 });
  assert.equal(found.length, 11);
  assert.equal(found.at(-1)?.rule, 'FHIR-limit-findings');
});

test('names with a meaning in JavaScript are unknown elements and change nothing', () => {
  const resource = JSON.parse(
    '{"resourceType":"Basic","code":{"text":"x"},"__proto__":{"status":"active"},"prototype":1}',
  );
  assert.deepEqual(
    checkStructure(resource).map(({ rule, expression }) => `${rule} ${expression}`),
    ['FHIR-element-unknown Basic.__proto__', 'FHIR-element-unknown Basic.prototype'],
  );
  const typed = JSON.parse('{"resourceType":"__proto__"}');
  assert.deepEqual(
    checkStructure(typed).map(({ rule }) => rule),
    ['FHIR-resource-type'],
  );
});

test('what is no resource at all is one finding', () => {
  for (const value of [undefined, null, 1, 'x', true, [], {}, { resourceType: 7 }, { resourceType: 'Element' }]) {
    assert.equal(checkStructure(value).length, 1, JSON.stringify(value));
  }
});

test('data types can be checked by themselves', () => {
  assert.deepEqual(checkStructure({ text: 'one daily' }, { type: 'Dosage' }), []);
  assert.equal(
    checkStructure({ timing: { repeat: { period: 1 } } }, { type: 'Dosage' })[0]?.expression,
    'Dosage.timing.repeat.periodUnit',
  );
  assert.equal(checkStructure({}, { type: 'NoSuchType' })[0]?.rule, 'FHIR-type-unknown');
});

test('an outcome carries every finding with its rule, and is itself clean', () => {
  const found = checkStructure({ resourceType: 'MedicationRequest', status: 'x', dose: 1 });
  assert.ok(found.length > 3);
  const made = outcome(found);
  assert.deepEqual(checkStructure(made), []);
  assert.deepEqual(
    made.issue.map((issue) => issue.details?.coding?.[0]?.code),
    found.map(({ rule }) => rule),
  );
  assert.deepEqual(checkStructure(outcome([])), []);
});
