import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../src/index.ts';
import { sampleDictionary } from './sample-dictionary.ts';

const dictionary = await sampleDictionary();
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

// Work that grows with the square of any of these would not end while anybody waits.
const large: Record<string, unknown> = {
  'dosages of one request': {
    resourceType: 'MedicationRequest',
    dosageInstruction: many(200_000, (i) => ({ sequence: i + 1 })),
  },
  'contained resources, each referred to': {
    resourceType: 'List',
    contained: many(50_000, (i) => ({ resourceType: 'Medication', id: `m${i}`, code: { text: 'x' } })),
    entry: many(50_000, (i) => ({ item: { reference: `#m${i}` } })),
  },
  'statements, requests and administrations of one medicine': {
    resourceType: 'Bundle',
    type: 'message',
    entry: [
      { resource: { resourceType: 'MessageHeader', focus: [{ reference: 'List/1' }] } },
      ...many(15_000, (i) => ({
        fullUrl: `urn:uuid:${i}`,
        resource: {
          resourceType: ['MedicationRequest', 'MedicationStatement', 'MedicationAdministration'][i % 3],
          medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: '777067000' }] },
          subject: { reference: 'Patient/1' },
          request: { reference: 'urn:uuid:0' },
          effectivePeriod: { start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z' },
          dosage: { rateQuantity: { value: i } },
        },
      })),
      ...many(3000, (i) => ({ resource: { resourceType: 'List', entry: [{ item: { reference: `urn:uuid:${i}` } }] } })),
    ],
  },
};

for (const [name, resource] of Object.entries(large)) {
  test(`many ${name} are checked, and the findings stay within bounds`, () => {
    const findings = check(resource, { dictionary, direction: 'send' });
    assert.ok(findings.length > 0 && findings.length < 2100);
  });
}
