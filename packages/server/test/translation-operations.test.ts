import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { checkStructure } from '@concord/conformance';
import type {
  Bundle,
  FhirResource,
  MedicationRequest,
  OperationDefinition,
  Parameters,
  ParametersParameter,
} from 'fhir/r4';
import { openSample } from './support/dmd.ts';
import { openTestServer } from './support/test-server.ts';

const server = await openTestServer({}, await openSample());
after(() => server.close());

const DMD = 'https://dmd.nhs.uk';
const UCUM = 'http://unitsofmeasure.org';
const coding = (name: string, code: string): ParametersParameter => ({ name, valueCoding: { system: DMD, code } });
const dose = (value: number, code: string): ParametersParameter => ({
  name: 'dose',
  valueQuantity: { value, unit: code, system: UCUM, code },
});
const tablet = { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' };
const daily = { repeat: { frequency: 1, period: 1, periodUnit: 'd' as const } };

async function call(name: string, parameter: unknown[]): Promise<ParametersParameter[]> {
  const answer = await server.send('POST', `$${name}`, { body: { resourceType: 'Parameters', parameter } });
  assert.equal(answer.status, 200, answer.text);
  return answer.resource<Parameters>().parameter ?? [];
}

const partOf = (parameter: ParametersParameter | undefined, name: string) =>
  parameter?.part?.find((each) => each.name === name);
const rules = (parameters: ParametersParameter[], name: string) =>
  parameters
    .filter((each) => each.name === name)
    .map((each) => `${partOf(each, 'rule')?.valueCode} ${partOf(each, 'code')?.valueCode}`);

describe('$dose-to-product', () => {
  it('lists products in rank order with quantity and reasons', async () => {
    const answer = await call('dose-to-product', [coding('medication', '777311001'), dose(175, 'mg')]);
    const products = answer.filter(({ name }) => name === 'product');
    assert.deepEqual(
      products.map((each) => [
        partOf(each, 'medication')?.valueCoding?.display,
        partOf(each, 'quantity')?.valueQuantity?.value,
        partOf(each, 'rank')?.valueInteger,
      ]),
      [
        ['Pregabalin 25mg capsules', 7, 1],
        ['Pregabalin 100mg capsules', 1.75, 4],
        ['Pregabalin 75mg capsules', undefined, 4],
      ],
    );
    assert.equal(partOf(products[2], 'fraction')?.valueString, '7/3 capsule');
    for (const each of products) assert.ok(partOf(each, 'reason')?.valueString);
    const together = answer.find(({ name }) => name === 'combination');
    assert.equal(partOf(together, 'arithmetic')?.valueString, '100 mg + 75 mg = 175 mg');
  });

  it('puts actual products after the product that they are of, with the caution', async () => {
    const answer = await call('dose-to-product', [
      coding('medication', '91143003'),
      dose(200, 'ug'),
      coding('route', '18679011000001101'),
    ]);
    const products = answer.filter(({ name }) => name === 'product');
    const under = products.filter((each) => partOf(each, 'under') !== undefined);
    assert.ok(under.length >= 2);
    for (const each of under) assert.equal(partOf(each, 'quantity')?.valueQuantity?.value, 2);
    assert.deepEqual(rules([partOf(products[0], 'caution') as ParametersParameter], 'caution'), [
      'T1 amp-level-advised',
    ]);
    assert.ok(
      answer.some(({ name }) => name === 'outcome'),
      'the superseded id is spoken of',
    );
  });

  it('takes the patient, and refuses without', async () => {
    const asked = [coding('medication', '774586009'), dose(20, 'mg/kg')];
    assert.deepEqual(rules(await call('dose-to-product', asked), 'refusal'), ['T2 weight-needed']);
    const weight = { name: 'weight', valueQuantity: { value: 12.5, system: UCUM, code: 'kg' } };
    const answer = await call('dose-to-product', [...asked, weight]);
    assert.equal(partOf(answer[0], 'quantity')?.valueQuantity?.value, 1);
  });

  it('takes a range, and the form and formulary of a site', async () => {
    const range = {
      name: 'dose',
      valueRange: { low: { value: 30, code: 'mg', system: UCUM }, high: { value: 60, code: 'mg', system: UCUM } },
    };
    const [first] = await call('dose-to-product', [coding('medication', '775354007'), range]);
    assert.equal(partOf(first, 'quantity')?.valueRange?.high?.value, 2);
    const preferring = await call('dose-to-product', [
      coding('medication', '777311001'),
      dose(300, 'mg'),
      coding('preferred', '42135711000001109'),
    ]);
    assert.equal(partOf(preferring[0], 'medication')?.valueCoding?.display, 'Pregabalin 75mg capsules');
  });

  it('refuses what it does not understand with 400', async () => {
    for (const parameter of [
      [],
      [coding('medication', '777311001')],
      [{ name: 'medication', valueString: 'x' }, dose(1, 'mg')],
      [coding('medication', '777311001'), dose(1, 'mg'), { name: 'setting', valueCode: 'home' }],
      [coding('medication', '777311001'), dose(1, 'mg'), { name: 'colour', valueCode: 'red' }],
      [coding('medication', '777311001'), { name: 'dose', valueQuantity: null }],
    ]) {
      const answer = await server.send('POST', '$dose-to-product', { body: { resourceType: 'Parameters', parameter } });
      assert.equal(answer.status, 400, answer.text);
      assert.ok(answer.outcome.issue[0]?.diagnostics);
    }
  });
});

describe('$product-to-dose', () => {
  const request = {
    resourceType: 'MedicationRequest',
    id: 'a1',
    status: 'active',
    intent: 'order',
    subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' } },
    medicationCodeableConcept: { coding: [{ system: DMD, code: '42271611000001102' }] },
    dosageInstruction: [{ timing: daily, doseAndRate: [{ doseQuantity: tablet }] }],
  };

  it('translates a dosage', async () => {
    const valueDosage = { timing: daily, doseAndRate: [{ doseQuantity: tablet }] };
    const answer = await call('product-to-dose', [coding('medication', '373965000'), { name: 'dosage', valueDosage }]);
    assert.equal(answer[0]?.valueCoding?.display, 'Fluoxetine');
    assert.equal(answer[1]?.valueDosage?.text, '10 milligram - once a day - Oral');
  });

  it('gives a resource that is ready to post', async () => {
    const answer = await call('product-to-dose', [{ name: 'resource', resource: request }]);
    const made = answer.find(({ name }) => name === 'resource')?.resource as MedicationRequest;
    assert.deepEqual(made.basedOn, [{ reference: 'MedicationRequest/a1' }]);
    assert.deepEqual(
      checkStructure(made).filter(({ severity }) => severity === 'error'),
      [],
    );
    const back = await call('dose-to-product', [
      { name: 'resource', resource: made },
      coding('product', '42271611000001102'),
    ]);
    const again = back.find(({ name }) => name === 'resource')?.resource as MedicationRequest;
    assert.equal(again.dosageInstruction?.[0]?.text, '1 tablet - once a day - Oral');
  });

  it('refuses a combination, with its rule', async () => {
    const valueDosage = { timing: daily, doseAndRate: [{ doseQuantity: tablet }] };
    const answer = await call('product-to-dose', [
      coding('medication', '42010211000001106'),
      { name: 'dosage', valueDosage },
    ]);
    assert.deepEqual(rules(answer, 'refusal'), ['U6 combination']);
  });
});

describe('$supply-quantity', () => {
  it('counts a supply in whole packs, and how long a quantity lasts', async () => {
    const valueDosage = { timing: daily, doseAndRate: [{ doseQuantity: tablet }] };
    const asked = [coding('medication', '42109611000001109'), { name: 'dosage', valueDosage }];
    const supply = await call('supply-quantity', [
      ...asked,
      { name: 'duration', valueDuration: { value: 4, system: UCUM, code: 'wk' } },
    ]);
    assert.equal(supply[0]?.valueQuantity?.value, 28);
    assert.ok(supply.some(({ name }) => name === 'pack'));
    const lasts = await call('supply-quantity', [
      ...asked,
      { name: 'quantity', valueQuantity: { ...tablet, value: 28 } },
    ]);
    assert.equal(lasts.find(({ name }) => name === 'days')?.valueInteger, 28);
    const required = { ...valueDosage, asNeededBoolean: true };
    const refused = await call('supply-quantity', [
      coding('medication', '42109611000001109'),
      { name: 'dosage', valueDosage: required },
      { name: 'duration', valueDuration: { value: 4, system: UCUM, code: 'wk' } },
    ]);
    assert.deepEqual(rules(refused, 'refusal'), ['S2 as-required']);
  });
});

describe('OperationDefinition', () => {
  it('is read by id, searched by url, name and code, and is right FHIR', async () => {
    const all = (await server.send('GET', 'OperationDefinition')).resource<Bundle<OperationDefinition>>();
    const ids = all.entry?.map(({ resource }) => resource?.id) ?? [];
    for (const id of ['dose-to-product', 'product-to-dose', 'supply-quantity', 'dose-to-text', 'text-to-dose']) {
      assert.ok(ids.includes(id), id);
      const read = await server.send('GET', `OperationDefinition/${id}`);
      const definition = read.resource<OperationDefinition & FhirResource>();
      assert.deepEqual(
        checkStructure(definition).filter(({ severity }) => severity === 'error'),
        [],
        id,
      );
      for (const [name, value] of [
        ['url', definition.url ?? ''],
        ['name', definition.name],
        ['code', definition.code],
      ] as const) {
        const found = (await server.send('GET', `OperationDefinition?${name}=${encodeURIComponent(value)}`)).bundle;
        assert.deepEqual(
          found.entry?.map(({ resource }) => resource?.id),
          [id],
        );
      }
    }
    assert.equal((await server.send('GET', 'OperationDefinition/none')).status, 404);
    assert.equal((await server.send('GET', 'OperationDefinition?colour=red')).status, 400);
    assert.equal((await server.send('POST', 'OperationDefinition', { body: {} })).status, 405);
  });
});
