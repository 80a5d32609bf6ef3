import type { FhirResource, OperationOutcomeIssue, Subscription } from 'fhir/r4';
import { examine } from '../../fhir/conformance.ts';
import type { Acceptance, accept as acceptResource } from '../../fhir/interactions/accept.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { Queryable } from '../../store/database.ts';
import type { Written } from '../../store/write.ts';
import { type Definition, readDefinition } from './definition.ts';
import type { EndpointSettings } from './endpoints.ts';
import type { EventCriteria } from './event-criteria.ts';
import { type Fault, refuseFaults } from './fault.ts';
import { keepHeaders, maskHeaders, readHeaders } from './secrets.ts';

/** Where requests come without a configuration, no endpoint is permitted. */
const NOWHERE: EndpointSettings = {
  host: '',
  neighbours: [],
  subscriptions: { endpoints: [], errorAfter: 1, most: 0 },
};

/**
 * Takes a Subscription from a client: all that it asks for must be possible. Its headers' values are kept apart, in the
 * same transaction, and masked in what is stored.
 * @throws Refusal 422 with every fault; 409 where the channel `message` has the endpoint for the event type already
 */
export function acceptSubscription(
  session: Session,
  given: FhirResource,
  how: Acceptance,
  accept: typeof acceptResource,
): Promise<Written> {
  return session.atomically(async (inside) => {
    const { q } = inside.record;
    const id = how.placed?.id ?? how.id ?? how.current?.id;
    const settings = session.messaging?.subscriptions.settings ?? NOWHERE;
    const faults: Fault[] = [];
    const { masked, headers } = maskHeaders(given, id === undefined ? [] : await readHeaders(q, id), faults);
    const resource = withStatus(masked as Subscription, how.current?.content, faults);
    const read = readDefinition(resource, { id: id ?? '', version: 0 }, { base: session.base, settings });
    faults.push(...read.faults);
    if (Date.parse(resource.end ?? '') <= session.now) {
      faults.push({ code: 'value', expression: 'Subscription.end', diagnostics: 'end has passed already.' });
    }
    if (faults.length > 0) throw await withAllElse(inside, resource, refuseFaults(422, faults));
    if (how.current?.content == null) await demandRoom(q, settings.subscriptions.most);
    if (read.definition !== undefined) await demandSole(inside, read.definition);
    const written = await accept(inside, resource, { ...how, isPrepared: true });
    await keepHeaders(q, written.id, headers);
    return written;
  });
}

/** A client asks (`requested`) or puts aside (`off`); what it sends back as it was is asked for again. */
function withStatus(resource: Subscription, current: string | null | undefined, faults: Fault[]): Subscription {
  const { error: _servers, ...rest } = resource;
  const { status } = resource;
  if (status === 'requested' || status === 'off') return rest;
  const before = current == null ? undefined : (JSON.parse(current) as Subscription).status;
  if (status !== undefined && status === before) return { ...rest, status: 'requested' };
  const diagnostics =
    'Ask for a Subscription with the status requested, or put it aside with off; the server sets active and error.';
  faults.push({ code: 'invalid', expression: 'Subscription.status', diagnostics });
  return rest as Subscription;
}

/** The refusal, with what the other checks find wrong. */
async function withAllElse(session: Session, resource: FhirResource, refusal: Refusal): Promise<Refusal> {
  let more: OperationOutcomeIssue[] = [];
  try {
    await examine(session, resource);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    more = error.outcome.issue;
  }
  return new Refusal(refusal.status, { ...refusal.outcome, issue: [...refusal.outcome.issue, ...more] });
}

const LIVE = `from resource where patient_key = 0 and type = 'Subscription' and content is not null`;

async function demandRoom(q: Queryable, most: number): Promise<void> {
  const [row] = await q.query<{ n: number }>(`select count(*) as n ${LIVE}`);
  if ((row?.n ?? 0) < most) return;
  const diagnostics = `There are ${most} Subscriptions already, as many as this server keeps: delete one that nobody needs.`;
  throw refuseFaults(422, [{ code: 'too-costly', expression: 'Subscription', diagnostics }]);
}

/** One Subscription for each event type and endpoint, as the Multicast Notification Service has it. */
async function demandSole({ record }: Session, { id, interest, channel }: Definition): Promise<void> {
  if (interest.style !== 'event') return;
  await record.lock(`Subscription ${channel.endpoint} ${interest.event.eventType}`);
  const rows = await record.q.query<{ id: string; content: string }>(`select id, content ${LIVE} and id <> $1`, [id]);
  const same = rows.find(({ content }) => isFor(JSON.parse(content) as Subscription, channel.endpoint, interest.event));
  if (same === undefined) return;
  const diagnostics = `Subscription/${same.id} has this endpoint for ${interest.event.eventType} already: change that one.`;
  throw refuseFaults(409, [{ code: 'duplicate', expression: 'Subscription.channel.endpoint', diagnostics }]);
}

function isFor(
  { channel, criteria }: Subscription,
  endpoint: string | undefined,
  { eventType }: EventCriteria,
): boolean {
  return channel.type === 'message' && channel.endpoint === endpoint && criteria.includes(`'${eventType}'`);
}
