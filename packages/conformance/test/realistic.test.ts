import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../src/index.ts';
import bundles from './realistic/bundles.json' with { type: 'json' };
import gp from './realistic/gp.json' with { type: 'json' };
import people from './realistic/people.json' with { type: 'json' };
import pharmacy from './realistic/pharmacy.json' with { type: 'json' };
import record from './realistic/record.json' with { type: 'json' };
import ward from './realistic/ward.json' with { type: 'json' };
import { sampleDictionary } from './sample-dictionary.ts';

// What clean resources of a GP system, a ward, a pharmacy and a shared record look like: each is right.

const dictionary = await sampleDictionary();
const now = '2026-03-02T12:00:00Z';
const resources = Object.entries({ ...gp, ...ward, ...pharmacy, ...record, ...people, ...bundles });

/** What a person is asked to look at all the same, and is right to be. */
const asked: Readonly<Record<string, readonly string[]>> = {
  // How to apply a cream is often in words only.
  'gp-text-only-emollient': ['R-020 MedicationRequest.dosageInstruction[0]'],
  // By brand, as inhalers differ.
  'gp-inhaler-prn': ['R-179 MedicationRequest.medication'],
  // Not named yet.
  'pt-newborn-no-nhs': ['R-194c Patient.name[0].text'],
  // Family name first, as on a list.
  'pr-pharmacist': ['R-208b Practitioner.name[0].text'],
};

test('resources as systems write them have no error in any setting', () => {
  assert.ok(resources.length > 60);
  for (const [name, resource] of resources) {
    for (const mode of ['any', 'hospital', 'gp'] as const) {
      for (const direction of ['send', 'receive'] as const) {
        // A ward's rules are not asked of a practice's orders, nor the other way round.
        if ((mode === 'gp' && name in ward) || (mode === 'hospital' && !(name in ward))) continue;
        const errors = check(resource, { mode, direction, dictionary, now }).filter(
          ({ severity }) => severity === 'error',
        );
        assert.deepEqual(errors, [], `${name}, ${mode}, ${direction}`);
      }
    }
  }
});

test('resources as systems write them have no warning but those that are meant', () => {
  for (const [name, resource] of resources) {
    const found = check(resource, { dictionary, now }).filter(({ severity }) => severity === 'warning');
    assert.deepEqual(
      found.map(({ rule, expression }) => `${rule} ${expression}`),
      asked[name] ?? [],
      name,
    );
  }
});
