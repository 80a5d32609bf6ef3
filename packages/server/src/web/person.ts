import type { FhirResource, Patient } from 'fhir/r4';
import { NHS_NUMBER } from '../fhir/nhs-number.ts';
import { aboutAnyOf } from '../search/people.ts';
import { type Identity, identitiesOfPatient, identitiesOfSubject, PATIENT_ID } from '../store/patients.ts';
import type { Record } from '../store/record.ts';
import type { Stored } from '../store/stored.ts';

/** One of the pages about a patient. */
export type PatientPage = 'medicines' | 'medicine' | 'timeline';

/** The address of a page about the patient whom an identity names. */
export function patientAddress(
  who: Identity,
  page: PatientPage = 'medicines',
  query: { [name: string]: string } = {},
): string {
  const isStored = who.system === PATIENT_ID;
  const path = isStored ? `/patients/${encodeURIComponent(who.value)}` : '/patients/by-identifier';
  const pairs = { ...(isStored ? {} : { system: who.system, value: who.value }), ...query };
  const text = new URLSearchParams(pairs).toString();
  return `${path}${page === 'medicines' ? '' : `/${page}`}${text === '' ? '' : `?${text}`}`;
}

/** The address of the page of a resource. */
export function resourceAddress(reference: string, version?: number): string {
  const [type = '', id = ''] = reference.split('/');
  return `/resources/${type}/${encodeURIComponent(id)}${version === undefined ? '' : `/versions/${version}`}`;
}

/** The patient whom a resource is about, by the name that pages address best: a Patient kept here before a number. */
export function subjectOf(resource: FhirResource, id: string): Identity | undefined {
  const identities =
    resource.resourceType === 'Patient' ? identitiesOfPatient(resource, id) : identitiesOfSubject(resource);
  return identities[0];
}

/** Everything on record about a patient. */
export async function recordOf(record: Record, who: Identity): Promise<Stored[]> {
  const compartments = await record.compartments.find(record.q, [who]);
  return compartments.flatMap((each) => each.entries).filter(aboutAnyOf([who], compartments));
}

/** The Patients among a patient's resources; the one asked for by its id first. */
export function patientsIn(entries: Iterable<Stored>, who: Identity): Patient[] {
  const patients = [...entries].filter((each) => each.type === 'Patient').map((each) => each.resource as Patient);
  const isAsked = (patient: Patient) => who.system === PATIENT_ID && patient.id === who.value;
  return patients.sort((a, b) => Number(isAsked(b)) - Number(isAsked(a)));
}

/** An NHS number that an identity is. */
export function nhsNumberOf(who: Identity): string | undefined {
  return who.system === NHS_NUMBER ? who.value : undefined;
}
