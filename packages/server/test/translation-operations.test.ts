import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkStructure } from '@concord/conformance';
import type {
  Bundle,
  CapabilityStatement,
  FhirResource,
  MedicationRequest,
  OperationDefinition,
  Parameters,
  ParametersParameter,
} from 'fhir/r4';
import { openSample } from './support/dmd.ts';
import { BASE, openTestServer } from './support/test-server.ts';

const dmd = await openSample();
const server = await openTestServer({}, dmd);
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
      [coding('medication', '777311001'), { ...dose(1, 'mg'), valueRange: {} }],
      // What would not be heeded is not taken.
      [coding('medication', '777311001'), dose(1, 'mg'), coding('product', '42135711000001109')],
      [coding('medication', '777311001'), { name: 'resource', resource: { resourceType: 'MedicationRequest' } }],
      [dose(1, 'mg'), { name: 'resource', resource: { resourceType: 'MedicationRequest' } }],
    ]) {
      const answer = await server.send('POST', '$dose-to-product', { body: { resourceType: 'Parameters', parameter } });
      assert.equal(answer.status, 400, answer.text);
      assert.ok(answer.outcome.issue[0]?.diagnostics);
    }
  });
});

describe('a unit in code and in words', () => {
  const said = (unit: string) => ({ value: 125, unit, system: UCUM, code: 'mg' });

  it('must be one unit, whichever way is asked', async () => {
    const moiety = coding('medication', '777067000');
    const products = await call('dose-to-product', [moiety, { name: 'dose', valueQuantity: said('microgram') }]);
    assert.deepEqual(rules(products, 'refusal'), ['T3 disagrees']);
    const tablets = coding('medication', '42109611000001109');
    const valueDosage = { timing: daily, doseAndRate: [{ doseQuantity: said('micrograms') }] };
    const asked = [tablets, { name: 'dosage', valueDosage }];
    assert.deepEqual(rules(await call('product-to-dose', asked), 'refusal'), ['U6 disagrees']);
    const duration = { name: 'duration', valueDuration: { value: 28, system: UCUM, code: 'd' } };
    assert.deepEqual(rules(await call('supply-quantity', [...asked, duration]), 'refusal'), ['S1 disagrees']);
  });

  it('agrees in other words for the same', async () => {
    const answer = await call('dose-to-product', [
      coding('medication', '777067000'),
      { name: 'dose', valueQuantity: { ...said('milligrams'), value: 500 } },
    ]);
    assert.deepEqual(rules(answer, 'refusal'), []);
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
    assert.equal(answer[2]?.name, 'arithmetic');
    assert.equal(answer[2]?.valueString, '1 tablet x 10 mg per tablet = 10 mg');
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

describe('a Medication that a resource refers to', () => {
  const fluoxetine = {
    resourceType: 'Medication' as const,
    code: { coding: [{ system: DMD, code: '42271611000001102' }] },
  };
  const statement = (medicationReference: object, more: object = {}) => ({
    name: 'resource',
    resource: {
      resourceType: 'MedicationStatement',
      id: 's1',
      status: 'active',
      subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' } },
      medicationReference,
      dosage: [{ timing: daily, doseAndRate: [{ doseQuantity: tablet }] }],
      ...more,
    },
  });
  const made = (answer: ParametersParameter[]) =>
    answer.find(({ name }) => name === 'resource')?.resource as { dosage: { text: string }[] } | undefined;

  it('is read from the record, by any way to write the reference, and at the version named', async () => {
    const { id } = await server.create<FhirResource>(fluoxetine);
    for (const reference of [`Medication/${id}`, `${BASE}/Medication/${id}`, `Medication/${id}/_history/1`]) {
      const answer = await call('product-to-dose', [statement({ reference })]);
      assert.equal(made(answer)?.dosage[0]?.text, '10 milligram - once a day - Oral', reference);
    }
    const contained = [{ ...fluoxetine, id: 'm' }];
    const inside = await call('product-to-dose', [statement({ reference: '#m' }, { contained })]);
    assert.ok(made(inside));
    const moiety = await server.create<FhirResource>({
      resourceType: 'Medication',
      code: { coding: [{ system: DMD, code: '776003008' }] },
    });
    const milligrams = { value: 10, unit: 'milligram', system: UCUM, code: 'mg' };
    const back = await call('dose-to-product', [
      statement(
        { reference: `Medication/${moiety.id}` },
        { dosage: [{ timing: daily, doseAndRate: [{ doseQuantity: milligrams }] }] },
      ),
      coding('product', '42271611000001102'),
    ]);
    assert.equal(made(back)?.dosage[0]?.text, '1 tablet - once a day');
    assert.equal(back.find(({ name }) => name === 'arithmetic')?.valueString, '10 mg / 10 mg per tablet = 1 tablet');
  });

  it('is asked for with the reason where it is not to be had', async () => {
    const { id } = await server.create<FhirResource>(fluoxetine);
    await server.send('DELETE', `Medication/${id}`);
    for (const [reference, why] of [
      [{ reference: 'Medication/none' }, /There is no Medication\/none on this server/],
      [{ reference: `Medication/${id}` }, /was deleted/],
      [{ reference: 'https://elsewhere.example/fhir/Medication/1' }, /nothing is fetched from elsewhere/],
      [{ reference: 'Patient/1' }, /no Medication of this server/],
      [{ reference: '#none' }, /contain the Medication/],
      [{ identifier: { system: 'https://x.example', value: '1' } }, /by an identifier only/],
    ] as const) {
      const answer = await call('product-to-dose', [statement(reference)]);
      assert.deepEqual(rules(answer, 'refusal'), ['U1 unresolved-reference']);
      const refusal = answer.find(({ name }) => name === 'refusal');
      assert.match(partOf(refusal, 'text')?.valueString ?? '', why);
      assert.equal(partOf(refusal, 'path')?.valueString, 'MedicationStatement.medicationReference');
    }
  });
});

describe('whatever is sent as a resource', () => {
  it('is answered, with a refusal or a reason', async () => {
    const type = { resourceType: 'MedicationRequest' };
    for (const resource of [
      null,
      'x',
      5,
      [],
      {},
      { ...type, medicationReference: null },
      { ...type, medicationReference: 'Medication/1' },
      { ...type, medicationReference: { reference: 5 } },
      { ...type, medicationReference: { reference: 'Medication/' } },
      { ...type, medicationReference: { reference: 'Medication/a/_history/999999999999' } },
      { ...type, medicationReference: [{ reference: 'Medication/a' }] },
      {
        ...type,
        medicationCodeableConcept: { coding: [{ system: DMD, code: '42271611000001102' }] },
        dosageInstruction: 5,
      },
    ]) {
      for (const operation of ['product-to-dose', 'dose-to-product']) {
        const body = { resourceType: 'Parameters', parameter: [{ name: 'resource', resource }] };
        const { status, text } = await server.send('POST', `$${operation}`, { body });
        assert.ok(status < 500, `${status} ${JSON.stringify(resource)} ${text}`);
        assert.ok(status !== 200 || /"refusal"/.test(text), text);
      }
    }
  });
});

describe('what the site says of translation', () => {
  const file = join(dmd.folder, 'translation.json');
  const asked = [coding('medication', '777311001'), dose(300, 'mg')];
  const names = (answer: ParametersParameter[]) =>
    answer.filter(({ name }) => name === 'product').map((each) => partOf(each, 'medication')?.valueCoding?.display);

  it('holds for every question that does not ask otherwise', async () => {
    const plain = names(await call('dose-to-product', asked));
    assert.equal(plain[0], 'Pregabalin 100mg capsules');
    try {
      writeFileSync(file, JSON.stringify({ formulary: { preferred: ['42135711000001109'] } }));
      assert.equal(names(await call('dose-to-product', asked))[0], 'Pregabalin 75mg capsules');
      const otherwise = [...asked, coding('preferred', '42134711000001100')];
      assert.notEqual(names(await call('dose-to-product', otherwise))[0], 'Pregabalin 75mg capsules');
    } finally {
      rmSync(file);
    }
    assert.deepEqual(names(await call('dose-to-product', asked)), plain);
  });

  it('is heeded whole or not at all: nothing is translated by a file that is not understood', async () => {
    try {
      writeFileSync(file, '{ "formulary": { "bloked": [] } }');
      const body = { resourceType: 'Parameters', parameter: asked };
      const answer = await server.send('POST', '$dose-to-product', { body });
      assert.equal(answer.status, 503);
      assert.match(answer.outcome.issue[0]?.diagnostics ?? '', /translation\.json cannot be used.*"bloked"/);
    } finally {
      rmSync(file);
    }
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
    const both = [
      ...asked,
      { name: 'duration', valueDuration: { value: 4, system: UCUM, code: 'wk' } },
      { name: 'quantity', valueQuantity: { ...tablet, value: 28 } },
    ];
    const body = { resourceType: 'Parameters', parameter: both };
    assert.equal((await server.send('POST', '$supply-quantity', { body })).status, 400);
    const required = { ...valueDosage, asNeededBoolean: true };
    const refused = await call('supply-quantity', [
      coding('medication', '42109611000001109'),
      { name: 'dosage', valueDosage: required },
      { name: 'duration', valueDuration: { value: 4, system: UCUM, code: 'wk' } },
    ]);
    assert.deepEqual(rules(refused, 'refusal'), ['S2 as-required']);
  });
});

describe('OperationDefinition of a translation', () => {
  const valueDosage = { timing: daily, doseAndRate: [{ doseQuantity: tablet }] };
  const dosage = { name: 'dosage', valueDosage };
  const asked: { readonly [name: string]: readonly ParametersParameter[][] } = {
    'dose-to-product': [
      [coding('medication', '777311001'), dose(175, 'mg')],
      [coding('medication', '91143003'), dose(200, 'ug'), coding('route', '18679011000001101')],
      [coding('medication', '774586009'), dose(20, 'mg/kg')],
      [coding('medication', '777067000'), dose(500, 'mg'), coding('blocked', '42109611000001109')],
    ],
    'product-to-dose': [
      [coding('medication', '39113511000001101'), dosage],
      [coding('medication', '42010211000001106'), dosage],
    ],
    'supply-quantity': [
      [
        coding('medication', '42109611000001109'),
        dosage,
        { name: 'duration', valueDuration: { value: 4, system: UCUM, code: 'wk' } },
      ],
      [
        coding('medication', '42109611000001109'),
        dosage,
        { name: 'quantity', valueQuantity: { ...tablet, value: 30 } },
      ],
      [coding('medication', '42109611000001109'), dosage],
    ],
  };

  for (const [operation, questions] of Object.entries(asked)) {
    it(`names all that $${operation} answers, and their parts`, async () => {
      const definition = (await server.send('GET', `OperationDefinition/${operation}`)).resource<OperationDefinition>();
      const out = (definition.parameter ?? []).filter(({ use }) => use === 'out');
      for (const question of questions) {
        for (const each of await call(operation, question)) {
          const described = out.find(({ name }) => name === each.name);
          assert.ok(described, each.name);
          for (const { name } of each.part ?? []) {
            assert.ok(
              described.part?.some((part) => part.name === name),
              `${each.name}.${name}`,
            );
          }
        }
      }
    });
  }
});

describe('OperationDefinition', () => {
  it('is read by id, searched by url, name and code, and is right FHIR', async () => {
    const all = (await server.send('GET', 'OperationDefinition')).resource<Bundle<OperationDefinition>>();
    const ids = all.entry?.map(({ resource }) => resource?.id) ?? [];
    const capabilities = (await server.send('GET', 'metadata')).resource<CapabilityStatement>();
    const referenced = capabilities.rest?.[0]?.operation?.map(({ definition }) => definition) ?? [];
    for (const id of [
      ...['dose-to-product', 'product-to-dose', 'supply-quantity', 'dose-to-text', 'text-to-dose'],
      'current-medication',
    ]) {
      assert.ok(ids.includes(id), id);
      const read = await server.send('GET', `OperationDefinition/${id}`);
      const definition = read.resource<OperationDefinition & FhirResource>();
      assert.deepEqual(
        checkStructure(definition).filter(({ severity }) => severity === 'error'),
        [],
        id,
      );
      assert.ok(referenced.includes(definition.url ?? ''), `metadata names ${definition.url}`);
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
