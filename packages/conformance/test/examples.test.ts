import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkStructure } from '../src/index.ts';
import faults from './example-faults.json' with { type: 'json' };

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const folders = ['ukcore/examples', 'guide-examples'];
const skip = !existsSync(data) && 'the published examples are not here';

/** The examples were converted from XML: its comments, and the empty halves they leave behind, are no part of them. */
function withoutComments(key: string, value: unknown): unknown {
  if (key === 'fhir_comments') return undefined;
  const halves: unknown[] = Array.isArray(value) ? value : [value];
  const empty = halves.every((half) => typeof half === 'object' && Object.keys(half ?? {}).length === 0);
  return key.startsWith('_') && empty ? undefined : value;
}

/** Each published JSON example by `folder/file`; some that are named .xml hold JSON. */
function* examples(): Generator<[string, unknown]> {
  for (const folder of folders) {
    for (const file of readdirSync(`${data}/${folder}`)) {
      const text = readFileSync(`${data}/${folder}/${file}`, 'utf8');
      if (text.trimStart().startsWith('{')) yield [`${folder}/${file}`, JSON.parse(text, withoutComments)];
    }
  }
}

test('the published examples are clean, or have the faults that are known of them', { skip }, () => {
  const known = new Map<string, string[]>(Object.entries(faults));
  const seen: string[] = [];
  for (const [name, resource] of examples()) {
    const found = checkStructure(resource).map(({ rule, expression }) => `${rule} ${expression}`);
    assert.deepEqual(found, known.get(name) ?? [], name);
    seen.push(name);
  }
  assert.ok(seen.length > 200);
  assert.deepEqual(
    [...known.keys()].filter((name) => !seen.includes(name)),
    [],
  );
});
