import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Parameters } from 'fhir/r4';
import { terminologyOperations } from '../../src/terminology/operations.ts';
import { dictionary, NOW, terminology } from './asking.ts';

describe('the table of operations', () => {
  test('each is there once for its type and level', () => {
    const keys = terminologyOperations.map(({ resourceType, name, level }) => `${resourceType} ${name} ${level}`);
    assert.equal(new Set(keys).size, keys.length);
    for (const key of ['CodeSystem lookup type', 'ValueSet expand instance', 'ConceptMap translate type']) {
      assert.ok(keys.includes(key), key);
    }
  });

  test('parameters have one definition each, with documentation', () => {
    for (const { parameters } of terminologyOperations) {
      const names = parameters.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
      for (const { documentation } of parameters) assert.ok(documentation.length > 5);
    }
  });
});

describe('no input makes an operation throw', () => {
  const names = [...new Set(terminologyOperations.flatMap(({ parameters }) => parameters.map(({ name }) => name)))];
  const texts = fc.oneof(
    fc.constantFrom(
      'https://dmd.nhs.uk',
      'https://dmd.nhs.uk/vs',
      '42109611000001109',
      '322236009',
      '333790004',
      'VMP',
      'dm+d',
      '*',
      'true',
      '|',
      '0',
      '__proto__',
      'constructor',
    ),
    fc.string({ maxLength: 20 }),
  );
  const anything = fc.oneof(texts, fc.anything({ maxDepth: 2 }));
  const filter = fc.record({
    property: fc.oneof(
      fc.constantFrom('parent', 'code', 'concept', 'FORMCD', 'VPI', 'inactive', 'display', '__proto__', 'constructor'),
      anything,
    ),
    op: fc.oneof(fc.constantFrom('=', 'in', 'exists', 'regex', 'is-a', 'descendent-of', 'not-in'), anything),
    value: anything,
  });
  const clause = fc.record(
    {
      system: texts,
      filter: fc.oneof(fc.array(filter, { maxLength: 3 }), anything),
      concept: fc.oneof(fc.array(fc.record({ code: anything }), { maxLength: 3 }), anything),
      valueSet: fc.array(texts, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  const valueSet = fc.record({
    resourceType: fc.constant('ValueSet'),
    url: fc.option(anything, { nil: undefined }),
    compose: fc.oneof(
      fc.record(
        {
          include: fc.array(clause, { maxLength: 3 }),
          exclude: fc.oneof(fc.array(clause, { maxLength: 2 }), anything),
        },
        { requiredKeys: [] },
      ),
      anything,
    ),
  });
  const parameter = fc.oneof(
    fc.record({ name: fc.oneof(fc.constantFrom(...names), anything), valueString: anything }),
    fc.record({
      name: fc.constantFrom('coding', 'codingA', 'codingB'),
      valueCoding: fc.oneof(
        fc.record({ system: anything, code: anything, display: anything }, { requiredKeys: [] }),
        anything,
      ),
    }),
    fc.record({
      name: fc.constant('codeableConcept'),
      valueCodeableConcept: fc.oneof(fc.record({ coding: anything }), anything),
    }),
    fc.record({ name: fc.constant('valueSet'), resource: fc.oneof(valueSet, anything) }),
    anything,
  );

  test('whatever the parameters are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...terminologyOperations),
        fc.oneof({ weight: 9, arbitrary: fc.array(parameter, { maxLength: 5 }) }, anything),
        fc.option(fc.oneof(fc.constantFrom('dmd', 'dmd-VMP', 'dmd-history'), fc.string()), { nil: undefined }),
        (operation, list, instance) => {
          const input = { resourceType: 'Parameters', parameter: list } as Parameters;
          const request = { parameters: input, now: NOW, ...(instance === undefined ? {} : { instance }) };
          const result = operation.run(terminology, request);
          assert.equal(result.resource.resourceType === 'OperationOutcome', !result.ok);
          if (!result.ok) {
            assert.ok([400, 404, 422].includes(result.status));
            assert.ok((result.resource.issue[0]?.diagnostics ?? '').length > 5);
          }
        },
      ),
      { seed: 41, numRuns: 4000 },
    );
  });
});

describe('the resources', () => {
  test('ids and URLs are their own, versions are the release', () => {
    const resources = [...terminology.codeSystems(), ...terminology.valueSets(), ...terminology.conceptMaps()];
    const urls = resources.map(({ resourceType, url }) => `${resourceType} ${url}`);
    assert.equal(new Set(urls).size, urls.length);
    const ids = resources.map(({ resourceType, id }) => `${resourceType} ${id}`);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, version, status } of resources) {
      assert.match(id ?? '', /^[A-Za-z0-9.-]{1,64}$/);
      assert.deepEqual([version, status], ['2025-10-09', 'active']);
    }
  });

  test('the dm+d code system declares its properties and their filters, each once', () => {
    const [dmd] = terminology.codeSystems();
    const codes = dmd?.property?.map(({ code }) => code) ?? [];
    assert.equal(new Set(codes).size, codes.length);
    assert.ok(codes.includes('parent') && codes.includes('STRNT_NMRTR_VAL'));
    assert.equal(dmd?.content, 'not-present');
    const total = ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'].reduce(
      (sum, level) => sum + dictionary.count(level as 'VTM'),
      0,
    );
    assert.ok((dmd?.count ?? 0) > total);
  });

  test('a lookup lists its codes without zero padding', () => {
    const found = terminology.codeSystems().find(({ id }) => id === 'dmd-BASIS-OF-STRNTH');
    assert.deepEqual(
      found?.concept?.map(({ code }) => code),
      ['1', '2'],
    );
  });
});
