import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = new URL('../examples/', import.meta.url);
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

for (const file of readdirSync(folder)) {
  test(`${file} of the README is the one that runs, and prints what it says`, () => {
    const source = readFileSync(new URL(file, folder), 'utf8');
    assert(readme.includes(`\`\`\`ts\n${source}\`\`\``));
    const printed = execFileSync(process.execPath, [fileURLToPath(new URL(file, folder))], { encoding: 'utf8' });
    const said = source.split('\n').filter((line) => line.startsWith('// '));
    assert.deepEqual(
      printed
        .trimEnd()
        .split('\n')
        .map((line) => `// ${line}`),
      said,
    );
  });
}
