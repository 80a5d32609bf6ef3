import type { Patient } from 'fhir/r4';
import { NHS_NUMBER, spacedNhsNumber } from '../../fhir/nhs-number.ts';
import { isId } from '../../fhir/url.ts';
import { SearchRefusal } from '../../search/refusal.ts';
import { type Identity, PATIENT_ID } from '../../store/patients.ts';
import { shortDate } from '../dates.ts';
import { bannerName, chosenName, spokenName } from '../names.ts';
import { PageFault, type Visit } from '../page.ts';
import { search } from './read-orders.ts';

/** People to choose from at once; more than that, and the name must be narrowed. */
const SHOWN = 20;

/** A patient to choose. */
export interface PatientChoice {
  readonly id: string;
  readonly name: string;
  readonly spoken: string;
  readonly born: string | undefined;
  readonly number: string | undefined;
}

/** What the words of a search for a patient lead to. */
export interface FoundPatients {
  readonly asked: string;
  readonly choices: readonly PatientChoice[];
  /** What to do where there are too many, or none. */
  readonly says: string | undefined;
}

/** Patients kept here by number or name. */
export async function findPatients(visit: Visit, asked: string): Promise<FoundPatients> {
  const number = asked.replace(/[\s-]/g, '');
  const words = asked
    .slice(0, 100)
    .split(/[\s,]+/)
    .slice(0, 6)
    .filter((word) => word !== '');
  const pairs: [string, string][] = /^\d+$/.test(number)
    ? [['identifier', number]]
    : [...words.map((word): [string, string] => ['name', word.replace(/[\\,$|]/g, '\\$&')]), ['_sort', 'family,given']];
  try {
    const { matches, isCut } = await search(visit, 'Patient', pairs, SHOWN);
    const choices = matches.map((each) => choiceOf(each.resource as Patient));
    const none = `Nobody kept here has a name or number like “${asked.slice(0, 100)}”. Check it, or register the patient first.`;
    const more = 'More people than these fit: add a first or last name, or use the NHS number.';
    return { asked, choices, says: isCut ? more : choices.length === 0 ? none : undefined };
  } catch (error) {
    if (!(error instanceof SearchRefusal)) throw error;
    return { asked, choices: [], says: 'Too many people fit: add a first or last name, or use the NHS number.' };
  }
}

/** A patient as lists to choose from and the heads of forms name them. */
export function choiceOf(patient: Patient): PatientChoice {
  const name = chosenName(patient.name);
  const number = patient.identifier?.find((each) => each.system === NHS_NUMBER && each.use !== 'old')?.value;
  return {
    id: patient.id ?? '',
    name: bannerName(name) ?? 'Name not recorded',
    spoken: spokenName(name) ?? 'Name not recorded',
    born: shortDate(patient.birthDate),
    number: number === undefined ? undefined : spacedNhsNumber(number),
  };
}

/** The patient whom the address of a list names; undefined where it names none. */
export function askedPatient(visit: Visit): Identity | undefined {
  const [id, system, value] = [visit.query('patient'), visit.query('system'), visit.query('value')];
  if (id !== undefined) return { system: PATIENT_ID, value: patientId(id) };
  return system === undefined || value === undefined ? undefined : { system, value };
}

/** The Patient that a form or an address is about. */
export async function patientOf({ record }: Visit, id: string | undefined): Promise<Patient> {
  const row = id === undefined ? undefined : await record.read('Patient', patientId(id));
  if (row?.content) return JSON.parse(row.content) as Patient;
  throw new PageFault(404, 'No such patient here', 'Find the patient by NHS number or name.');
}

function patientId(id: string): string {
  if (isId(id)) return id;
  throw new PageFault(404, 'No such patient here', 'Find the patient by NHS number or name.');
}
