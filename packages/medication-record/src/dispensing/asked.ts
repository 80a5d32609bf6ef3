import { fraction, type Rational } from '@concord/dmd';
import { canonicalDecimal, type Dosage } from '@concord/dosage';
import type { MedicationRequest } from 'fhir/r4';
import { object, type Unchecked } from '../tolerant-reading.ts';
import { daysOf, ONE, type ReadAmount, readAmount } from './amounts.ts';
import type { Reason } from './supplied.ts';

/** How much a request asks for, over all the supplies that it allows. */
export interface Asked {
  readonly quantity: ReadAmount | undefined;
  readonly days: Rational | undefined;
  readonly dosage: readonly Dosage[];
  readonly reasons: readonly Reason[];
}

/**
 * How much a request asks for: `dispenseRequest.quantity` and `expectedSupplyDuration` are of one supply, so both are
 * multiplied by one more than `numberOfRepeatsAllowed`.
 */
export function askedOf(request: MedicationRequest): Asked {
  const wanted = object((request as unknown as Unchecked).dispenseRequest);
  const dosage = Array.isArray(request.dosageInstruction) ? (request.dosageInstruction as readonly Dosage[]) : [];
  const reasons: Reason[] = [];
  const nothing = { quantity: undefined, days: undefined, dosage };
  if (wanted.initialFill !== undefined) {
    const message = 'The request asks for a first supply by itself, which is not counted here.';
    return { ...nothing, reasons: [{ rule: 'R-112', message, path: 'dispenseRequest.initialFill' }] };
  }
  const times = supplies(wanted.numberOfRepeatsAllowed);
  if (times === undefined) {
    const message = 'The number of repeats allowed is not a whole number.';
    return { ...nothing, reasons: [{ rule: 'R-112', message, path: 'dispenseRequest.numberOfRepeatsAllowed' }] };
  }
  let days = daysOf(wanted.expectedSupplyDuration);
  if (days === undefined && wanted.expectedSupplyDuration !== undefined) {
    const message = 'The duration of supply has no exact length in days: say it in days or weeks.';
    reasons.push({ rule: 'S2', message, path: 'dispenseRequest.expectedSupplyDuration' });
  }
  let quantity: ReadAmount | undefined;
  if (wanted.quantity !== undefined) {
    const time = daysOf(wanted.quantity);
    const read = readAmount(wanted.quantity);
    const path = 'dispenseRequest.quantity';
    if (time !== undefined) {
      const message = 'The quantity is a time, and is read as the duration of supply.';
      reasons.push({ rule: 'R-027', message, path });
      days ??= time;
    } else if (typeof read === 'string') reasons.push({ rule: 'R-109', message: `The quantity ${read}.`, path });
    else quantity = { ...read, value: fraction.multiply(read.value, times) };
  }
  return { quantity, days: days && fraction.multiply(days, times), dosage, reasons };
}

function supplies(repeats: unknown): Rational | undefined {
  if (repeats === undefined) return ONE;
  const written = canonicalDecimal(repeats);
  if (written === undefined || !/^\d{1,6}$/.test(written)) return undefined;
  return fraction.rational(BigInt(written) + 1n);
}
