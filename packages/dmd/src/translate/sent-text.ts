/** A sender's own text beside the structure (U7): it is made anew, so it must not say something else. */

import { compareDosageText, type Dosage } from '@concord/dosage';
import { type Remark, remark } from './remark.ts';

/** Why a dosage whose text contradicts its structure is refused, or what is to be said of a text in other words. */
export function sentText(dosage: Dosage, path: string): { readonly refusal?: Remark; readonly remark?: Remark } {
  if (typeof dosage.text !== 'string' || dosage.text.trim() === '') return {};
  const comparison = compareDosageText(dosage);
  const shown = dosage.text.slice(0, 200);
  if (comparison.outcome === 'differs' && comparison.differences.some(({ kind }) => kind === 'different')) {
    return {
      refusal: remark('U6', 'disagrees', `The text ("${shown}") says something else than the structure.`, path),
    };
  }
  if (comparison.outcome === 'same') return {};
  const message = `The text was in other words ("${shown}"): check that the structure says all of it.`;
  return { remark: remark('U7', 'other-words', message, path) };
}
