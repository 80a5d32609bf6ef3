import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkStructure, invariants, resourceTypes } from '../src/index.ts';
import { validResource } from './valid-resource.ts';

const ofInvariants = new Set(invariants.map(({ id }) => `FHIR-${id}`));
const types = [...resourceTypes];

test('resources made from the element tables have no fault but broken invariants', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.gen(), (type, g) => {
      const resource = validResource(type, (count) => g(fc.nat, { max: count - 1 }));
      const faults = checkStructure(resource).filter(({ rule }) => !ofInvariants.has(rule));
      assert.deepEqual(faults, []);
    }),
    { seed: 20241101, numRuns: 600 },
  );
});

/** Every object within a value that an element table describes. */
function objects(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return [];
  const within = Object.values(value).flatMap(objects);
  return Array.isArray(value) ? within : [value as Record<string, unknown>, ...within];
}

test('one unknown element anywhere in a clean resource is one more finding', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.gen(), (type, g) => {
      const resource = validResource(type, (count) => g(fc.nat, { max: count - 1 }));
      const before = checkStructure(resource).length;
      const all = objects(resource);
      const target = all[g(fc.nat, { max: all.length - 1 })];
      assert.ok(target);
      target.madeUp = 1;
      const found = checkStructure(resource).filter(({ rule }) => rule === 'FHIR-element-unknown');
      assert.equal(found.length, 1);
      assert.equal(checkStructure(resource).length, before + 1);
      assert.match(found[0]?.expression ?? '', /\.madeUp$/);
    }),
    { seed: 20241102, numRuns: 300 },
  );
});

const names = fc.oneof(
  fc.constantFrom('resourceType', 'id', 'extension', '_status', 'status', 'contained', 'entry', 'resource', 'repeat'),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueString', '_valueString'),
  fc.constantFrom(
    'timing',
    'dosageInstruction',
    'coding',
    'text',
    'div',
    'reference',
    'value',
    'low',
    'high',
    'period',
  ),
  fc.string(),
);
const leaves = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', ' ', '#', '#a', '2024-13-01', 'MedicationRequest', 'Bundle'),
  fc.string({ unit: 'binary' }),
  fc.double(),
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, leaves, tie('list'), tie('object'), tie('resource')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(names, tie('value'), { maxKeys: 6 }),
  resource: fc
    .tuple(fc.constantFrom('MedicationRequest', 'Bundle', 'Parameters', 'List', 'Observation', 'Task'), tie('object'))
    .map(([resourceType, rest]) => ({ ...(rest as object), resourceType })),
})).value;

test('any JSON gets an answer, and the answer is well formed', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const json: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
      for (const finding of checkStructure(json)) {
        assert.match(finding.rule, /^FHIR-[A-Za-z0-9-]+$/);
        assert.match(finding.diagnostics, /\S.*[.…]$/s);
        assert.match(finding.expression, /^[A-Z][A-Za-z]*(\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\])*$/);
      }
      for (const type of ['Dosage', 'Timing', 'Extension', 'Reference', 'Narrative']) checkStructure(json, { type });
    }),
    { seed: 20241103, numRuns: 3000 },
  );
});

test('a valid resource with any value put at any place gets an answer', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.gen(), anything, (type, g, value) => {
      const resource = validResource(type, (count) => g(fc.nat, { max: count - 1 }));
      const all = objects(resource);
      const target = all[g(fc.nat, { max: all.length - 1 })];
      assert.ok(target);
      const keys = Object.keys(target);
      const key = keys[g(fc.nat, { max: keys.length - 1 })];
      if (key !== undefined) target[key] = value;
      assert.ok(Array.isArray(checkStructure(resource)));
    }),
    { seed: 20241104, numRuns: 1500 },
  );
});
