import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Big from 'big.js';
import fc from 'fast-check';
import { canonicalDecimal, compareDecimals } from '../src/index.ts';

/** Decimals as JSON writes them. */
const written = fc
  .tuple(
    fc.boolean(),
    fc.stringMatching(/^(0|[1-9]\d{0,8})$/),
    fc.stringMatching(/^\d{0,8}$/),
    fc.option(fc.integer({ min: -8, max: 8 })),
  )
  .map(([negative, whole, fraction, exponent]) => {
    const point = fraction === '' ? '' : `.${fraction}`;
    return `${negative ? '-' : ''}${whole}${point}${exponent === null ? '' : `e${exponent}`}`;
  });

/** The same by a library for decimals. */
function plain(text: string): string {
  const big = new Big(text);
  return big.eq(0) ? '0' : big.toFixed();
}

describe('exact decimals', () => {
  it('print plainly whatever way they are written', () => {
    fc.assert(
      fc.property(written, (rawJSON) => {
        assert.equal(canonicalDecimal({ rawJSON }), plain(rawJSON));
        assert.equal(canonicalDecimal(rawJSON), plain(rawJSON));
      }),
      { seed: 20260110, numRuns: 3000 },
    );
  });

  it('print numbers as the digits they stand for', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (number) => {
        const text = canonicalDecimal(number);
        if (text !== undefined) assert.equal(text, plain(String(number)));
        else assert.ok(Math.abs(number) < 1e-20);
      }),
      { seed: 20260111, numRuns: 3000 },
    );
  });

  it('are ordered as numbers are', () => {
    fc.assert(
      fc.property(written, written, (a, b) => {
        const [one, other] = [canonicalDecimal({ rawJSON: a }) ?? '', canonicalDecimal({ rawJSON: b }) ?? ''];
        assert.equal(Math.sign(compareDecimals(one, other)), new Big(a).cmp(new Big(b)));
      }),
      { seed: 20260112, numRuns: 3000 },
    );
  });

  it('are nothing else', () => {
    const others = [
      undefined,
      null,
      true,
      '',
      'one',
      ' 1',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      {},
      [],
      { rawJSON: 1 },
    ];
    const raw = ['', '1.', '.5', '+1', '1e', '1e99999999', '0x1', `1${'0'.repeat(100)}`, '1 '];
    for (const other of others) assert.equal(canonicalDecimal(other), undefined);
    for (const rawJSON of raw) assert.equal(canonicalDecimal({ rawJSON }), undefined, rawJSON);
  });
});
