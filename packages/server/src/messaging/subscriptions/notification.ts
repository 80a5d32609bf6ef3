import { randomUUID } from 'node:crypto';
import type { Parameters, ParametersParameter } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { writeFhirXml } from '../../fhir/xml/index.ts';
import type { Delivery } from '../subscriber.ts';
import { BACKPORT } from './canonicals.ts';
import type { ContentLevel } from './channel.ts';
import type { SubscriptionStatus } from './definition.ts';

type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

/** What is said of a Subscription. */
export interface StatusOf {
  id: string;
  /** The canonical URL of its topic, where it has one. */
  topic: string | undefined;
  status: SubscriptionStatus;
  type: NotificationType;
  /** How many events there have been for it. */
  events: number;
  /** Why it is in error. */
  error?: string | undefined;
  /** What else there is to say of the one event that is told of. */
  context?: ParametersParameter;
}

/** An event that a notification tells of. */
export type Told = Pick<Delivery, 'number' | 'at' | 'type' | 'id' | 'version' | 'resource' | 'before' | 'text'>;

/**
 * The Parameters that stand for R5's SubscriptionStatus.
 * @see http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-status-r4.html
 */
export function statusParameters(
  base: string,
  of: StatusOf,
  told: readonly Told[] = [],
  content: ContentLevel = 'empty',
): Parameters {
  const parameter: ParametersParameter[] = [
    { name: 'subscription', valueReference: { reference: `${base}/Subscription/${of.id}` } },
    ...(of.topic === undefined ? [] : [{ name: 'topic', valueCanonical: of.topic }]),
    { name: 'status', valueCode: of.status },
    { name: 'type', valueCode: of.type },
    { name: 'events-since-subscription-start', valueString: String(of.events) },
    ...told.map((each) => ({ name: 'notification-event', part: eventParts(base, each, content) })),
    ...(of.context === undefined ? [] : [of.context]),
    ...(of.error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: of.error } }]),
  ];
  return { resourceType: 'Parameters', id: randomUUID(), meta: { profile: [BACKPORT.status] }, parameter };
}

function eventParts(base: string, each: Told, content: ContentLevel): ParametersParameter[] {
  const focus = { reference: `${base}/${each.type}/${each.id}`, type: each.type };
  return [
    { name: 'event-number', valueString: String(each.number) },
    { name: 'timestamp', valueInstant: each.at },
    ...(content === 'empty' ? [] : [{ name: 'focus', valueReference: focus }]),
  ];
}

/**
 * A notification: a Bundle of type history, whose first entry is the status. `empty` says no more; `id-only` names what
 * the events are about; `full-resource` brings the version that each event made.
 * @returns its JSON text, in which resources are as they are served
 */
export function notificationText(
  base: string,
  of: StatusOf,
  told: readonly Told[] = [],
  content: ContentLevel = 'empty',
): string {
  const status = statusParameters(base, of, told, content);
  const head = {
    ...{ resourceType: 'Bundle', id: randomUUID(), meta: { profile: [BACKPORT.notification] } },
    ...{ type: 'history', timestamp: new Date().toISOString() },
  };
  const first = {
    fullUrl: `urn:uuid:${status.id}`,
    resource: status,
    request: { method: 'GET', url: `${base}/Subscription/${of.id}/$status` },
    response: { status: '200' },
  };
  const entries = [JSON.stringify(first)];
  if (content !== 'empty') for (const each of told) entries.push(entryText(base, each, content));
  return `${JSON.stringify(head).slice(0, -1)},"entry":[${entries.join(',')}]}`;
}

function entryText(base: string, { type, id, resource, before, text }: Told, content: ContentLevel): string {
  const reference = `${type}/${id}`;
  const [method, url, status] =
    resource === undefined
      ? ['DELETE', reference, '204']
      : before === undefined
        ? ['POST', type, '201']
        : ['PUT', reference, '200'];
  const entry = JSON.stringify({ fullUrl: `${base}/${reference}`, request: { method, url }, response: { status } });
  if (content !== 'full-resource' || text === undefined) return entry;
  return `${entry.slice(0, -1)},"resource":${text}}`;
}

/** JSON text in the format that a receiver takes. */
export function inFormat(json: string, format: 'json' | 'xml'): string {
  if (format === 'json') return json;
  return writeFhirXml(parseExact(json, Number.POSITIVE_INFINITY));
}
