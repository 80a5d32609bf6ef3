import { currentMedication, londonDay, type MedicineLine } from '@concord/medication-record';
import type {
  AllergyIntolerance,
  FhirResource,
  Medication,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
  Patient,
} from 'fhir/r4';
import { aboutAnyOf } from './search/people.ts';
import { type Identity, localReference } from './store/patients.ts';
import type { Record } from './store/record.ts';
import type { Stored } from './store/stored.ts';

/** Whose medicines, judged for which day, and as known when. */
export interface MedicinesQuestion {
  patient: Identity[];
  /** The day that "current" is judged for, `YYYY-MM-DD`; default: today in London, or the day of `knownAt`. */
  asOf?: string | undefined;
  /** Only what had been recorded by this instant. */
  knownAt?: string | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/** A patient's medicines record, judged. */
export interface Medicines {
  asOf: string;
  /** Every medicine on record, each with its standing and the reason; the most relevant groups first. */
  lines: MedicineLine[];
  /** Everything of theirs, by `Type/id`. */
  entries: ReadonlyMap<string, Stored>;
  patients: Patient[];
  allergies: AllergyIntolerance[];
}

/** Reads a patient's record and says what is current. The one way to the answer, for every door and page. */
export async function medicinesOf(record: Record, question: MedicinesQuestion): Promise<Medicines> {
  const { patient, knownAt, now } = question;
  const compartments = await record.compartments.find(record.q, patient);
  const around =
    knownAt === undefined
      ? compartments
      : [
          {
            key: 0,
            version: 0,
            entries: await record.asKnownAt(
              compartments.map(({ key }) => key),
              knownAt,
            ),
          },
        ];
  const isTheirs = aboutAnyOf(patient, around);
  const entries = around.flatMap((each) => each.entries).filter(isTheirs);
  const medications = await medicationsOf(record, entries);
  const asOf = question.asOf ?? londonDay(knownAt === undefined ? now : Date.parse(knownAt));
  const lines = currentMedication({
    statements: of<MedicationStatement>(entries, 'MedicationStatement'),
    requests: of<MedicationRequest>(entries, 'MedicationRequest'),
    dispenses: of<MedicationDispense>(entries, 'MedicationDispense'),
    medications,
    asOf,
  });
  return {
    asOf,
    lines,
    entries: new Map(entries.map((entry) => [entry.reference, entry])),
    patients: of<Patient>(entries, 'Patient'),
    allergies: of<AllergyIntolerance>(entries, 'AllergyIntolerance'),
  };
}

function of<T extends FhirResource>(entries: readonly Stored[], type: T['resourceType']): T[] {
  return entries.filter((entry) => entry.type === type).map((entry) => entry.resource as T);
}

/** The Medication resources that a record refers to, which belong to no patient. */
async function medicationsOf(record: Record, entries: readonly Stored[]): Promise<Medication[]> {
  const wanted = new Map<string, { type: string; id: string }>();
  for (const { type, resource } of entries) {
    if (!type.startsWith('Medication')) continue;
    const reference = (resource as MedicationRequest).medicationReference?.reference;
    const local = localReference(reference);
    if (local?.type === 'Medication') wanted.set(reference as string, local);
  }
  const stored = await record.readMany([...wanted.values()]);
  return stored.map((entry) => entry.resource as Medication);
}
