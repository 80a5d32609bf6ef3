import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the example of dose sentences in the README runs, and prints what its comments say', () => {
  const example = new URL('../../examples/dose-sentence.ts', import.meta.url);
  const source = readFileSync(example, 'utf8');
  assert.ok(readFileSync(new URL('../../README.md', import.meta.url), 'utf8').includes(`\`\`\`ts\n${source}\`\`\``));
  const printed = execFileSync(process.execPath, [fileURLToPath(example)], { encoding: 'utf8' });
  const comments = [...source.matchAll(/; \/\/ (.+)$/gm)].map(([, comment]) => comment);
  assert.ok(comments.length > 0);
  assert.equal(printed, `${comments.join('\n')}\n`);
});
