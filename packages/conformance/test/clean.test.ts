import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dosage, dosagesToText } from '@concord/dosage';
import fc from 'fast-check';
import { demoBundles } from '../../../samples/patients/load.ts';
import { check, type Direction, type Mode } from '../src/index.ts';
import { sampleDictionary } from './sample-dictionary.ts';

const dictionary = await sampleDictionary();
const settings: [Mode, Direction][] = (['any', 'hospital', 'gp'] as const).flatMap((mode) =>
  (['send', 'receive'] as const).map((direction): [Mode, Direction] => [mode, direction]),
);

function errorsIn(resource: unknown, now: string, actsOnDoNotPerform = false): string[] {
  return settings.flatMap(([mode, direction]) =>
    check(resource, { mode, direction, dictionary, now, actsOnDoNotPerform })
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, expression, diagnostics }) => `${mode} ${direction} ${rule} ${expression} ${diagnostics}`),
  );
}

test('the demo patients have no error in any layer or setting', () => {
  const bundles = demoBundles('2026-03-02');
  assert.ok(bundles.length > 10);
  for (const bundle of bundles) assert.deepEqual(errorsIn(bundle, '2026-03-02T12:00:00Z', true), [], bundle.id);
});

const sct = 'http://snomed.info/sct';
/** Products that are counted, so that a dose of one is whole. */
const counted = [...dictionary.all('VMP')].filter(
  (vmp) => ['tablet', 'capsule'].includes(vmp.unitDoseUnit?.display ?? '') && vmp.routes.length > 0,
);

function nhsNumber(nine: number): string | undefined {
  const digits = `999${String(nine).padStart(6, '0')}`;
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
  const last = (11 - (sum % 11)) % 11;
  return last === 10 ? undefined : `${digits}${last}`;
}

const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-02-${String(n).padStart(2, '0')}`);

const dosage = (
  unit: { code: string; display: string | undefined },
  route: { code: string; display: string | undefined },
) =>
  fc
    .record({
      amount: fc.integer({ min: 1, max: 4 }),
      frequency: fc.integer({ min: 1, max: 6 }),
      days: fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined }),
      asNeeded: fc.boolean(),
      most: fc.option(fc.integer({ min: 24, max: 30 }), { nil: undefined }),
    })
    .map(({ amount, frequency, days, asNeeded, most }) => {
      const quantity = (value: number) => ({ value, unit: unit.display ?? '', system: sct, code: unit.code });
      const hours = { value: 24, unit: 'hour', system: 'http://unitsofmeasure.org', code: 'h' };
      const bounds = { value: days ?? 1, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' };
      const structure: Dosage = {
        timing: {
          repeat: { ...(days === undefined ? {} : { boundsDuration: bounds }), frequency, period: 1, periodUnit: 'd' },
        },
        ...(asNeeded ? { asNeededBoolean: true } : {}),
        route: { coding: [{ system: sct, code: route.code, display: route.display ?? '' }] },
        doseAndRate: [{ doseQuantity: quantity(amount) }],
        ...(most === undefined ? {} : { maxDosePerPeriod: { numerator: quantity(most), denominator: hours } }),
      };
      const text = dosagesToText([structure]);
      assert.equal(text.outcome, 'text');
      return { ...structure, text: text.outcome === 'text' ? text.text : '' };
    });

const order = fc
  .record({ at: fc.nat({ max: counted.length - 1 }), nine: fc.nat({ max: 999_999 }), day, id: fc.uuid() })
  .filter(({ nine }) => nhsNumber(nine) !== undefined)
  .chain(({ at, nine, day: authored, id }) => {
    const vmp = counted[at];
    const unit = vmp?.unitDoseUnit ?? { code: '428673006', display: 'tablet' };
    const route = vmp?.routes[0] ?? { code: '26643006', display: 'Oral' };
    return dosage(unit, route).map((one) => ({
      medicationCodeableConcept: {
        coding: [{ system: 'https://dmd.nhs.uk', code: vmp?.id ?? '', display: vmp?.name ?? '' }],
      },
      subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber(nine) ?? '' } },
      identifier: [{ system: 'https://example.org/orders', value: id }],
      ...{ id, one, authored, unit },
    }));
  });

test('a right request, dispense and statement of any counted product have no error in any layer or setting', () => {
  fc.assert(
    fc.property(order, ({ one, authored, unit, ...shared }) => {
      const by = { reference: 'PractitionerRole/1' };
      const quantity = { value: 28, unit: unit.display, system: sct, code: unit.code };
      const request = {
        ...{ resourceType: 'MedicationRequest', ...shared, status: 'active', intent: 'order' },
        category: [
          {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'community' }],
          },
        ],
        ...{ authoredOn: `${authored}T09:00:00Z`, requester: by, recorder: by, dosageInstruction: [one] },
        ...{ dispenseRequest: { quantity }, substitution: { allowedBoolean: false } },
      };
      const dispense = {
        ...{ resourceType: 'MedicationDispense', ...shared, status: 'completed', performer: [{ actor: by }], quantity },
        ...{ whenPrepared: `${authored}T10:00:00Z`, dosageInstruction: [one] },
        authorizingPrescription: [{ reference: 'MedicationRequest/1' }],
      };
      const effectivePeriod = { start: authored };
      const statement = {
        resourceType: 'MedicationStatement',
        ...shared,
        status: 'active',
        effectivePeriod,
        dosage: [one],
      };
      for (const resource of [request, dispense, statement])
        assert.deepEqual(errorsIn(resource, '2026-03-02T12:00:00Z'), []);
    }),
    { seed: 20_260_302, numRuns: 150 },
  );
});

test('a word that every object has names no row of a table', () => {
  const resources = demoBundles('2026-03-02').flatMap(({ entry }) => entry ?? []);
  const rulesIn = (text: string) =>
    check(JSON.parse(text), { dictionary, now: '2026-03-02T12:00:00Z', direction: 'send' }).map(
      ({ rule, expression }) => `${rule} ${expression}`,
    );
  const seen = new Set<string | undefined>();
  for (const { resource } of resources) {
    const text = JSON.stringify(resource);
    const values = new Set(
      [...text.matchAll(/"(?:system|code|unit|url|prefix|durationUnit|periodUnit)":"([^"]+)"/g)].map(([, v]) => v),
    );
    for (const value of values.difference(seen)) {
      seen.add(value);
      const put = (word: string) => rulesIn(text.replaceAll(`:"${value}"`, `:"${word}"`));
      const plain = put('nosuchword');
      for (const word of ['constructor', '__proto__', 'toString'])
        assert.deepEqual(put(word), plain, `${value} ${word}`);
    }
  }
});

test('no JSON makes a check throw', () => {
  const types = ['MedicationRequest', 'MedicationDispense', 'MedicationStatement', 'Patient', 'Bundle', 'List'];
  const names = [
    'dosageInstruction',
    'dosage',
    'category',
    'identifier',
    'entry',
    'medicationReference',
    'subject',
    'extension',
    'name',
    'status',
  ];
  const resource = fc
    .record({ resourceType: fc.constantFrom(...types), more: fc.dictionary(fc.constantFrom(...names), fc.jsonValue()) })
    .map(({ resourceType, more }) => ({ resourceType, ...more }));
  fc.assert(
    fc.property(resource, (given) => {
      const entry = [{ fullUrl: 'urn:uuid:1', resource: given }];
      for (const each of [given, { resourceType: 'Bundle', type: 'message', entry }]) {
        assert.ok(Array.isArray(check(each, { dictionary, now: '2026-03-02T12:00:00Z', direction: 'send' })));
      }
    }),
    { seed: 7, numRuns: 400 },
  );
});
