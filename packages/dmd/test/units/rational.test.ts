import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  compare,
  divide,
  isWhole,
  multiply,
  parseDecimal,
  type Rational,
  rational,
  toDecimal,
  toRounded,
} from '../../src/units/rational.ts';

const fraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([a, b]) => rational(a, b) as Rational);
const runs = { numRuns: 300, seed: 5 };
const same = (a: Rational | undefined, b: Rational | undefined): void => assert.deepEqual(a, b);

describe('exact fractions', () => {
  test('read and write decimals without loss', () => {
    for (const [text, plain] of [
      ['0', '0'],
      ['0.10', '0.1'],
      ['-2.50', '-2.5'],
      ['1e3', '1000'],
      ['1.5e-3', '0.0015'],
      ['007', '7'],
      ['123456789012345678901234567890', '123456789012345678901234567890'],
    ] as const) {
      assert.equal(toDecimal(parseDecimal(text) as Rational), plain);
    }
    for (const odd of ['', '.', '1.', '.5', '1,5', 'NaN', '1e999', 'x', '9'.repeat(100)]) {
      assert.equal(parseDecimal(odd), undefined, odd);
    }
  });

  test('know what is no finite decimal, and round it for showing', () => {
    const third = rational(1n, 3n) as Rational;
    assert.equal(toDecimal(third), undefined);
    assert.equal(toRounded(third, 3), '0.333');
    assert.equal(toRounded(rational(-5n, 2n) as Rational, 0), '-3');
    assert.equal(toRounded(rational(1n, 2n) as Rational, 0), '1');
    assert.equal(rational(1n, 0n), undefined);
    assert.equal(divide(third, rational(0n) as Rational), undefined);
    assert.ok(isWhole(rational(6n, 3n) as Rational));
  });

  test('calculate as arithmetic says', () => {
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        same(add(a, b), add(b, a));
        same(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)));
        if (b.numerator !== 0n) same(divide(multiply(a, b), b), a);
        assert.equal(Math.sign(compare(a, b)), -Math.sign(compare(b, a)));
        const decimal = toDecimal(a);
        if (decimal !== undefined) same(parseDecimal(decimal), a);
      }),
      runs,
    );
  });
});
