import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rulesPage } from '../generate/rules-page.ts';
import { rules } from '../src/index.ts';
import elsewhere from '../src/report/rules-elsewhere.json' with { type: 'json' };

test('the page of rules is the one that the tables make', () => {
  const page = readFileSync(new URL('../../../docs/rules/README.md', import.meta.url), 'utf8');
  assert.equal(page, rulesPage(), 'run npm run rules -w packages/conformance');
});

test('a rule is in a table or said to be elsewhere; one that is both says also', () => {
  const tabled = new Set(rules.map(({ id }) => id));
  const also = Object.entries(elsewhere).filter(([, where]) => where.startsWith('also '));
  const both = Object.keys(elsewhere).filter((id) => tabled.has(id));
  assert.deepEqual(
    also.map(([id]) => id),
    both,
  );
});
