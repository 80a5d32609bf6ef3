import type { Dictionary } from '@concord/dmd';
import { type Supplied, supplied } from '@concord/medication-record';
import type { Medication, MedicationDispense } from 'fhir/r4';
import type { Order, Orders } from './read-orders.ts';

/** How far an order has come: the one word that lists are grouped by. */
export type Standing =
  | 'draft'
  /** Signed; nobody has begun to supply it, or a part is still to be supplied. */
  | 'waiting'
  | 'preparing'
  | 'ready'
  /** All was handed over, and the order is still in force. */
  | 'given'
  /** The pharmacy will not supply it. */
  | 'declined'
  | 'on-hold'
  | 'completed'
  /** Stopped, cancelled, or a mistake. */
  | 'ended'
  | 'unknown';

/** How far an order has come, and what its dispenses come to. */
export interface Stands {
  readonly standing: Standing;
  readonly supplied: Supplied;
  /** Is a supply under way? */
  readonly isUnderWay: boolean;
}

const UNDER_WAY: ReadonlySet<string> = new Set(['preparation', 'in-progress', 'on-hold']);
const REFUSED: ReadonlySet<string> = new Set(['declined', 'stopped', 'cancelled']);

/** Is a dispense being prepared, ready, or waiting? */
function isUnderWay({ status }: MedicationDispense): boolean {
  return UNDER_WAY.has(status);
}

/** How far an order has come. */
export function standingOf(order: Order, { directory }: Orders, dictionary: Dictionary | undefined): Stands {
  const { request } = order;
  const dispenses = order.supplies.map(({ dispense }) => dispense);
  const medications = [request, ...dispenses].flatMap((each) => {
    const found = directory.find(each.medicationReference, each);
    return found?.resourceType === 'Medication' ? [found as Medication] : [];
  });
  const found = supplied(request, dispenses, { dictionary, medications });
  return {
    ...{ standing: standing(request.status, dispenses, found), supplied: found },
    isUnderWay: dispenses.some(isUnderWay),
  };
}

function standing(status: string, dispenses: readonly MedicationDispense[], { outcome }: Supplied): Standing {
  switch (status) {
    case 'draft':
    case 'on-hold':
    case 'completed':
      return status;
    case 'stopped':
    case 'cancelled':
    case 'entered-in-error':
      return 'ended';
    case 'active':
      break;
    default:
      return 'unknown';
  }
  const has = (...wanted: string[]) => dispenses.some((each) => wanted.includes(each.status));
  if (has('preparation', 'on-hold')) return 'preparing';
  if (has('in-progress')) return 'ready';
  if (has('completed')) return outcome === 'partial' ? 'waiting' : 'given';
  return dispenses.some((each) => REFUSED.has(each.status)) ? 'declined' : 'waiting';
}
