import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import elsewhere from '../generate/rules-elsewhere.json' with { type: 'json' };
import { rulesPage } from '../generate/rules-page.ts';
import { rules } from '../src/index.ts';

test('the page of rules is the one that the tables make', () => {
  const page = readFileSync(new URL('../../../docs/rules/README.md', import.meta.url), 'utf8');
  assert.equal(page, rulesPage(), 'run npm run rules -w packages/conformance');
});

test('a rule is in a table or said to be elsewhere, not both', () => {
  const ids = new Set(rules.map(({ id }) => id));
  assert.deepEqual(
    Object.keys(elsewhere).filter((id) => ids.has(id)),
    [],
  );
});
