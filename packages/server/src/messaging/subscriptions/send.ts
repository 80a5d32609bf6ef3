import { CONTENT_TYPES } from '../../fhir/media-type.ts';
import { FhirXmlError } from '../../fhir/xml/index.ts';
import type { Store } from '../../store/store.ts';
import type { Delivery, Outcome } from '../subscriber.ts';
import { inFormat, notificationText, type StatusOf } from './notification.ts';
import { People } from './people.ts';
import { asHeaders } from './secrets.ts';
import type { Held } from './shelf.ts';
import { cloudEvent, signalContext } from './signal.ts';

/** One HTTP request to a receiver. */
interface Message {
  method: 'POST' | 'PUT';
  url: string;
  body: string | undefined;
  contentType: string | undefined;
}

/** Tells a receiver that nothing happened: a handshake, or a heartbeat. */
export function sendStatus(base: string, held: Held, of: StatusOf, signal: AbortSignal): Promise<Outcome> {
  const { endpoint, format } = held.definition.channel;
  const fhir = format === 'xml' ? 'xml' : 'json';
  const body = inFormat(notificationText(base, of), fhir);
  return send({ method: 'POST', url: endpoint as string, body, contentType: CONTENT_TYPES[fhir] }, held, signal);
}

/** Tells a receiver of events, each in its Subscription's way. */
export async function sendEvents(
  store: Store,
  base: string,
  held: Held,
  deliveries: Delivery[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { interest } = held.definition;
  try {
    if (interest.style === 'topic') return await send(notification(base, held, deliveries), held, signal);
    // The others tell of one event at a time.
    const [delivery] = deliveries as [Delivery];
    if (interest.style === 'search') return await send(plain(held, delivery), held, signal);
    const message = await signalMessage(store, base, held, delivery);
    return message === undefined
      ? { outcome: 'refused', reason: 'The NHS number of the patient is not known any more.' }
      : await send(message, held, signal);
  } catch (error) {
    if (error instanceof FhirXmlError) return { outcome: 'refused', reason: `It cannot be XML: ${error.message}` };
    throw error;
  }
}

/** Subscription and events as they stand. */
export function statusOf({ definition, error }: Held, type: StatusOf['type'], events: number): StatusOf {
  const { id, status, interest } = definition;
  const topic = interest.style === 'topic' ? interest.topic.url : undefined;
  return { id, topic, status, type, events, error };
}

function notification(base: string, held: Held, deliveries: Delivery[]): Message {
  const { endpoint, format, content } = held.definition.channel;
  const fhir = format === 'xml' ? 'xml' : 'json';
  const told = deliveries.map((each) => ({ ...pick(each), text: each.edited ?? each.text }));
  const of = statusOf(held, 'event-notification', deliveries.at(-1)?.number ?? 0);
  const body = inFormat(notificationText(base, of, told, content), fhir);
  return { method: 'POST', url: endpoint as string, body, contentType: CONTENT_TYPES[fhir] };
}

function pick({ number, at, type, id, version, resource, before }: Delivery) {
  return { number, at, type, id, version, resource, before };
}

/**
 * R4: without a payload an empty POST, which says "look"; with one, the endpoint is a FHIR base and the version is PUT
 * there under its own type and id.
 * @see https://hl7.org/fhir/R4/valueset-subscription-channel-type.html
 */
function plain({ definition }: Held, { type, id, text, edited }: Delivery): Message {
  const { endpoint, format } = definition.channel;
  const url = endpoint as string;
  if (format !== 'json' && format !== 'xml') return { method: 'POST', url, body: undefined, contentType: undefined };
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/${type}/${id}`;
  const body = inFormat(edited ?? text ?? '', format);
  return { method: 'PUT', url: address.href, body, contentType: CONTENT_TYPES[format] };
}

async function signalMessage(store: Store, base: string, held: Held, delivery: Delivery): Promise<Message | undefined> {
  const resource = delivery.resource ?? delivery.before;
  const people = await People.of(store.db, [delivery.key]);
  const number = resource && people.nhsNumberOf(resource);
  if (number === undefined) return undefined;
  const { id, channel } = held.definition;
  const url = channel.endpoint as string;
  if (channel.format === 'event') {
    const body = cloudEvent(base, `Subscription/${id}`, delivery, number);
    return { method: 'POST', url, body, contentType: 'application/cloudevents+json; charset=utf-8' };
  }
  const of = {
    ...statusOf(held, 'event-notification', delivery.number),
    context: signalContext(base, delivery, number),
  };
  const body = notificationText(base, of, [{ ...pick(delivery), text: undefined }], 'id-only');
  return { method: 'POST', url, body, contentType: CONTENT_TYPES.json };
}

/** The answers that are about what was told, not about the receiver's state. */
const OF_WHAT_IS_TOLD: ReadonlySet<number> = new Set([400, 406, 409, 412, 413, 415, 422]);

/** Sends; 2xx is taken, everything else may be another time. Redirections are not followed: nobody permitted where to. */
async function send({ method, url, body, contentType }: Message, held: Held, signal: AbortSignal): Promise<Outcome> {
  const { timeout } = held.definition.channel;
  const response = await fetch(url, {
    ...{ method, redirect: 'manual', body: body ?? null },
    headers: [...asHeaders(held.headers), ...(contentType === undefined ? [] : [contentTypeHeader(contentType)])],
    signal: timeout === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]),
  });
  await response.body?.cancel();
  if (response.ok) return { outcome: 'delivered' };
  const wait = Number(response.headers.get('retry-after'));
  return {
    ...{ outcome: 'later', reason: `The receiver answered ${response.status} ${response.statusText}`.trim() },
    ...(wait > 0 ? { retryAfterSeconds: Math.min(wait, 3600) } : {}),
    ...(OF_WHAT_IS_TOLD.has(response.status) ? { onlyThis: true } : {}),
  };
}

function contentTypeHeader(value: string): [string, string] {
  return ['content-type', value];
}
