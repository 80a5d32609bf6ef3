/** Dosage: FHIR Dosage to text, dose sentences to FHIR Dosage. Pure functions that run anywhere. */

export {
  type CannotTell,
  type CompareOptions,
  compareDosageText,
  type DosageTextComparison,
  type DosageTextDifference,
} from './compare/compare-dosage-text.ts';
export { canonicalDecimal, compareDecimals } from './decimal.ts';
export type * from './dosage.ts';
export { parseDoseSentence } from './from-sentence/parse-dose-sentence.ts';
export type { DoseSentenceReading, Reading, Reason, ReasonCode, SentenceMedicine } from './from-sentence/readings.ts';
export {
  type DosageParts,
  type DosageText,
  type DosageTextAlgorithm,
  dosageTextAlgorithm,
  type Finding,
  type NotRendered,
  type NotRenderedReason,
  type PartName,
  partNames,
  type RefusedDosage,
  type RenderedDosage,
} from './to-text/dosage-text.ts';
export { dosageToText } from './to-text/dosage-to-text.ts';
export { type DosagesText, dosagesToText } from './to-text/dosages-to-text.ts';
export { type MedicationLabel, medicationLine, type TextRun } from './to-text/medication-line.ts';
export { type PatientDosageText, patientDosageText } from './to-text/patient-text.ts';
export type { DosageTextOptions } from './to-text/reading.ts';
export {
  dosageTextAlgorithmUrl,
  renderedDosageInstructionUrl,
  type TextAction,
  type WithDosageText,
  type WithDosageTextOptions,
  withDosageText,
} from './to-text/with-dosage-text.ts';
export { britishEnglish } from './words/british-english.ts';
export type { Words } from './words/words.ts';
