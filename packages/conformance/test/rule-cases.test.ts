import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckOptions, check, rules } from '../src/index.ts';
import { type Change, change, changed } from './change.ts';
import right from './right-cases.json' with { type: 'json' };
import data from './rule-cases.json' with { type: 'json' };
import { sampleDictionary } from './sample-dictionary.ts';

interface Case extends Change {
  rule: string;
  of: string;
  options?: CheckOptions;
  find: string[];
  /** Of the first that is found, where it is not always the same. */
  severity?: string;
}

const now = '2026-03-02T09:00:00Z';
const dictionary = await sampleDictionary();
const cases = data.cases as Case[];
const resources = new Map<string, unknown>(Object.entries(data.resources));

/** What is found, without the note that a SNOMED CT value set cannot be listed here. */
function findings(resource: unknown, options: CheckOptions = {}) {
  return check(resource, { now, dictionary, ...options }).filter(({ rule }) => rule !== 'UKC-not-checked');
}

function found(resource: unknown, rule: string, options: CheckOptions = {}): string[] {
  const all = rule === 'UKC-not-checked' ? check(resource, { now, dictionary }) : findings(resource, options);
  return all.map(({ rule, expression }) => `${rule} ${expression}`);
}

for (const [name, resource] of resources) {
  test(`the ${name} that the cases change is clean in all layers and settings`, () => {
    for (const mode of ['any', 'hospital', 'gp'] as const) {
      for (const direction of ['send', 'receive'] as const) {
        assert.deepEqual(findings(resource, { mode, direction }), []);
      }
    }
  });
}

for (const { rule, of, set, remove, options, find, severity } of cases) {
  test(`${rule} is found in the ${of}, there and nothing else`, () => {
    const resource = changed(resources.get(of), { ...(set && { set }), ...(remove && { remove }) });
    assert.ok(find[0]?.startsWith(`${rule} `));
    assert.deepEqual(found(resource, rule, options).sort(), [...find].sort());
    if (severity === undefined) return;
    const first = findings(resource, options).find((each) => `${each.rule} ${each.expression}` === find[0]);
    assert.equal(first?.severity, severity);
  });
}

for (const { why, of, options, ...each } of right as (Change & { why: string; of: string; options?: CheckOptions })[]) {
  test(`nothing is wrong with the ${of}: ${why}`, () => {
    assert.deepEqual(findings(changed(resources.get(of), each), options), []);
  });
}

test('a dose that the mixture can give is no conflict: all of it, its diluent, or twice what is known', () => {
  const mixtures = cases.filter(({ rule }) => rule === 'R-180b').slice(1);
  for (const [i, dose] of ['1100', '1200', '2000'].entries()) {
    const { set = {} } = mixtures[i] as Case;
    const resource = structuredClone(resources.get('request'));
    change(resource, '/medicationCodeableConcept', undefined);
    const text = JSON.stringify(set).replaceAll(/(?:1101|1201|2001)(?=,| millilitre)/g, dose);
    for (const [pointer, value] of Object.entries(JSON.parse(text) as object)) change(resource, pointer, value);
    assert.deepEqual(findings(resource), [], dose);
  }
});

test('every rule has a change that triggers it, and an id of its own', () => {
  const ids = rules.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  assert.deepEqual(
    ids.filter((id) => !cases.some(({ rule }) => rule === id)),
    [],
  );
});
