import { compareDosageText, type Dosage, type DosageTextComparison, dosageToText } from '@concord/dosage';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { walkResources } from './walk-resources.ts';

/** One Dosage of a message: what its sender wrote, and what its structure says. */
export interface DosageReading {
  /** FHIRPath. */
  readonly expression: string;
  /** `Dosage.text`, where it is text. */
  readonly sent: string | undefined;
  /** The text made of the structure; undefined where there is no structure, or no safe text of it. */
  readonly rendered: string | undefined;
  readonly agreement: Agreement;
  /** Why there is no safe text; or how the two differ. */
  readonly because: readonly string[];
}

export type Agreement =
  /** Text and structure say the same. */
  | 'same'
  | 'differs'
  /** The text says it in words of its own. */
  | 'cannot-tell'
  /** There is no text to compare. */
  | 'structure-only'
  /** There is no structure to compare. */
  | 'text-only'
  /** No safe text can be made. */
  | 'refused';

/** Each Dosage of a resource, or of a Bundle's resources, up to `most` of them. Never throws. */
export function dosageReadings(resource: unknown, most = 200): DosageReading[] {
  const readings: DosageReading[] = [];
  walkResources(resource, ({ resource: each, expression }) => {
    for (const list of ['dosageInstruction', 'dosage']) {
      const dosages = each[list];
      if (!Array.isArray(dosages)) continue;
      for (let i = 0; i < dosages.length && readings.length < most; i++) {
        if (isObject(dosages[i])) readings.push(readingOf(dosages[i], `${expression}.${list}[${i}]`));
      }
    }
  });
  return readings;
}

function readingOf(dosage: JsonObject, expression: string): DosageReading {
  const compared = compareDosageText(dosage as unknown as Dosage, { path: expression });
  const sent = typeof dosage.text === 'string' ? dosage.text : undefined;
  const structure = dosageToText(dosage as unknown as Dosage);
  const rendered = structure.outcome === 'text' && structure.source !== 'sender-text' ? structure.text : undefined;
  return { expression, sent, rendered, agreement: agreementOf(compared, sent), because: becauseOf(compared) };
}

function agreementOf(compared: DosageTextComparison, sent: string | undefined): Agreement {
  if (compared.outcome !== 'cannot-tell') return compared.outcome;
  const { reason } = compared;
  if (reason === 'refused') return 'refused';
  if (reason === 'no-structure') return 'text-only';
  return reason === 'no-text' && (sent === undefined || sent.trim() === '') ? 'structure-only' : 'cannot-tell';
}

function becauseOf(compared: DosageTextComparison): string[] {
  if (compared.outcome === 'same') return [];
  if (compared.outcome === 'cannot-tell') return compared.refusals.map(({ rule, message }) => `${message} (${rule})`);
  return compared.differences.map(({ kind, inText = '', inStructure = '' }) => {
    if (kind === 'only-in-text') return `“${inText}” is in the text only.`;
    if (kind === 'only-in-structure') return `“${inStructure}” is in the structure only.`;
    return `“${inText}” in the text is “${inStructure}” in the structure.`;
  });
}
