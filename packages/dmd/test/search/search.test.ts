import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Dictionary, Level, Product } from '../../src/dictionary/dictionary.ts';
import {
  decodeProductIndex,
  encodeProductIndex,
  openProductSearch,
  writeProductIndex,
} from '../../src/search/index-file.ts';
import { createProductSearch, type ProductSearch, type SearchOptions } from '../../src/search/search.ts';
import { dictionaryOf, rehearsalDictionary, row, sampleDictionary, temporaryFolder, withoutData } from '../releases.ts';

const LEVELS: readonly Level[] = ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'];
const dictionary = await sampleDictionary();
const search = createProductSearch(dictionary);

/** Each product must be found by its own name among the others that have all its words. */
function findsByName(over: Dictionary, by: ProductSearch, product: Product): void {
  const name = over.displayOf(product.id) ?? product.name;
  const { results, total } = by.search(name, { levels: [product.level], limit: 1000 });
  assert.ok(
    results.some(({ id }) => id === product.id),
    `${product.level} ${product.id} ${name}: not in ${total}`,
  );
}

describe('every product is found by its own name', () => {
  for (const level of LEVELS) {
    test(`${level} of the sample release`, () => {
      for (const product of dictionary.all(level)) findsByName(dictionary, search, product);
    });
  }

  test('a random part of a full release', { skip: withoutData }, async () => {
    const full = await rehearsalDictionary();
    const over = createProductSearch(full);
    fc.assert(
      fc.property(
        fc.constantFrom(...LEVELS),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (level, at) => {
          const product = full.at(level, Math.floor(at * full.count(level)));
          assert.ok(product);
          findsByName(full, over, product);
        },
      ),
      { seed: 11, numRuns: 1500 },
    );
  });
});

describe('numbers', () => {
  test('an id finds its product at any level', () => {
    for (const level of LEVELS) {
      const product = dictionary.at(level, 0);
      assert.ok(product);
      const { results } = search.search(product.id);
      assert.deepEqual(
        results.map(({ id, found }) => [id, found]),
        [[product.id, 'id']],
      );
    }
  });

  test('every former id finds what it is now', () => {
    let checked = 0;
    for (const vmp of dictionary.all('VMP')) {
      for (const former of dictionary.previousIds(vmp.id)) {
        if (dictionary.resolve(former).status !== 'superseded') continue;
        checked += 1;
        assert.ok(search.search(former).results.some(({ id, found }) => id === vmp.id && found === 'former id'));
      }
    }
    assert.ok(checked > 50);
  });

  test('a GTIN finds its pack, then what is in it', () => {
    const ampp = [...dictionary.all('AMPP')].find((pack) => pack.gtins.length > 0);
    assert.ok(ampp);
    const { results } = search.search(ampp.gtins[0]?.gtin ?? '');
    assert.equal(results[0]?.id, ampp.id);
    assert.ok(results.every(({ found }) => found === 'GTIN'));
    assert.ok(results.some(({ id }) => id === ampp.ampId));
    assert.ok(results.some(({ id }) => id === dictionary.vmpOf(ampp.id)?.id));
  });

  test('filters hold for numbers too', () => {
    const vmp = dictionary.at('VMP', 0);
    assert.ok(vmp);
    assert.equal(search.search(vmp.id, { levels: ['AMP'] }).total, 0);
  });
});

describe('filters', () => {
  const texts = ['a', 'tab', 'amox', 'paracetamol', 'insulin', 'm', 'oral', 'solution', 'co', '5'];
  const forms = [...new Set([...dictionary.all('VMP')].flatMap((vmp) => vmp.forms.map(({ code }) => code)))];
  const routes = [...new Set([...dictionary.all('VMP')].flatMap((vmp) => vmp.routes.map(({ code }) => code)))];
  const options: fc.Arbitrary<SearchOptions> = fc.record(
    {
      levels: fc.uniqueArray(fc.constantFrom(...LEVELS), { minLength: 1 }),
      forms: fc.uniqueArray(fc.constantFrom(...forms), { minLength: 1, maxLength: 3 }),
      routes: fc.uniqueArray(fc.constantFrom(...routes), { minLength: 1, maxLength: 2 }),
      available: fc.boolean(),
      activeOnly: fc.boolean(),
      prescribingStatus: fc.uniqueArray(fc.constantFrom('1', '0001', '9', '4', '2'), { minLength: 1 }),
      setting: fc.constantFrom('primary' as const, 'secondary' as const),
    },
    { requiredKeys: [] },
  );

  test('everything found passes every filter, and nothing that passes is left out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), options, (text, filter) => {
        const levels = filter.levels ?? (['VTM', 'VMP', 'AMP'] as const);
        const all = search.search(text, { levels, limit: 1000 });
        const some = search.search(text, { ...filter, levels, limit: 1000 });
        const found = new Set(some.results.map(({ id }) => id));
        assert.equal(found.size, some.results.length);
        assert.equal(some.total, Math.max(some.total, found.size));
        for (const { product } of some.results)
          assert.ok(passes(product, filter), `${product.id} ${JSON.stringify(filter)}`);
        if (all.total > 1000 || all.results.some(({ found: by }) => by === 'brand')) return;
        for (const { product } of all.results) assert.equal(found.has(product.id), passes(product, filter), product.id);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  function passes(product: Product, filter: SearchOptions): boolean {
    const vmps = product.level === 'VTM' ? dictionary.vmpsOfVtm(product.id) : [dictionary.vmpOf(product.id)];
    const has = (codes: readonly string[] | undefined, of: (vmp: (typeof vmps)[number]) => readonly string[]) =>
      codes === undefined ? () => true : (vmp: (typeof vmps)[number]) => of(vmp).some((code) => codes.includes(code));
    const form = has(filter.forms, (vmp) => vmp?.forms.map(({ code }) => code) ?? []);
    const route = has(filter.routes, (vmp) => vmp?.routes.map(({ code }) => code) ?? []);
    const status = has(filter.prescribingStatus?.map(Number).map(String), (vmp) => [
      String(Number(vmp?.prescribingStatus.code)),
    ]);
    if (!vmps.some((vmp) => form(vmp) && route(vmp) && status(vmp))) {
      if (filter.forms ?? filter.routes ?? filter.prescribingStatus) return false;
    }
    const available =
      product.level === 'VMP' || product.level === 'AMP'
        ? product.available
        : product.level !== 'AMPP' || !product.discontinued;
    if (filter.available !== undefined && filter.available !== available) return false;
    if (filter.activeOnly === true && product.invalid) return false;
    if (filter.setting !== undefined) {
      if (product.invalid || !available) return false;
      if (product.level === 'VMP') {
        const code = Number(product.prescribingStatus.code);
        if (filter.setting === 'primary' ? ![1, 9].includes(code) : [3, 4].includes(code)) return false;
      }
    }
    return true;
  }

  test('what a filter keeps out is not replaced by a medicine of a similar name', () => {
    const product = (VPID: string, NM: string, FORMCD: string) => [
      row('VMP', { VPID, NM, BASISCD: '0001', PRES_STATCD: '0001' }),
      row('DFORM', { VPID, FORMCD }),
    ];
    const two = createProductSearch(
      dictionaryOf([
        ...product('42087311000001104', 'Prednisolone 5mg tablets', '421026006'),
        ...product('42087411000001106', 'Prednisone 5mg tablets', '385061003'),
      ]),
    );
    const names = (text: string, forms: string[]) => two.search(text, { forms }).results.map(({ name }) => name);
    assert.deepEqual(names('prednisolone', ['421026006']), ['Prednisolone 5mg tablets']);
    assert.deepEqual(names('prednisolone', ['385061003']), []);
    // A word that is no name is a misspelling of both: the filter then takes its pick.
    assert.deepEqual(names('prednisoone', ['385061003']), ['Prednisone 5mg tablets']);
  });

  test('a VTM narrows to its own products', () => {
    const { results } = search.search('tablets', { vtm: '777067000', limit: 100 });
    assert.ok(results.length > 2);
    for (const { id } of results) assert.equal(dictionary.vtmOf(id)?.id, '777067000');
  });

  test('primary care pick lists keep AMPs whatever the status of their VMP', { skip: withoutData }, async () => {
    const full = await rehearsalDictionary();
    const never = [...full.all('VMP')].find(
      (vmp) =>
        vmp.prescribingStatus.code === '0004' &&
        vmp.available &&
        !vmp.invalid &&
        full.ampsOfVmp(vmp.id).some((amp) => amp.available && !amp.invalid),
    );
    assert.ok(never);
    const amp = full.ampsOfVmp(never.id).find((one) => one.available && !one.invalid);
    assert.ok(amp);
    const over = createProductSearch(full);
    assert.equal(over.search(never.id, { setting: 'primary' }).total, 0);
    assert.equal(over.search(amp.id, { setting: 'primary' }).results[0]?.id, amp.id);
  });
});

describe('results', () => {
  test('pages put together are the whole list', () => {
    for (const text of ['tab', 'a', 'ventolin', 'amox']) {
      const whole = search.search(text, { limit: 1000 });
      const pages: string[] = [];
      for (let offset = 0; offset < whole.total; offset += 7) {
        pages.push(...search.search(text, { limit: 7, offset }).results.map(({ id }) => id));
      }
      assert.deepEqual(
        pages,
        whole.results.map(({ id }) => id),
      );
      assert.equal(whole.total, whole.results.length);
    }
  });

  test('how many there are does not depend on how many are asked for', () => {
    const first = [...dictionary.all('VMP')].map(({ name }) => name.slice(0, 3));
    for (const text of ['a', 't', 'mg tab', 'warfrain', 'xl', 'ltd', ...first]) {
      const { total } = search.search(text, { limit: 1000 });
      for (const limit of [0, 1, 3, 20]) assert.equal(search.search(text, { limit }).total, total, text);
      assert.equal(search.search(text, { limit: 1, activeOnly: false }).total, total);
    }
  });

  test('what may not be prescribed comes after what may, as far as nothing was corrected', () => {
    for (const text of ['tab', 'mg', 'oral', 'ltd', 'co']) {
      const standings = search.search(text, { limit: 1000 }).results.map(({ standing }) => standing);
      const first = standings.indexOf('not prescribable');
      if (first >= 0)
        assert.ok(
          standings.slice(first).every((standing) => standing === 'not prescribable'),
          text,
        );
    }
  });

  test('a virtual product found by its own name comes before every actual one', () => {
    const usable = search
      .search('amoxicillin', { limit: 1000 })
      .results.filter((r) => r.standing !== 'not prescribable');
    const levels = usable.map(({ level }) => level);
    assert.ok(levels.indexOf('AMP') > levels.lastIndexOf('VMP'));
  });

  test('reasons are given for what may not be prescribed', () => {
    for (const { standing, reasons } of search.search('tab', { limit: 1000 }).results) {
      assert.equal(reasons.length > 0, standing !== 'prescribable');
    }
  });

  test('a word that is in no name is named', () => {
    const { total, unknownWords } = search.search('paracetamol zzzzqq');
    assert.equal(total, 0);
    assert.deepEqual(unknownWords, ['zzzzqq']);
  });

  test('three letters are never taken for a misspelling', () => {
    assert.equal(search.search('zqx').total, 0);
  });
});

describe('any query has an answer', () => {
  test('random text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { results, total } = search.search(text);
        assert.ok(results.length <= 20 && total >= results.length);
      }),
      { seed: 5, numRuns: 1500 },
    );
  });

  test('hostile text', () => {
    const hostile = [
      '',
      ' '.repeat(100_000),
      'a'.repeat(1_000_000),
      'a '.repeat(500_000),
      '5'.repeat(100_000),
      '5mg/'.repeat(50_000),
      '%'.repeat(10_000),
      '(((((((((((',
      '\u0000\uffff\ud800',
      'constructor __proto__ toString',
      "'; DROP TABLE amp; --",
      '.*+?^{}()|[]\\',
      '\uffff',
      '999999999999999999999',
      Array.from({ length: 32 }, (_, at) => String.fromCharCode(97 + (at % 26))).join(' '),
    ];
    for (const text of hostile) {
      const { results } = search.search(text);
      assert.ok(results.length <= 20, text.slice(0, 20));
    }
  });

  test('odd limits and offsets', () => {
    for (const limit of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
      for (const offset of [0, -5, 1e12, Number.NaN]) {
        assert.ok(search.search('tab', { limit, offset }).results.length <= 1000);
      }
    }
    assert.equal(search.search('tab', { limit: 0 }).results.length, 0);
    assert.ok(search.search('tab', { limit: 0 }).total > 0);
  });
});

describe('an index kept beside a release', () => {
  const texts = ['paracet 500 tab', 'ventolin', 'parcetamol', 'a', 'amox 250mg/5'];
  const ids = (by: ProductSearch) => texts.map((text) => by.search(text, { limit: 100 }).results.map(({ id }) => id));

  test('finds the same in the same order', async () => {
    const snapshot = `${await temporaryFolder()}/sample.dmd`;
    await writeProductIndex(snapshot, dictionary);
    assert.deepEqual(ids(openProductSearch(snapshot, dictionary)), ids(search));
  });

  test('is not needed', async () => {
    assert.deepEqual(ids(openProductSearch(`${await temporaryFolder()}/none.dmd`, dictionary)), ids(search));
  });

  test('is not used when a byte of it changed, when it is cut short, or when it is of another release', () => {
    const bytes = encodeProductIndex(dictionary, search.kept());
    assert.ok(decodeProductIndex(dictionary, bytes));
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ change;
        assert.equal(decodeProductIndex(dictionary, damaged), undefined);
      }),
      { seed: 9, numRuns: 300 },
    );
    for (const length of [0, 7, 23, 24, 100, bytes.length - 1]) {
      assert.equal(decodeProductIndex(dictionary, bytes.slice(0, length)), undefined);
    }
    const other = { ...dictionary, release: { ...dictionary.release, date: '2024-01-01' } } as Dictionary;
    assert.equal(decodeProductIndex(other, bytes), undefined);
  });
});
