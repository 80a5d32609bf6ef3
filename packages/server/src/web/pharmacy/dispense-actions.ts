import { judgeTransition } from '@concord/medication-record';
import type { MedicationDispense } from 'fhir/r4';
import { referenceTo, type You } from '../orders/acting-as.ts';
import { inWords } from '../orders/order-row.ts';

/** What a pharmacy does with a supply: a change of its status. */
export interface DispenseAction {
  readonly name: 'ready' | 'give' | 'wait' | 'resume' | 'stop';
  readonly from: readonly string[];
  readonly to: MedicationDispense['status'];
  readonly words: string;
  readonly says?: string;
  readonly asksReason: boolean;
  /** Only while the order is in force. */
  readonly needsOrder: boolean;
  /** What the address says when it is done. */
  readonly done: string;
}

/** Whether each may be done is the life cycle's to say; here is which are offered, and in which words. */
export const DISPENSE_ACTIONS: readonly DispenseAction[] = [
  {
    ...{ name: 'ready', from: ['preparation'], to: 'in-progress', words: 'Labelled and checked: ready' },
    ...{ asksReason: false, needsOrder: true, done: 'ready' },
  },
  {
    ...{ name: 'give', from: ['in-progress'], to: 'completed', words: 'Hand over' },
    ...{ asksReason: false, needsOrder: true, done: 'given' },
  },
  {
    ...{ name: 'resume', from: ['on-hold'], to: 'preparation', words: 'Go on preparing' },
    ...{ asksReason: false, needsOrder: true, done: 'started' },
  },
  {
    ...{ name: 'wait', from: ['preparation', 'in-progress'], to: 'on-hold', words: 'Let it wait' },
    ...{ says: 'For stock, or for an answer.', asksReason: true, needsOrder: false, done: 'waiting' },
  },
  {
    ...{ name: 'stop', from: ['preparation', 'in-progress', 'on-hold'], to: 'stopped', words: 'Stop this supply' },
    ...{ says: 'For good: the ward is told.', asksReason: true, needsOrder: false, done: 'stopped' },
  },
];

/** What may be done with a supply now. */
export function dispenseActionsFor({ status }: MedicationDispense): readonly DispenseAction[] {
  return DISPENSE_ACTIONS.filter(({ from, to }) => {
    const judged = judgeTransition('MedicationDispense', status, to, { origin: 'own', by: 'dispenser' });
    return from.includes(status) && judged.verdict !== 'refused';
  });
}

/** The supply as an action leaves it. */
export function supplyActed(
  dispense: MedicationDispense,
  { to }: DispenseAction,
  { you, now, reason }: { readonly you: You; readonly now: number; readonly reason: string | undefined },
): MedicationDispense {
  const when = new Date(now).toISOString();
  const next: MedicationDispense = { ...dispense, status: to, performer: [{ actor: referenceTo(you) }] };
  if (to === 'in-progress') next.whenPrepared = when;
  if (to === 'completed') {
    next.whenPrepared ??= when;
    next.whenHandedOver = when;
  }
  if (reason === undefined) return next;
  // R4 has a reason for what ended only: why it waits is a note.
  if (to === 'stopped') next.statusReasonCodeableConcept = inWords(reason);
  else next.note = [{ text: reason, time: when }];
  return next;
}
