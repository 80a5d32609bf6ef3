import { hasModulus11Digit } from '@concord/conformance';
import type { Patient } from 'fhir/r4';
import { NHS_NUMBER, spacedNhsNumber } from '../fhir/nhs-number.ts';
import { parseSearch } from '../search/parse.ts';
import { SearchRefusal } from '../search/refusal.ts';
import { find } from '../search/search.ts';
import { type Identity, NATIONAL_IDENTIFIERS, PATIENT_ID } from '../store/patients.ts';
import { ageOn, shortDate } from './dates.ts';
import { bannerName, chosenName } from './names.ts';
import type { Page, Redirect, Visit } from './page.ts';
import { patientAddress, recordOf } from './person.ts';

/** A patient in a list to choose from. */
export interface PatientRow {
  readonly name: string;
  readonly born: string | undefined;
  readonly age: string | undefined;
  readonly gender: string | undefined;
  readonly number: string | undefined;
  readonly address: string;
}

/** People on one page of results; more than that, and the name must be narrowed. */
const SHOWN = 50;
const WORDS = 6;
const LIMITS = { defaultCount: SHOWN, maxCount: SHOWN };

/** Finds a patient by a number or a name. A number that is one person's leads straight to them. */
export async function findPage(visit: Visit): Promise<Page | Redirect> {
  const asked = visit.query('q');
  if (asked === undefined) return result('', { error: 'Enter an NHS number or a name' });
  const number = asked.replace(/[\s-]/g, '');
  if (/^\d+$/.test(number)) return byNumber(visit, asked, number);
  if (asked.length > 100) return result(asked.slice(0, 100), { error: 'Enter a name of at most 100 characters' });
  const words = asked.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) return result(asked, { error: 'Enter an NHS number or a name' });
  const pairs = words.slice(0, WORDS).map((word): [string, string] => ['name', escaped(word)]);
  try {
    const { patients, more } = await search(visit, pairs);
    const others = words.length === 1 ? (await search(visit, [['identifier', escaped(asked)]])).patients : [];
    const rows = [...patients, ...others].map((each) => patientRow(each, visit.today));
    return result(asked, { rows, more });
  } catch (error) {
    if (error instanceof SearchRefusal && error.code === 'too-costly') return result(asked, { rows: [], more: true });
    throw error;
  }
}

/** The first patients by name: a way in for those who try the server out. */
export async function firstPatients(visit: Visit, count: number): Promise<PatientRow[]> {
  const { patients } = await search(visit, [], count);
  return patients.map((each) => patientRow(each, visit.today));
}

async function byNumber(visit: Visit, asked: string, number: string): Promise<Page | Redirect> {
  const { patients } = await search(visit, [['identifier', number]]);
  if (patients.length === 1) return { redirect: patientAddress({ system: PATIENT_ID, value: patients[0]?.id ?? '' }) };
  if (patients.length > 1) return result(asked, { rows: patients.map((each) => patientRow(each, visit.today)) });
  for (const system of NATIONAL_IDENTIFIERS) {
    const who: Identity = { system, value: number };
    if ((await recordOf(visit.record, who)).length > 0) return { redirect: patientAddress(who) };
  }
  if (number.length !== 10) return result(asked, { error: 'An NHS number has 10 digits', rows: [] });
  if (!hasModulus11Digit(number)) {
    return result(asked, { error: `${spacedNhsNumber(number)} is not a valid NHS number: check its digits`, rows: [] });
  }
  return result(asked, { rows: [], number: spacedNhsNumber(number) });
}

async function search(visit: Visit, pairs: [string, string][], count = SHOWN) {
  const query: [string, string][] = [...pairs, ['_sort', 'family,given'], ['_count', `${count}`]];
  const site = { base: 'http://localhost/fhir', now: visit.now };
  const found = await find(visit.record, parseSearch('Patient', query, site, LIMITS, { lenient: false }));
  return { patients: found.matches.map((each) => each.resource as Patient), more: found.next !== undefined };
}

function patientRow(patient: Patient, today: string): PatientRow {
  const number = patient.identifier?.find((each) => each.system === NHS_NUMBER && each.use !== 'old')?.value;
  return {
    name: bannerName(chosenName(patient.name)) ?? 'Name not recorded',
    born: shortDate(patient.birthDate),
    age: patient.deceasedBoolean || patient.deceasedDateTime ? 'died' : ageOn(patient.birthDate, today),
    gender: patient.gender,
    number: number === undefined ? undefined : spacedNhsNumber(number),
    address: patientAddress({ system: PATIENT_ID, value: patient.id ?? '' }),
  };
}

/** FHIR searches give these characters a meaning of their own. */
function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, '\\$&');
}

function result(asked: string, found: { error?: string; rows?: PatientRow[]; more?: boolean; number?: string }): Page {
  return {
    view: 'find',
    title: found.error === undefined ? `Find a patient: ${asked}` : 'Error: Find a patient',
    status: found.error === undefined ? 200 : 400,
    model: { asked, ...found, isSearch: found.rows !== undefined },
  };
}
