import { dateSpan, londonDay } from '@concord/medication-record';
import type { MedicationDispense, MedicationRequest } from 'fhir/r4';
import { PATIENT_ID } from '../../store/patients.ts';
import type { Stored } from '../../store/stored.ts';
import { askedPatient } from '../orders/choose-patient.ts';
import { listPage } from '../orders/list-page.ts';
import { cutWords, type GroupRule, orderGroups } from '../orders/order-list.ts';
import { patientName, supplyRow } from '../orders/order-row.ts';
import {
  type Order,
  type Orders,
  ofPatient,
  ordersNamedBy,
  search,
  today,
  withSupplies,
} from '../orders/read-orders.ts';
import type { Standing } from '../orders/standing.ts';
import { undelivered } from '../orders/undelivered.ts';
import type { WorkVisit } from '../orders/work-visit.ts';
import type { Page, Redirect } from '../page.ts';

/** The blocks of the pharmacy's list, in the order in which they want somebody. */
const GROUPS: readonly GroupRule[] = [
  {
    ...{ id: 'interrupted', heading: 'Do not hand over: stopped or held by the ward', short: 'to stop', isAlert: true },
    says: 'A supply is under way for each of these. Stop it, or let it wait.',
    holds: (standing, isUnderWay) => isUnderWay && (standing === 'on-hold' || standing === 'ended'),
  },
  {
    ...{ id: 'new', heading: 'New', short: 'new' },
    says: 'Signed, and not begun, or a part still to be supplied.',
    holds: (standing) => standing === 'waiting',
  },
  {
    ...{ id: 'preparing', heading: 'In progress', short: 'in progress' },
    holds: (standing) => standing === 'preparing',
  },
  {
    ...{ id: 'ready', heading: 'Ready to hand over', short: 'ready' },
    holds: (standing) => standing === 'ready',
  },
  {
    ...{ id: 'held', heading: 'On hold or stopped by the ward today', short: 'on hold or stopped' },
    says: 'Nothing is under way for these.',
    holds: (standing) => standing === 'on-hold' || standing === 'ended',
  },
  {
    ...{ id: 'declined', heading: 'Declined', short: 'declined' },
    says: 'Still in force: the ward has not stopped them yet.',
    holds: (standing) => standing === 'declined',
  },
  {
    ...{ id: 'given', heading: 'Given today', short: 'given today' },
    holds: (standing) => standing === 'given' || standing === 'completed',
  },
];

/** The work list of the pharmacy. */
export function pharmacyPage(visit: WorkVisit): Promise<Page | Redirect> {
  return listPage(visit, 'pharmacy', { all: 'Pharmacy work list', of: 'Pharmacy' });
}

/** The list itself: the part of the page that is kept up to date. */
export async function pharmacyList(visit: WorkVisit): Promise<Page & { readonly news: string }> {
  const orders = await pharmacyOrders(visit);
  const { groups, summary } = await orderGroups(visit, orders, GROUPS, (order, standing) =>
    isWork(order, standing, visit.today),
  );
  const waiting = orders.waiting.map((each) => ({
    ...supplyRow(each, orders),
    patient: patientName(each.dispense, orders),
    names: (each.dispense.authorizingPrescription ?? []).map(
      ({ identifier, reference }) => identifier?.value ?? reference ?? 'not named',
    ),
  }));
  const news = waiting.length === 0 ? summary : `${summary}, ${waiting.length} waiting for an order`;
  const isOne = askedPatient(visit)?.system === PATIENT_ID;
  const more = { isOne, undelivered: await undelivered(visit) };
  const model = { groups, summary: news, waiting, cut: orders.cut, ...more };
  return { view: 'pharmacy-list', title: '', model, news };
}

async function pharmacyOrders(visit: WorkVisit): Promise<Orders> {
  const of = ofPatient(askedPatient(visit));
  const day = today(visit);
  const requests = (pairs: [string, string][]) =>
    search(visit, 'MedicationRequest', [...of, ['intent', 'order'], ...pairs]);
  const dispenses = (pairs: [string, string][]) => search(visit, 'MedicationDispense', [...of, ...pairs]);
  // The oldest first: who waits longest is served first.
  const active = await requests([
    ['status', 'active'],
    ['_sort', '_lastUpdated'],
  ]);
  const stopped = await requests([['status', 'on-hold,stopped'], [...day.pair], ['_sort', '-_lastUpdated']]);
  const underWay = await dispenses([
    ['status', 'preparation,in-progress,on-hold'],
    ['_sort', '_lastUpdated'],
  ]);
  const given = await dispenses([
    ['status', 'completed'],
    ['whenhandedover', `ge${visit.today}T00:00:00+01:00`],
    ['_sort', '-_lastUpdated'],
  ]);
  const handedOver = given.matches.filter((each) => isHandedOver(each.resource as MedicationDispense, visit.today));
  const { orders, waiting } = await ordersNamedBy(visit, [...underWay.matches, ...handedOver]);
  const inForce = active.matches.filter((each) => isDue(each, visit.today));
  const cut = [
    ...(active.isCut ? [cutWords('orders in force')] : []),
    ...(stopped.isCut ? [cutWords('orders stopped or on hold today')] : []),
    ...(underWay.isCut ? [cutWords('supplies under way')] : []),
    ...(given.isCut ? [cutWords('supplies of today')] : []),
  ];
  return withSupplies(visit, [...orders, ...inForce, ...stopped.matches.filter(day.is)], waiting, cut);
}

/** An issue of a repeat that is dated ahead is not work yet. */
function isDue({ resource }: Stored, day: string): boolean {
  const { dispenseRequest, authoredOn } = resource as MedicationRequest;
  const from = dateSpan(dispenseRequest?.validityPeriod?.start ?? authoredOn);
  return from === undefined || from.first <= day;
}

/** What was all handed over on another day is no work of today. */
function isWork({ supplies }: Order, standing: Standing, day: string): boolean {
  if (standing !== 'given' && standing !== 'completed') return true;
  return supplies.some(({ dispense }) => dispense.status === 'completed' && isHandedOver(dispense, day));
}

function isHandedOver({ whenHandedOver }: MedicationDispense, day: string): boolean {
  const at = Date.parse(whenHandedOver ?? '');
  return !Number.isNaN(at) && londonDay(at) === day;
}
