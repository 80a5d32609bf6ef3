import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { check, ProfileBook } from '../src/index.ts';
import order from './profiles/clean-order.json' with { type: 'json' };
import definitions from './profiles/definitions.json' with { type: 'json' };

const { cache } = createRequire(import.meta.url);
const isLoaded = () => Object.keys(cache).some((path) => path.includes('/node_modules/fhirpath/'));

test('the FHIRPath engine is loaded when a claimed profile first has an invariant, not before', () => {
  const profiles = new ProfileBook(definitions);
  const claiming = (name: string) => ({
    ...order,
    meta: { profile: [`https://example.org/StructureDefinition/${name}`] },
  });
  check(order);
  check({ ...order, meta: {} }, { profiles });
  check(claiming('Orphan'), { profiles });
  assert.equal(isLoaded(), false);
  check(claiming('Order'), { profiles });
  assert.equal(isLoaded(), true);
});
