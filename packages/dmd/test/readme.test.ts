import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = readFileSync(new URL('../examples/ten-lines.ts', import.meta.url), 'utf8');

test('the README opens with the example, which runs and prints what the README says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code, output] = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.equal(code, example);
  const printed = execFileSync(process.execPath, ['packages/dmd/examples/ten-lines.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(printed, output);
});
