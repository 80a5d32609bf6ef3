import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, ProfileBook } from '../src/index.ts';
import data from './profiles/reference-slices.json' with { type: 'json' };

interface Case {
  readonly says: string;
  /** The last part of the url of the profile. */
  readonly claims: string;
  readonly resource: object;
  /** What else is in a Bundle with it, by fullUrl. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly found: readonly string[];
  readonly notes?: readonly string[];
}

const profiles = new ProfileBook(data.definitions);

for (const { says, claims, resource, beside, found, notes = [] } of data.cases as readonly Case[]) {
  test(`slices by what a reference leads to: ${says}`, () => {
    const claiming = { meta: { profile: [`https://example.org/StructureDefinition/${claims}`] }, ...resource };
    const entry = Object.entries({ 'urn:uuid:0': claiming, ...beside });
    const message =
      beside === undefined
        ? claiming
        : { resourceType: 'Bundle', entry: entry.map(([fullUrl, each]) => ({ fullUrl, resource: each })) };
    const all = check(message, { layers: ['profile'], profiles });
    const errors = all.filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      errors.map(({ rule, expression }) => `${rule} ${expression}`),
      found,
    );
    const said = all.filter(({ rule }) => rule === 'PRO-not-checked').map(({ diagnostics }) => diagnostics);
    assert.equal(said.length, notes.length, said.join('\n'));
    for (const [i, note] of notes.entries()) assert.ok(said[i]?.includes(note), said[i]);
  });
}
