import { type CompletionPolicy, completionDue } from '@concord/medication-record';
import type { FhirResource, MedicationRequest } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import { untilWon } from '../../fhir/interactions/race.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { identitiesOfSubject } from '../../store/patients.ts';
import type { Stored } from '../../store/stored.ts';
import type { Change, Delivery, Outcome, Subscriber, SubscriberSource } from '../subscriber.ts';
import { means, medicationsOf, type Order, ordersOf, prescriptionsOf } from './orders-of.ts';

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
 * whichever of an order and its dispense came first, and as often as it is told.
 * @param open a session of this server's own
 */
export function orderCompletion(policy: CompletionPolicy, open: () => Session): SubscriberSource {
  const subscriber: Subscriber = {
    ...{ name: 'orders/complete', types: TYPES, lanes: 4, atOnce: 1 },
    wants: (change) => matters(change),
    async deliver([delivery]) {
      return completeFor(open(), policy, delivery as Delivery);
    },
  };
  const all = policy === 'never' ? [] : [subscriber];
  return { types: new Set(), load: async () => all, changed: () => undefined };
}

function matters({ type, resource }: Change): boolean {
  const { status } = (resource ?? {}) as { status?: unknown };
  return typeof status === 'string' && MATTERS[type]?.has(status) === true;
}

async function completeFor(session: Session, policy: CompletionPolicy, change: Delivery): Promise<Outcome> {
  const { resource } = change;
  if (resource === undefined) return { outcome: 'delivered' };
  session.release ??= await session.dmd?.find();
  try {
    for (const { stored } of (await ordersMeant(session, resource)).slice(0, 100)) {
      await untilWon(session, stored.reference, () => completeOne(session, policy, resource, stored.id));
    }
    return { outcome: 'delivered' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 409 && error.outcome.issue[0]?.code === 'conflict')
      return { outcome: 'later', reason: error.message };
    return { outcome: 'refused', reason: error.message };
  }
}

/** The orders of its patient that a resource is, or was done for. */
async function ordersMeant(session: Session, resource: FhirResource): Promise<Order[]> {
  const { compartments, q } = session.record;
  const found = await compartments.find(q, identitiesOfSubject(resource));
  const { orders } = ordersOf(found.flatMap(({ entries }) => entries));
  return orders.filter(({ request }) => {
    if (resource.resourceType === 'MedicationRequest') return request.id === resource.id;
    if (resource.resourceType === 'MedicationDispense') {
      return prescriptionsOf(resource).some((each) => means(each, request));
    }
    return resource.resourceType === 'MedicationAdministration' && means(resource.request, request);
  });
}

async function completeOne(
  session: Session,
  policy: CompletionPolicy,
  resource: FhirResource,
  id: string,
): Promise<void> {
  // Read anew each time: another write may have come between.
  const order = (await ordersMeant(session, resource)).find(({ stored }) => stored.id === id);
  if (order === undefined) return;
  const { request, dispenses, administrations, stored } = order;
  if (request.status !== 'active') return;
  const medications = await medicationsOf(session.record, [request, ...dispenses]);
  const context = { dictionary: session.release?.dictionary, medications };
  if (!completionDue(request, dispenses, administrations, policy, context).due) return;
  await complete(session, stored);
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
