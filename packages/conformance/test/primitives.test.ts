import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStructure, elementTable } from '../src/index.ts';
import cases from './primitive-cases.json' with { type: 'json' };

const rawJSON = (JSON as typeof JSON & { rawJSON: (text: string) => unknown }).rawJSON;

/** An extension whose value is of the type: the one place that takes every primitive type. */
function carrying(type: string, value: unknown): unknown {
  const key = `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return { resourceType: 'Basic', code: { text: 'x' }, extension: [{ url: 'https://example.org/x', [key]: value }] };
}

function rules(type: string, value: unknown): string[] {
  return checkStructure(carrying(type, value)).map(({ rule, expression }) => `${rule} ${expression}`);
}

for (const [type, { good, bad }] of Object.entries(cases)) {
  test(`${type}: what R4 allows and what it does not`, () => {
    for (const value of good) assert.deepEqual(rules(type, value), [], `${JSON.stringify(value)} is a ${type}`);
    for (const value of bad) {
      const found = rules(type, value);
      assert.equal(found.length, 1, `${JSON.stringify(value)} is no ${type}: ${found}`);
      assert.match(found[0] ?? '', /^FHIR-(json-type|empty|format-\w+) Basic\.extension\[0\]\.value$/);
    }
  });
}

test('every primitive type has cases', () => {
  const types = elementTable('Extension')
    ?.elements.find(({ name }) => name === 'value')
    ?.types.filter(({ kind }) => kind === 'primitive')
    .map(({ code }) => code);
  assert.deepEqual(Object.keys(cases).sort(), types?.sort());
});

test('numbers kept as their exact text are numbers', () => {
  for (const text of ['1.10', '-0.50', '12345678901234567890.1', '1e5']) {
    assert.deepEqual(rules('decimal', rawJSON(text)), []);
  }
  assert.deepEqual(rules('integer', rawJSON('1.0')), ['FHIR-format-integer Basic.extension[0].value']);
  assert.deepEqual(rules('integer', rawJSON('12345678901')), ['FHIR-format-integer Basic.extension[0].value']);
  assert.deepEqual(rules('integer', rawJSON('-0')), []);
  assert.deepEqual(rules('decimal', rawJSON('true')), ['FHIR-json-type Basic.extension[0].value']);
  assert.deepEqual(rules('string', rawJSON('1.10')), ['FHIR-json-type Basic.extension[0].value']);
  assert.deepEqual(rules('period', rawJSON('1.10')), ['FHIR-json-type Basic.extension[0].value']);
});

test('a string of more than a megabyte is too long, and long base64 is not', () => {
  assert.deepEqual(rules('string', 'x'.repeat(1024 * 1024)), []);
  assert.deepEqual(rules('string', 'x'.repeat(1024 * 1024 + 1)), ['FHIR-size Basic.extension[0].value']);
  assert.deepEqual(rules('base64Binary', 'QUJD'.repeat(1_000_000)), []);
});
