/**
 * The shape of a FHIR Dosage as this package reads and writes it.
 *
 * Structural, so that an R4 Dosage from any FHIR type library fits, as does the STU3 shape of GP Connect (one dose and
 * one rate at the top level). Numbers may arrive as objects that keep the sender's digits (`rawJSON`), because a dose
 * is never a binary float.
 */

/** A FHIR decimal: a number, or an object that keeps the digits exactly as they stood in the JSON. */
export type FhirDecimal = number | { readonly rawJSON: string };

/** An extension, opaque here but for the description display of UK Core. */
export interface Extension {
  url: string;
  valueString?: string;
  [other: string]: unknown;
}

export interface Coding {
  id?: string;
  extension?: Extension[];
  system?: string;
  version?: string;
  code?: string;
  display?: string;
  userSelected?: boolean;
}

export interface CodeableConcept {
  id?: string;
  extension?: Extension[];
  coding?: Coding[];
  text?: string;
}

export type QuantityComparator = '<' | '<=' | '>=' | '>';

export interface Quantity {
  id?: string;
  extension?: Extension[];
  value?: FhirDecimal;
  comparator?: QuantityComparator;
  unit?: string;
  system?: string;
  code?: string;
}

export interface Range {
  id?: string;
  extension?: Extension[];
  low?: Quantity;
  high?: Quantity;
}

export interface Ratio {
  id?: string;
  extension?: Extension[];
  numerator?: Quantity;
  denominator?: Quantity;
}

export interface Period {
  id?: string;
  extension?: Extension[];
  start?: string;
  end?: string;
}

/** UCUM time units that FHIR allows in a Timing. */
export type TimeUnit = 's' | 'min' | 'h' | 'd' | 'wk' | 'mo' | 'a';

export type DayOfWeek = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Codes of the FHIR event-timing value set. */
export type WhenCode =
  | 'MORN'
  | 'MORN.early'
  | 'MORN.late'
  | 'NOON'
  | 'AFT'
  | 'AFT.early'
  | 'AFT.late'
  | 'EVE'
  | 'EVE.early'
  | 'EVE.late'
  | 'NIGHT'
  | 'PHS'
  | 'HS'
  | 'WAKE'
  | 'C'
  | 'CM'
  | 'CD'
  | 'CV'
  | 'AC'
  | 'ACM'
  | 'ACD'
  | 'ACV'
  | 'PC'
  | 'PCM'
  | 'PCD'
  | 'PCV';

export interface TimingRepeat {
  id?: string;
  extension?: Extension[];
  boundsDuration?: Quantity;
  boundsRange?: Range;
  boundsPeriod?: Period;
  count?: FhirDecimal;
  countMax?: FhirDecimal;
  duration?: FhirDecimal;
  durationMax?: FhirDecimal;
  durationUnit?: TimeUnit;
  frequency?: FhirDecimal;
  frequencyMax?: FhirDecimal;
  period?: FhirDecimal;
  periodMax?: FhirDecimal;
  periodUnit?: TimeUnit;
  dayOfWeek?: DayOfWeek[];
  timeOfDay?: string[];
  when?: WhenCode[];
  offset?: FhirDecimal;
}

export interface Timing {
  id?: string;
  extension?: Extension[];
  modifierExtension?: Extension[];
  event?: string[];
  repeat?: TimingRepeat;
  code?: CodeableConcept;
}

/** Dose and rate: an element of `doseAndRate` in R4, and part of the Dosage itself in STU3. */
export interface DoseAndRate {
  id?: string;
  extension?: Extension[];
  type?: CodeableConcept;
  doseQuantity?: Quantity;
  doseRange?: Range;
  rateRatio?: Ratio;
  rateRange?: Range;
  rateQuantity?: Quantity;
}

/** An R4 Dosage, or an STU3 one, whose single dose and rate stand at the top level. */
export interface Dosage {
  id?: string;
  extension?: Extension[];
  modifierExtension?: Extension[];
  sequence?: FhirDecimal;
  text?: string;
  additionalInstruction?: CodeableConcept[];
  patientInstruction?: string;
  timing?: Timing;
  asNeededBoolean?: boolean;
  asNeededCodeableConcept?: CodeableConcept;
  site?: CodeableConcept;
  route?: CodeableConcept;
  method?: CodeableConcept;
  doseAndRate?: DoseAndRate[];
  maxDosePerPeriod?: Ratio;
  maxDosePerAdministration?: Quantity;
  maxDosePerLifetime?: Quantity;
  /** STU3 only. */
  doseQuantity?: Quantity;
  /** STU3 only. */
  doseRange?: Range;
  /** STU3 only. */
  rateRatio?: Ratio;
  /** STU3 only. */
  rateRange?: Range;
  /** STU3 only. */
  rateQuantity?: Quantity;
}
