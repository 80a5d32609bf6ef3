import type { LifeCycle } from './life-cycle.ts';

/** Statuses of a MedicationRequest (FHIR R4, medicationrequest-status). */
export type RequestStatus =
  | 'draft'
  | 'active'
  | 'on-hold'
  | 'completed'
  | 'cancelled'
  | 'stopped'
  | 'entered-in-error'
  | 'unknown';

const PRESCRIBER = ['prescriber'] as const;
const ANYWHERE = ['own', 'elsewhere'] as const;
const OVER = ['completed', 'cancelled', 'stopped', 'entered-in-error'] as const;
const ALL = ['draft', 'active', 'on-hold', ...OVER, 'unknown'] as const;

/**
 * The life of an order. Sources: the implementation guide for interoperable medicines, statuses of MedicationRequest
 * (its table and its picture, with UK Core where they differ); definitions of FHIR R4. Rules.
 *
 * The guide has no way from `completed` to `entered-in-error`: an order that was acted on did happen. What was wrong
 * with it is recorded in the dispense or the statement, which can be marked so from any status.
 */
export const REQUEST_LIFE_CYCLE: LifeCycle<RequestStatus> = {
  type: 'MedicationRequest',
  statusRule: 'R-005',
  statuses: [
    { status: 'draft', meaning: 'Being written; nobody may act on it.' },
    { status: 'active', meaning: 'Signed: to be dispensed or administered.' },
    { status: 'on-hold', meaning: 'Suspended for now; likely to be resumed.' },
    { status: 'completed', meaning: 'Everything that it asked for has been done.', end: true },
    { status: 'cancelled', meaning: 'Withdrawn before anything was done for it.', end: true },
    { status: 'stopped', meaning: 'Ended for good after it had begun, before all was done.', end: true },
    { status: 'entered-in-error', meaning: 'Should never have been recorded.', end: true },
    { status: 'unknown', meaning: 'One of the others, but nobody can say which.' },
  ],
  first: [
    {
      ...{ origin: ['own'], status: ['draft'], verdict: 'allowed', onward: 'none', rule: 'R-006' },
      because: 'An order is written here; nobody else sees it until it is active.',
    },
    {
      ...{ origin: ['elsewhere'], status: ['draft'], verdict: 'refused', onward: 'none', rule: 'R-006' },
      because: 'A draft stays in the system in which it is being written: send the order when it is active.',
    },
    {
      ...{ origin: ANYWHERE, status: ['entered-in-error'], verdict: 'refused', onward: 'none', rule: 'R-006' },
      because: 'An order that is not held here cannot be marked as an error: there is nothing to correct.',
    },
    {
      ...{ origin: ANYWHERE, status: ['active'], verdict: 'allowed', onward: 'POST', rule: 'R-006' },
      because: 'A signed order goes to whoever dispenses it.',
    },
    {
      ...{ origin: ANYWHERE, status: ['on-hold'], verdict: 'allowed', onward: 'none', rule: 'R-006' },
      because: 'A record of an order that is suspended; it is sent on when it becomes active.',
    },
    {
      ...{ origin: ANYWHERE, status: ['completed', 'cancelled', 'stopped'], verdict: 'allowed', onward: 'none' },
      rule: 'R-006',
      because: 'A record of an order whose life ended before it was copied here; nothing is to be done for it.',
    },
    {
      ...{ origin: ANYWHERE, status: ['unknown'], verdict: 'warned', onward: 'none', rule: 'R-005' },
      because: 'The sender does not know the status: nobody can say whether to dispense on it. Send the real status.',
    },
  ],
  transitions: [
    // Writing.
    {
      ...{ from: ['draft'], to: ['active'], who: PRESCRIBER, verdict: 'allowed', onward: 'POST', rule: 'R-008' },
      because: 'The order is signed, and goes to whoever dispenses it.',
    },
    {
      ...{ from: ['draft'], to: ['on-hold'], who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'Writing is suspended; nobody else has seen the order.',
    },
    {
      ...{ from: ['draft'], to: ['cancelled'], who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'The order is given up before anybody else has seen it.',
    },
    {
      ...{ from: ['draft'], to: ['entered-in-error'], who: PRESCRIBER, verdict: 'allowed', onward: 'none' },
      rule: 'R-008',
      because: 'The draft was a mistake; nobody else has seen it.',
    },
    {
      ...{ from: ['draft'], to: 'same', who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'The draft is written further.',
    },
    {
      ...{ from: ['draft'], to: ['stopped'], who: PRESCRIBER, verdict: 'refused', onward: 'none', rule: 'R-008' },
      because: 'Only what has begun can be stopped: an order never signed is cancelled.',
    },
    {
      ...{ from: ['draft', 'on-hold'], to: ['completed'], who: PRESCRIBER, verdict: 'refused', onward: 'none' },
      rule: 'R-008',
      because: 'Only an active order is completed: make it active first.',
    },
    // Suspended.
    {
      ...{ from: ['on-hold'], to: ['active'], who: PRESCRIBER, verdict: 'allowed', onward: 'PUT', rule: 'R-008' },
      because: 'The order is resumed, and whoever dispenses it is told.',
    },
    {
      ...{ from: ['on-hold'], to: ['draft'], who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'The suspended order is rewritten before it is signed again.',
    },
    {
      ...{ from: ['on-hold'], to: ['cancelled'], who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'The suspended order is withdrawn; nothing is being dispensed for it.',
    },
    {
      ...{ from: ['on-hold'], to: ['stopped'], who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'The suspended order will not be resumed; nothing is being dispensed for it.',
    },
    {
      ...{ from: ['on-hold'], to: ['entered-in-error'], who: PRESCRIBER, verdict: 'allowed', onward: 'none' },
      rule: 'R-008',
      because: 'The suspended order was a mistake; nothing is being dispensed for it.',
    },
    {
      ...{ from: ['on-hold'], to: 'same', who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'It stays suspended; what was changed is sent when it is resumed.',
    },
    // In force.
    {
      ...{ from: ['active'], to: ['on-hold'], who: PRESCRIBER, verdict: 'allowed', onward: 'PUT', rule: 'R-008' },
      because: 'The order is suspended: dispensing waits.',
    },
    {
      ...{ from: ['active'], to: ['stopped'], who: PRESCRIBER, verdict: 'allowed', onward: 'PUT', rule: 'R-008' },
      because: 'The order is ended for good: dispensing stops.',
    },
    {
      ...{ from: ['active'], to: ['entered-in-error'], who: PRESCRIBER, verdict: 'allowed', onward: 'PUT' },
      rule: 'R-008',
      because: 'The order should never have been sent: dispensing stops.',
    },
    {
      ...{ from: ['active'], to: ['completed'], who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'What it asked for has been received; whoever dispensed it knows.',
    },
    {
      ...{ from: ['active'], to: 'same', who: PRESCRIBER, verdict: 'allowed', onward: 'PUT', rule: 'R-008' },
      because: 'It stays in force, however many dispenses are notified; what was amended is sent on.',
    },
    {
      ...{ from: ['active'], to: ['cancelled'], who: PRESCRIBER, verdict: 'warned', onward: 'PUT', rule: 'R-008' },
      because:
        'The order has been sent, and is usually stopped rather than cancelled: make sure that nothing was dispensed.',
    },
    {
      ...{ from: ['active'], to: ['draft'], who: PRESCRIBER, verdict: 'warned', onward: 'PUT', rule: 'R-008' },
      because:
        'The order has been sent, and is now withdrawn to be rewritten: dispensing stops. Consider stopping it and writing another.',
    },
    // Over.
    {
      ...{ from: OVER, to: 'same', who: PRESCRIBER, verdict: 'allowed', onward: 'none', rule: 'R-008' },
      because: 'How it ended stays; the reason may still be recorded.',
    },
    {
      ...{ from: ['completed'], to: ['entered-in-error'], who: PRESCRIBER, verdict: 'refused', onward: 'none' },
      rule: 'R-008',
      because:
        'The order was acted on, and stays as it was: mark the dispense or statement that is wrong as entered-in-error instead.',
    },
    {
      ...{ from: OVER, to: ALL, who: PRESCRIBER },
      ...{ verdict: 'refused', onward: 'none', rule: 'R-008' },
      because: 'The order is over: write a new one, with this one as its priorPrescription.',
    },
    // Not known: the guide would have nobody use it, and names no way in or out. It must be possible to put it right.
    {
      ...{ from: ['unknown'], to: 'same', who: PRESCRIBER, verdict: 'warned', onward: 'none', rule: 'R-005' },
      because: 'The status is still not known: nobody can say whether to dispense on it. Send the real status.',
    },
    {
      ...{ from: ['unknown'], to: ['draft'], who: PRESCRIBER, verdict: 'refused', onward: 'none', rule: 'R-008' },
      because: 'What others have been told of does not become a draft: write a new order.',
    },
    {
      ...{ from: ['unknown'], to: ['active', 'on-hold', 'stopped', 'cancelled', 'entered-in-error'], who: PRESCRIBER },
      ...{ verdict: 'warned', onward: 'PUT', rule: 'R-005' },
      because: 'The status was not known, so whether this may follow it is not known either; it is now put right.',
    },
    {
      ...{ from: ['unknown'], to: ['completed'], who: PRESCRIBER, verdict: 'warned', onward: 'none', rule: 'R-005' },
      because: 'The status was not known, so whether this may follow it is not known either; it is now put right.',
    },
    {
      ...{ from: ['draft', 'active', 'on-hold'], to: ['unknown'], who: PRESCRIBER, verdict: 'refused', onward: 'none' },
      rule: 'R-008',
      because: 'A status that is known is not given up: put the order on hold until it is clear.',
    },
  ],
};
