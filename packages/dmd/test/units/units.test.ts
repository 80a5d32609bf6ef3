import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toDecimal } from '../../src/units/rational.ts';
import { ratioRows, scaleRows } from '../../src/units/table.ts';
import { convert, dmdToUcum, findUnit, type UnitReference, ucumToDmd } from '../../src/units/units.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';

const SYSTEMS: Record<string, string> = { ucum: 'http://unitsofmeasure.org', dmd: 'https://dmd.nhs.uk' };

/** `ucum mg` or `dmd 258684004`. */
function unit(text: string): UnitReference {
  const [system = '', code = ''] = text.split(' ');
  return { system: SYSTEMS[system], code };
}

const cases = JSON.parse(await readFile(new URL('../cases/conversions.json', import.meta.url), 'utf8')) as [
  string,
  string,
  string,
  string,
][];

describe('conversion of', () => {
  for (const [value, from, to, expected] of cases) {
    test(`${value} ${from} to ${to} gives ${expected}`, () => {
      const result = convert(value, unit(from), unit(to));
      assert.equal(result.ok ? toDecimal(result.value) : result.reason, expected);
      if (!result.ok) assert.ok(result.detail.length > 10);
    });
  }

  test('any amount, there and back, changes nothing', () => {
    const units = scaleRows.flatMap((r) => r.ucum.map((code) => ({ dimension: r.dimension, code })));
    const same = units.flatMap((a) => units.filter((b) => a.dimension === b.dimension).map((b) => [a, b] as const));
    const amount = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }));
    fc.assert(
      fc.property(fc.constantFrom(...same), amount, ([a, b], [numerator, denominator]) => {
        const system = SYSTEMS.ucum;
        const value = { numerator, denominator };
        const there = convert(value, { system, code: a.code }, { system, code: b.code });
        assert.ok(there.ok);
        const back = convert(there.value, { system, code: b.code }, { system, code: a.code });
        assert.ok(back.ok);
        assert.equal(back.value.numerator * denominator, numerator * back.value.denominator);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test('any text as unit or amount answers without an exception', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.constantFrom(undefined, ...Object.values(SYSTEMS)),
        (v, a, b, s) => {
          convert(v, { system: s, code: a }, { system: s, code: b });
          convert(v, { system: a, code: b }, { code: a });
        },
      ),
      { numRuns: 500, seed: 4 },
    );
  });
});

describe('a unit', () => {
  test('is found under every system that means dm+d or UCUM, and under no other', () => {
    for (const system of ['https://dmd.nhs.uk', 'http://dmd.nhs.uk', 'http://snomed.info/sct', undefined]) {
      assert.equal(findUnit({ system, code: '258684004' })?.ucum, 'mg');
    }
    for (const system of ['http://unitsofmeasure.org', 'http://unitsofmeasure.org/', undefined]) {
      assert.equal(findUnit({ system, code: 'mg' })?.dmd, '258684004');
    }
    assert.equal(findUnit({ system: 'http://example.org', code: 'mg' }), undefined);
    assert.equal(findUnit({ system: 'http://unitsofmeasure.org', code: '258684004' }), undefined);
  });

  test('has one code in dm+d for each in UCUM, and back', () => {
    for (const { code, ucum } of scaleRows) {
      if (code === undefined) continue;
      assert.equal(dmdToUcum(code), ucum[0]);
      for (const written of ucum) assert.equal(ucumToDmd(written)?.code, code);
    }
    for (const { code } of ratioRows) assert.equal(ucumToDmd(dmdToUcum(code) ?? '')?.code, code);
    assert.equal(ucumToDmd('mo'), undefined);
    assert.equal(dmdToUcum('428673006'), undefined);
  });

  test('has the name that the dictionary gives it', async () => {
    const dictionary = await sampleDictionary();
    for (const { code, name } of [...scaleRows, ...ratioRows]) {
      if (code !== undefined) assert.equal(dictionary.displayOf(code), name);
    }
  });

  test('measures something for every strength of the full release, but for biological units and counts', {
    skip: withoutData,
  }, async () => {
    const dictionary = await rehearsalDictionary();
    const own = new Set<string | undefined>();
    for (const vmp of dictionary.all('VMP')) {
      for (const { numeratorUnit, denominatorUnit } of vmp.ingredients) {
        for (const coded of [numeratorUnit, denominatorUnit]) {
          if (coded && findUnit({ code: coded.code })?.dimension === `unit:${coded.code}`) own.add(coded.display);
        }
      }
    }
    assert.deepEqual([...own].sort(), [
      'Kallikrein inactivator unit',
      'SQ-T',
      'actuation',
      'application',
      'dose',
      'drop',
      'iu',
      'mega unit',
      'tuberculin unit',
      'unit',
    ]);
  });
});
