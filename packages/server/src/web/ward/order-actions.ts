import { judgeTransition } from '@concord/medication-record';
import type { MedicationRequest } from 'fhir/r4';
import { referenceTo, type You } from '../orders/acting-as.ts';
import { inWords } from '../orders/order-row.ts';

/** What a ward does with an order: a change of its status. */
export interface OrderAction {
  readonly name: 'sign' | 'hold' | 'release' | 'stop' | 'cancel';
  readonly from: readonly string[];
  readonly to: MedicationRequest['status'];
  /** On its button. */
  readonly words: string;
  /** What it does, for who is about to. */
  readonly says: string;
  readonly asksReason: boolean;
  /** Said when it is done. */
  readonly done: string;
}

/** Whether each may be done is the life cycle's to say; here is which are offered, and in which words. */
export const ORDER_ACTIONS: readonly OrderAction[] = [
  {
    ...{ name: 'sign', from: ['draft'], to: 'active', words: 'Sign this order', asksReason: false },
    ...{ says: 'The pharmacy is told at once.', done: 'Signed: the pharmacy is told.' },
  },
  {
    ...{ name: 'release', from: ['on-hold'], to: 'active', words: 'Resume', asksReason: false },
    ...{ says: 'The order is in force again, and the pharmacy is told.', done: 'Resumed.' },
  },
  {
    ...{ name: 'hold', from: ['active'], to: 'on-hold', words: 'Put on hold', asksReason: true },
    ...{ says: 'Dispensing waits until it is resumed.', done: 'On hold: dispensing waits.' },
  },
  {
    ...{ name: 'stop', from: ['active', 'on-hold'], to: 'stopped', words: 'Stop', asksReason: true },
    ...{ says: 'For good: a stopped order is not resumed.', done: 'Stopped.' },
  },
  {
    ...{ name: 'cancel', from: ['draft'], to: 'cancelled', words: 'Cancel this draft', asksReason: true },
    ...{ says: 'Nobody but the ward has seen it.', done: 'Cancelled.' },
  },
];

/** What may be done with an order now. */
export function actionsFor({ status }: MedicationRequest): readonly OrderAction[] {
  return ORDER_ACTIONS.filter(({ from, to }) => {
    const judged = judgeTransition('MedicationRequest', status, to, { origin: 'own', by: 'prescriber' });
    return from.includes(status) && judged.verdict !== 'refused';
  });
}

/** The order as an action leaves it. Whoever signs is the requester, at that moment. */
export function acted(
  order: MedicationRequest,
  { name, to }: OrderAction,
  { you, now, reason }: { readonly you: You; readonly now: number; readonly reason: string | undefined },
): MedicationRequest {
  const { statusReason: _before, ...rest } = order;
  const next: MedicationRequest = { ...rest, status: to };
  if (reason !== undefined) next.statusReason = inWords(reason);
  if (name === 'sign') {
    next.authoredOn = new Date(now).toISOString();
    next.requester = referenceTo(you);
    next.recorder ??= referenceTo(you);
  }
  return next;
}
