import type { Dosage } from '../dosage.ts';

/** Which words of the sentence became which element, or where else the element came from. */
export interface Reading {
  /** The words as written; empty when `from` is not the sentence. */
  readonly words: string;
  /** Where they stand: first character, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** FHIRPath of the element within a Dosage, e.g. `timing.repeat.when`. */
  readonly element: string;
  /** The sentence itself, the medicine it was given with, or a convention that is named in `why`. */
  readonly from: 'sentence' | 'medicine' | 'convention';
  readonly why?: string;
}

/** Why a sentence was not wholly read. */
export type ReasonCode =
  /** Words that no phrase of the grammar covers. */
  | 'words-not-understood'
  /** Words that can mean two different doses or times. */
  | 'ambiguous'
  /** Two statements that cannot both hold. */
  | 'contradictory'
  /** The sentence is clear, but FHIR R4 cannot hold what it says. */
  | 'not-expressible'
  /** The sentence counts one kind of thing and the medicine is another. */
  | 'unit-contradicts-medicine'
  | 'route-contradicts-medicine'
  /** Nothing is said about dose, time or manner. */
  | 'no-dosage'
  | 'too-long';

/** One reason that a sentence was not wholly read. */
export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
  /** The words of the sentence it is about. */
  readonly words: readonly string[];
}

/** What a sentence was read as. */
export type DoseSentenceReading =
  | { readonly outcome: 'read'; readonly dosage: Dosage[]; readonly readings: readonly Reading[] }
  | {
      readonly outcome: 'partial';
      /** What was understood; the rest is in `additionalInstruction.text`, the whole sentence in `text`. */
      readonly dosage: Dosage[];
      readonly readings: readonly Reading[];
      readonly reasons: readonly Reason[];
    }
  | { readonly outcome: 'refused'; readonly reasons: readonly Reason[] };

/** The medicine that a sentence was written for, as far as it bears on reading it. */
export interface SentenceMedicine {
  /** What one of it is, e.g. `{ code: '428673006', unit: 'tablet' }`: unit and name of the dm+d unit dose form. */
  readonly unitDose?: { readonly code: string; readonly unit: string; readonly system?: string };
  /** Its one route, e.g. `{ code: '26643006', display: 'Oral' }`; leave out when it has several. */
  readonly route?: { readonly code: string; readonly display: string; readonly system?: string };
}
