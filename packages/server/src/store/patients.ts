import type { FhirResource, Identifier, Patient, Reference } from 'fhir/r4';

/**
 * Who a resource is about. A patient is named by the id of a stored Patient, by an identifier (NHS, CHI, H&C or a local
 * number), or by a reference to another server's Patient; each way of naming is an {@link Identity}.
 */
export interface Identity {
  /** An identifier's system, or {@link PATIENT_ID} for a Patient stored here, or {@link ELSEWHERE} for other references. */
  system: string;
  value: string;
}

export const PATIENT_ID = 'Patient';
const ELSEWHERE = 'reference';

/** The numbers that name one person nationally: England and Wales, Scotland, Northern Ireland. */
export const NATIONAL_IDENTIFIERS: ReadonlySet<string> = new Set([
  'https://fhir.nhs.uk/Id/nhs-number',
  'https://fhir.nhs.uk/Id/chi-number',
  'https://fhir.nhs.uk/Id/health-and-care-number',
  'https://fhir.hscni.net/Id/hcn-number',
]);

/** The element that names the patient, for each type of resource that has one. A type not listed belongs to no patient. */
const PATIENT_ELEMENT: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'patient',
  Basic: 'subject',
  CarePlan: 'subject',
  Communication: 'subject',
  Composition: 'subject',
  Condition: 'subject',
  Consent: 'patient',
  DetectedIssue: 'patient',
  Device: 'patient',
  DocumentReference: 'subject',
  Encounter: 'subject',
  EpisodeOfCare: 'patient',
  Flag: 'subject',
  List: 'subject',
  MedicationAdministration: 'subject',
  MedicationDispense: 'subject',
  MedicationRequest: 'subject',
  MedicationStatement: 'subject',
  Observation: 'subject',
  Procedure: 'subject',
  RelatedPerson: 'patient',
  ServiceRequest: 'subject',
  Task: 'for',
};

/** Is this type kept with a patient? */
export function isPatientOwned(type: string): boolean {
  return type === 'Patient' || PATIENT_ELEMENT[type] !== undefined;
}

/** The reference that names a resource's patient, if it has one and it is not to a Group, Device or the like. */
export function patientReference(resource: FhirResource): Reference | undefined {
  const element = PATIENT_ELEMENT[resource.resourceType];
  if (element === undefined) return undefined;
  const reference = (resource as unknown as Record<string, unknown>)[element] as Reference | undefined;
  if (!reference || typeof reference !== 'object') return undefined;
  const literal = localReference(reference.reference);
  if (literal !== undefined && literal.type !== 'Patient') return undefined;
  return reference.type === undefined || reference.type === 'Patient' ? reference : undefined;
}

/** A reference to a resource of this server, `Type/id` or `Type/id/_history/n`. */
export function localReference(text: string | undefined): { type: string; id: string } | undefined {
  const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(text ?? '');
  return match ? { type: match[1] as string, id: match[2] as string } : undefined;
}

/** Every way in which a Patient resource, stored under `id`, can be named. */
export function identitiesOfPatient(patient: Patient, id: string): Identity[] {
  return [{ system: PATIENT_ID, value: id }, ...identifiersOf(patient.identifier)];
}

/** Every way in which a resource names its patient; the most certain first. Empty when it names none. */
export function identitiesOfSubject(resource: FhirResource): Identity[] {
  const reference = patientReference(resource);
  if (reference === undefined) return [];
  const text = isName(reference.reference) ? reference.reference : undefined;
  const identities: Identity[] = [];
  const local = localReference(text);
  if (local !== undefined) {
    identities.push({ system: PATIENT_ID, value: local.id });
  } else if (text?.startsWith('#')) {
    const { contained } = resource as { contained?: FhirResource[] };
    const patient = (Array.isArray(contained) ? contained : []).find(
      (each) => each?.resourceType === 'Patient' && each.id === text.slice(1),
    );
    identities.push(...identifiersOf((patient as Patient | undefined)?.identifier));
  } else if (text) {
    identities.push({ system: ELSEWHERE, value: text });
  }
  identities.push(...identifiersOf(reference.identifier ? [reference.identifier] : []));
  return identities;
}

/** Text that can name someone. A transaction asks who is meant before its resources are checked, so it may be anything. */
function isName(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && !text.includes('\u0000');
}

/** The identifiers that name someone: with a system and a value, and not an old one. */
export function identifiersOf(identifiers: Identifier[] | undefined): Identity[] {
  return (Array.isArray(identifiers) ? identifiers : []).flatMap((each) =>
    isName(each?.system) && isName(each.value) && each.use !== 'old'
      ? [{ system: each.system, value: each.value }]
      : [],
  );
}
