import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Parameters } from 'fhir/r4';
import type { Level } from '../../src/dictionary/dictionary.ts';
import { PROPERTY_CODES } from '../../src/terminology/properties.ts';
import { unpadded } from '../../src/terminology/systems.ts';
import { answer, ask, dictionary, part, refused } from './asking.ts';

const DMD = 'https://dmd.nhs.uk';
const CODEINE = '42010411000001105';

/** All values of a property in an answer. */
function values(of: Parameters, property: string): unknown[] {
  return (of.parameter ?? [])
    .filter(({ name, part: parts }) => name === 'property' && parts?.[0]?.valueCode === property)
    .map(({ part: parts }) => Object.entries(parts?.[1] ?? {}).find(([key]) => key.startsWith('value'))?.[1]);
}

describe('$lookup answers in the shape of the NHS Terminology Server', () => {
  test('route and strengths of codeine 30mg tablets', () => {
    const coding = (system: string, code: string, display: string) => ({ system, code, display });
    const both = (name: string, type: string, value: unknown) => ({
      name: 'subproperty',
      part: [
        { name: 'code', valueCode: name },
        { name: 'value', [type]: value },
        { name: type, [type]: value },
      ],
    });
    assert.deepEqual(answer('CodeSystem/$lookup', { system: DMD, code: CODEINE, property: ['ROUTECD', 'VPI'] }), {
      resourceType: 'Parameters',
      parameter: [
        { name: 'code', valueCode: CODEINE },
        { name: 'display', valueString: 'Codeine 30mg tablets' },
        { name: 'name', valueString: 'Dictionary of medicines and devices (dm+d)' },
        { name: 'system', valueUri: DMD },
        { name: 'version', valueString: '2025-10-09' },
        {
          name: 'property',
          part: [
            { name: 'code', valueCode: 'ROUTECD' },
            { name: 'value', valueCoding: coding(DMD, '26643006', 'Oral') },
          ],
        },
        {
          name: 'property',
          part: [
            { name: 'code', valueCode: 'VPI' },
            both('ISID', 'valueCoding', coding(DMD, '387494007', 'Codeine')),
            both(
              'BASIS_STRNTCD',
              'valueCoding',
              coding(`${DMD}/BASIS_OF_STRNTH`, '1', 'Based on Ingredient Substance'),
            ),
            both('STRNT_NMRTR_VAL', 'valueDecimal', 30),
            both('STRNT_NMRTR_UOMCD', 'valueCoding', coding(DMD, '258684004', 'mg')),
          ],
        },
        {
          name: 'designation',
          part: [
            {
              name: 'use',
              valueCoding: { system: 'http://terminology.hl7.org/CodeSystem/designation-usage', code: 'display' },
            },
            { name: 'value', valueString: 'Codeine 30mg tablets' },
          ],
        },
      ],
    });
  });

  test('a unit: inactive and parent without being asked', () => {
    const unit = answer('CodeSystem/$lookup', { system: DMD, code: '258682000' });
    assert.equal(part(unit, 'display'), 'gram');
    assert.deepEqual(values(unit, 'inactive'), [false]);
    assert.deepEqual(values(unit, 'parent'), ['UOM']);
  });

  test('the parents of each level: the class, then one step up', () => {
    const ampp = dictionary.at('AMPP', 0);
    assert.ok(ampp);
    const steps: [string, string[]][] = [
      [dictionary.vtmOf(ampp.id)?.id ?? '', ['VTM']],
      [dictionary.vmpOf(ampp.id)?.id ?? '', ['VMP', dictionary.vtmOf(ampp.id)?.id ?? '']],
      [ampp.ampId, ['AMP', dictionary.vmpOf(ampp.id)?.id ?? '']],
      [ampp.vmppId, ['VMPP', dictionary.vmpOf(ampp.id)?.id ?? '']],
    ];
    for (const [code, parents] of steps) {
      assert.deepEqual(values(answer('CodeSystem/$lookup', { system: DMD, code }), 'parent'), parents);
    }
    const ofPack = values(answer('CodeSystem/$lookup', { system: DMD, code: ampp.id }), 'parent');
    assert.deepEqual(new Set(ofPack), new Set(['AMPP', ampp.ampId, ampp.vmppId]));
  });

  test('lookups are code systems of their own, without zero padding', () => {
    for (const code of ['9', '0009']) {
      const found = answer('CodeSystem/$lookup', { system: `${DMD}/VIRTUAL_PRODUCT_PRES_STATUS`, code });
      assert.equal(part(found, 'code'), '9');
      assert.match(String(part(found, 'display')), /^Caution/);
    }
    const salbutamol = answer('CodeSystem/$lookup', {
      system: DMD,
      code: '39113611000001102',
      property: 'PRES_STATCD',
    });
    assert.deepEqual((values(salbutamol, 'PRES_STATCD')[0] as { code: string }).code, '9');
  });

  test('classes are concepts', () => {
    assert.equal(
      part(answer('CodeSystem/$lookup', { system: DMD, code: 'VMP' }), 'display'),
      'Virtual Medicinal Product',
    );
    assert.deepEqual(values(answer('CodeSystem/$lookup', { system: DMD, code: 'VMP' }), 'parent'), ['dm+d']);
  });

  test('any of the three systems is taken, the first is written', () => {
    for (const system of [DMD, 'http://dmd.nhs.uk', 'http://snomed.info/sct']) {
      assert.equal(part(answer('CodeSystem/$lookup', { system, code: CODEINE }), 'system'), DMD);
      assert.equal(part(answer('CodeSystem/$lookup', { coding: { system, code: CODEINE } }), 'system'), DMD);
    }
  });
});

describe('every column of the release can be looked up', () => {
  /** Elements that are the concept itself, its parents, its name, or belong to the transport. */
  const ELSEWHERE = new Set(['VTMID', 'VPID', 'APID', 'VPPID', 'APPID', 'AMPPID', 'ABBREVNM', 'DESC', 'GROUP', 'CD']);
  const LEVELS: readonly Level[] = ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'];

  for (const level of LEVELS) {
    test(level, () => {
      for (const product of dictionary.all(level)) {
        const found = answer('CodeSystem/$lookup', { system: DMD, code: product.id, property: '*' });
        const given = new Map<string, string[]>();
        const add = (code: string, value: Record<string, unknown>) => {
          const raw = Object.entries(value).find(([key]) => key.startsWith('value'))?.[1];
          const text = typeof raw === 'object' ? (raw as { code: string }).code : String(raw);
          given.set(code, [...(given.get(code) ?? []), text]);
        };
        for (const { name, part: parts = [] } of found.parameter ?? []) {
          if (name !== 'property') continue;
          const code = parts[0]?.valueCode ?? '';
          for (const sub of parts.slice(1)) {
            if (sub.name === 'value') add(code, sub as unknown as Record<string, unknown>);
            else add(sub.part?.[0]?.valueCode ?? '', sub.part?.[1] as unknown as Record<string, unknown>);
          }
        }
        for (const { table, values: columns } of dictionary.rows(product.id)) {
          for (const [element, raw] of Object.entries(columns)) {
            if (ELSEWHERE.has(element) || (element === 'NM' && level !== 'AMP')) continue;
            if (element === 'ATC' && raw === 'n/a') continue;
            if (table === 'GTIN' && element !== 'GTIN') continue;
            if (table === 'HISTORY') continue;
            const property = table === 'ONT' ? 'ONTFORMCD' : element;
            // Decimals are compared as numbers: 0.50 is 0.5.
            const same = (value: string) =>
              value === unpadded(raw) || (/^[\d.]+$/.test(raw) && Number(value) === Number(raw));
            assert.ok(given.get(property)?.some(same), `${product.id} ${table}.${element} ${raw}`);
          }
        }
      }
    });
  }
});

describe('former codes', () => {
  test('lead to what they are now, as inactive', () => {
    const found = answer('CodeSystem/$lookup', { system: DMD, code: '322236009' });
    assert.equal(part(found, 'code'), '322236009');
    assert.equal(part(found, 'display'), 'Paracetamol 500mg tablets');
    assert.deepEqual(values(found, 'inactive'), [true]);
    assert.deepEqual(values(found, 'replacedBy'), [
      { system: DMD, code: '42109611000001109', display: 'Paracetamol 500mg tablets' },
    ]);
    assert.match(String(part(found, 'message')), /superseded by 42109611000001109/);
  });
});

describe('refusals name what is wrong', () => {
  const cases: [string, Record<string, string | string[]>, string, number, RegExp][] = [
    ['an unknown code', { system: DMD, code: '123456789' }, 'terminology-unknown-code', 404, /123456789/],
    ['an unknown system', { system: 'http://loinc.org', code: '1' }, 'terminology-unknown-system', 404, /loinc/],
    ['no system', { code: CODEINE }, 'terminology-missing-parameter', 400, /system/],
    ['no code', { system: DMD }, 'terminology-missing-parameter', 400, /code/],
    [
      'another version',
      { system: DMD, code: CODEINE, version: '202111.0.0' },
      'terminology-unknown-version',
      404,
      /202111/,
    ],
    [
      'an unknown property',
      { system: DMD, code: CODEINE, property: 'COST' },
      'terminology-unknown-property',
      400,
      /COST/,
    ],
    [
      'an unknown parameter',
      { system: DMD, code: CODEINE, colour: 'red' },
      'terminology-unknown-parameter',
      400,
      /colour/,
    ],
    [
      'an unsupported parameter',
      { system: DMD, code: CODEINE, date: '2020-01-01' },
      'terminology-unsupported-parameter',
      400,
      /date/,
    ],
    ['a parameter twice', { system: DMD, code: [CODEINE, CODEINE] }, 'terminology-wrong-parameter', 400, /once/],
  ];
  for (const [what, asked, rule, status, text] of cases) {
    test(what, () => {
      const refusal = refused('CodeSystem/$lookup', asked);
      assert.deepEqual([refusal.rule, refusal.status], [rule, status]);
      assert.match(refusal.text, text);
    });
  }

  test('harmless parameters are taken and reported', () => {
    const result = ask('CodeSystem/$lookup', { system: DMD, code: CODEINE, displayLanguage: 'en-GB' });
    assert.ok(result.ok);
    assert.deepEqual(result.ignored, ['displayLanguage']);
  });
});

test('every property that a code system filter could name is declared', () => {
  for (const name of ['FORMCD', 'ROUTECD', 'VPI', 'STRNT_NMRTR_VAL', 'AVAIL_RESTRICTCD', 'NON_AVAILCD', 'CATCD']) {
    assert.ok(PROPERTY_CODES.has(name), name);
  }
});
