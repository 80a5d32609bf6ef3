import { britishEnglish } from '../words/british-english.ts';
import type { Words } from '../words/words.ts';

/** What is shown of a medicine beside its dosage (D-002). */
export interface MedicationLabel {
  /** The dm+d description, verbatim. */
  readonly name: string;
  /** Level in dm+d. The form is shown only for a VTM, whose name does not imply one. */
  readonly level?: 'VTM' | 'VMP' | 'AMP' | 'VMPP' | 'AMPP';
  readonly form?: string;
  /** Shown in capitals where the name does not hold it already. */
  readonly tradeFamily?: string;
}

/** A run of text in one weight. */
export interface TextRun {
  readonly text: string;
  readonly bold: boolean;
}

/**
 * One line for a medicine and its dosage (D-001, D-002), such as **Aspirin** - Suppository - 600 milligram - Rectal.
 *
 * `dosageText` is the text of all its Dosages, from `dosagesToText`; empty for the medicine alone. The line is for
 * display only: `Dosage.text` never holds the name.
 */
export function medicationLine(
  medication: MedicationLabel,
  dosageText: string,
  words: Words = britishEnglish,
): { readonly text: string; readonly runs: readonly TextRun[] } {
  const { name, level, form, tradeFamily } = medication;
  const rest: string[] = [];
  if (level === 'VTM' && form !== undefined && form !== '') rest.push(form);
  if (tradeFamily !== undefined && tradeFamily !== '' && !implies(name, tradeFamily)) {
    rest.push(tradeFamily.toLocaleUpperCase('en-GB'));
  }
  if (dosageText !== '') rest.push(dosageText);
  const after = rest.map((part) => words.componentSeparator + part).join('');
  return {
    text: name + after,
    runs:
      after === ''
        ? [{ text: name, bold: true }]
        : [
            { text: name, bold: true },
            { text: after, bold: false },
          ],
  };
}

function implies(name: string, tradeFamily: string): boolean {
  return name.toLocaleLowerCase('en-GB').includes(tradeFamily.toLocaleLowerCase('en-GB'));
}
