import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';

it('the package uses nothing of Node, so that it runs in a browser', () => {
  const source = new URL('../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 20);
  for (const file of files) {
    const text = readFileSync(new URL(file, source), 'utf8');
    assert.doesNotMatch(text, /from 'node:|\bprocess\.|\bBuffer\b|Date\.now|new Date\(\)/, file);
  }
});
