import type { Bundle, Identifier, Organization, Patient, Practitioner, Reference } from 'fhir/r4';

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const GMC = 'https://fhir.hl7.org.uk/Id/gmc-number';
const NMC = 'https://fhir.hl7.org.uk/Id/nmc-number';
const GPHC = 'https://fhir.hl7.org.uk/Id/gphc-number';

/** Somebody invented, as a resource and as a reference by identifier. */
export interface Someone<T> {
  readonly resource: T & { id: string };
  readonly reference: Reference;
  readonly identifier: Identifier;
}

/** An NHS number as one that was looked up: present and verified. */
export function verifiedNumber(value: string): Identifier {
  return {
    extension: [
      {
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
        valueCodeableConcept: {
          coding: [
            {
              system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland',
              code: '01',
              display: 'Number present and verified',
            },
          ],
        },
      },
    ],
    ...{ system: NHS_NUMBER, value },
  };
}

function patient(id: string, number: string, prefix: string, given: string, family: string, more: Partial<Patient>) {
  const identifier = verifiedNumber(number);
  const text = `${prefix} ${given} ${family}`;
  const resource: Patient & { id: string } = {
    ...{ resourceType: 'Patient', id, identifier: [identifier] },
    name: [{ use: 'official', text, family, given: [given], prefix: [prefix] }],
    ...more,
  };
  return someone(resource, text);
}

function practitioner(id: string, system: string, number: string, prefix: string, given: string, family: string) {
  const text = `${prefix} ${given} ${family}`;
  const resource: Practitioner & { id: string } = {
    ...{ resourceType: 'Practitioner', id, identifier: [{ system, value: number }] },
    name: [{ use: 'official', text, family, given: [given], prefix: [prefix] }],
  };
  return someone(resource, text);
}

function organization(id: string, code: string, name: string) {
  const resource: Organization & { id: string } = {
    ...{ resourceType: 'Organization', id, identifier: [{ system: ODS, value: code }], active: true, name },
  };
  return someone(resource, name);
}

function someone<T extends Patient | Practitioner | Organization>(
  resource: T & { id: string },
  display: string,
): Someone<T> {
  const { extension: _, ...identifier } = resource.identifier?.[0] ?? {};
  const reference = { reference: `${resource.resourceType}/${resource.id}`, identifier, display };
  return { resource, reference, identifier };
}

/** Everybody in the stories; nobody is real, and the NHS numbers are of the range that is never given out. */
export const PEOPLE = {
  inpatient: patient('story-inpatient', '9990301018', 'Mrs', 'Edith', 'Hallam', {
    gender: 'female',
    birthDate: '1956-03-14',
  }),
  onLeave: patient('story-on-leave', '9990302006', 'Mr', 'Tobias', 'Renshaw', {
    gender: 'male',
    birthDate: '1973-09-02',
  }),
  outpatient: patient('story-outpatient', '9990303002', 'Mr', 'Scott', 'Lindqvist', {
    gender: 'male',
    birthDate: '1960-11-21',
  }),
  discharged: patient('story-discharged', '9990304009', 'Ms', 'Paula', 'Tennant', {
    gender: 'female',
    birthDate: '1987-06-30',
  }),
  doctor: practitioner('story-doctor', GMC, '7012345', 'Dr', 'Maya', 'Okonkwo'),
  nurse: practitioner('story-nurse', NMC, '12A3456E', 'Nurse', 'Lewis', 'Tate'),
  wardPharmacist: practitioner('story-ward-pharmacist', GPHC, '2012345', 'Mr', 'William', 'Dingle'),
  pharmacist: practitioner('story-pharmacist', GPHC, '2054321', 'Ms', 'Amrit', 'Gill'),
  hospital: organization('story-hospital', 'ZZX01', 'Northgate Hospital'),
  pharmacy: organization('story-pharmacy', 'ZZP01', 'Northgate Pharmacy'),
} as const;

/** Puts people on a server's record, each under their own id. */
export function introduce(...people: readonly Someone<Patient | Practitioner | Organization>[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: people.map(({ resource }) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
