/** What a rendering gives back: text, or a refusal that says why there is none. */

/** Name and version of the algorithm, to store beside the text it made. The version changes when any text would. */
export interface DosageTextAlgorithm {
  readonly name: string;
  readonly version: string;
}

export const dosageTextAlgorithm: DosageTextAlgorithm = Object.freeze({
  name: 'concord-dosage-to-text',
  version: '1.0.0',
});

/** D-003: the components of a dosage string, in their order. */
export const partNames = [
  'method',
  'dose',
  'rate',
  'duration',
  'frequency',
  'when',
  'dayOfWeek',
  'timeOfDay',
  'route',
  'site',
  'asNeeded',
  'bounds',
  'count',
  'event',
  'maxDosePerPeriod',
  'maxDosePerAdministration',
  'maxDosePerLifetime',
  'additionalInstruction',
] as const;

export type PartName = (typeof partNames)[number];

/** Text of each component, for layouts in columns; undefined where the Dosage has none. */
export type DosageParts = Record<PartName, string | undefined>;

/**
 * One thing found: the rule it rests on, the element (FHIRPath) and a sentence. Rules named D-nnn are those of dose to
 * text, R-nnn the checkable rules of elements, FHIR the specification itself.
 */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

/** Why an element that is present is not in the text. */
export type NotRenderedReason =
  /** The sender's own text, where text was rendered from the structure (D-006). */
  | 'sender-text'
  /** Words for the patient (D-003, D-007). */
  | 'patient-instruction'
  /** Orders a Dosage among others, and there is no other here (D-003). */
  | 'sequence'
  /** A flag that is false says nothing (D-057). */
  | 'false'
  /** A timing code beside a structure that says it (D-071). */
  | 'timing-code'
  /** Whether the dose was ordered or calculated (D-026). */
  | 'dose-type'
  /** Words for the same concept or unit, others being preferred (D-005, D-016). */
  | 'other-words'
  /** A zero offset (D-051). */
  | 'zero-offset'
  /** A maximum equal to its minimum (D-043). */
  | 'equal-maximum'
  /** The offset from UTC of a date and time, which is printed as sent (D-066). */
  | 'time-zone'
  /** Says again what another element beside it says: the same dose twice, or that it is needed beside what for. */
  | 'repeated'
  /** An element with nothing in it. */
  | 'empty'
  | 'extension'
  | 'unknown-element';

export interface NotRendered {
  readonly path: string;
  readonly reason: NotRenderedReason;
  readonly rule: string;
  /** What it held, as short text, where it is text or a number. */
  readonly value?: string;
}

export interface RenderedDosage {
  readonly outcome: 'text';
  readonly text: string;
  /** Whether the text was made from the structure, or is the sender's own because there is no structure (D-006). */
  readonly source: 'structure' | 'sender-text';
  readonly parts: DosageParts;
  readonly algorithm: DosageTextAlgorithm;
  readonly warnings: readonly Finding[];
  readonly notRendered: readonly NotRendered[];
}

export interface RefusedDosage {
  readonly outcome: 'refused';
  /** At least one. */
  readonly refusals: readonly Finding[];
  readonly algorithm: DosageTextAlgorithm;
  readonly warnings: readonly Finding[];
  readonly notRendered: readonly NotRendered[];
}

/** The text of one Dosage, or why there is none. */
export type DosageText = RenderedDosage | RefusedDosage;
