import { canonicalDecimal } from '@concord/dosage';
import type { MedicationDispense, MedicationRequest } from 'fhir/r4';
import { releaseFor } from '../dmd-visit.ts';
import { amountCheck } from '../orders/amount-check.ts';
import { conflictPage } from '../orders/conflict-page.ts';
import type { Order } from '../orders/read-orders.ts';
import { type Problem, versionSent, type WorkVisit } from '../orders/work-visit.ts';
import { change, create, notHere, parsed } from '../orders/write-order.ts';
import type { Page, Redirect } from '../page.ts';
import { numberFault } from '../translate-words.ts';
import { countedIn, currentId, quantity } from '../ward/draft-dose.ts';
import { orderAt } from '../ward/order-page.ts';
import { begun, declined, isSubstitute } from './dispense.ts';
import { DISPENSE_ACTIONS, supplyActed } from './dispense-actions.ts';
import { type AskedSupply, supplyOrderPage } from './supply-order-page.ts';

const LONGEST_REASON = 200;
const WHO: Problem = { field: 'you-name', text: 'Say who you are first' };

/** Begins a supply of the product that was chosen. */
export async function beginSupply(visit: WorkVisit): Promise<Page | Redirect> {
  const { order } = await orderAt(visit, visit.path('id'));
  const asked = { product: visit.field('product'), quantity: visit.field('quantity') };
  const problems: Problem[] = [];
  const { you } = visit;
  if (you === undefined) problems.push(WHO);
  const { dictionary } = await releaseFor(visit);
  const product = asked.product === undefined ? undefined : currentId(dictionary, asked.product);
  const unit = product === undefined ? undefined : countedIn(dictionary, product);
  if (product === undefined || unit === undefined) problems.push({ field: 'product', text: 'Choose a product' });
  const wrong = asked.quantity === undefined ? 'Enter the quantity' : numberFault(asked.quantity, 'quantity');
  if (wrong !== undefined) problems.push({ field: 'quantity', text: wrong });
  const moved = orderMoved(order, versionSent(visit)) ?? notToBeGiven(order);
  if (moved !== undefined) problems.unshift(moved);
  if (problems.length > 0 || you === undefined || product === undefined || unit === undefined) {
    return supplyOrderPage(visit, problems, asked, moved && 409);
  }
  const request = parsed<MedicationRequest>(visit, { content: order.stored.text });
  const check = amountCheck(dictionary, request, product);
  const amount = quantity(asked.quantity ?? '', check?.unit ?? unit);
  const isAll = check?.decimal !== undefined && canonicalDecimal(amount.value) === check.decimal;
  const dispense = begun(dictionary, request, product, amount, isAll, you);
  if (isSubstitute(dictionary, request, dispense)) {
    if (request.substitution?.allowedBoolean !== true) {
      const text = 'This is another product than was ordered, and the order allows no substitution: ask the prescriber';
      return supplyOrderPage(visit, [{ field: 'product', text, rule: 'R-105' }], asked, 422);
    }
    dispense.substitution = { wasSubstituted: true };
  }
  return created(visit, dispense, asked, 'started');
}

/** Declines an order for which nothing was begun. */
export async function declineOrder(visit: WorkVisit): Promise<Page | Redirect> {
  const { order } = await orderAt(visit, visit.path('id'));
  const reason = visit.field('reason')?.slice(0, LONGEST_REASON);
  const asked: AskedSupply = { action: 'decline', reason };
  const { you } = visit;
  if (you === undefined) return supplyOrderPage(visit, [WHO], asked);
  if (reason === undefined) {
    return supplyOrderPage(visit, [{ field: 'decline-reason', text: 'Enter why it is not supplied' }], asked);
  }
  const moved = orderMoved(order, versionSent(visit));
  if (moved !== undefined) return supplyOrderPage(visit, [moved], asked, 409);
  const request = parsed<MedicationRequest>(visit, { content: order.stored.text });
  return created(visit, declined(request, reason, you), asked, 'declined');
}

async function created(
  visit: WorkVisit,
  dispense: MedicationDispense,
  asked: AskedSupply,
  done: string,
): Promise<Page | Redirect> {
  const saved = await create(visit, [dispense]);
  if (saved.outcome === 'refused') return supplyOrderPage(visit, saved.problems, asked, 422);
  return { redirect: `/pharmacy/orders/${visit.path('id')}?done=${done}` };
}

/** What the pharmacist has not seen yet: the ward changed the order, or ended it. */
function orderMoved({ stored, request }: Order, version: number): Problem | undefined {
  if (request.status !== 'active') {
    return { field: 'page', text: `Nothing is supplied for an order that is ${inPlainWords(request.status)}` };
  }
  if (stored.version === version) return undefined;
  return { field: 'page', text: 'The ward has changed this order meanwhile: read it again, then go on' };
}

/** It reads like any other order, and means the opposite. */
function notToBeGiven({ request }: Order): Problem | undefined {
  if (request.doNotPerform !== true) return undefined;
  return { field: 'page', text: 'The order is not to give this medicine: nothing is supplied for it', rule: 'R-013' };
}

/** Does what a button of a supply says. */
export async function actOnSupply(visit: WorkVisit): Promise<Page | Redirect> {
  const { order } = await orderAt(visit, visit.path('id'));
  const supply = visit.path('supply');
  const action = DISPENSE_ACTIONS.find(({ name }) => name === visit.path('action'));
  const known = order.supplies.find(({ stored }) => stored.id === supply);
  if (action === undefined || known === undefined) throw notHere('MedicationDispense');
  const reason = visit.field('reason')?.slice(0, LONGEST_REASON);
  const asked: AskedSupply = { supply, action: action.name, reason };
  const { you } = visit;
  if (you === undefined) return supplyOrderPage(visit, [WHO], asked);
  if (action.asksReason && reason === undefined) {
    return supplyOrderPage(visit, [{ field: `${action.name}-${supply}`, text: 'Enter why' }], asked);
  }
  const { status } = order.request;
  if (action.needsOrder && status !== 'active') {
    const text = `The ward has the order ${inPlainWords(status)}: nothing of it is handed over. Stop this supply, or let it wait`;
    return supplyOrderPage(visit, [{ field: 'page', text }], asked, 409);
  }
  const version = versionSent(visit);
  const saved = await change<MedicationDispense>(visit, 'MedicationDispense', supply, version, (dispense) =>
    supplyActed(dispense, action, { you, now: visit.now, reason }),
  );
  const here = `/pharmacy/orders/${order.stored.id}`;
  if (saved.outcome === 'conflict') return conflictPage(visit, saved.changes, here);
  if (saved.outcome === 'refused') return supplyOrderPage(visit, saved.problems, asked, 422);
  return { redirect: `${here}?done=${action.done}` };
}

function inPlainWords(status: string): string {
  return status === 'entered-in-error' ? 'entered in error' : status.replaceAll('-', ' ');
}
