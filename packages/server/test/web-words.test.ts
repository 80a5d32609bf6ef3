import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ageOn, shortDate, shortDateTime } from '../src/web/dates.ts';
import { bannerName } from '../src/web/names.ts';
import { quantityWords } from '../src/web/quantity.ts';
import { systemName } from '../src/web/says-so.ts';
import { changesBetween } from '../src/web/version-changes.ts';

describe('dates', () => {
  const dates: [value: unknown, date: string | undefined, time: string | undefined][] = [
    ['2026-03-03', '3 Mar 2026', '3 Mar 2026'],
    ['2026-03', 'Mar 2026', 'Mar 2026'],
    ['2026', '2026', '2026'],
    ['2026-06-30T23:30:00Z', '1 Jul 2026', '1 Jul 2026, 00:30'],
    ['2026-01-05T09:00:00+00:00', '5 Jan 2026', '5 Jan 2026, 09:00'],
    ['soon', 'soon', 'soon'],
    ['2026-02-30', '2026-02-30', '2026-02-30'],
    [undefined, undefined, undefined],
    ['', undefined, undefined],
  ];
  for (const [value, date, time] of dates) {
    test(`${value} is ${date}`, () => {
      assert.equal(shortDate(value), date);
      assert.equal(shortDateTime(value), time);
    });
  }
});

describe('ages', () => {
  const ages: [born: unknown, on: string, age: string | undefined][] = [
    ['2026-11-20', '2026-11-22', '2 days'],
    ['2026-11-21', '2026-11-22', '1 day'],
    ['2026-11-22', '2026-11-22', '0 days'],
    ['2026-10-22', '2026-11-22', '1 month'],
    ['2024-11-23', '2026-11-22', '23 months'],
    ['2024-11-22', '2026-11-22', '2 years'],
    ['1947-11-23', '2026-11-22', '78 years'],
    ['1947-11-22', '2026-11-22', '79 years'],
    ['1947', '2026-11-22', 'about 79 years'],
    ['1947-11', '2026-11-22', 'about 79 years'],
    ['2027-01-01', '2026-11-22', undefined],
    ['unknown', '2026-11-22', undefined],
  ];
  for (const [born, on, age] of ages) test(`born ${born}, on ${on}: ${age}`, () => assert.equal(ageOn(born, on), age));
});

describe('names and amounts', () => {
  test('a name heads a record family name first', () => {
    assert.equal(
      bannerName({ family: 'Ní Bhriain', given: ['Áine', 'Rós'], prefix: ['Dr'] }),
      'NÍ BHRIAIN, Áine Rós (Dr)',
    );
    assert.equal(bannerName({ text: 'Just Text' }), 'Just Text');
    assert.equal(bannerName({ family: 'Only' }), 'Only');
    assert.equal(bannerName(undefined), undefined);
  });

  test('an amount has a space before its unit, commas at thousands, and its comparator', () => {
    assert.equal(quantityWords({ value: 28, unit: 'tablet' }), '28 tablet');
    assert.equal(quantityWords({ value: 10000, unit: 'unit' }), '10,000 unit');
    assert.equal(quantityWords({ value: 1234.5678, code: 'ml' }), '1,234.5678 ml');
    assert.equal(quantityWords({ value: 0.5, unit: 'ml', comparator: '<' }), '< 0.5 ml');
    assert.equal(quantityWords({ unit: 'ml' }), undefined);
  });

  test('a system is named by its host', () => {
    assert.equal(systemName('https://ehr.example/fhir/r4'), 'ehr.example');
    assert.equal(systemName('urn:oid:1.2.3#request-7'), 'urn:oid:1.2.3');
    assert.equal(systemName('#'), '#');
    assert.equal(systemName('http://'), 'http://');
    assert.equal(systemName(undefined), undefined);
  });
});

describe('changes between versions', () => {
  test('name the element, what it was and what it is', () => {
    const before = { a: 1, list: [{ b: 'x' }], gone: true, meta: { versionId: '1', lastUpdated: 'then', source: 's' } };
    const after = { a: 2, list: [{ b: 'x' }, { b: 'y' }], meta: { versionId: '2', lastUpdated: 'now', source: 't' } };
    assert.deepEqual(changesBetween(before, after), [
      { path: 'a', before: '1', after: '2' },
      { path: 'gone', before: 'true', after: undefined },
      { path: 'meta.source', before: 's', after: 't' },
      { path: 'list[1].b', before: undefined, after: 'y' },
    ]);
  });

  test('are none from a version to itself, and the same backwards', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(value, value, (a, b) => {
        assert.deepEqual(changesBetween(a, structuredClone(a)), []);
        const back = changesBetween(b, a).map(({ path, before, after }) => ({ path, before: after, after: before }));
        const key = (each: object) => JSON.stringify(each);
        assert.deepEqual(new Set(changesBetween(a, b).map(key)), new Set(back.map(key)));
      }),
      { seed: 20261122 },
    );
  });
});
