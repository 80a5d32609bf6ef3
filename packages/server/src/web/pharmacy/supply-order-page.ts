import type { MedicationRequest } from 'fhir/r4';
import { type AmountCheck, amountCheck } from '../orders/amount-check.ts';
import { type OrderRow, orderRow } from '../orders/order-row.ts';
import type { Problem, WorkVisit } from '../orders/work-visit.ts';
import type { Page } from '../page.ts';
import { orderAt } from '../ward/order-page.ts';
import { type DispenseAction, dispenseActionsFor } from './dispense-actions.ts';
import { productsFor } from './products.ts';

/** What was typed, to be shown again. */
export interface AskedSupply {
  readonly product?: string | undefined;
  readonly quantity?: string | undefined;
  /** The supply and the action that problems are about. */
  readonly supply?: string | undefined;
  readonly action?: string | undefined;
  readonly reason?: string | undefined;
}

/** Said when it is done. */
const DONE: { readonly [done: string]: string } = {
  started: 'Begun.',
  ready: 'Ready to hand over.',
  given: 'Handed over: the ward is told.',
  waiting: 'Waiting.',
  declined: 'Declined: the ward is told.',
  stopped: 'Supply stopped: the ward is told.',
};

/** One order at the pharmacy: what is asked, which products make it, and what was done for it. */
export async function supplyOrderPage(
  visit: WorkVisit,
  problems: readonly Problem[] = [],
  asked: AskedSupply = {},
  status?: number,
): Promise<Page> {
  const { order, orders, stands } = await orderAt(visit, visit.path('id'));
  const { request } = order;
  const row = orderRow(order, orders, stands);
  const dictionary = (await visit.dmd?.find())?.dictionary;
  const product = asked.product ?? visit.query('product')?.slice(0, 20);
  const chosen = product === undefined ? undefined : dictionary?.product(product);
  const check = chosen === undefined ? undefined : amountCheck(dictionary, request, chosen.id);
  return {
    view: 'pharmacy-order',
    title: `${problems.length > 0 ? 'Error: ' : ''}${row.medicine.name} for ${row.patient.spoken}`,
    status: status ?? (problems.length > 0 ? 400 : 200),
    model: {
      ...{ you: visit.you, here: `/pharmacy/orders/${order.stored.id}`, row, problems, asked, check },
      isInForce: request.status === 'active',
      isSupplied: stands.standing === 'given' || stands.supplied.outcome === 'complete',
      supplies: order.supplies.map(({ stored, dispense }, i) => ({
        ...row.supplies.find(({ id }) => id === stored.id),
        actions: dispenseActionsFor(dispense).map((each) => shownAction(each, request)),
        isLast: i === order.supplies.length - 1,
      })),
      chosen: chosen && { id: chosen.id, name: dictionary?.displayOf(chosen.id) },
      products: dictionary && productsFor(dictionary, request, row.medicine.code),
      hasDictionary: dictionary !== undefined,
      quantity: asked.quantity ?? suggested(request, check),
      unit: check?.unit?.words ?? request.dispenseRequest?.quantity?.unit,
      done: DONE[visit.query('done') ?? ''],
      live: `/pharmacy/orders/${order.stored.id}/live`,
    },
  };
}

/** The order and its supplies: the part of the page that is kept up to date. */
export async function supplyOrderPart(visit: WorkVisit): Promise<Page & { readonly news: string }> {
  const { order, orders, stands } = await orderAt(visit, visit.path('id'));
  const row: OrderRow = orderRow(order, orders, stands);
  return {
    view: 'pharmacy-order-part',
    title: '',
    model: { row, isInForce: order.request.status === 'active', isDraft: order.request.status === 'draft' },
    news: [row.tag?.text ?? 'Status unknown', ...row.supplies.map(({ tag }) => tag.text)].join('. '),
  };
}

/** What the ward asked for, in the unit of the product, before what its dose needs. */
function suggested({ dispenseRequest }: MedicationRequest, check: AmountCheck | undefined): string | undefined {
  const asked = dispenseRequest?.quantity;
  if (asked?.value !== undefined && (check?.unit === undefined || check.unit.code === asked.code)) {
    return JSON.stringify(asked.value);
  }
  return check?.decimal;
}

/** A hand over that the ward has forbidden meanwhile is shown, and why it cannot be done. */
function shownAction(action: DispenseAction, { status }: MedicationRequest) {
  const isForbidden = action.needsOrder && status !== 'active';
  return { ...action, isForbidden };
}
