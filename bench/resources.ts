import type {
  CodeableConcept,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
  Patient,
  Reference,
} from 'fhir/r4';
import type { Medicine } from './medicines.ts';

/** Medicines resources of the shape and size that GP and pharmacy systems send: 1.5 to 2 kB of JSON each. */

export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
const PRESCRIPTION_ID = 'https://gp.example/Id/prescription';
const STATEMENT_ID = 'https://gp.example/Id/medication';
const DISPENSE_ID = 'https://pharmacy.example/Id/dispense';

/** What is said of one resource of a course of a medicine. */
export interface Said {
  /** The business identifier's value, unlike any other's. */
  identifier: string;
  subject: Reference;
  medicine: Medicine;
  /** The day it is about, `YYYY-MM-DD`. */
  on: string;
}

const PRESCRIBER: Reference = {
  type: 'Practitioner',
  identifier: { system: 'https://fhir.hl7.org.uk/Id/gmc-number', value: 'C9999999' },
  display: 'Dr Ada Example',
};
const SURGERY: Reference = {
  type: 'Organization',
  identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'Z99999' },
  display: 'Example Surgery',
};
const PHARMACY: Reference = {
  type: 'Organization',
  identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'ZP999' },
  display: 'Example Pharmacy',
};
const DAYS_28 = { value: 28, unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' };

export function patient(nhsNumber: string, index: number): Patient {
  return {
    resourceType: 'Patient',
    meta: { source: 'https://gp.example/fhir' },
    identifier: [
      {
        extension: [
          {
            url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
            valueCodeableConcept: concept(
              'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland',
              '01',
              'Number present and verified',
            ),
          },
        ],
        system: NHS_NUMBER,
        value: nhsNumber,
      },
      { system: 'https://gp.example/Id/patient', value: `P${index}` },
    ],
    active: true,
    name: [{ use: 'official', family: `Example${index}`, given: ['Pat'], prefix: ['Mx'] }],
    telecom: [{ system: 'phone', value: '01632 960999', use: 'home' }],
    gender: index % 2 === 0 ? 'female' : 'male',
    birthDate: `${1930 + (index % 80)}-0${1 + (index % 9)}-1${index % 10}`,
    address: [
      { use: 'home', line: [`${1 + (index % 200)} Example Street`], city: 'Exampleton', postalCode: 'ZZ99 9ZZ' },
    ],
    generalPractitioner: [SURGERY],
  };
}

/** The plan of a repeat medicine. */
export function plan(said: Said, ended: string | undefined): MedicationRequest {
  return {
    ...request(said, 'plan', 'continuous', 'Continuous long term therapy'),
    status: ended === undefined ? 'active' : 'completed',
    extension: [
      {
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation',
        extension: [{ url: 'numberOfPrescriptionsIssued', valueUnsignedInt: 12 }],
      },
    ],
  };
}

/** One issue under a plan, or an acute prescription when there is none. */
export function order(said: Said, basedOn?: Reference): MedicationRequest {
  return basedOn === undefined
    ? request(said, 'order', 'acute', 'Short course (acute) therapy')
    : {
        ...request(said, 'order', 'continuous', 'Continuous long term therapy'),
        status: 'completed',
        basedOn: [basedOn],
      };
}

function request(said: Said, intent: 'plan' | 'order', course: string, display: string): MedicationRequest {
  const { identifier, subject, medicine, on } = said;
  return {
    resourceType: 'MedicationRequest',
    meta: { source: 'https://gp.example/fhir' },
    identifier: [{ system: PRESCRIPTION_ID, value: identifier }],
    status: 'active',
    intent,
    category: [community('medicationrequest-category')],
    medicationCodeableConcept: dmd(medicine),
    subject,
    authoredOn: `${on}T09:30:00Z`,
    requester: PRESCRIBER,
    reasonCode: [concept('http://snomed.info/sct', '38341003', 'Hypertensive disorder')],
    courseOfTherapyType: concept(
      'http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy',
      course,
      display,
    ),
    dosageInstruction: [medicine.dose],
    dispenseRequest: {
      validityPeriod: { start: on },
      quantity: medicine.supply,
      expectedSupplyDuration: DAYS_28,
    },
    substitution: { allowedBoolean: false },
  };
}

export function statement(
  said: Said,
  basedOn: Reference | undefined,
  lastIssued: string,
  ended: string | undefined,
): MedicationStatement {
  const { identifier, subject, medicine, on } = said;
  return {
    resourceType: 'MedicationStatement',
    meta: { source: 'https://gp.example/fhir' },
    extension: [
      {
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationStatementLastIssueDate',
        valueDateTime: lastIssued,
      },
    ],
    identifier: [{ system: STATEMENT_ID, value: identifier }],
    ...(basedOn === undefined ? {} : { basedOn: [basedOn] }),
    status: ended === undefined ? 'active' : 'completed',
    category: community('medication-statement-category'),
    medicationCodeableConcept: dmd(medicine),
    subject,
    effectivePeriod: { start: on, ...(ended === undefined ? {} : { end: ended }) },
    dateAsserted: on,
    informationSource: SURGERY,
    reasonCode: [concept('http://snomed.info/sct', '38341003', 'Hypertensive disorder')],
    dosage: [medicine.dose],
  };
}

export function dispense(said: Said, prescription: Reference | undefined): MedicationDispense {
  const { identifier, subject, medicine, on } = said;
  return {
    resourceType: 'MedicationDispense',
    meta: { source: 'https://pharmacy.example/fhir' },
    identifier: [{ system: DISPENSE_ID, value: identifier }],
    status: 'completed',
    medicationCodeableConcept: dmd(medicine),
    subject,
    performer: [{ actor: PHARMACY }],
    ...(prescription === undefined ? {} : { authorizingPrescription: [prescription] }),
    type: concept(
      'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationSupplyType',
      'prescription-dispensing',
      'Prescription dispensing',
    ),
    quantity: medicine.supply,
    daysSupply: DAYS_28,
    whenPrepared: `${on}T11:00:00Z`,
    whenHandedOver: `${on}T16:00:00Z`,
    dosageInstruction: [medicine.dose],
  };
}

/** The medicine, as dm+d codes it. */
function dmd({ code, name }: Medicine): CodeableConcept {
  return concept('https://dmd.nhs.uk', code, name);
}

function community(system: string): CodeableConcept {
  return concept(`http://terminology.hl7.org/CodeSystem/${system}`, 'community', 'Community');
}

function concept(system: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system, code, display }] };
}
