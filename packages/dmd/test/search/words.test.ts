import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { equalAmounts } from '../../src/search/amounts.ts';
import { couldMatch, editsToPrefix, letterSet } from '../../src/search/misspelling.ts';
import { readQuery } from '../../src/search/query.ts';
import { buildWordIndex, prefixRange } from '../../src/search/word-index.ts';
import { singular, wordsOf } from '../../src/search/words.ts';

const WORDS: readonly (readonly [text: string, words: string])[] = [
  ['Paracetamol 500mg tablets', 'paracetamol 500mg tablet'],
  ['Amoxicillin 250mg/5ml', 'amoxicillin 250mg 5ml'],
  ['500 mg', '500mg'],
  ['0.50 mg', '0.5mg'],
  ['.5mg', '0.5mg'],
  ['100micrograms/dose', '100microgram dose'],
  ['10,000units/ml', '10000unit ml'],
  ['1,5', '1 5'],
  ['5 µg', '5microgram'],
  ['5 μg', '5microgram'],
  ['0.9%', '0.9%'],
  ['0.9 %', '0.9%'],
  ['3.1-3.7g/5ml', '3.1 3.7g 5ml'],
  ['10.1cm x 12.7cm', '10.1cm x 12.7cm'],
  ['Vitamin B12', 'vitamin b12'],
  ['5FU', '5fu'],
  ["St. John's wort", 'st john wort'],
  ['Crème Brûlée', 'creme brulee'],
  ['β-blocker', 'beta blocker'],
  ['suppositories', 'suppository'],
  ['Cialis', 'cialis'],
  ['LP.8.1', 'lp 8.1'],
  ['', ''],
  ['()/%-', ''],
];

describe('words', () => {
  for (const [text, expected] of WORDS) {
    test(`${text || '(nothing)'} reads ${expected || '(no words)'}`, () => {
      assert.equal(
        wordsOf(text)
          .words.map((word) => word.text)
          .join(' '),
        expected,
      );
    });
  }

  test('hyphenated names are known in one word too', () => {
    assert.deepEqual(wordsOf('Co-codamol modified-release').joined, ['cocodamol', 'modifiedrelease']);
  });

  test('any text gives words without spaces or capitals', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        for (const { text: word } of wordsOf(text).words) assert.match(word, /^[a-z0-9.%]+$/);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  test('a word and its plural are one', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[b-hj-km-rtv-z]{4,12}$/), (word) => {
        assert.equal(singular(`${word}s`), word);
      }),
      { seed: 7 },
    );
  });
});

describe('equal amounts', () => {
  test('are equal: taken back they give the first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99999 }),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('kg', 'g', 'mg', 'microgram', 'litre', 'ml', 'cm', 'mm'),
        (digits, decimals, unit) => {
          const number = String(digits / 10 ** decimals);
          for (const other of equalAmounts(number, unit)) {
            const [, value = '', otherUnit = ''] = /^([\d.]+)([a-z]+)$/.exec(other) ?? [];
            // Longer numbers are on no label.
            if (value.length > 12) continue;
            assert.ok(equalAmounts(value, otherUnit).includes(`${number}${unit}`), `${number}${unit} ${other}`);
          }
        },
      ),
      { seed: 7 },
    );
  });

  test('1g is 1000mg, 0.5mg is 500microgram', () => {
    assert.ok(equalAmounts('1', 'g').includes('1000mg'));
    assert.ok(equalAmounts('0.5', 'mg').includes('500microgram'));
    assert.deepEqual(equalAmounts('5', 'unit'), []);
  });
});

/** Optimal string alignment distance in full, as the definition has it. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const cell = (i: number, j: number) => table[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      let cost = i === 0 ? j : j === 0 ? i : Number.POSITIVE_INFINITY;
      if (i > 0 && j > 0) {
        const change = a[i - 1] === b[j - 1] ? 0 : 1;
        cost = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + change);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          cost = Math.min(cost, cell(i - 2, j - 2) + 1);
      }
      (table[i] as number[])[j] = cost;
    }
  }
  return cell(a.length, b.length);
}

test('edits to a prefix agree with the distance to the nearest prefix', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.constantFrom(0, 1, 2), (typed, known, most) => {
      fc.pre(typed.length > 0);
      let nearest = Number.POSITIVE_INFINITY;
      for (let end = 0; end <= known.length; end++) nearest = Math.min(nearest, distance(typed, known.slice(0, end)));
      assert.equal(editsToPrefix(typed, known, most), Math.min(nearest, most + 1));
      if (nearest <= most) assert.ok(couldMatch(letterSet(typed), letterSet(known), most));
    }),
    { seed: 7, numRuns: 3000 },
  );
});

test('an index finds every name by the beginning of any of its words', () => {
  const name = fc.array(fc.constantFrom('tablet', 'tab', 'oral', '5mg', '50mg', 'co-codamol', 'x'), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 20 }), (lists) => {
      const names = lists.map((words) => words.join(' '));
      const index = buildWordIndex({
        count: names.length,
        name: (row) => names[row] ?? '',
        alsoKnownAs: () => undefined,
      });
      for (const prefix of ['t', 'tab', 'tablet', '5', '5mg', 'co', 'cocodamol', 'z']) {
        const [from, to] = prefixRange(index.tokens, prefix);
        const found = new Set(index.postings.subarray(index.postingStarts[from], index.postingStarts[to]));
        const expected = names.flatMap((text, row) => {
          const { words, joined } = wordsOf(text);
          return [...words.map((word) => word.text), ...joined].some((word) => word.startsWith(prefix)) ? [row] : [];
        });
        assert.deepEqual(
          [...found].sort((a, b) => a - b),
          expected,
        );
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a long query is cut between words, and what was not read is said', () => {
  const query = readQuery(`${'paracetamol '.repeat(30)}tablets`);
  assert.deepEqual(
    query.words.map((word) => word.typed),
    ['paracetamol'],
  );
  assert.match(query.ignored, /tablets$/);
  const many = readQuery(Array.from({ length: 60 }, (_, at) => `w${at}`).join(' '));
  assert.equal(many.words.length, 32);
  assert.match(many.ignored, /w59/);
});
