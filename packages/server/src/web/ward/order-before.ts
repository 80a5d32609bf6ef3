import { compareResupply } from '@concord/medication-record';
import type { Medication, MedicationRequest } from 'fhir/r4';
import { orderMeant } from '../../messaging/orders/orders-of.ts';
import { Stored } from '../../store/stored.ts';
import { type OrderRow, orderRow } from '../orders/order-row.ts';
import { type Orders, withSupplies } from '../orders/read-orders.ts';
import { standingOf } from '../orders/standing.ts';
import type { WorkVisit } from '../orders/work-visit.ts';
import type { Tag } from '../words.ts';
import { type Difference, differences, IN_MEDICINE, IN_OTHER } from './order-differences.ts';

/** The order that a draft was made from, as it is now. */
export interface OrderBefore {
  /** `Inpatient order`. */
  readonly name: string;
  readonly address: string | undefined;
  /** What somebody must look at before the draft is signed; undefined where there is nothing. */
  readonly alert: { readonly tag: Tag; readonly says: string } | undefined;
  /** What the draft has in common with it, where it has. */
  readonly says: string | undefined;
  /** In the medicine or its dose. */
  readonly inMedicine: readonly Difference[];
  /** In anything else: what it is for, how much, notes. */
  readonly inOther: readonly Difference[];
}

/** A draft and the order that it names as the one before. */
type Pair = readonly [draft: MedicationRequest, before: Stored | undefined];

/**
 * What drafts are beside the orders that they were made from. Those may have been changed, held or stopped since: what is
 * taken home would then go on with what the ward has ended.
 * @returns for each draft in turn; undefined where it was made from none
 */
export async function ordersBefore(
  visit: WorkVisit,
  drafts: readonly MedicationRequest[],
  rows: readonly OrderRow[],
): Promise<(OrderBefore | undefined)[]> {
  const pairs = await Promise.all(drafts.map(async (draft): Promise<Pair> => [draft, await before(visit, draft)]));
  const found = pairs.flatMap(([, stored]) => stored ?? []);
  const orders = await withSupplies(visit, found);
  const dictionary = (await visit.dmd?.find())?.dictionary;
  return pairs.map(([draft, stored], i) => {
    if (draft.priorPrescription === undefined) return undefined;
    const order = stored && orders.orders.find((each) => each.stored.id === stored.id);
    if (order === undefined) return GONE;
    const row = orderRow(order, orders, standingOf(order, orders, dictionary));
    return beside(draft, rows[i] as OrderRow, order.request, row, orders);
  });
}

const GONE: OrderBefore = {
  ...{ name: 'Order before', address: undefined, says: undefined, inMedicine: [], inOther: [] },
  alert: {
    tag: { text: 'Not here', colour: 'red' },
    says: 'The order that it was made from is not here any more: nobody can compare the two.',
  },
};

/** The order that a draft names as the one before. */
async function before({ record }: WorkVisit, { priorPrescription }: MedicationRequest): Promise<Stored | undefined> {
  const row = priorPrescription && (await orderMeant(record, priorPrescription));
  return row && new Stored(row);
}

function beside(
  draft: MedicationRequest,
  now: OrderRow,
  prior: MedicationRequest,
  then: OrderRow,
  { directory }: Orders,
): OrderBefore {
  const medications = [draft, prior].flatMap((each) => {
    const found = directory.find(each.medicationReference, each);
    return found?.resourceType === 'Medication' ? [found as Medication] : [];
  });
  const compared = compareResupply(prior, draft, medications);
  const named = compared.differences.filter(({ matters }) => matters).map(({ element }) => element);
  const isSame = named.length === 0;
  const status = then.tag?.text ?? 'Status unknown';
  const inForce = prior.status === 'active' || prior.status === 'completed';
  const reason = then.reason === undefined ? '' : ` “${then.reason}”`;
  const alert = !inForce
    ? {
        tag: { text: status, colour: 'red' } as const,
        says: `It is not in force any more${reason}: is this still to be taken home?`,
      }
    : isSame
      ? undefined
      : {
          tag: { text: 'Differs', colour: 'red' } as const,
          says: named.includes('subject')
            ? compared.message
            : 'The medicine or its dose is not that of the order that it was made from, as it is now.',
        };
  return {
    name: `${then.category ?? 'Earlier'} order`,
    address: `/ward/orders/${then.id}`,
    alert,
    says: isSame ? `The same medicine and dose (${status.toLowerCase()}).` : undefined,
    inMedicine: differences(IN_MEDICINE, then, now, named),
    inOther: differences(IN_OTHER, then, now),
  };
}
