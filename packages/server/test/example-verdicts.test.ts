import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '@concord/conformance';
import { faultSentence } from '../src/check/read-message.ts';
import { documentsOf } from '../src/commands/check-documents.ts';
import data from './example-verdicts.json' with { type: 'json' };

const folder = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const skip = !existsSync(folder) && 'the published examples are not here';

interface Verdict {
  errors?: string[];
  warnings?: string[];
}
const verdicts = new Map<string, Verdict>(Object.entries(data.verdicts));
const reasons: Readonly<Record<string, string>> = data.reasons;

/** The examples were converted from XML: its comments, and the empty halves they leave behind, are no part of them. */
function withoutComments(key: string, value: unknown): unknown {
  if (key === 'fhir_comments') return undefined;
  const halves: unknown[] = Array.isArray(value) ? value : [value];
  const empty = halves.every((half) => typeof half === 'object' && Object.keys(half ?? {}).length === 0);
  return key.startsWith('_') && empty ? undefined : value;
}

/** What is found in a file: errors with their place, warnings by rule. */
function verdictOn(file: string): Verdict {
  const errors: string[] = [];
  const warnings = new Set<string>();
  for (const { read } of documentsOf(`${folder}/${file}`)) {
    if ('fault' in read) errors.push(`unreadable ${faultSentence(read)}`);
    else {
      const plain: unknown = JSON.parse(JSON.stringify(read.resource), withoutComments);
      for (const { severity, rule, expression } of check(plain)) {
        if (severity === 'error') errors.push(`${rule} ${expression}`);
        if (severity === 'warning') warnings.add(rule);
      }
    }
  }
  return {
    ...(errors.length ? { errors } : {}),
    ...(warnings.size ? { warnings: [...warnings].sort() } : {}),
  };
}

const files = ['ukcore/examples', 'guide-examples'].flatMap((each) =>
  skip ? [] : readdirSync(`${folder}/${each}`).map((file) => `${each}/${file}`),
);

test('each published example has the verdict that is known of it', { skip }, () => {
  assert.ok(files.length > 280);
  assert.deepEqual(Object.fromEntries(files.map((file) => [file, verdictOn(file)])), data.verdicts);
});

test('every rule that an example breaks has its reason, and every reason a rule', { skip }, () => {
  const broken = new Set([...verdicts.values()].flatMap(({ errors = [] }) => errors.map((each) => each.split(' ')[0])));
  assert.deepEqual([...broken].sort(), Object.keys(reasons).sort());
});
