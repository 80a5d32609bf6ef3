import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, ProfileBook } from '../src/index.ts';
import cases from './profiles/invariant-cases.json' with { type: 'json' };
import definitions from './profiles/invariant-definitions.json' with { type: 'json' };

interface Json {
  readonly [key: string]: unknown;
}

/** A row of the table: an invariant, and resources for which it holds, does not, or cannot be told. */
interface Case {
  /** What sort of thing it asks. */
  readonly asks: string;
  /** The id of the element that it is on; the type of resource first. */
  readonly on: string;
  /** Null: it has none. */
  readonly expression: string | null;
  readonly key?: string;
  readonly severity?: string;
  readonly source?: string;
  readonly now?: string;
  /** What the resource is in, where "it" stands; and the place of it there. */
  readonly within?: Json;
  readonly place?: string;
  readonly holds?: readonly Json[];
  readonly breaks?: readonly { readonly of: Json; readonly at: readonly string[]; readonly how?: string }[];
  readonly unchecked?: readonly { readonly of: Json; readonly says: string }[];
}

const PROFILE = 'https://example.org/StructureDefinition/invariants';

/** A profile that has the invariant, and nothing else but the slicing that its element may be in. */
function profileWith({ on, key = 'ex-1', severity = 'error', source, expression }: Case): Json {
  const [type = ''] = on.split('.');
  const path = on.replace(/:\w+/g, '');
  const constraint = [{ key, severity, human: 'What is asked for.', ...(expression ? { expression } : {}), source }];
  const slicing = [
    { id: path, path, slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' } },
    { id: on, path, sliceName: on.split(':')[1], constraint },
    { id: `${on}.system`, path: `${path}.system`, fixedUri: 'https://example.org/order' },
  ];
  return {
    ...{ resourceType: 'StructureDefinition', url: PROFILE, type, derivation: 'constraint' },
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    differential: { element: path === on ? [{ id: on, path: on, constraint }] : slicing },
  };
}

const rawJSON = (JSON as typeof JSON & { rawJSON: (text: string) => unknown }).rawJSON;

/** The value with its exact numbers, and with `it` where that stands. */
function filled(value: unknown, it: unknown): unknown {
  if (value === 'it') return it;
  if (Array.isArray(value)) return value.map((each) => filled(each, it));
  if (typeof value !== 'object' || value === null) return value;
  const { exactly } = value as Json;
  if (typeof exactly === 'string') return rawJSON(exactly);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, it)]));
}

function findingsOf(row: Case, of: Json) {
  const [resourceType] = row.on.split('.');
  const resource = filled({ resourceType, meta: { profile: [PROFILE] }, ...of }, undefined);
  const message = row.within === undefined ? resource : filled(row.within, resource);
  const before = JSON.stringify(message);
  const profiles = new ProfileBook([...definitions, profileWith(row)]);
  const found = check(message, { layers: ['profile'], profiles, ...(row.now ? { now: row.now } : {}) });
  assert.equal(JSON.stringify(message), before, 'it is as it was');
  return found;
}

for (const row of cases as readonly Case[]) {
  test(`an invariant asks ${row.asks}`, () => {
    for (const of of row.holds ?? []) assert.deepEqual(findingsOf(row, of), [], JSON.stringify(of));
    for (const { of, at, how = '' } of row.breaks ?? []) {
      const found = findingsOf(row, of);
      const severity = row.severity ?? 'error';
      const expected = at.map((place) => `${severity} PRO-invariant ${place}`);
      assert.deepEqual(
        found.map(({ severity, rule, expression }) => `${severity} ${rule} ${expression}`),
        expected,
        JSON.stringify(of),
      );
      for (const { code, diagnostics } of found) {
        assert.equal(code, 'invariant');
        assert.ok(diagnostics.startsWith(`${PROFILE} asks here (${row.key ?? 'ex-1'}): What is asked for. Change`));
        assert.ok(diagnostics.endsWith(row.expression ?? ''));
        assert.ok(diagnostics.includes(how), diagnostics);
      }
    }
    for (const { of, says } of row.unchecked ?? []) {
      const found = findingsOf(row, of);
      const said = found.map(({ severity, rule, diagnostics }) => `${severity} ${rule} ${diagnostics}`).join('\n');
      assert.equal(found.length, 1, said);
      assert.ok(said.startsWith('information PRO-not-checked The invariant ex-1 of') && said.includes(says), said);
    }
  });
}
