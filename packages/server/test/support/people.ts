import type { Identifier, MedicationRequest, MedicationStatement, Patient, Reference } from 'fhir/r4';

export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
export const ORDER_NUMBER = 'https://hospital.example/orders';

let nextNumber = 0;

/** An NHS number of nobody: from the range 999, with its check digit; never the same twice in one test file. */
export function newNhsNumber(): string {
  for (;;) {
    const nine = `999${String(nextNumber++).padStart(6, '0')}`;
    const sum = [...nine].reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) return nine + check;
  }
}

export function nhs(number: string): Identifier {
  return { system: NHS_NUMBER, value: number };
}

/** An invented patient. */
export function aPatient(number: string | undefined, more: Partial<Patient> = {}): Patient {
  return {
    resourceType: 'Patient',
    ...(number === undefined ? {} : { identifier: [nhs(number)] }),
    name: [{ family: 'Concordia', given: ['Test'] }],
    ...more,
  };
}

const RAMIPRIL = {
  coding: [{ system: 'http://snomed.info/sct', code: '386872004', display: 'Ramipril' }],
  text: 'Ramipril 5mg capsules',
};

/** A medicine that somebody takes. */
export function aStatement(subject: Reference, more: Partial<MedicationStatement> = {}): MedicationStatement {
  return {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: RAMIPRIL,
    subject,
    effectivePeriod: { start: '2026-01-05' },
    ...more,
  };
}

/** An order for a medicine. */
export function aRequest(subject: Reference, more: Partial<MedicationRequest> = {}): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: RAMIPRIL,
    subject,
    authoredOn: '2026-01-05',
    ...more,
  };
}
