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
import type { Compartment } from './store/compartments.ts';
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
  /** Does anything in it refer to a Medication resource? */
  refersToMedications: boolean;
}

/** Reads a patient's record and says what is current. The one way to the answer, for every door and page. */
export async function medicinesOf(record: Record, question: MedicinesQuestion): Promise<Medicines> {
  const { patient, knownAt, now } = question;
  const compartments = await record.compartments.find(record.q, patient);
  const [only] = compartments;
  if (only === undefined || compartments.length > 1 || knownAt !== undefined)
    return judge(record, question, compartments);
  // A compartment is an object of its own for each version, so what was judged of it stays true while it is kept.
  const kept = judged.get(only) ?? new Map<string, Medicines>();
  const name = JSON.stringify([question.asOf ?? londonDay(now), patient]);
  const known = kept.get(name);
  if (known !== undefined) return known;
  const medicines = await judge(record, question, compartments);
  // Medications belong to no patient: they may change without the compartment knowing.
  if (medicines.refersToMedications) return medicines;
  if (kept.size >= ANSWERS_KEPT) kept.clear();
  judged.set(only, kept.set(name, medicines));
  return medicines;
}

const judged = new WeakMap<Compartment, Map<string, Medicines>>();
/** Days and ways of naming the patient that are remembered for each compartment. */
const ANSWERS_KEPT = 4;

async function judge(record: Record, question: MedicinesQuestion, compartments: Compartment[]): Promise<Medicines> {
  const { patient, knownAt, now } = question;
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
  const references = medicationReferences(entries);
  const medications = (await record.readMany(references)).map((entry) => entry.resource as Medication);
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
    refersToMedications: references.length > 0,
  };
}

function of<T extends FhirResource>(entries: readonly Stored[], type: T['resourceType']): T[] {
  return entries.filter((entry) => entry.type === type).map((entry) => entry.resource as T);
}

/** The Medication resources that a record refers to, which belong to no patient. */
function medicationReferences(entries: readonly Stored[]): { type: string; id: string }[] {
  const wanted = new Map<string, { type: string; id: string }>();
  for (const { type, resource } of entries) {
    if (!type.startsWith('Medication')) continue;
    const reference = (resource as MedicationRequest).medicationReference?.reference;
    const local = localReference(reference);
    if (local?.type === 'Medication') wanted.set(reference as string, local);
  }
  return [...wanted.values()];
}
