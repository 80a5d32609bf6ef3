import { type Dictionary, fraction, type PackOffer, supplyQuantity } from '@concord/dmd';
import type { Medication, MedicationRequest } from 'fhir/r4';
import { ReferenceIndex } from '../references.ts';
import { medicineNames } from '../same-medicine.ts';
import { object, type Unchecked } from '../tolerant-reading.ts';
import {
  countedAmount,
  daysOf,
  type ExactAmount,
  numberText,
  ONE,
  type ReadAmount,
  readAmount,
  Sums,
} from './amounts.ts';
import { productId } from './medicine-relation.ts';
import type { Reason } from './supplied.ts';

/** Whether the quantity of a request is what its dosage needs for its duration. */
export interface QuantityForDosage {
  /** `agrees` also where the quantity is the dose's need rounded up to whole packs. */
  readonly outcome: 'agrees' | 'differs' | 'refused' | 'not asked';
  /** What one supply asks for. */
  readonly asked: ExactAmount | undefined;
  /** What the dosage needs for the duration of one supply. */
  readonly needed: ExactAmount | undefined;
  /** Whole packs that hold what is needed, least left over first. */
  readonly packs: readonly PackOffer[];
  readonly reasons: readonly Reason[];
}

/**
 * Checks `dispenseRequest.quantity` against dosage and duration (`expectedSupplyDuration`, or the dosage's own bounds).
 * Counted by the rules of translation (S1 to S3), which refuse what cannot be counted: the refusals are the reasons.
 */
export function quantityForDosage(
  request: MedicationRequest,
  dictionary: Dictionary,
  medications: readonly Medication[] = [],
): QuantityForDosage {
  const wanted = object((request as unknown as Unchecked).dispenseRequest);
  const nothing = { asked: undefined, needed: undefined, packs: [] };
  if (wanted.quantity === undefined || daysOf(wanted.quantity) !== undefined) {
    return { outcome: 'not asked', ...nothing, reasons: [] };
  }
  const refuse = (rule: string, message: string, path?: string): QuantityForDosage => ({
    ...{ outcome: 'refused', ...nothing },
    reasons: [{ rule, message, ...(path !== undefined && { path }) }],
  });
  const quantity = readAmount(wanted.quantity);
  if (typeof quantity === 'string') return refuse('R-109', `The quantity ${quantity}.`, 'dispenseRequest.quantity');
  const names = medicineNames(request, new ReferenceIndex('Medication', medications));
  const id = productId(names, dictionary);
  if (id === undefined) return refuse('S1', 'The medicine is not in dm+d.', 'medication');
  const days = daysOf(wanted.expectedSupplyDuration);
  if (wanted.expectedSupplyDuration !== undefined && days === undefined) {
    const message = 'The duration has no exact length: say it in days or weeks.';
    return refuse('S2', message, 'dispenseRequest.expectedSupplyDuration');
  }
  const duration = days && { value: numberText(days), unit: { code: 'd' } };
  const dosage = (Array.isArray(request.dosageInstruction) ? request.dosageInstruction : []) as Parameters<
    typeof supplyQuantity
  >[1]['dosage'];
  const answer = supplyQuantity(dictionary, { medication: id, dosage, duration });
  if (answer.outcome === 'refused' || answer.total === undefined) {
    const refusals = answer.outcome === 'refused' ? answer.refusals : [];
    const reasons = refusals.map(({ rule, message, path }) => ({ rule, message, ...(path !== undefined && { path }) }));
    return { outcome: 'refused', ...nothing, reasons };
  }
  const { total, packs } = answer;
  const need = countedAmount(total);
  const enough = [need, ...packs.map(wholePacks)];
  const sums = new Sums([quantity, ...enough]);
  const asked = sums.shown(sums.base(quantity), quantity);
  const needed = sums.shown(sums.base(need), need);
  const path = 'dispenseRequest.quantity';
  if (sums.kind(quantity) !== sums.kind(need)) {
    const message = `The quantity is in ${asked.unit}, and what the dosage needs is in ${needed.unit}.`;
    return { outcome: 'refused', asked, needed, packs, reasons: [{ rule: 'R-109', message, path }] };
  }
  const same = (amount: ReadAmount) => fraction.compare(sums.base(amount), sums.base(quantity)) === 0;
  const agrees = enough.some(same);
  const sum = answer.arithmetic.join('; ');
  const said = `${asked.value} ${asked.unit}`;
  const message = same(need)
    ? `${said} is what the dosage needs: ${sum}.`
    : agrees
      ? `${said} is what the dosage needs in whole packs: ${sum}.`
      : `The quantity is ${said}, and the dosage needs ${needed.value} ${needed.unit}: ${sum}.`;
  return { outcome: agrees ? 'agrees' : 'differs', asked, needed, packs, reasons: [{ rule: 'S1', message, path }] };
}

function wholePacks({ size, packs }: PackOffer): ReadAmount {
  const one = countedAmount(size);
  return { ...one, value: fraction.multiply(one.value, fraction.rational(BigInt(packs)) ?? ONE) };
}
