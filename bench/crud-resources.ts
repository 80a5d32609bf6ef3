import type { FhirResource } from 'fhir/r4';
import { MEDICINES } from './medicines.ts';
import { order, patient } from './resources.ts';

/**
 * The resources of the CRUD profile: seven types in the order of HealthSamurai's public benchmark of FHIR servers, as
 * large as its are, in our own words. (Claim and ExplanationOfBenefit are not kept by a medicines record: dispenses and
 * statements stand in, at the sizes those have.)
 */
const SIZES: readonly (readonly [type: string, bytes: number])[] = [
  ['Patient', 4695],
  ['Location', 827],
  ['Organization', 778],
  ['Practitioner', 968],
  ['Encounter', 1910],
  ['Observation', 1123],
  ['MedicationRequest', 1200],
  ['MedicationDispense', 1443],
  ['MedicationStatement', 7776],
];

/** The types in the order in which they are created. */
export const CRUD_TYPES: readonly string[] = SIZES.map(([type]) => type);

/**
 * One of them, padded with narrative to its size.
 * @param id     a part of its business identifier, unlike any other's
 * @param person `Patient/id` of the one that this iteration created; undefined for what is about nobody
 */
export function crudResource(type: string, id: string, person: string | undefined): FhirResource {
  const make = MAKE[type];
  const size = SIZES.find(([each]) => each === type)?.[1];
  if (make === undefined || size === undefined) throw new Error(`No CRUD resource of type ${type}`);
  const resource = make(id, person ?? '');
  const short = size - JSON.stringify(resource).length - NARRATIVE_OVERHEAD;
  if (short <= 0) return resource;
  const text = {
    status: 'additional' as const,
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${filling(short)}</div>`,
  };
  return { ...resource, text } as FhirResource;
}

const NARRATIVE_OVERHEAD =
  '"text":{"status":"additional","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"></div>"},'.length;

function filling(length: number): string {
  return 'Invented for a measurement; not about anyone. '.repeat(Math.ceil(length / 46)).slice(0, length);
}

/** The same resource with a change, for the update. */
export function changed(resource: FhirResource): FhirResource {
  switch (resource.resourceType) {
    case 'Patient':
      return { ...resource, gender: resource.gender === 'female' ? 'male' : 'female' };
    case 'Observation':
      return { ...resource, issued: '2026-01-02T03:04:05Z' };
    case 'Encounter':
      return { ...resource, status: 'finished' };
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'MedicationDispense':
      return { ...resource, status: 'stopped' };
    case 'Location':
    case 'Organization':
      return { ...resource, name: `${resource.name} (renamed)` };
    case 'Practitioner':
      return { ...resource, gender: 'female' };
    default:
      throw new Error(`No change for ${resource.resourceType}`);
  }
}

const SYSTEM = 'https://crud.example/Id';

const MAKE: { readonly [type: string]: (id: string, person: string) => FhirResource } = {
  Patient: (id) => ({
    ...patient('', Number.parseInt(id, 10) || 0),
    identifier: [{ system: `${SYSTEM}/patient`, value: id }],
  }),
  Location: (id) => ({
    resourceType: 'Location',
    identifier: [{ system: `${SYSTEM}/location`, value: id }],
    status: 'active',
    name: `Ward ${id}`,
    mode: 'instance',
  }),
  Organization: (id) => ({
    resourceType: 'Organization',
    identifier: [{ system: `${SYSTEM}/organization`, value: id }],
    active: true,
    name: `Trust ${id}`,
  }),
  Practitioner: (id) => ({
    resourceType: 'Practitioner',
    identifier: [{ system: `${SYSTEM}/practitioner`, value: id }],
    active: true,
    name: [{ family: `Example${id}`, given: ['Ada'], prefix: ['Dr'] }],
    gender: 'unknown',
  }),
  Encounter: (id, person) => ({
    resourceType: 'Encounter',
    identifier: [{ system: `${SYSTEM}/encounter`, value: id }],
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    subject: { reference: person },
    period: { start: '2026-01-01T09:00:00Z' },
  }),
  Observation: (id, person) => ({
    resourceType: 'Observation',
    identifier: [{ system: `${SYSTEM}/observation`, value: id }],
    status: 'final',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '27113001', display: 'Body weight' }] },
    subject: { reference: person },
    effectiveDateTime: '2026-01-01T09:00:00Z',
    valueQuantity: { value: 71.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  }),
  MedicationRequest: (id, person) => order(said(id, person)),
  MedicationDispense: (id, person) => ({
    resourceType: 'MedicationDispense',
    identifier: [{ system: `${SYSTEM}/dispense`, value: id }],
    status: 'completed',
    medicationCodeableConcept: { text: MEDICINES[0]?.name ?? '' },
    subject: { reference: person },
  }),
  MedicationStatement: (id, person) => ({
    resourceType: 'MedicationStatement',
    identifier: [{ system: `${SYSTEM}/statement`, value: id }],
    status: 'active',
    medicationCodeableConcept: { text: MEDICINES[0]?.name ?? '' },
    subject: { reference: person },
    effectivePeriod: { start: '2026-01-01' },
  }),
};

function said(id: string, person: string) {
  const medicine = MEDICINES[0] as (typeof MEDICINES)[number];
  return { identifier: `crud-${id}`, subject: { reference: person }, medicine, on: '2026-01-01' };
}
