/** What words of a dosage still speak of the product (U7). */

import type { Dosage } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { Remark } from './remark.ts';
import { type StrengthReading, unitOf } from './strength.ts';

/** Instructions that name a unit of the product: they are unchanged, and a person should look at them. */
export function productWords(dictionary: Dictionary, reading: StrengthReading, dosage: Dosage, path: string): Remark[] {
  const words = reading.vmp.unitDoseUnit ? [unitOf(dictionary, reading.vmp.unitDoseUnit).name] : [];
  const pattern = new RegExp(
    `\\b(${[...words.map((word) => word.replace(/[^\w ]/g, '.')), 'ml', 'puffs?'].join('|')})s?\\b`,
    'i',
  );
  const said = [
    dosage.patientInstruction,
    ...(dosage.additionalInstruction ?? []).map(({ text, coding }) => text ?? coding?.[0]?.display),
  ];
  return said.flatMap((text): Remark[] =>
    typeof text === 'string' && pattern.test(text)
      ? [
          {
            rule: 'U7',
            code: 'mentions-product',
            message: `An instruction is unchanged and speaks of the product: "${text.slice(0, 120)}".`,
            path,
          },
        ]
      : [],
  );
}
