import { type CompletionPolicy, completionDue } from '@concord/medication-record';
import type { FhirResource, MedicationRequest } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import { untilWon } from '../../fhir/interactions/race.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { PatientKey } from '../../store/ids.ts';
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
/** So many changes are looked at together. */
const AT_ONCE = 128;

/**
 * `orders/complete`: makes orders completed once what they asked for was done, as the site's policy has it. Works
 * whichever of an order and its dispense came first, and as often as it is told.
 * @param open a session of this server's own
 */
export function orderCompletion(policy: CompletionPolicy, open: () => Session): SubscriberSource {
  const subscriber: Subscriber = {
    ...{ name: 'orders/complete', types: TYPES, lanes: 1, atOnce: AT_ONCE },
    wants: (change) => matters(change),
    deliver: (deliveries) => completeFor(open(), policy, deliveries),
  };
  const all = policy === 'never' ? [] : [subscriber];
  return { types: new Set(), load: async () => all, changed: () => undefined };
}

function matters({ type, resource }: Change): boolean {
  const { status } = (resource ?? {}) as { status?: unknown };
  return typeof status === 'string' && MATTERS[type]?.has(status) === true;
}

/** Looks at the records of all patients together, and only for orders that are due at one again before it is written. */
async function completeFor(
  session: Session,
  policy: CompletionPolicy,
  deliveries: readonly Delivery[],
): Promise<Outcome[]> {
  session.release ??= await session.dmd?.find();
  const records = await recordsOf(session, deliveries);
  const meant = deliveries.map(({ key, resource }) => ordersMeant(records.get(key), resource));
  const due = new Set(await ordersDue(session, policy, [...new Set(meant.flat())]));
  const outcomes: Outcome[] = [];
  for (const [i, { key }] of deliveries.entries()) {
    const own = meant[i]?.filter((order) => due.delete(order)) ?? [];
    outcomes.push(await completeAll(session, policy, key, own));
  }
  return outcomes;
}

async function completeAll(
  session: Session,
  policy: CompletionPolicy,
  key: PatientKey,
  due: readonly Order[],
): Promise<Outcome> {
  try {
    for (const { stored } of due) {
      await untilWon(session, stored.reference, () => completeOne(session, policy, key, stored.id));
    }
    return { outcome: 'delivered' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 409 && error.outcome.issue[0]?.code === 'conflict')
      return { outcome: 'later', reason: error.message };
    return { outcome: 'refused', reason: error.message };
  }
}

/** The orders of the patients that deliveries are about, by compartment. */
async function recordsOf(
  { record }: Session,
  deliveries: readonly Pick<Delivery, 'key'>[],
): Promise<Map<PatientKey, Orders>> {
  const found = await record.compartments.findBeside(
    record.q,
    deliveries.map(({ key }) => key),
  );
  return new Map([...found].map(([key, theirs]) => [key, ordersOf(theirs.flatMap(({ entries }) => entries))]));
}

/** The orders of its patient that a resource is, or was done for. */
function ordersMeant(record: Orders | undefined, resource: FhirResource | undefined): readonly Order[] {
  if (record === undefined) return [];
  switch (resource?.resourceType) {
    case 'MedicationRequest':
      return record.meantBy({ reference: `MedicationRequest/${resource.id}` });
    case 'MedicationDispense':
      return prescriptionsOf(resource).flatMap((each) => record.meantBy(each));
    case 'MedicationAdministration':
      return record.meantBy(resource.request);
    default:
      return [];
  }
}

/** Those orders of which what they asked for was done. */
async function ordersDue(session: Session, policy: CompletionPolicy, orders: readonly Order[]): Promise<Order[]> {
  const done = orders.filter(
    ({ request, dispenses, administrations }) =>
      request.status === 'active' && dispenses.length + administrations.length > 0,
  );
  const medications = await medicationsOf(
    session.record,
    done.flatMap(({ request, dispenses }) => [request, ...dispenses]),
  );
  const context = { dictionary: session.release?.dictionary, medications };
  return done.filter(
    ({ request, dispenses, administrations }) =>
      completionDue(request, dispenses, administrations, policy, context).due,
  );
}

async function completeOne(session: Session, policy: CompletionPolicy, key: PatientKey, id: string): Promise<void> {
  // Read anew each time: another write may have come between.
  const record = (await recordsOf(session, [{ key }])).get(key);
  const order = record?.orders.find(({ stored }) => stored.id === id);
  const [due] = order === undefined ? [] : await ordersDue(session, policy, [order]);
  if (due !== undefined) await complete(session, due.stored);
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
