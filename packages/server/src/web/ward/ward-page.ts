import { PATIENT_ID } from '../../store/patients.ts';
import { askedPatient } from '../orders/choose-patient.ts';
import { listPage } from '../orders/list-page.ts';
import { CATEGORIES } from '../orders/order-choices.ts';
import { cutWords, type GroupRule, orderGroups } from '../orders/order-list.ts';
import { type Orders, ofPatient, search, today, withSupplies } from '../orders/read-orders.ts';
import { undelivered } from '../orders/undelivered.ts';
import type { WorkVisit } from '../orders/work-visit.ts';
import type { Page, Redirect } from '../page.ts';
import { groupsOf } from './together.ts';

/** The blocks of the ward's list, in the order in which they want somebody. */
const GROUPS: readonly GroupRule[] = [
  {
    ...{ id: 'declined', heading: 'Not supplied by the pharmacy', short: 'not supplied', isAlert: true },
    says: 'Still in force, and nobody is supplying it: stop it, or order something else.',
    holds: (standing) => standing === 'declined',
  },
  {
    ...{ id: 'drafts', heading: 'Drafts to sign', short: 'to sign' },
    says: 'Nobody acts on a draft.',
    holds: (standing) => standing === 'draft',
  },
  {
    ...{ id: 'unknown', heading: 'Status not known', short: 'of unknown status', isAlert: true },
    holds: (standing) => standing === 'unknown',
  },
  {
    ...{ id: 'ready', heading: 'Ready at the pharmacy', short: 'ready' },
    holds: (standing) => standing === 'ready',
  },
  {
    ...{ id: 'preparing', heading: 'Being prepared', short: 'being prepared' },
    holds: (standing) => standing === 'preparing',
  },
  {
    ...{ id: 'waiting', heading: 'Waiting for the pharmacy', short: 'waiting' },
    holds: (standing) => standing === 'waiting',
  },
  {
    ...{ id: 'on-hold', heading: 'On hold', short: 'on hold' },
    holds: (standing) => standing === 'on-hold',
  },
  {
    ...{ id: 'given', heading: 'Given: handed over, order in force', short: 'given' },
    holds: (standing) => standing === 'given',
  },
];
const completed = (when: string): GroupRule => ({
  ...{ id: 'completed', heading: `Completed${when}`, short: `completed${when}` },
  holds: (standing) => standing === 'completed',
});
const ended = (when: string): GroupRule => ({
  ...{ id: 'ended', heading: `Stopped or cancelled${when}`, short: `stopped or cancelled${when}` },
  holds: (standing) => standing === 'ended',
});

const OF_THE_WARD: [string, string][] = [
  ['intent', 'order'],
  ['category', CATEGORIES.map(({ code }) => code).join(',')],
];

/** The orders of the ward, or of one patient. */
export function wardPage(visit: WorkVisit): Promise<Page | Redirect> {
  return listPage(visit, 'ward', { all: 'Ward orders', of: 'Orders' });
}

/** The list itself: the part of the page that is kept up to date. */
export async function wardList(visit: WorkVisit): Promise<Page & { readonly news: string }> {
  const orders = await wardOrders(visit);
  const who = askedPatient(visit);
  const when = who === undefined ? ' today' : '';
  // A patient who is known by a number only has no head over the list: each order says whose it is.
  const isOne = who?.system === PATIENT_ID;
  const { groups, summary } = await orderGroups(visit, orders, [...GROUPS, completed(when), ended(when)]);
  const together = groupsOf(orders);
  const model = { groups, summary, cut: orders.cut, isOne, together, undelivered: await undelivered(visit) };
  return { view: 'ward-list', title: '', model, news: summary };
}

async function wardOrders(visit: WorkVisit): Promise<Orders> {
  const who = askedPatient(visit);
  const of = [...OF_THE_WARD, ...ofPatient(who)];
  const day = today(visit);
  const open = await search(visit, 'MedicationRequest', [
    ...of,
    ['status', 'draft,active,on-hold,unknown'],
    ['_sort', '-_lastUpdated'],
  ]);
  const over = await search(visit, 'MedicationRequest', [
    ...of,
    ['status', 'completed,stopped,cancelled,entered-in-error'],
    ...(who === undefined ? [day.pair] : []),
    ['_sort', '-_lastUpdated'],
  ]);
  const isShown = who === undefined ? day.is : () => true;
  const cut = [...(open.isCut ? [cutWords('open orders')] : []), ...(over.isCut ? [cutWords('finished orders')] : [])];
  return withSupplies(visit, [...open.matches, ...over.matches.filter(isShown)], [], cut);
}
