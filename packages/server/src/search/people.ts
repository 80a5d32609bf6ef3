import type { Patient } from 'fhir/r4';
import type { Compartment } from '../store/compartments.ts';
import {
  type Identity,
  identitiesOfPatient,
  identitiesOfSubject,
  isPatientOwned,
  PATIENT_ID,
} from '../store/patients.ts';
import type { Stored } from '../store/stored.ts';
import type { Criterion } from './criteria.ts';

/**
 * The patients whom a criterion names, when it is one that names patients outright: `patient=Patient/1`,
 * `subject:identifier=system|value`, `patient.identifier=system|value`. Such a criterion decides where to read.
 * @returns undefined for any other criterion
 */
export function namedPatients(criterion: Criterion, type: string): Identity[] | undefined {
  if (criterion.kind !== 'value' && criterion.kind !== 'chain') return undefined;
  if (!isPatientOwned(type) || !NAMES_PATIENT.has(criterion.parameter.code)) return undefined;
  if (criterion.kind === 'chain') {
    const { criterion: inner, type: target } = criterion;
    if (target !== 'Patient' || inner.kind !== 'value' || inner.modifier || inner.parameter.code !== 'identifier')
      return undefined;
    return all(inner.values.map((each) => (each.kind === 'token' ? identity(each.system, each.code) : undefined)));
  }
  if (criterion.modifier && criterion.modifier.name !== 'identifier' && criterion.modifier.name !== 'type')
    return undefined;
  return all(
    criterion.values.flatMap((each): (Identity | undefined)[] => {
      if (each.kind === 'identifier') return [identity(each.system, each.value)];
      if (each.kind !== 'reference') return [undefined];
      const patients = each.references.filter((reference) => reference.startsWith('Patient/'));
      return patients.length === 0
        ? [undefined]
        : patients.map((reference) => ({ system: PATIENT_ID, value: reference.slice(8) }));
    }),
  );
}

const NAMES_PATIENT: ReadonlySet<string> = new Set(['patient', 'subject']);

function identity(system: string | undefined, value: string | undefined): Identity | undefined {
  return system && value ? { system, value } : undefined;
}

function all(identities: (Identity | undefined)[]): Identity[] | undefined {
  return identities.length > 0 && identities.every((each) => each !== undefined)
    ? (identities as Identity[])
    : undefined;
}

/**
 * Tells who is meant by identities, from what the compartments hold: the identities themselves, and every other way of
 * naming a stored Patient who has one of them. A number that no stored Patient has stands for itself alone.
 * @returns a test for resources: is it about one of them (or, for a Patient, is it one of them)?
 */
export function aboutAnyOf(
  identities: readonly Identity[],
  compartments: readonly Compartment[],
): (entry: Stored) => boolean {
  const names = new Set(identities.map(nameOf));
  const patients = compartments.flatMap((each) => each.entries).filter((entry) => entry.type === 'Patient');
  for (const entry of patients) {
    const own = identitiesOfPatient(entry.resource as Patient, entry.id).map(nameOf);
    if (own.some((name) => names.has(name))) for (const name of own) names.add(name);
  }
  return (entry) => identitiesIn(entry).some((each) => names.has(nameOf(each)));
}

function nameOf({ system, value }: Identity): string {
  return `${system}|${value}`;
}

/** How a stored resource names its patient (a Patient: itself). */
function identitiesIn(entry: Stored): Identity[] {
  let identities = entry.memo.get(identitiesIn) as Identity[] | undefined;
  if (identities === undefined) {
    identities =
      entry.type === 'Patient'
        ? identitiesOfPatient(entry.resource as Patient, entry.id)
        : identitiesOfSubject(entry.resource);
    entry.memo.set(identitiesIn, identities);
  }
  return identities;
}
