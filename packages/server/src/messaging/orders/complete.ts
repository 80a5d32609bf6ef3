import { type CompletionPolicy, completionDue } from '@concord/medication-record';
import type { FhirResource, MedicationRequest } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import { untilWon } from '../../fhir/interactions/race.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { Compartment } from '../../store/compartments.ts';
import { type Queryable, sqlState } from '../../store/database.ts';
import type { Stored } from '../../store/stored.ts';
import type { Change, Delivery, Outcome, Subscriber, SubscriberSource } from '../subscriber.ts';
import { medicationsOf, type Order, type Orders, ordersOf, prescriptionsOf } from './orders-of.ts';

/** The statuses in which something that was done may complete what it was done for. */
const MATTERS: { readonly [type: string]: ReadonlySet<string> } = {
  // An order may come after what was done for it.
  MedicationRequest: new Set(['active']),
  // One that is over without a supply may be the last that was waited for.
  MedicationDispense: new Set(['completed', 'stopped', 'declined', 'cancelled', 'entered-in-error']),
  MedicationAdministration: new Set(['completed']),
};
const TYPES: ReadonlySet<string> = new Set(Object.keys(MATTERS));

/**
 * `orders/complete`: makes orders completed once what they asked for was done, as the site's policy has it. Works
 * whichever of an order and its dispense came first, and as often as it is told. Most changes complete nothing: the
 * records of all patients of a batch are looked at together, and only what is due is handed on to be done.
 * @param open a session of this server's own
 */
export function orderCompletion(policy: CompletionPolicy, open: () => Session): SubscriberSource {
  let due: ReadonlySet<Change> = new Set();
  const subscriber: Subscriber = {
    ...{ name: 'orders/complete', types: TYPES, lanes: 4, atOnce: 1, manyReceivers: true },
    wants: (change) => due.has(change),
    deliver: ([delivery]) => completeFor(open(), policy, delivery as Delivery),
  };
  return {
    types: new Set(),
    load: async () => (policy === 'never' ? [] : [subscriber]),
    changed: () => undefined,
    async prepare(q, changes) {
      due = policy === 'never' ? new Set() : await dueAmong(open(), q, policy, changes.filter(matters));
    },
  };
}

function matters({ type, resource }: Change): boolean {
  const { status } = (resource ?? {}) as { status?: unknown };
  return typeof status === 'string' && MATTERS[type]?.has(status) === true;
}

/** The changes by which an order is due, as the records are now: whatever is written later is a change of its own. */
async function dueAmong(
  session: Session,
  q: Queryable,
  policy: CompletionPolicy,
  changes: readonly Change[],
): Promise<Set<Change>> {
  const due = new Set<Change>();
  if (changes.length === 0) return due;
  const keys = changes.map(({ key }) => key);
  const beside = await session.record.compartments.findBeside(q, keys);
  for (const [key, ofPatient] of Map.groupBy(changes, (each) => each.key)) {
    try {
      const record = ordersIn(beside.get(key) ?? []);
      const meant = ofPatient.map((each) => ordersMeant(record, each.resource));
      const orders = new Set(await ordersDue(session, q, policy, [...new Set(meant.flat())]));
      for (const [i, each] of ofPatient.entries()) if (meant[i]?.some((order) => orders.has(order))) due.add(each);
    } catch (error) {
      if (sqlState(error) !== undefined) throw error;
      // One record that cannot be judged keeps no other waiting: its deliveries say why.
      for (const each of ofPatient) due.add(each);
    }
  }
  return due;
}

async function completeFor(session: Session, policy: CompletionPolicy, delivery: Delivery): Promise<Outcome> {
  const { key, resource } = delivery;
  const dueNow = async () => {
    const { compartments, q } = session.record;
    const record = ordersIn((await compartments.findBeside(q, [key])).get(key) ?? []);
    return ordersDue(session, q, policy, ordersMeant(record, resource));
  };
  try {
    for (const { stored } of await dueNow()) {
      await untilWon(session, stored.reference, async () => {
        // Read anew each time: another write may have come between.
        const order = (await dueNow()).find((each) => each.stored.id === stored.id);
        if (order !== undefined) await complete(session, order.stored);
      });
    }
    return { outcome: 'delivered' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 409 && error.outcome.issue[0]?.code === 'conflict')
      return { outcome: 'later', reason: error.message };
    return { outcome: 'refused', reason: error.message };
  }
}

function ordersIn(compartments: readonly Compartment[]): Orders {
  return ordersOf(compartments.flatMap(({ entries }) => entries));
}

/** The orders of its patient that a resource is, or was done for, each once. */
function ordersMeant(record: Orders, resource: FhirResource | undefined): readonly Order[] {
  switch (resource?.resourceType) {
    case 'MedicationRequest':
      return record.meantBy({ reference: `MedicationRequest/${resource.id}` });
    case 'MedicationDispense':
      return [...new Set(prescriptionsOf(resource).flatMap((each) => record.meantBy(each)))];
    case 'MedicationAdministration':
      return record.meantBy(resource.request);
    default:
      return [];
  }
}

/** Those orders of which what they asked for was done. */
async function ordersDue(
  session: Session,
  q: Queryable,
  policy: CompletionPolicy,
  orders: readonly Order[],
): Promise<Order[]> {
  const done = orders.filter(
    ({ request, dispenses, administrations }) =>
      request.status === 'active' && dispenses.length + administrations.length > 0,
  );
  if (done.length === 0) return [];
  session.release ??= await session.dmd?.find();
  const medications = await medicationsOf(
    q,
    done.flatMap(({ request, dispenses }) => [request, ...dispenses]),
  );
  const context = { dictionary: session.release?.dictionary, medications };
  return done.filter(
    ({ request, dispenses, administrations }) =>
      completionDue(request, dispenses, administrations, policy, context).due,
  );
}

/** Writes an order completed, over the version that was judged. */
async function complete(session: Session, stored: Stored): Promise<void> {
  const { type, id, version } = stored;
  const current = await session.record.read(type, id);
  if (current?.content == null || current.version !== version) return;
  const exact = parseExact(current.content, Number.POSITIVE_INFINITY) as unknown as MedicationRequest;
  const completed: MedicationRequest = { ...exact, status: 'completed' };
  await accept(session, completed, { interaction: 'update', id, current, expected: version });
}
