import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lifeCyclesPage } from '../generate/life-cycles-page.ts';

test('docs/life-cycles.md is what the tables say', () => {
  const page = readFileSync(new URL('../../../docs/life-cycles.md', import.meta.url), 'utf8');
  assert.equal(page, lifeCyclesPage(), 'run npm run life-cycles -w packages/medication-record');
});
