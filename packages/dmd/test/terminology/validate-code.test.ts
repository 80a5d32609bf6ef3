import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Parameters } from 'fhir/r4';
import { answer, dictionary, part, refused, type Value } from './asking.ts';

const DMD = 'https://dmd.nhs.uk';
const TABLETS = '42109611000001109';
const SETS = `${DMD}/ValueSet`;

const CASES: readonly (readonly [
  why: string,
  path: string,
  asked: Record<string, Value>,
  result: boolean,
  message?: RegExp,
])[] = [
  ['a current code', 'CodeSystem/$validate-code', { url: DMD, code: TABLETS }, true],
  [
    'its display, whatever the case',
    'CodeSystem/$validate-code',
    { url: DMD, code: TABLETS, display: 'paracetamol  500MG tablets' },
    true,
  ],
  [
    'another display',
    'CodeSystem/$validate-code',
    { url: DMD, code: TABLETS, display: 'Paracetamol 1g tablets' },
    false,
    /it is "Paracetamol 500mg tablets"/,
  ],
  ['a code that is none', 'CodeSystem/$validate-code', { url: DMD, code: '1' }, false, /not in/],
  [
    'a former code',
    'CodeSystem/$validate-code',
    { url: DMD, code: '322236009' },
    true,
    /superseded by 42109611000001109/,
  ],
  ['a lookup code', 'CodeSystem/$validate-code', { url: `${DMD}/BASIS_OF_STRNTH`, code: '1' }, true],
  [
    'a padded lookup code',
    'CodeSystem/$validate-code',
    { url: `${DMD}/BASIS_OF_STRNTH`, code: '0001' },
    false,
    /write 1/,
  ],
  ['a code system by id', 'CodeSystem/dmd/$validate-code', { code: TABLETS }, true],
  ['a coding', 'CodeSystem/$validate-code', { coding: { system: 'http://snomed.info/sct', code: TABLETS } }, true],
  ['a VMP among VMPs', 'ValueSet/$validate-code', { url: `${SETS}/VMP`, system: DMD, code: TABLETS }, true],
  ['a VMP among AMPs', 'ValueSet/$validate-code', { url: `${SETS}/AMP`, system: DMD, code: TABLETS }, false, /not in/],
  ['a VMP among VMPs by id', 'ValueSet/dmd-VMP/$validate-code', { system: DMD, code: TABLETS }, true],
  [
    'a former VMP among VMPs',
    'ValueSet/$validate-code',
    { url: `${SETS}/VMP`, system: DMD, code: '322236009' },
    false,
    /superseded by .* which is in/,
  ],
  [
    'a wrong display in a value set',
    'ValueSet/$validate-code',
    { url: `${SETS}/VMP`, system: DMD, code: TABLETS, display: 'x' },
    false,
    /it is/,
  ],
  [
    'a lookup value set',
    'ValueSet/$validate-code',
    { url: `${DMD}/CONTROL_DRUG_CATEGORY/vs`, system: `${DMD}/CONTROL_DRUG_CATEGORY`, code: '2' },
    true,
  ],
  [
    'another system',
    'ValueSet/$validate-code',
    { url: `${SETS}/VMP`, system: 'http://loinc.org', code: '1' },
    false,
    /not in/,
  ],
  [
    'a concept of which one coding is good',
    'ValueSet/$validate-code',
    {
      url: `${SETS}/VMP`,
      codeableConcept: {
        coding: [
          { system: 'http://loinc.org', code: '1' },
          { system: DMD, code: TABLETS },
        ],
      },
    },
    true,
  ],
];

describe('$validate-code', () => {
  for (const [why, path, asked, result, message] of CASES) {
    test(why, () => {
      const found = answer(path, asked);
      assert.equal(part(found, 'result'), result, String(part(found, 'message')));
      if (message !== undefined) assert.match(String(part(found, 'message')), message);
      else assert.equal(part(found, 'message'), undefined);
    });
  }

  test('says when a code is inactive, and what it is called', () => {
    const former = answer('CodeSystem/$validate-code', { url: DMD, code: '322236009' });
    assert.equal(part(former, 'inactive'), true);
    assert.equal(part(former, 'display'), 'Paracetamol 500mg tablets');
    assert.equal(part(answer('CodeSystem/$validate-code', { url: DMD, code: TABLETS }), 'inactive'), false);
  });

  test('every product is in the value set of its level and in no other', () => {
    for (const level of ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'] as const) {
      const product = dictionary.at(level, dictionary.count(level) - 1);
      assert.ok(product);
      for (const other of ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP']) {
        const found: Parameters = answer('ValueSet/$validate-code', {
          url: `${SETS}/${other}`,
          system: DMD,
          code: product.id,
        });
        assert.equal(part(found, 'result'), other === level);
      }
      assert.equal(
        part(answer('ValueSet/$validate-code', { url: `${DMD}/vs`, system: DMD, code: product.id }), 'result'),
        true,
      );
    }
  });

  test('value sets and systems that are not held are refused', () => {
    assert.equal(
      refused('ValueSet/$validate-code', { url: 'http://x.example/vs', system: DMD, code: '1' }).rule,
      'terminology-unknown-value-set',
    );
    assert.equal(refused('ValueSet/none/$validate-code', { system: DMD, code: '1' }).status, 404);
    assert.equal(refused('CodeSystem/none/$validate-code', { code: '1' }).rule, 'terminology-unknown-system');
    assert.equal(refused('CodeSystem/$validate-code', { url: 'http://loinc.org', code: '1' }).status, 404);
    assert.equal(
      refused('CodeSystem/dmd/$validate-code', { url: DMD, code: TABLETS }).rule,
      'terminology-unknown-parameter',
    );
  });
});
