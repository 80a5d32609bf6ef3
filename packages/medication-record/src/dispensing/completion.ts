import { fraction } from '@concord/dmd';
import type { MedicationAdministration, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { eachOnce } from '../records.ts';
import { COMPLETION_RULES, type CompletionPolicy } from '../rules/completion.ts';
import { objects, text } from '../tolerant-reading.ts';
import { daysOf, exactNumber } from './amounts.ts';
import { askedOf } from './asked.ts';
import { supplyState } from './products.ts';
import { type SupplyContext, supplied } from './supplied.ts';

/** Whether a request should now become `completed`. */
export interface CompletionDue {
  readonly due: boolean;
  readonly rule: 'R-114';
  /** Why, or why not, in a sentence. */
  readonly because: string;
}

/**
 * Whether an active order has been done, by the site's policy. Advice: nothing is changed here, and what cannot be told
 * is not due.
 * @param dispenses those whose `authorizingPrescription` is the request
 * @param administrations those whose `request` it is
 */
export function completionDue(
  request: MedicationRequest,
  dispenses: readonly MedicationDispense[],
  administrations: readonly MedicationAdministration[],
  policy: CompletionPolicy,
  context: SupplyContext = {},
): CompletionDue {
  const status = text(request.status) ?? 'missing';
  if (status !== 'active') return say(false, `Its status is ${status}; only an active order becomes completed.`);
  if (request.doNotPerform === true)
    return say(false, 'It is an order not to give the medicine: nothing completes it.');
  if (request.intent === 'plan') {
    return say(false, 'It is a plan: orders under it are completed, and the plan goes on.');
  }
  switch (policy) {
    case 'never':
      return say(false, COMPLETION_RULES.never);
    case 'on-receipt':
      return onReceipt(request, dispenses, context);
    case 'on-dispense':
      return onDispense(request, dispenses, context);
    case 'on-administration':
      return onAdministration(request, administrations);
    default:
      return say(false, `There is no such policy: ${Object.keys(COMPLETION_RULES).join(', ')}.`);
  }
}

function onReceipt(
  request: MedicationRequest,
  dispenses: readonly MedicationDispense[],
  context: SupplyContext,
): CompletionDue {
  const states = eachOnce<MedicationDispense>(dispenses, 'MedicationDispense').map((d) => supplyState(d).countsAs);
  if (!states.includes('supplied')) return say(false, 'No dispense has been reported as handed over.');
  if (states.includes('under way')) return say(false, 'A dispense was handed over, and another is under way.');
  if (states.includes('not known')) return say(false, 'Of a dispense it is not known whether it was handed over.');
  const { outcome, reasons } = supplied(request, dispenses, context);
  if (outcome === 'partial') return say(false, `Only part has been supplied. ${last(reasons)}`);
  return say(true, 'What was dispensed has been reported as handed over, and nothing says that more is to come.');
}

function onDispense(
  request: MedicationRequest,
  dispenses: readonly MedicationDispense[],
  context: SupplyContext,
): CompletionDue {
  const { outcome, reasons } = supplied(request, dispenses, context);
  if (outcome === 'complete' || outcome === 'over') return say(true, last(reasons));
  return say(
    false,
    outcome === 'undetermined' ? `It cannot be told whether all was supplied. ${last(reasons)}` : last(reasons),
  );
}

function onAdministration(
  request: MedicationRequest,
  administrations: readonly MedicationAdministration[],
): CompletionDue {
  const expected = expectedAdministrations(request);
  if (typeof expected === 'string') return say(false, expected);
  const given = eachOnce<MedicationAdministration>(administrations, 'MedicationAdministration').filter(
    (a) => a.status === 'completed',
  ).length;
  const because = `${given} of ${expected} administrations are recorded as completed.`;
  return say(BigInt(given) >= expected, because);
}

/** How many administrations a request asks for; a sentence that says why that is not known, where it is not. */
export function expectedAdministrations(request: MedicationRequest): bigint | string {
  const [dosage, ...others] = objects(request.dosageInstruction);
  if (dosage === undefined) return 'There is no dosage, so how many administrations there will be is not known.';
  if (others.length > 0)
    return 'There are several dosages; how many administrations they make together is not counted.';
  if (dosage.asNeededBoolean === true || dosage.asNeededCodeableConcept !== undefined) {
    return 'It is taken as required, so how many administrations there will be is not known.';
  }
  const [timing] = objects(dosage.timing);
  const [repeat] = objects(timing?.repeat);
  const events = Array.isArray(timing?.event) ? timing.event.length : 0;
  if (repeat === undefined) {
    return events > 0 ? BigInt(events) : 'The dosage does not say how often in a structured way.';
  }
  if (events > 0) return 'The timing has dates and a repetition.';
  for (const varies of ['countMax', 'frequencyMax', 'periodMax', 'dayOfWeek'] as const) {
    if (repeat[varies] !== undefined)
      return `How often it is given varies (${varies}), so the administrations are not counted.`;
  }
  if (repeat.count !== undefined) return whole(repeat.count) ?? 'The count is not a whole number.';
  const days = daysOf(repeat.boundsDuration) ?? askedOf(request).days;
  const period = daysOf({ value: repeat.period, code: repeat.periodUnit });
  const frequency = repeat.frequency === undefined ? whole(1) : whole(repeat.frequency);
  if (days === undefined) return 'How long it is to be given is not said in days or weeks.';
  if (repeat.timeOfDay !== undefined || repeat.when !== undefined || period === undefined || frequency === undefined) {
    return 'How often it is given is not said as so many times in a time of exact length.';
  }
  const intervals = fraction.divide(days, period);
  if (intervals === undefined) return 'The period is zero.';
  const exact = fraction.multiply(intervals, { numerator: frequency, denominator: 1n });
  return fraction.isWhole(exact) ? exact.numerator : exact.numerator / exact.denominator + 1n;
}

function whole(value: unknown): bigint | undefined {
  const exact = exactNumber(value);
  return exact !== undefined && fraction.isWhole(exact) ? exact.numerator : undefined;
}

function say(due: boolean, because: string): CompletionDue {
  return { due, rule: 'R-114', because };
}

const last = (reasons: readonly { readonly message: string }[]): string => reasons.at(-1)?.message ?? '';
