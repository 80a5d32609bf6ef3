import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUcum, ucumFor } from '../src/guide/ucum.ts';
import cases from './ucum-cases.json' with { type: 'json' };

test('codes of UCUM are known, and what is often written for them is not taken for one', () => {
  for (const code of cases.right) assert.ok(isUcum(code), code);
  for (const code of cases.wrong) assert.ok(!isUcum(code), code);
});

test('what is often written for a unit is no code of UCUM, and what is meant by it is', () => {
  for (const code of cases.wrong) {
    const meant = ucumFor(code);
    assert.ok(meant === undefined || isUcum(meant), code);
  }
  for (const code of cases.right) assert.equal(ucumFor(code), undefined, code);
});

test('a code that is long or deep is refused, not read without end', () => {
  assert.ok(!isUcum(`${'('.repeat(40)}mg${')'.repeat(40)}`));
  assert.ok(!isUcum(`${'m'.repeat(100_000)}`));
  assert.ok(!isUcum(`[${'[]'.repeat(45)}`));
});
