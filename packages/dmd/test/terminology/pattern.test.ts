import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compilePattern } from '../../src/terminology/pattern.ts';

function matches(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  assert.ok(typeof compiled !== 'string', `${pattern}: ${String(compiled)}`);
  return compiled.test(text);
}

/** Patterns of all supported parts. */
const patterns: fc.Arbitrary<string> = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b',
      'c',
      '.',
      '[ab]',
      '[^a]',
      '[a-c]',
      '\\d',
      '\\w',
      '\\s',
      '\\.',
      '1',
      ' ',
      '[\\d-]',
      '[]a]',
    ),
    tie('pattern').map((inner) => `(${inner})`),
    tie('pattern').map((inner) => `(?:${inner})`),
  ),
  pattern: fc
    .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?')), {
      maxLength: 4,
    })
    .chain((parts) => {
      const sequence = parts.map(([atom, sign]) => atom + sign).join('');
      return fc.oneof(
        { weight: 4, arbitrary: fc.constant(sequence) },
        tie('atom').map((other) => `${sequence}|${other}`),
      );
    }),
})).pattern;

describe('patterns', () => {
  test('match what regular expressions match', () => {
    fc.assert(
      fc.property(
        patterns,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '.', '-', ']'), maxLength: 7 }),
        (pattern, text) => {
          // Nested counts soon make a pattern too large, which is refused.
          fc.pre(typeof compilePattern(pattern) !== 'string');
          // A `]` that comes first in a class is itself here, as in POSIX; JavaScript would see an empty class.
          const oracle = new RegExp(`^(?:${pattern.replaceAll('[]a]', '[\\]a]')})$`, 's');
          assert.equal(matches(pattern, text), oracle.test(text));
        },
      ),
      { seed: 21, numRuns: 3000, maxSkipsPerRun: 5 },
    );
  });

  const CASES: readonly (readonly [pattern: string, text: string, result: boolean])[] = [
    ['.*[pP]aracetamol.*', 'Old Paracetamol name', true],
    ['.*[pP]aracetamol.*', 'PARACETAMOL', false],
    ['Trazodone.*', 'Trazodone tablets 50mg', true],
    ['Trazodone', 'Trazodone tablets 50mg', false],
    ['^04\\d{6}$', '04070100', true],
    ['04(07|08).*', '04080100', true],
    ['a\\$', 'a$', true],
    ['', '', true],
    ['', 'a', false],
  ];
  for (const [pattern, text, result] of CASES) {
    test(`${pattern} ${result ? 'matches' : 'does not match'} ${text}`, () => {
      assert.equal(matches(pattern, text), result);
    });
  }

  const REFUSED = [
    '(',
    ')',
    '[',
    '[a',
    'a{',
    'a{2',
    'a{3,2}',
    '*',
    '+a',
    '(?=a)',
    '(?<n>a)',
    '(?!a)',
    '\\1',
    '\\b',
    '\\',
    'a^b',
    'a$b',
    '[b-a]',
    'a{999}',
    '('.repeat(60) + ')'.repeat(60),
    'a'.repeat(301),
    '((((a{50}){50}){50}){50})',
  ];
  for (const pattern of REFUSED) {
    test(`${pattern.slice(0, 20)} is refused with a reason`, () => {
      const reason = compilePattern(pattern);
      assert.equal(typeof reason, 'string', pattern);
      assert.ok(String(reason).length > 8);
    });
  }

  test('any text is either a pattern or refused, and matching ends', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab(){}[]|*+?.\\^$-,12d'), maxLength: 20 }),
        fc.string({ maxLength: 30 }),
        (source, text) => {
          const pattern = compilePattern(source);
          assert.equal(typeof (typeof pattern === 'string' ? true : pattern.test(text)), 'boolean');
        },
      ),
      { seed: 22, numRuns: 3000 },
    );
  });

  test('the work is bounded by size times length, so that no pattern runs away', () => {
    // Each of these makes a backtracking matcher try more ways than there are atoms in the world.
    for (const pattern of ['(a+)+b', '(a|a)*b', '(a*)*b', '(a|aa)+b', '(.*)*x', '(a?){100}a{100}', '([ab]*c?)*d']) {
      const compiled = compilePattern(pattern);
      assert.ok(typeof compiled !== 'string', pattern);
      assert.ok(compiled.size <= 1000);
      assert.equal(compiled.test('a'.repeat(5000)), false);
    }
  });
});
