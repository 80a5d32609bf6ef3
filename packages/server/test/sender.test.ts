import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FhirResource } from 'fhir/r4';
import { organisationsIn, sendersOf } from '../src/fhir/sender.ts';
import cases from './sender-cases.json' with { type: 'json' };

for (const { says, resource, senders } of cases) {
  test(`a resource is from ${says}`, () => {
    assert.deepEqual(sendersOf(resource as unknown as FhirResource), senders);
  });
}

test('no JSON makes it fail', () => {
  const type = fc.constantFrom('MedicationRequest', 'MedicationDispense', 'Provenance', 'Organization', 'Bundle');
  const value = fc.jsonValue({ maxDepth: 3 });
  const shape = fc.record({ resourceType: type, requester: value, performer: value, agent: value, identifier: value });
  fc.assert(
    fc.property(shape, value, value, (resource, contained, meta) => {
      sendersOf({ ...resource, contained, ...(meta === null ? {} : { meta }) } as unknown as FhirResource);
      organisationsIn([contained, resource, { resource, fullUrl: contained }]);
    }),
    { seed: 20261122, numRuns: 500 },
  );
});
