import type { MedicationRequest } from 'fhir/r4';
import { Stored } from '../../store/stored.ts';
import { amountCheck } from '../orders/amount-check.ts';
import { conflictPage } from '../orders/conflict-page.ts';
import { orderRow } from '../orders/order-row.ts';
import { type Order, type Orders, withSupplies } from '../orders/read-orders.ts';
import { type Stands, standingOf } from '../orders/standing.ts';
import { type Problem, versionSent, type WorkVisit } from '../orders/work-visit.ts';
import { change, create, notHere, parsed } from '../orders/write-order.ts';
import type { Page, Redirect } from '../page.ts';
import { again, mayResupply } from './draft-order.ts';
import { acted, actionsFor, ORDER_ACTIONS, type OrderAction } from './order-actions.ts';

const LONGEST_REASON = 200;

/** One order, with what may be done with it. */
export async function orderPage(
  visit: WorkVisit,
  problems: readonly Problem[] = [],
  asked: { readonly action?: string; readonly reason?: string | undefined } = {},
  status?: number,
): Promise<Page> {
  const { order, orders, stands } = await orderAt(visit, visit.path('id'));
  const row = orderRow(order, orders, stands);
  const done = visit.query('done');
  const id = order.stored.id;
  return {
    view: 'ward-order',
    title: `${problems.length > 0 ? 'Error: ' : ''}${row.medicine.name} for ${row.patient.spoken}`,
    status: status ?? (problems.length > 0 ? 400 : 200),
    model: {
      ...{ you: visit.you, here: `/ward/orders/${id}`, row, problems, asked },
      actions: actionsFor(order.request),
      mayEdit: order.request.status === 'draft' && order.request.medicationCodeableConcept !== undefined,
      mayResupply: mayResupply(order.request),
      done: done === 'drafted' ? 'Draft saved. Nobody acts on it until it is signed.' : doneWords(done),
      live: `/ward/orders/${id}/live`,
    },
  };
}

function doneWords(name: string | undefined): string | undefined {
  return ORDER_ACTIONS.find((each) => each.name === name)?.done;
}

/** The order itself: the part of its page that is kept up to date. */
export async function orderPart(visit: WorkVisit): Promise<Page & { readonly news: string }> {
  const { order, orders, stands } = await orderAt(visit, visit.path('id'));
  const row = orderRow(order, orders, stands);
  const dictionary = (await visit.dmd?.find())?.dictionary;
  const supplies = row.supplies.map(({ tag, quantity }) => [tag.text, quantity].filter((each) => each).join(': '));
  return {
    view: 'ward-order-part',
    title: '',
    model: { row, check: amountCheck(dictionary, order.request, productCode(dictionary, row.medicine.code)) },
    news: [row.tag?.text ?? 'Status unknown', ...supplies].join('. '),
  };
}

/** The code of a product; undefined for a substance, of which no amount is supplied. */
function productCode(
  dictionary: { vmpOf(id: string): unknown } | undefined,
  code: string | undefined,
): string | undefined {
  return code !== undefined && dictionary?.vmpOf(code) !== undefined ? code : undefined;
}

/** An order by its id, with its dispenses. @throws PageFault 404 */
export async function orderAt(
  visit: WorkVisit,
  id: string,
): Promise<{ readonly order: Order; readonly orders: Orders; readonly stands: Stands }> {
  const row = await visit.record.read('MedicationRequest', id);
  if (!row?.content) throw notHere('MedicationRequest');
  const orders = await withSupplies(visit, [new Stored(row)]);
  const [order] = orders.orders as [Order];
  const dictionary = (await visit.dmd?.find())?.dictionary;
  return { order, orders, stands: standingOf(order, orders, dictionary) };
}

/** Does what a button of the order's page says. */
export async function actOnOrder(visit: WorkVisit): Promise<Page | Redirect> {
  const id = visit.path('id');
  const action = ORDER_ACTIONS.find(({ name }) => name === visit.path('action'));
  if (action === undefined) throw notHere('MedicationRequest');
  const version = versionSent(visit);
  const reason = visit.field('reason')?.slice(0, LONGEST_REASON);
  const asked = { action: action.name, reason };
  const { you } = visit;
  if (you === undefined) return orderPage(visit, [{ field: 'you-name', text: 'Say who you are first' }], asked);
  if (action.asksReason && reason === undefined) {
    return orderPage(
      visit,
      [{ field: `${action.name}-reason`, text: `Enter why: ${action.words.toLowerCase()}` }],
      asked,
    );
  }
  const saved = await change<MedicationRequest>(visit, 'MedicationRequest', id, version, (order) =>
    acted(order, action, { you, now: visit.now, reason }),
  );
  if (saved.outcome === 'conflict') return conflictPage(visit, saved.changes, `/ward/orders/${id}`);
  if (saved.outcome === 'refused') return orderPage(visit, atField(saved.problems, action), asked, 422);
  return { redirect: `/ward/orders/${id}?done=${action.name}` };
}

function atField(problems: readonly Problem[], { name }: OrderAction): Problem[] {
  return problems.map((each) => (each.field === 'reason' ? { ...each, field: `${name}-reason` } : each));
}

/** Makes a draft for the same again. */
export async function resupply(visit: WorkVisit): Promise<Page | Redirect> {
  const id = visit.path('id');
  const { you } = visit;
  if (you === undefined) return orderPage(visit, [{ field: 'you-name', text: 'Say who you are first' }]);
  const row = await visit.record.read('MedicationRequest', id);
  if (!row?.content) throw notHere('MedicationRequest');
  const prior = parsed<MedicationRequest>(visit, row);
  if (!mayResupply(prior)) {
    const text = `Only an order in force, or completed, is supplied again: this one is ${prior.status}`;
    return orderPage(visit, [{ field: 'page', text }], {}, 409);
  }
  if (row.version !== versionSent(visit)) return conflictPage(visit, [], `/ward/orders/${id}`);
  const saved = await create(visit, [again(prior, you, visit.now)]);
  if (saved.outcome === 'refused') return orderPage(visit, saved.problems, {}, 422);
  return { redirect: `/ward/orders/${saved.written[0]?.id}?done=drafted` };
}
