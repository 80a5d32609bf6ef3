/** What comes first for what is typed: cases that a pharmacist can read and add to, in cases/search-ranking.json. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { createProductSearch, type ProductSearch, type SearchOptions } from '../../src/search/search.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';

interface RankingCase {
  release: 'sample' | 'full';
  typed: string;
  why: string;
  options?: SearchOptions;
  first?: string;
  then?: string[];
  finds?: string[];
  not?: string[];
}

const { cases } = JSON.parse(await readFile(new URL('../cases/search-ranking.json', import.meta.url), 'utf8')) as {
  cases: RankingCase[];
};

function check(search: ProductSearch, { typed, options, first, then = [], finds = [], not = [] }: RankingCase): void {
  const names = search.search(typed, { limit: 50, ...options }).results.map((result) => result.name);
  const top = names.slice(0, 1 + then.length);
  if (first !== undefined) assert.deepEqual(top, [first, ...then], `found: ${names.slice(0, 8).join(' | ')}`);
  for (const name of finds) assert.ok(names.includes(name), `${name} is missing from ${names.slice(0, 8).join(' | ')}`);
  for (const name of not) assert.ok(!names.includes(name), `${name} should not be found`);
}

const sample = createProductSearch(await sampleDictionary());
describe('ranking in the sample release', () => {
  for (const one of cases.filter(({ release }) => release === 'sample')) {
    test(`${one.typed}: ${one.why}`, () => check(sample, one));
  }
});

describe('ranking in a full release', { skip: withoutData }, () => {
  let full: Promise<ProductSearch> | undefined;
  for (const one of cases.filter(({ release }) => release === 'full')) {
    test(`${one.typed}: ${one.why}`, async () => {
      full ??= rehearsalDictionary().then((dictionary) => createProductSearch(dictionary));
      check(await full, one);
    });
  }
});

test('every case says what it expects', () => {
  for (const { typed, first, finds, not } of cases) {
    assert.ok(first !== undefined || (finds ?? not ?? []).length > 0, typed);
  }
});
