/** Where an order is to be carried out, and by whom it is dispensed. */
export type OrderSetting = 'inpatient' | 'leave' | 'discharge' | 'outpatient' | 'community' | 'primary care';

const HL7 = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
const UK = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCategory';
const HL7_COURSE = 'http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy';
const UK_COURSE = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCourseOfTherapy';

/** A row that says what a category means. The system is that which the code belongs to; senders mix them up. */
export interface OrderSettingRow {
  readonly system: string;
  readonly code: string;
  readonly setting: OrderSetting;
  readonly meaning: string;
}

/** What a category says. */
export const ORDER_SETTINGS: readonly OrderSettingRow[] = [
  { system: HL7, code: 'inpatient', setting: 'inpatient', meaning: 'Given on the ward.' },
  { system: UK, code: 'leave', setting: 'leave', meaning: 'Taken home for a leave from the ward.' },
  { system: HL7, code: 'discharge', setting: 'discharge', meaning: 'Taken home when the stay ends.' },
  {
    ...{ system: HL7, code: 'outpatient', setting: 'outpatient' },
    meaning: 'For an outpatient: given in the clinic, or dispensed by the hospital to be taken home.',
  },
  {
    ...{ system: HL7, code: 'community', setting: 'community' },
    meaning: 'Written by a hospital, dispensed by a community pharmacy, taken at home.',
  },
  {
    ...{ system: UK, code: 'primarycare', setting: 'primary care' },
    meaning: 'Written in primary care, dispensed by a community pharmacy, taken at home.',
  },
];

/** A row that says what a course of therapy means. */
export interface OrderCourseRow {
  readonly system: string;
  readonly code: string;
  readonly course: 'acute' | 'repeat' | 'repeat-dispensing';
  readonly meaning: string;
}

/** What a course of therapy says. Codes that older senders use are accepted as what they became. */
export const ORDER_COURSES: readonly OrderCourseRow[] = [
  { system: HL7_COURSE, code: 'acute', course: 'acute', meaning: 'For a limited time.' },
  { system: HL7_COURSE, code: 'continuous', course: 'repeat', meaning: 'To go on: each issue is asked for.' },
  {
    ...{ system: UK_COURSE, code: 'continuous-repeating-dispensing', course: 'repeat-dispensing' },
    meaning: 'To go on: the pharmacy dispenses each issue without asking.',
  },
  {
    system: 'https://fhir.nhs.uk/CodeSystem/medicationrequest-course-of-therapy',
    ...{ code: 'continuous-repeat-dispensing', course: 'repeat-dispensing' },
    meaning: 'To go on: the pharmacy dispenses each issue without asking.',
  },
];
