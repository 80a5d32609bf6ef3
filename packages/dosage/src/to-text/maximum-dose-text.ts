import { fill, fillBoth, type OneSlot } from '../words/compiled-words.ts';
import { amountText, readQuantity, readRatio } from './quantity-text.ts';
import type { Reading } from './reading.ts';

/** D-067: `up to a maximum of 8 tablet in 24 hours`. */
export function maximumPerPeriodText(reading: Reading, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const ratio = readRatio(reading, value, 'maxDosePerPeriod');
  if (ratio === undefined) return undefined;
  return fillBoth(
    reading.compiled.maximumPerPeriod,
    amountText(reading, ratio.numerator),
    amountText(reading, ratio.denominator),
  );
}

/** D-068, D-069: `up to a maximum of 2 gram per dose`, or for the lifetime of the patient. */
export function maximumText(reading: Reading, value: unknown, path: string, template: OneSlot): string | undefined {
  if (value === undefined) return undefined;
  const amount = readQuantity(reading, value, path);
  return amount === undefined ? undefined : fill(template, amountText(reading, amount));
}
