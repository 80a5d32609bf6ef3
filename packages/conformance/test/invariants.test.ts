import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStructure, elementTable, invariants } from '../src/index.ts';
import cases from './invariant-cases.json' with { type: 'json' };

/** The findings on a case: a resource without its resourceType, or a data type. */
function rules(of: string, value: unknown): string[] {
  const resource = elementTable(of)?.resource;
  const found = resource
    ? checkStructure({ ...(value as object), resourceType: of })
    : checkStructure(value, { type: of });
  return found.map(({ rule }) => rule);
}

for (const [id, { of, good, bad }] of Object.entries(cases)) {
  test(`${id}: holds and fails`, () => {
    for (const value of good) assert.deepEqual(rules(of, value), [], `holds: ${JSON.stringify(value)}`);
    for (const value of bad) {
      assert.ok(rules(of, value).includes(`FHIR-${id}`), `${JSON.stringify(value)}: ${rules(of, value)}`);
    }
  });
}

test('every invariant has cases, and stands on a type that exists', () => {
  assert.deepEqual(Object.keys(cases).sort(), invariants.map(({ id }) => id).sort());
  for (const { id, on } of invariants) for (const name of on) assert.ok(elementTable(name), `${id} on ${name}`);
});
