import { hasModulus11Digit } from '@concord/conformance';
import type { FhirResource, Patient, Reference } from 'fhir/r4';
import { NHS_NUMBER, spacedNhsNumber } from '../fhir/nhs-number.ts';
import { type Identity, PATIENT_ID, patientReference } from '../store/patients.ts';
import type { Stored } from '../store/stored.ts';
import { ageOn, shortDate } from './dates.ts';
import { bannerName, chosenName, spokenName } from './names.ts';
import { nhsNumberOf, type PatientPage, patientAddress, patientsIn } from './person.ts';

/** What stands at the head of every page about a patient. */
export interface Banner {
  readonly name: string;
  /** For page titles. */
  readonly spoken: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly note?: string }[];
  readonly deceased: boolean;
  /** Other identities under which this patient is recorded here, where they disagree. */
  readonly warnings: readonly string[];
  readonly pages: readonly { readonly text: string; readonly address: string; readonly isHere: boolean }[];
  /** What the address of a list of this patient's orders has. */
  readonly orders: string;
}

const VERIFICATION = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus';
const VERIFIED = new Set(['01', 'number-present-and-verified']);
const GENDERS: { readonly [code: string]: string } = {
  male: 'Male',
  female: 'Female',
  other: 'Other',
  unknown: 'Not known',
};

/**
 * The banner over a patient's pages.
 * @param entries everything on record about them
 * @param who     how the page was asked for
 * @param day     today in London, for the age
 */
export function bannerOf(entries: readonly Stored[], who: Identity, day: string, here?: PatientPage): Banner {
  const [patient, ...others] = patientsIn(entries, who);
  const name = chosenName(patient?.name);
  const unnamed = patient === undefined ? (displayIn(entries) ?? 'Name not recorded here') : 'Name not recorded';
  const spoken = spokenName(name) ?? unnamed;
  return {
    name: bannerName(name) ?? unnamed,
    spoken,
    facts: [born(patient, day), ...died(patient), gender(patient), number(patient, who)],
    deceased: died(patient).length > 0,
    warnings: [
      ...(patient === undefined
        ? ['No details of this patient are kept here: the record knows them only by this number.']
        : []),
      ...(patient?.active === false ? ['This patient record is marked as no longer in use.'] : []),
      ...others.flatMap((other) => disagreement(patient as Patient, other)),
    ],
    orders: new URLSearchParams(
      who.system === PATIENT_ID ? { patient: who.value } : { system: who.system, value: who.value },
    ).toString(),
    pages: [
      { text: 'Medicines', address: patientAddress(who), isHere: here === 'medicines' },
      { text: 'Timeline', address: patientAddress(who, 'timeline'), isHere: here === 'timeline' },
    ],
  };
}

function born(patient: Patient | undefined, day: string) {
  const date = shortDate(patient?.birthDate);
  const age = isDead(patient) ? undefined : ageOn(patient?.birthDate, day);
  return { label: 'Born', value: date ?? 'Not recorded', ...(age === undefined ? {} : { note: age }) };
}

function isDead(patient: Patient | undefined): boolean {
  return patient?.deceasedBoolean === true || patient?.deceasedDateTime !== undefined;
}

function died(patient: Patient | undefined) {
  if (!isDead(patient)) return [];
  const date = shortDate(patient?.deceasedDateTime);
  const day = /^\d{4}-\d\d-\d\d/.exec(patient?.deceasedDateTime ?? '')?.[0];
  const age = day === undefined ? undefined : ageOn(patient?.birthDate, day);
  return [{ label: 'Died', value: date ?? 'Date not recorded', ...(age === undefined ? {} : { note: `aged ${age}` }) }];
}

function gender(patient: Patient | undefined) {
  const code = patient?.gender;
  return { label: 'Gender', value: code === undefined ? 'Not recorded' : (GENDERS[code] ?? code) };
}

function number(patient: Patient | undefined, who: Identity) {
  const identifier = patient?.identifier?.find(
    (each) => each.system === NHS_NUMBER && each.value && each.use !== 'old',
  );
  const value = identifier?.value ?? nhsNumberOf(who);
  if (value === undefined) {
    const other = patient?.identifier?.find((each) => each.value) ?? (patient === undefined ? who : undefined);
    return other?.value === undefined
      ? { label: 'NHS number', value: 'Not recorded' }
      : { label: 'Identifier', value: other.value, note: other.system ?? '' };
  }
  const codings = identifier?.extension?.find((each) => each.url === VERIFICATION)?.valueCodeableConcept?.coding ?? [];
  const note = !hasModulus11Digit(value)
    ? 'not a valid NHS number'
    : codings.length > 0 && !codings.some((each) => VERIFIED.has(each.code ?? ''))
      ? 'not verified'
      : undefined;
  return { label: 'NHS number', value: spacedNhsNumber(value), ...(note === undefined ? {} : { note }) };
}

/** The name by which resources call a patient of whom no Patient is kept. */
function displayIn(entries: readonly Stored[]): string | undefined {
  for (const entry of entries) {
    const display = (patientReference(entry.resource as FhirResource) as Reference | undefined)?.display;
    if (display) return display;
  }
  return undefined;
}

function disagreement(patient: Patient, other: Patient): string[] {
  const name = spokenName(chosenName(other.name));
  const isSameName = name?.toLowerCase() === spokenName(chosenName(patient.name))?.toLowerCase();
  if (isSameName && other.birthDate === patient.birthDate) return [];
  const birth = shortDate(other.birthDate);
  return [
    `This number is also recorded here for ${name ?? 'somebody without a name'}${birth === undefined ? '' : `, born ${birth}`}. Check that this is one person.`,
  ];
}
