import type { MedicationDispense, MedicationRequest } from 'fhir/r4';
import { dateSpan } from './london-date.ts';
import type { LineDate } from './medicine-line.ts';
import { object } from './tolerant-reading.ts';

/**
 * True for a request that authorises a medicine. Drafts, cancelled requests, mistakes, proposals and options never
 * did; a line is neither made nor dated by them.
 */
export function counts(request: MedicationRequest): boolean {
  switch (request.status) {
    case 'draft':
    case 'cancelled':
    case 'entered-in-error':
      return false;
    default:
      return request.intent !== 'proposal' && request.intent !== 'option';
  }
}

/**
 * When a request takes effect: a post-dated prescription from the start of its validity, otherwise from the day it
 * was written.
 */
export function startOf(request: MedicationRequest): LineDate | undefined {
  const valid = dateSpan(object(object(request.dispenseRequest).validityPeriod).start);
  if (valid) return { ...valid, from: 'dispenseRequest.validityPeriod.start' };
  const authored = dateSpan(request.authoredOn);
  return authored ? { ...authored, from: 'authoredOn' } : undefined;
}

/**
 * True for a dispense that reached the patient: completed, or `in-progress` with a time of handing over. `in-progress`
 * alone is read as UK Core reads it (ready to be collected), so it dates no issue.
 */
export function wasHandedOver(dispense: MedicationDispense): boolean {
  if (dispense.status === 'completed') return true;
  return dispense.status === 'in-progress' && dateSpan(dispense.whenHandedOver) !== undefined;
}

/** When a dispense reached the patient, or was made ready for it. */
export function suppliedOn(dispense: MedicationDispense): LineDate | undefined {
  const handedOver = dateSpan(dispense.whenHandedOver);
  if (handedOver) return { ...handedOver, from: 'whenHandedOver' };
  const prepared = dateSpan(dispense.whenPrepared);
  return prepared ? { ...prepared, from: 'whenPrepared' } : undefined;
}
