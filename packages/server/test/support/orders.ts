import type { MedicationDispense, MedicationRequest, Patient } from 'fhir/r4';
import { verifiedNumber } from '../../demo/supply/people.ts';
import { newNhsNumber } from './people.ts';

/** The systems of the business keys of orders and of dispenses. */
export const ORDERS = 'https://ward.example/orders';
export const DISPENSES = 'https://pharmacy.example/dispenses';

export const WARD = {
  type: 'Organization',
  identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RZZ99' },
};
export const PHARMACY = {
  type: 'Organization',
  identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'FZZ99' },
};

const AMOXICILLIN = {
  coding: [{ system: 'https://dmd.nhs.uk', code: '774586009', display: 'Amoxicillin' }],
};
const CAPSULES = {
  coding: [{ system: 'https://dmd.nhs.uk', code: '39732411000001106', display: 'Amoxicillin 500mg capsules' }],
};
const CAPSULE = { unit: 'capsule', system: 'http://snomed.info/sct', code: '428641000' };
const ORAL = { coding: [{ system: 'http://snomed.info/sct', code: '26643006', display: 'Oral' }] };

let made = 0;

/** A business key that no other resource of the test file has. */
export function newKey(system: string): { system: string; value: string } {
  return { system, value: `k${++made}` };
}

/** An invented patient who passes every check. */
export function aPerson(number: string = newNhsNumber()): Patient {
  return {
    resourceType: 'Patient',
    identifier: [verifiedNumber(number)],
    name: [{ use: 'official', text: 'Testa Concordia', family: 'Concordia', given: ['Testa'] }],
    gender: 'female',
    birthDate: '1980-02-03',
  };
}

/** An inpatient order for 21 capsules that passes every check. */
export function anOrder(
  subject: MedicationRequest['subject'],
  more: Partial<MedicationRequest> = {},
): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    identifier: [newKey(ORDERS)],
    status: 'active',
    intent: 'order',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category',
            code: 'inpatient',
            display: 'Inpatient',
          },
        ],
      },
    ],
    medicationCodeableConcept: AMOXICILLIN,
    subject,
    authoredOn: '2026-01-05T10:00:00+00:00',
    requester: WARD,
    recorder: {
      type: 'Practitioner',
      identifier: { system: 'https://fhir.hl7.org.uk/Id/gmc-number', value: '7000001' },
    },
    dosageInstruction: [
      {
        text: '500 milligram - 3 times a day - Oral',
        timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } },
        route: ORAL,
        doseAndRate: [
          { doseQuantity: { value: 500, unit: 'milligram', system: 'http://unitsofmeasure.org', code: 'mg' } },
        ],
      },
    ],
    dispenseRequest: {
      expectedSupplyDuration: { value: 7, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' },
    },
    substitution: { allowedBoolean: false },
    ...more,
  };
}

/** What was handed over for an order, which it names by identifier. */
export function aDispense(order: MedicationRequest, more: Partial<MedicationDispense> = {}): MedicationDispense {
  const [identifier] = order.identifier ?? [];
  return {
    resourceType: 'MedicationDispense',
    identifier: [newKey(DISPENSES)],
    status: 'completed',
    medicationCodeableConcept: CAPSULES,
    subject: order.subject,
    performer: [{ actor: PHARMACY }],
    authorizingPrescription: identifier === undefined ? [] : [{ type: 'MedicationRequest', identifier }],
    type: {
      coding: [
        {
          system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationSupplyType',
          code: 'prescription-dispensing',
          display: 'Prescription dispensing',
        },
      ],
    },
    quantity: { value: 21, ...CAPSULE },
    daysSupply: { value: 7, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' },
    whenPrepared: '2026-01-05T12:00:00+00:00',
    whenHandedOver: '2026-01-05T13:00:00+00:00',
    dosageInstruction: [
      {
        text: '1 capsule - 3 times a day - Oral',
        timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } },
        route: ORAL,
        doseAndRate: [{ doseQuantity: { value: 1, ...CAPSULE } }],
      },
    ],
    ...more,
  };
}
