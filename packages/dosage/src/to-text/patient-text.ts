import type { Dosage } from '../dosage.ts';
import type { DosageText } from './dosage-text.ts';
import { dosageToText } from './dosage-to-text.ts';
import type { DosageTextOptions } from './reading.ts';

/** What a patient is shown, and what a clinician is: always both, since words for a patient may leave out the dose. */
export interface PatientDosageText {
  /** D-007: `patientInstruction`, else the sender's `text`, else the rendered structure; undefined when none is there. */
  readonly patient: string | undefined;
  readonly source: 'patientInstruction' | 'text' | 'rendered' | undefined;
  readonly clinician: DosageText;
}

/**
 * The words for a patient beside those for a clinician (D-007). The patient's are not a dispensing label. Total, as
 * `dosageToText`.
 */
export function patientDosageText(dosage: Dosage, options?: DosageTextOptions): PatientDosageText {
  const clinician = dosageToText(dosage, options);
  const { patientInstruction, text }: { patientInstruction?: unknown; text?: unknown } = dosage ?? {};
  if (isWords(patientInstruction)) return { patient: patientInstruction, source: 'patientInstruction', clinician };
  if (isWords(text)) return { patient: text, source: 'text', clinician };
  return clinician.outcome === 'text'
    ? { patient: clinician.text, source: 'rendered', clinician }
    : { patient: undefined, source: undefined, clinician };
}

function isWords(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
