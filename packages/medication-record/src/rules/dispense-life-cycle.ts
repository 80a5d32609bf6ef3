import type { LifeCycle } from './life-cycle.ts';

/** Statuses of a MedicationDispense (FHIR R4, medicationdispense-status). */
export type DispenseStatus =
  | 'preparation'
  | 'in-progress'
  | 'on-hold'
  | 'completed'
  | 'stopped'
  | 'declined'
  | 'cancelled'
  | 'entered-in-error'
  | 'unknown';

const DISPENSER = ['dispenser'] as const;
const ANYWHERE = ['own', 'elsewhere'] as const;
const UNDER_WAY = ['preparation', 'in-progress', 'on-hold'] as const;
const OVER = ['completed', 'stopped', 'declined', 'cancelled', 'entered-in-error'] as const;
const ALL = [...UNDER_WAY, ...OVER, 'unknown'] as const;

/**
 * The life of a supply. FHIR R4 and UK Core define the statuses and draw no picture; the changes here follow from what
 * the statuses mean. `in-progress` is read as UK Core reads it, ready to be picked up; the implementation guide reads
 * it as started. Either way the patient does not have it yet. Completed, stopped and declined are told to the
 * prescriber, as the guide has it. Rules MD-005, MD-006 and MD-008 are for dispenses what are
 * for requests.
 *
 * Unlike an order, a supply that never took place as recorded is an error whatever its status, and can be marked so.
 */
export const DISPENSE_LIFE_CYCLE: LifeCycle<DispenseStatus> = {
  type: 'MedicationDispense',
  statusRule: 'MD-005',
  statuses: [
    { status: 'preparation', meaning: 'Being made up or packed; not ready yet.' },
    { status: 'in-progress', meaning: 'Ready, but not handed over.' },
    { status: 'on-hold', meaning: 'Waiting for something from outside, such as stock or an answer.' },
    { status: 'completed', meaning: 'Handed over.', end: true },
    { status: 'stopped', meaning: 'Ended for good after it had begun, before all was supplied.', end: true },
    { status: 'declined', meaning: 'Refused, and not supplied.', end: true },
    { status: 'cancelled', meaning: 'Was not picked up, and never will be.', end: true },
    { status: 'entered-in-error', meaning: 'Should never have been recorded.', end: true },
    { status: 'unknown', meaning: 'One of the others, but nobody can say which.' },
  ],
  first: [
    {
      ...{ origin: ANYWHERE, status: UNDER_WAY, verdict: 'allowed', onward: 'none', rule: 'MD-006' },
      because: 'The supply is under way; the prescriber is told when it is over.',
    },
    {
      ...{ origin: ANYWHERE, status: ['completed', 'stopped', 'declined'], verdict: 'allowed', onward: 'POST' },
      rule: 'MD-006',
      because: 'How the supply ended is told to the prescriber.',
    },
    {
      ...{ origin: ANYWHERE, status: ['cancelled'], verdict: 'allowed', onward: 'none', rule: 'MD-006' },
      because: 'A record that nothing was supplied.',
    },
    {
      ...{ origin: ANYWHERE, status: ['entered-in-error'], verdict: 'refused', onward: 'none', rule: 'MD-006' },
      because: 'A dispense that is not held here cannot be marked as an error: there is nothing to correct.',
    },
    {
      ...{ origin: ANYWHERE, status: ['unknown'], verdict: 'warned', onward: 'none', rule: 'MD-005' },
      because:
        'The sender does not know the status, so nobody can say whether the patient has it. Send the real status.',
    },
  ],
  transitions: [
    // On the way.
    {
      ...{ from: ['preparation'], to: ['in-progress'], who: DISPENSER, verdict: 'allowed', onward: 'none' },
      rule: 'MD-008',
      because: 'It is labelled, checked and ready.',
    },
    {
      ...{ from: ['preparation', 'in-progress'], to: ['on-hold'], who: DISPENSER, verdict: 'allowed', onward: 'none' },
      rule: 'MD-008',
      because: 'It waits for something from outside, such as stock or an answer.',
    },
    {
      ...{ from: ['on-hold'], to: ['preparation', 'in-progress'], who: DISPENSER, verdict: 'allowed', onward: 'none' },
      rule: 'MD-008',
      because: 'What it waited for has come.',
    },
    {
      ...{ from: ['in-progress'], to: ['preparation'], who: DISPENSER, verdict: 'warned', onward: 'none' },
      rule: 'MD-008',
      because: 'It was ready and is being prepared again: make sure that it was not handed over.',
    },
    {
      ...{
        from: ['preparation', 'in-progress'],
        to: ['completed'],
        who: DISPENSER,
        verdict: 'allowed',
        onward: 'POST',
      },
      rule: 'MD-008',
      because: 'It was handed over, and the prescriber is told.',
    },
    {
      ...{ from: ['on-hold'], to: ['completed'], who: DISPENSER, verdict: 'warned', onward: 'POST', rule: 'MD-008' },
      because: 'It was waiting, and is now recorded as handed over: make sure that what it waited for was settled.',
    },
    {
      ...{ from: UNDER_WAY, to: ['stopped'], who: DISPENSER, verdict: 'allowed', onward: 'POST', rule: 'MD-008' },
      because: 'It ended for good before all was supplied, and the prescriber is told.',
    },
    {
      ...{ from: UNDER_WAY, to: ['declined'], who: DISPENSER, verdict: 'allowed', onward: 'POST', rule: 'MD-008' },
      because: 'It was refused and not supplied, and the prescriber is told.',
    },
    {
      ...{ from: UNDER_WAY, to: ['cancelled'], who: DISPENSER, verdict: 'allowed', onward: 'none', rule: 'MD-008' },
      because: 'It was not picked up, and never will be.',
    },
    {
      ...{ from: UNDER_WAY, to: ['entered-in-error'], who: DISPENSER, verdict: 'allowed', onward: 'none' },
      rule: 'MD-008',
      because: 'The record was a mistake; the prescriber has not been told of it.',
    },
    {
      ...{ from: UNDER_WAY, to: 'same', who: DISPENSER, verdict: 'allowed', onward: 'none', rule: 'MD-008' },
      because: 'The supply goes on; its details may change.',
    },
    // Over: corrected where it was, or withdrawn as a mistake.
    {
      ...{ from: ['completed', 'stopped', 'declined'], to: 'same', who: DISPENSER, verdict: 'allowed', onward: 'PUT' },
      rule: 'MD-008',
      because: 'How it ended stays; what was corrected is told to the prescriber.',
    },
    {
      ...{ from: ['cancelled', 'entered-in-error'], to: 'same', who: DISPENSER, verdict: 'allowed', onward: 'none' },
      rule: 'MD-008',
      because: 'How it ended stays; the reason may still be recorded.',
    },
    {
      ...{ from: ['completed', 'stopped', 'declined'], to: ['entered-in-error'], who: DISPENSER, verdict: 'allowed' },
      ...{ onward: 'PUT', rule: 'MD-008' },
      because: 'The record was a mistake, and the prescriber, who was told of it, is told so.',
    },
    {
      ...{ from: ['cancelled'], to: ['entered-in-error'], who: DISPENSER, verdict: 'allowed', onward: 'none' },
      rule: 'MD-008',
      because: 'The record was a mistake; the prescriber has not been told of it.',
    },
    {
      ...{ from: ['completed'], to: ALL, who: DISPENSER, verdict: 'refused', onward: 'none', rule: 'MD-008' },
      because:
        'What was handed over stays handed over: if that is not true, mark this entered-in-error and record what happened.',
    },
    {
      ...{ from: ['entered-in-error'], to: ALL, who: DISPENSER, verdict: 'refused', onward: 'none', rule: 'MD-008' },
      because: 'A mistake does not become true: record the supply as a new dispense.',
    },
    {
      ...{ from: OVER, to: ALL, who: DISPENSER, verdict: 'refused', onward: 'none', rule: 'MD-008' },
      because: 'This supply is over: record another as a new dispense.',
    },
    // Not known. It must be possible to put it right.
    {
      ...{ from: ['unknown'], to: 'same', who: DISPENSER, verdict: 'warned', onward: 'none', rule: 'MD-005' },
      because: 'The status is still not known, so nobody can say whether the patient has it. Send the real status.',
    },
    {
      ...{ from: ['unknown'], to: ['completed', 'stopped', 'declined', 'entered-in-error'], who: DISPENSER },
      ...{ verdict: 'warned', onward: 'PUT', rule: 'MD-005' },
      because: 'The status was not known, so whether this may follow it is not known either; it is now put right.',
    },
    {
      ...{ from: ['unknown'], to: ALL, who: DISPENSER, verdict: 'warned', onward: 'none', rule: 'MD-005' },
      because: 'The status was not known, so whether this may follow it is not known either; it is now put right.',
    },
    {
      ...{ from: UNDER_WAY, to: ['unknown'], who: DISPENSER, verdict: 'refused', onward: 'none', rule: 'MD-008' },
      because: 'A status that is known is not given up: put the dispense on hold until it is clear.',
    },
  ],
};
