import type { CodeableConcept } from '../dosage.ts';
import { snomed } from '../words/units.ts';
import type { Instruction } from './parts.ts';
import { type Work, wordsOf } from './work.ts';

/** An instruction as `additionalInstruction` carries it: its code, and the words as written. */
export function instructionConcept(work: Work, instruction: Instruction, words: string): CodeableConcept {
  const { lead, slice } = instruction;
  const written = slice === undefined ? words.replace(/^(and|&)\s+/i, '') : (lead ?? '') + wordsOf(work.text, slice);
  const text = instruction.text ?? sentenceCase(written);
  if (instruction.code === undefined) return { text };
  return {
    coding: [
      {
        system: snomed,
        code: instruction.code,
        ...(instruction.display === undefined ? {} : { display: instruction.display }),
      },
    ],
    text,
  };
}

/** Words with a capital first letter and single spaces. */
export const sentenceCase = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1).replaceAll(/\s+/g, ' ');
