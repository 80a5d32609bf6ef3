import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

test('the example of translation in the README runs and prints what the README says', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const section = readme.slice(readme.indexOf('## Translate'));
  const [, code, output] = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(section) ?? [];
  assert.equal(code, readFileSync(new URL('../../examples/translation.ts', import.meta.url), 'utf8'));
  const printed = execFileSync(process.execPath, ['packages/dmd/examples/translation.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(printed, output);
});
