import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { translateResource } from '../../src/index.ts';
import { sampleDictionary } from '../releases.ts';

const DMD = 'https://dmd.nhs.uk';
const timing = { repeat: { frequency: 2, period: 1, periodUnit: 'd' } };

function request(code: string, quantity: object, more: object = {}) {
  return {
    resourceType: 'MedicationRequest',
    id: 'order-1',
    meta: { versionId: '3' },
    identifier: [{ system: 'https://example.nhs.uk/orders', value: '1' }],
    status: 'active',
    intent: 'order',
    subject: { identifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' } },
    medicationCodeableConcept: { coding: [{ system: DMD, code }] },
    dosageInstruction: [{ text: 'as sent', timing, doseAndRate: [{ doseQuantity: quantity }] }],
    dispenseRequest: { quantity: { value: 56, unit: 'tablet' }, numberOfRepeatsAllowed: 3 },
    note: [{ text: 'with food' }],
    ...more,
  };
}

const tablet = { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006' };

const MEDICATION = 'MedicationRequest.medication';

/** A request that names its medication by a contained Medication, with more about that. */
function contained(more: object, code = '42271611000001102'): object {
  return {
    medicationCodeableConcept: undefined,
    medicationReference: { reference: '#ordered' },
    contained: [{ resourceType: 'Medication', id: 'ordered', code: { coding: [{ system: DMD, code }] }, ...more }],
  };
}

describe('whole resources', async () => {
  const dictionary = await sampleDictionary();

  test('a request for a product becomes one for its moiety, linked, ready to post', () => {
    const sent = request('373965000', tablet);
    const before = structuredClone(sent);
    const answer = translateResource(dictionary, sent);
    assert.deepEqual(sent, before, 'the original is not changed');
    assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
    const { resource, remarks } = answer;
    assert.deepEqual(resource.medicationCodeableConcept, {
      coding: [{ system: DMD, code: '776003008', display: 'Fluoxetine' }],
      text: 'Fluoxetine',
    });
    assert.equal((resource.dosageInstruction as { text: string }[])[0]?.text, '10 milligram - twice a day - Oral');
    for (const absent of ['id', 'meta', 'identifier', 'medicationReference']) assert.ok(!(absent in resource), absent);
    assert.deepEqual(resource.basedOn, [{ reference: 'MedicationRequest/order-1' }]);
    assert.deepEqual(resource.dispenseRequest, { numberOfRepeatsAllowed: 3 });
    assert.deepEqual(resource.note, [{ text: 'with food' }]);
    const codes = remarks.map(({ code }) => code);
    for (const code of ['superseded-code', 'route-added', 'left-out', 'two-orders'] as const)
      assert.ok(codes.includes(code), code);
  });

  test('a form that matters is kept in a Medication', () => {
    const answer = translateResource(dictionary, request('39113511000001101', tablet));
    assert.ok(answer.outcome === 'translated');
    const { resource } = answer;
    assert.ok(!('medicationCodeableConcept' in resource));
    const [medication] = resource.contained as { form?: { coding: { code: string }[] }; id: string }[];
    assert.equal(medication?.form?.coding[0]?.code, '385061003');
    assert.deepEqual(resource.medicationReference, { reference: '#medication', display: 'Metformin' });
  });

  test('a brand that is not interchangeable is kept as trade family', () => {
    const amp = dictionary.ampsOfVmp('39110111000001103').find(({ name }) => name.startsWith('Priadel'));
    assert.ok(amp);
    const answer = translateResource(dictionary, request(amp.id, tablet));
    assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
    const [medication] = answer.resource.contained as { extension: { valueCodeableConcept: { text: string } }[] }[];
    assert.equal(medication?.extension[0]?.valueCodeableConcept.text, 'Priadel');
  });

  test('the device of an inhaler belongs to its brand', () => {
    const amp = dictionary.ampsOfVmp('39112711000001103').find(({ name }) => name.startsWith('Airomir'));
    const dose = { value: 2, unit: 'dose', system: 'http://snomed.info/sct', code: '3317411000001100' };
    const answer = translateResource(dictionary, request(amp?.id ?? '', dose));
    assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
    const [medication] = answer.resource.contained as { extension: { valueCodeableConcept: { text: string } }[] }[];
    assert.equal(medication?.extension[0]?.valueCodeableConcept.text, 'Airomir Autohaler');
  });

  test('where only the supplier tells products apart that are not interchangeable, nothing generic is said', () => {
    const [amp] = dictionary.ampsOfVmp('42126211000001106');
    const answer = translateResource(dictionary, request(amp?.id ?? '', tablet));
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.refusals[0]?.code, 'brand-lost');
  });

  test('a statement is derived from its original', () => {
    const { dosageInstruction, dispenseRequest: _d, intent: _i, ...rest } = request('42271611000001102', tablet);
    const answer = translateResource(dictionary, {
      ...rest,
      resourceType: 'MedicationStatement',
      dosage: dosageInstruction,
      derivedFrom: [{ reference: 'MedicationRequest/x' }],
    });
    assert.ok(answer.outcome === 'translated');
    assert.deepEqual(answer.resource.derivedFrom, [
      { reference: 'MedicationRequest/x' },
      { reference: 'MedicationStatement/order-1' },
    ]);
  });

  test('a plan is based on no other: the original supports it', () => {
    const answer = translateResource(dictionary, request('42271611000001102', tablet, { intent: 'plan' }));
    assert.ok(answer.outcome === 'translated');
    assert.ok(!('basedOn' in answer.resource));
    assert.deepEqual(answer.resource.supportingInformation, [{ reference: 'MedicationRequest/order-1' }]);
  });

  test('a request for a moiety becomes one for the product that a person chose, and back', () => {
    const dose = { value: 10, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' };
    const sent = request('776003008', dose, { dispenseRequest: undefined });
    const none = translateResource(dictionary, sent);
    assert.equal(none.outcome, 'refused');
    const answer = translateResource(dictionary, sent, { product: '42271611000001102' });
    assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
    assert.equal((answer.resource.dosageInstruction as { text: string }[])[0]?.text, '1 tablet - twice a day');
    const back = translateResource(dictionary, answer.resource);
    assert.ok(back.outcome === 'translated');
    assert.equal((back.resource.dosageInstruction as { text: string }[])[0]?.text, '10 milligram - twice a day - Oral');
  });

  test('the same dose said as tablets and as milligrams is one dose; two different ones are refused', () => {
    const said = (milligrams: number) =>
      request('41792011000001100', tablet, {
        dosageInstruction: [
          {
            timing,
            doseAndRate: [
              { doseQuantity: { ...tablet, value: 2 } },
              {
                doseQuantity: { value: milligrams, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' },
              },
            ],
          },
        ],
      });
    const agreed = translateResource(dictionary, said(5));
    assert.ok(agreed.outcome === 'translated', JSON.stringify(agreed));
    assert.equal(
      (agreed.resource.dosageInstruction as { text: string }[])[0]?.text,
      '5 milligram - twice a day - Oral',
    );
    const disagreed = translateResource(dictionary, said(50));
    assert.ok(disagreed.outcome === 'refused');
    assert.equal(disagreed.refusals[0]?.code, 'disagrees');
  });

  test('words alone, mixtures and other resources are refused with a reason', () => {
    const refusals = [
      request('42271611000001102', tablet, { dosageInstruction: [{ text: 'one a day' }] }),
      request('42010211000001106', tablet),
      { resourceType: 'MedicationDispense' },
      request('42271611000001102', tablet, { medicationCodeableConcept: { text: 'Fluoxetine' } }),
    ].map((each) => {
      const answer = translateResource(dictionary, each);
      return answer.outcome === 'refused'
        ? answer.refusals.map(({ rule, code }) => `${rule} ${code}`).join()
        : 'translated';
    });
    assert.deepEqual(refusals, ['U6 free-text', 'U6 combination', 'U1 not-translatable', 'U1 unknown-code']);
  });

  test('maxima and rates are translated with the dose', () => {
    const day = { value: 24, unit: 'hours', system: 'http://unitsofmeasure.org', code: 'h' };
    const sent = request(
      '42109611000001109',
      { ...tablet, value: 2 },
      {
        dosageInstruction: [
          {
            timing,
            doseAndRate: [{ doseQuantity: { ...tablet, value: 2 } }],
            maxDosePerPeriod: { numerator: { ...tablet, value: 8 }, denominator: day },
          },
        ],
      },
    );
    const answer = translateResource(dictionary, sent);
    assert.ok(answer.outcome === 'translated');
    const [dosage] = answer.resource.dosageInstruction as {
      maxDosePerPeriod: { numerator: object; denominator: object };
    }[];
    assert.deepEqual(dosage?.maxDosePerPeriod, {
      numerator: { value: 4, unit: 'gram', system: 'http://unitsofmeasure.org', code: 'g' },
      denominator: day,
    });
  });

  test('everything else of a dosage is unchanged', () => {
    const others = {
      id: 'd1',
      extension: [{ url: 'https://example.nhs.uk/x', valueString: 'kept' }],
      sequence: 3,
      additionalInstruction: [{ text: 'With or after food' }],
      patientInstruction: 'Swallow one tablet whole',
      timing,
      asNeededCodeableConcept: { text: 'pain' },
      site: { text: 'mouth' },
      route: { coding: [{ system: 'http://snomed.info/sct', code: '26643006', display: 'Oral route' }] },
      method: { text: 'Swallow' },
    };
    const answer = translateResource(
      dictionary,
      request('42271611000001102', tablet, {
        dosageInstruction: [{ ...others, doseAndRate: [{ doseQuantity: tablet }] }],
      }),
    );
    assert.ok(answer.outcome === 'translated');
    const [{ doseAndRate, text, ...kept } = {} as Record<string, unknown>] = answer.resource
      .dosageInstruction as Record<string, unknown>[];
    assert.deepEqual(kept, others);
    assert.ok(doseAndRate && text);
    assert.ok(answer.remarks.some(({ code }) => code === 'mentions-product'));
  });

  test('a text that contradicts the structure is refused; one in other words is spoken of', () => {
    const said = (text: string) =>
      translateResource(
        dictionary,
        request('42271611000001102', tablet, {
          dosageInstruction: [{ text, timing, doseAndRate: [{ doseQuantity: tablet }] }],
        }),
      );
    const contradicts = said('2 tablet - twice a day');
    assert.ok(contradicts.outcome === 'refused');
    assert.deepEqual(
      contradicts.refusals.map(({ code }) => code),
      ['disagrees'],
    );
    const words = said('as the consultant said');
    assert.ok(words.outcome === 'translated');
    assert.ok(words.remarks.some(({ code }) => code === 'other-words'));
    const same = said('1 tablet - twice a day');
    assert.ok(same.outcome === 'translated');
    assert.ok(!same.remarks.some(({ code }) => code === 'other-words'));
  });

  const NOT_TRANSLATED: Readonly<Record<string, readonly [object, string, string]>> = {
    'made by rules of its own': [
      { implicitRules: 'https://example.nhs.uk/rules' },
      'U6 not-translatable',
      'MedicationRequest.implicitRules',
    ],
    'a prohibition': [{ doNotPerform: true }, 'U6 not-translatable', 'MedicationRequest.doNotPerform'],
    'entered in error': [{ status: 'entered-in-error' }, 'U6 not-translatable', 'MedicationRequest.status'],
    'a modifier in its timing': [
      {
        dosageInstruction: [
          { timing: { modifierExtension: [{}], ...timing }, doseAndRate: [{ doseQuantity: tablet }] },
        ],
      },
      'U6 not-translatable',
      'MedicationRequest.dosageInstruction[0].timing.modifierExtension',
    ],
    'its medication named twice': [
      { medicationReference: { reference: 'Medication/1' } },
      'U1 ambiguous-code',
      'MedicationRequest.medication',
    ],
    'a Medication entered in error': [contained({ status: 'entered-in-error' }), 'U6 not-translatable', MEDICATION],
    'a Medication with a modifier': [contained({ modifierExtension: [{}] }), 'U6 not-translatable', MEDICATION],
  };

  for (const [what, [more, reason, path]] of Object.entries(NOT_TRANSLATED)) {
    test(`${what} is refused, and where`, () => {
      const answer = translateResource(dictionary, request('42271611000001102', tablet, more));
      assert.ok(answer.outcome === 'refused', JSON.stringify(answer));
      assert.deepEqual(
        answer.refusals.map((each) => [`${each.rule} ${each.code}`, each.path]),
        [[reason, path]],
      );
    });
  }

  test('a product is chosen for a moiety, never put in the place of another', () => {
    const answer = translateResource(dictionary, request('42271611000001102', tablet), {
      product: '42109611000001109',
    });
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.refusals[0]?.code, 'wrong-level');
  });

  test('who may see it, what it conforms to and how it is marked stay; version and source do not', () => {
    const kept = {
      profile: ['https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationRequest'],
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }],
      tag: [{ code: 'ward-7' }],
    };
    const meta = { versionId: '3', lastUpdated: '2026-01-01T00:00:00Z', source: 'urn:x', ...kept };
    const answer = translateResource(dictionary, request('42271611000001102', tablet, { meta }));
    assert.ok(answer.outcome === 'translated');
    assert.deepEqual(answer.resource.meta, kept);
  });

  test('every other element is as it was sent', () => {
    const more = {
      language: 'en-GB',
      extension: [{ url: 'https://example.nhs.uk/x', valueString: 'kept' }],
      category: [{ text: 'discharge' }],
      priority: 'urgent',
      _priority: { extension: [{ url: 'https://example.nhs.uk/why', valueString: 'kept' }] },
      reasonCode: [{ text: 'depression' }],
      courseOfTherapyType: { text: 'continuous' },
      groupIdentifier: { value: 'group' },
      priorPrescription: { reference: 'MedicationRequest/before' },
      substitution: { allowedBoolean: false },
      dispenseRequest: { initialFill: { quantity: { value: 7 }, duration: { value: 7, code: 'd' } } },
    };
    const answer = translateResource(dictionary, request('42271611000001102', tablet, more));
    assert.ok(answer.outcome === 'translated');
    const { extension, dispenseRequest, ...same } = more;
    for (const [name, value] of Object.entries(same)) assert.deepEqual(answer.resource[name], value, name);
    assert.deepEqual((answer.resource.extension as object[])[0], extension[0]);
    assert.deepEqual(answer.resource.dispenseRequest, {
      initialFill: { duration: dispenseRequest.initialFill.duration },
    });
  });

  test('what stays on the original alone is said', () => {
    const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">One tablet</div>' };
    const medicationCodeableConcept = { coding: [{ system: DMD, code: '42271611000001102' }], text: 'The blue ones' };
    const answer = translateResource(
      dictionary,
      request('42271611000001102', tablet, { text, medicationCodeableConcept }),
    );
    assert.ok(answer.outcome === 'translated');
    const left = answer.remarks.filter(({ code }) => code === 'left-out').map(({ message }) => message);
    assert.ok(left.some((each) => each.endsWith('identifier, text.')));
    assert.ok(left.some((each) => each.includes('its words "The blue ones"')));
    const named = { coding: [{ system: DMD, code: '42271611000001102' }], text: 'Fluoxetine 10mg tablets' };
    const plain = translateResource(
      dictionary,
      request('42271611000001102', tablet, { medicationCodeableConcept: named }),
    );
    assert.ok(!plain.remarks.some(({ message }) => message.includes('its words')));
  });

  test('contained resources stay, with ids of their own; a Medication only where something else refers to it', () => {
    const practitioner = { resourceType: 'Practitioner', id: 'medication', name: [{ text: 'Dr Example' }] };
    const { contained: own, ...rest } = contained({}, '39113511000001101') as { contained: object[] };
    const sent = { ...rest, contained: [...own, practitioner], requester: { reference: '#medication' } };
    const answer = translateResource(dictionary, request('39113511000001101', tablet, sent));
    assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
    const ids = (answer.resource.contained as { id: string }[]).map(({ id }) => id);
    assert.deepEqual(ids, ['medication', 'medication-2']);
    assert.deepEqual((answer.resource.contained as object[])[0], practitioner);
    assert.equal((answer.resource.medicationReference as { reference: string }).reference, '#medication-2');
    const other = translateResource(
      dictionary,
      request('39113511000001101', tablet, { ...sent, supportingInformation: [{ reference: '#ordered' }] }),
    );
    assert.ok(other.outcome === 'translated');
    assert.deepEqual(
      (other.resource.contained as { id: string }[]).map(({ id }) => id),
      ['ordered', 'medication', 'medication-2'],
    );
  });

  test('a brand that is not to be substituted, and is not kept, is spoken of', () => {
    const [amp] = dictionary.ampsOfVmp('42271611000001102');
    const codes = (allowedBoolean: boolean) => {
      const answer = translateResource(
        dictionary,
        request(amp?.id ?? '', tablet, { substitution: { allowedBoolean } }),
      );
      assert.equal(answer.outcome, 'translated', JSON.stringify(answer));
      return answer.remarks.map(({ code }) => code);
    };
    assert.ok(codes(false).includes('brand-lost'));
    assert.ok(!codes(true).includes('brand-lost'));
  });

  test('what a dose put into a product carries beside its amount stays', () => {
    const extension = [{ url: 'https://example.nhs.uk/x', valueString: 'kept' }];
    const dose = { value: 10, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg', extension };
    const doseAndRate = [{ id: 'd', extension, type: { text: 'ordered' }, doseQuantity: dose }];
    const answer = translateResource(
      dictionary,
      request('776003008', dose, { dosageInstruction: [{ timing, doseAndRate }] }),
      { product: '42271611000001102' },
    );
    assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
    const [dosage] = answer.resource.dosageInstruction as { doseAndRate: object[] }[];
    const made = { value: 1, unit: 'tablet', system: 'http://snomed.info/sct', code: '428673006', extension };
    assert.deepEqual(dosage?.doseAndRate, [{ id: 'd', extension, type: { text: 'ordered' }, doseQuantity: made }]);
  });
});
