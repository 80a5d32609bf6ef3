import type { CodeableConcept, Coding } from 'fhir/r4';

/** One of a short list of codes to choose from. */
export interface Choice {
  readonly code: string;
  readonly words: string;
}

const HL7_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const UK_CATEGORY = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCategory';
const HL7_COURSE = 'http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy';
const UK_COURSE = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCourseOfTherapy';

/** A code with its system, and whether the medicine goes home with the patient, so that an amount must be said. */
interface CodedChoice extends Choice {
  readonly system: string;
  readonly isTaken?: boolean;
}

/** Where an order is for: what a ward writes (UK Core, MedicationRequest.category).. */
export const CATEGORIES: readonly CodedChoice[] = [
  { code: 'inpatient', words: 'Inpatient', system: HL7_CATEGORY },
  { code: 'leave', words: 'Leave', system: UK_CATEGORY, isTaken: true },
  { code: 'discharge', words: 'Discharge', system: HL7_CATEGORY, isTaken: true },
  { code: 'outpatient', words: 'Outpatient', system: HL7_CATEGORY },
];

/** How long a course is meant to be (UK Core, MedicationRequest.courseOfTherapyType). R-025. */
export const COURSES: readonly CodedChoice[] = [
  { code: 'acute', words: 'Short course (acute)', system: HL7_COURSE },
  { code: 'continuous', words: 'Continuing (repeat)', system: HL7_COURSE },
  { code: 'continuous-repeating-dispensing', words: 'Continuing (repeat dispensing)', system: UK_COURSE },
];

/** How often a dose is given, as FHIR's Timing says it. */
interface TimingChoice extends Choice {
  readonly repeat: object;
}

const daily = (frequency: number) => ({ frequency, period: 1, periodUnit: 'd' });
const hourly = (period: number) => ({ frequency: 1, period, periodUnit: 'h' });

export const TIMINGS: readonly TimingChoice[] = [
  { code: '1d', words: 'once a day', repeat: daily(1) },
  { code: '2d', words: 'twice a day', repeat: daily(2) },
  { code: '3d', words: '3 times a day', repeat: daily(3) },
  { code: '4d', words: '4 times a day', repeat: daily(4) },
  { code: 'morn', words: 'once a day, in the morning', repeat: { ...daily(1), when: ['MORN'] } },
  { code: 'night', words: 'once a day, at night', repeat: { ...daily(1), when: ['NIGHT'] } },
  { code: '4h', words: 'every 4 hours', repeat: hourly(4) },
  { code: '6h', words: 'every 6 hours', repeat: hourly(6) },
  { code: '8h', words: 'every 8 hours', repeat: hourly(8) },
  { code: '12h', words: 'every 12 hours', repeat: hourly(12) },
  { code: '2days', words: 'every 2 days', repeat: { frequency: 1, period: 2, periodUnit: 'd' } },
  { code: '1wk', words: 'once a week', repeat: { frequency: 1, period: 1, periodUnit: 'wk' } },
  { code: 'once', words: 'once only', repeat: { count: 1 } },
];

/** A choice as a coded concept. */
export function conceptOf({ system, code, words }: CodedChoice): CodeableConcept {
  return { coding: [{ system, code, display: words }] };
}

/** The choice that a code stands for. */
export function choiceOf<T extends Choice>(choices: readonly T[], code: string | undefined): T | undefined {
  return choices.find((each) => each.code === code);
}

/** What a list of choices calls a resource's concepts: the first that it knows; else as the sender calls it. */
export function wordsOf(
  choices: readonly CodedChoice[],
  concepts: readonly CodeableConcept[] = [],
): string | undefined {
  const codings: Coding[] = concepts.flatMap(({ coding }) => coding ?? []);
  const known = codings.map(({ code }) => choiceOf(choices, code)).find((each) => each !== undefined);
  return known?.words ?? codings[0]?.display ?? concepts[0]?.text ?? codings[0]?.code;
}
