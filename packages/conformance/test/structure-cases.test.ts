import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStructure } from '../src/index.ts';
import data from './structure-cases.json' with { type: 'json' };

interface Case {
  name: string;
  of: string;
  set?: Record<string, unknown>;
  remove?: string[];
  find: string[];
}

/** Sets or removes the value at a JSON pointer. */
function change(resource: unknown, pointer: string, value: unknown): void {
  const steps = pointer.slice(1).split('/');
  const last = steps.pop() ?? '';
  let node = resource as Record<string, unknown>;
  for (const step of steps) node = node[step] as Record<string, unknown>;
  if (value === undefined) delete node[last];
  else node[last] = value;
}

const resources = new Map<string, unknown>(Object.entries(data.resources));

for (const [name, resource] of resources) {
  test(`the ${name} that the cases change is clean`, () => assert.deepEqual(checkStructure(resource), []));
}

for (const { name, of, set, remove, find } of data.cases as Case[]) {
  test(`${name}: ${find.length ? find.join(', ') : 'clean'}`, () => {
    const resource = structuredClone(resources.get(of));
    for (const pointer of remove ?? []) change(resource, pointer, undefined);
    for (const [pointer, value] of Object.entries(set ?? {})) change(resource, pointer, value);
    const found = checkStructure(resource).map(({ rule, expression }) => `${rule} ${expression}`);
    assert.deepEqual(found.sort(), find);
  });
}
