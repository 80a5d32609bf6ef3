import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the example in the README is the one that runs, and prints what it says', () => {
  const example = new URL('../examples/check.ts', import.meta.url);
  const source = readFileSync(example, 'utf8');
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  assert(readme.includes(`\`\`\`ts\n${source}\`\`\``));
  const printed = execFileSync(process.execPath, [fileURLToPath(example)], { encoding: 'utf8' });
  const said = source.split('\n').flatMap((line) => (line.startsWith('// ') ? [line.slice(3)] : []));
  assert.deepEqual(printed.trimEnd().split('\n'), said);
});
