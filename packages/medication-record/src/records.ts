import type { Medication, MedicationDispense, MedicationRequest, MedicationStatement } from 'fhir/r4';
import type { Records } from './linking.ts';
import { ReferenceIndex } from './references.ts';
import type { Unchecked } from './tolerant-reading.ts';
import { object, objects, text } from './tolerant-reading.ts';

/** What a patient's medicines are read from. Resources of other patients must not be among them. */
export interface PatientMedicines {
  readonly statements: readonly MedicationStatement[];
  readonly requests: readonly MedicationRequest[];
  readonly dispenses: readonly MedicationDispense[];
  /** The Medication resources that `medicationReference` may mean. */
  readonly medications?: readonly Medication[] | undefined;
}

/** Each resource once, its newest version, in an order that depends on its content alone. */
export function inOrder(input: PatientMedicines): Records {
  return {
    statements: eachOnce(input.statements, 'MedicationStatement'),
    requests: eachOnce(input.requests, 'MedicationRequest'),
    dispenses: eachOnce(input.dispenses, 'MedicationDispense'),
    medications: new ReferenceIndex('Medication', eachOnce(input.medications, 'Medication')),
  };
}

/** Each resource of a type once, its newest version, in an order that depends on content alone. */
export function eachOnce<R extends object>(resources: unknown, type: string): R[] {
  const ofType = objects(resources).filter((r) => (r.resourceType ?? type) === type);
  const sorted = ofType.map((resource) => ({ resource, id: text(resource.id) ?? '' }));
  sorted.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : newerFirst(a.resource, b.resource)));
  const kept: Unchecked[] = [];
  let last: string | undefined;
  for (const { resource, id } of sorted) {
    if (id === '' || id !== last) kept.push(resource);
    last = id;
  }
  return kept as unknown as R[];
}

function newerFirst(a: Unchecked, b: Unchecked): number {
  const updatedA = text(object(a.meta).lastUpdated) ?? '';
  const updatedB = text(object(b.meta).lastUpdated) ?? '';
  if (updatedA !== updatedB) return updatedA > updatedB ? -1 : 1;
  const textA = JSON.stringify(a);
  const textB = JSON.stringify(b);
  return textA > textB ? -1 : textA < textB ? 1 : 0;
}
