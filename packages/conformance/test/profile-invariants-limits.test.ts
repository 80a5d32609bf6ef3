import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { check, ProfileBook } from '../src/index.ts';
import { validResource } from './valid-resource.ts';

const PROFILE = 'https://example.org/StructureDefinition/limits';
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

/** What is found of a resource that claims a profile with these invariants, each on an element by its path. */
function findingsOf(resource: { resourceType: string; [key: string]: unknown }, asked: readonly [string, string][]) {
  const differential = {
    element: asked.map(([path, expression], i) => ({
      path,
      constraint: [{ key: `l-${i}`, severity: 'error', human: 'x', expression }],
    })),
  };
  const type = resource.resourceType;
  const profiles = new ProfileBook([
    { resourceType: 'StructureDefinition', url: PROFILE, type, derivation: 'constraint', differential },
  ]);
  return check({ ...resource, meta: { profile: [PROFILE] } }, { layers: ['profile'], profiles });
}

const says = (found: ReturnType<typeof findingsOf>) =>
  found.map(({ rule, diagnostics }) => `${rule} ${diagnostics.replace(/^.* was not checked: /, '')}`);

test('a message of very many elements is evaluated as far as its share of steps goes', () => {
  const list = Array.from({ length: 30 }, (_, i) => i).join(' | ');
  const found = findingsOf(
    { resourceType: 'MedicationRequest', dosageInstruction: many(20_000, () => ({ text: 'x' })) },
    [['MedicationRequest.dosageInstruction', `(${list}).exists() and text = 'x'`]],
  );
  assert.deepEqual(says(found), ['PRO-not-checked this message takes more steps than are allowed.']);
});

test('a comparison of each with each ends, whatever it comes to', () => {
  const found = findingsOf({ resourceType: 'Bundle', entry: many(20_000, (i) => ({ fullUrl: `urn:x:${i}` })) }, [
    ['Bundle', 'entry.fullUrl.isDistinct()'],
    ['Bundle', 'entry.exists()'],
  ]);
  for (const each of says(found)) assert.equal(each, 'PRO-not-checked it takes too long.');
});

test('what takes too long once is not tried again in the same message, and what else is asked is', () => {
  const text = `${'a'.repeat(60)}!`;
  const found = findingsOf({ resourceType: 'MedicationRequest', note: many(200, () => ({ text })) }, [
    ['MedicationRequest.note', "text.matches('^(a+)+$')"],
    ['MedicationRequest.note', "text.matches('^a')"],
    ['MedicationRequest.note.text', "replaceMatches('a', 'b') = 'b'"],
  ]);
  const counts = Object.groupBy(found, ({ rule }) => rule);
  assert.equal(counts['PRO-not-checked']?.length, 1);
  assert.equal(counts['PRO-invariant']?.length, 200);
});

test('nesting without end is noted, and so are names that mean something to the engine', () => {
  let extension: object = { url: 'a' };
  for (let i = 0; i < 20_000; i++) extension = { url: 'a', extension: [extension] };
  const deep = findingsOf({ resourceType: 'Patient', extension: [extension] }, [['Patient', 'active.exists()']]);
  assert.deepEqual(says(deep), ['PRO-not-checked the message is nested too deep.']);
  const odd = JSON.parse(
    '{"resourceType":"Patient","name":[{"__path__":{"path":"Bundle"},"__proto__":{"family":"x"},"constructor":1}]}',
  );
  const found = findingsOf(odd, [['Patient.name', 'family.empty() and given.empty()']]);
  assert.deepEqual(says(found), []);
});

/** A Bundle of lists, the first of which claims a profile: of lists whose entries lead to lists of that profile. */
function findingsOfLists(count: number, leadsTo: (i: number) => readonly number[]) {
  const entry = many(count, (i) => ({
    fullUrl: `urn:x:${i}`,
    resource: {
      resourceType: 'List',
      ...(i === 0 ? { meta: { profile: [PROFILE] } } : {}),
      entry: leadsTo(i).map((to) => ({ item: { reference: `urn:x:${to}` } })),
    },
  }));
  const slicing = { discriminator: [{ type: 'profile', path: 'item.resolve()' }] };
  const type = [{ code: 'Reference', targetProfile: [PROFILE] }];
  const element = [
    { path: 'List.entry', slicing },
    { id: 'List.entry:next', path: 'List.entry', sliceName: 'next' },
    { id: 'List.entry:next.item', path: 'List.entry.item', type },
  ];
  const profiles = new ProfileBook([
    {
      ...{ resourceType: 'StructureDefinition', url: PROFILE, type: 'List', derivation: 'constraint' },
      differential: { element },
    },
  ]);
  return check({ resourceType: 'Bundle', entry }, { layers: ['profile'], profiles }).map(({ rule }) => rule);
}

test('lists that lead from one to the next, each in a slice by its profile, come to an end', () => {
  assert.deepEqual(
    findingsOfLists(3000, (i) => [i + 1]),
    ['PRO-not-checked'],
  );
});

test('of lists that all lead to all, each is looked into once', () => {
  const all = many(40, (i) => i);
  assert.deepEqual(
    findingsOfLists(40, () => all),
    ['PRO-not-checked'],
  );
});

test('nothing is fetched, and nothing is said on the console', () => {
  const [fetch, log, warn] = [
    mock.method(globalThis, 'fetch'),
    mock.method(console, 'log'),
    mock.method(console, 'warn'),
  ];
  const quantity = { value: 1, system: 'http://unitsofmeasure.org', code: '10m-^()' };
  const found = findingsOf(
    { resourceType: 'Observation', valueQuantity: quantity, subject: { reference: 'Patient/1' } },
    [
      ['Observation', "'http://127.0.0.1:1/fhir/Patient/1'.resolve().exists()"],
      ['Observation', 'subject.resolve().exists()'],
      ['Observation', "'https://example.org/CodeSystem/x'.memberOf('http://127.0.0.1:1/fhir/ValueSet/x')"],
      ['Observation', "value > 1 'mg'"],
      ['Observation', "value.trace('value').exists()"],
      ['Observation', 'value.exists(1, 2)'],
    ],
  );
  const calls = [fetch, log, warn].map((each) => each.mock.callCount());
  mock.restoreAll();
  assert.deepEqual(calls, [0, 0, 0]);
  assert.deepEqual([...new Set(found.map(({ rule }) => rule))], ['PRO-not-checked']);
  assert.equal(found.length, 5);
});

const word = fc.constantFrom(
  ...[
    '$this',
    '%resource',
    '%context',
    '%rootResource',
    '%nothing',
    'name',
    'status',
    'value',
    'extension',
    'id',
    'true',
  ],
  ...[
    "'x'",
    '{}',
    '1',
    '-1',
    '0.1',
    "1 'mg'",
    '@2026',
    '@T10',
    'children()',
    'descendants()',
    'resolve()',
    'repeat(children())',
  ],
  ...[
    'where($this is string)',
    'select($this & $this)',
    'ofType(Reference)',
    'single()',
    'first()',
    'toString()',
    'count()',
  ],
  ...[
    'aggregate($total + 1, 0)',
    'matches($this)',
    'not()',
    'exists()',
    'toQuantity()',
    'length()',
    'now()',
    'htmlChecks()',
  ],
);
const sign = fc.constantFrom(
  '.',
  '.',
  '.',
  ' = ',
  ' ~ ',
  ' > ',
  ' and ',
  ' implies ',
  ' + ',
  ' | ',
  ' in ',
  ' is ',
  ' & ',
);

test('no expression and no resource makes it throw, or changes the resource', () => {
  const expression = fc
    .array(fc.tuple(word, sign), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.flat().slice(0, -1).join(''));
  const type = fc.constantFrom('MedicationRequest', 'Bundle', 'Patient', 'Observation', 'Parameters', 'Questionnaire');
  const run = fc.property(
    fc.array(fc.oneof(expression, fc.string()), { minLength: 1 }),
    type,
    fc.gen(),
    (list, of, g) => {
      const resource = validResource(of, (count) => g(fc.nat, { max: count - 1 })) as { resourceType: string };
      const before = JSON.stringify(resource);
      const found = findingsOf(
        resource,
        list.flatMap((each): [string, string][] => [
          [of, each],
          [`${of}.extension`, each],
        ]),
      );
      assert.equal(JSON.stringify(resource), before);
      for (const { rule } of found) assert.match(rule, /^PRO-(invariant|not-checked)$/);
    },
  );
  fc.assert(run, { seed: 20261123, numRuns: 150 });
});
