import type { Extension } from 'fhir/r4';
import { BACKPORT } from './canonicals.ts';
import { type EndpointSettings, endpointRefusal } from './endpoints.ts';
import type { Fault } from './fault.ts';
import type { Interest } from './interest.ts';

export type ContentLevel = 'empty' | 'id-only' | 'full-resource';
export const CONTENT_LEVELS: readonly string[] = ['empty', 'id-only', 'full-resource'] satisfies ContentLevel[];

/** How a Subscription is told. */
export interface Channel {
  type: 'rest-hook' | 'websocket' | 'message';
  /** undefined for a websocket, which the receiver opens. */
  endpoint: string | undefined;
  /** `json` and `xml` are FHIR's, `event` a CloudEvent; undefined: no body. */
  format: 'json' | 'xml' | 'event' | undefined;
  /** How much a notification of a topic says. */
  content: ContentLevel;
  /** Seconds of silence after which it is told that all is well. */
  heartbeat: number | undefined;
  /** Seconds that the receiver has to answer. */
  timeout: number | undefined;
  /** The most events in a notification. */
  maxCount: number;
}

/** The events in one notification, where the receiver does not say. */
const USUAL_COUNT = 20;

const FORMATS: ReadonlyMap<string, 'json' | 'xml'> = new Map([
  ['application/fhir+json', 'json'],
  ['application/json', 'json'],
  ['application/fhir+xml', 'xml'],
  ['application/xml', 'xml'],
]);

type Loose = { readonly [name: string]: unknown };

/** Reads Subscription.channel as the style of the criteria wants it; every fault is added to `faults`. */
export function readChannel(
  given: Loose,
  style: Interest['style'] | undefined,
  settings: EndpointSettings,
  faults: Fault[],
): Channel {
  const at = (element: string) => `Subscription.channel.${element}`;
  const fault = (code: Fault['code'], element: string, diagnostics: string) =>
    void faults.push({ code, expression: at(element), diagnostics });
  const { type, endpoint, payload } = given;
  const channel: Channel = {
    ...{ type: type as Channel['type'], endpoint: undefined, format: undefined, content: 'id-only' },
    ...{ heartbeat: undefined, timeout: undefined, maxCount: style === 'topic' ? USUAL_COUNT : 1 },
  };
  if (type !== 'rest-hook' && type !== 'websocket' && type !== 'message') {
    fault('not-supported', 'type', 'The channels are rest-hook, websocket and message.');
  }
  if (type === 'websocket') {
    if (endpoint !== undefined) {
      fault('invalid', 'endpoint', 'A websocket has no endpoint: its receiver binds to the address of this server.');
    }
  } else if (typeof endpoint !== 'string')
    fault('required', 'endpoint', 'endpoint is missing: where is it to be told?');
  else {
    channel.endpoint = endpoint;
    const refusal = elsewhere(endpoint) ?? endpointRefusal(endpoint, settings);
    if (refusal !== undefined) fault('not-supported', 'endpoint', refusal);
  }
  const format = typeof payload === 'string' ? FORMATS.get(payload.split(';')[0]?.trim() as string) : undefined;
  channel.format = type === 'message' && payload === 'application/json' ? 'event' : format;
  if (payload !== undefined && format === undefined) {
    fault('not-supported', 'payload', 'payload must be application/fhir+json or application/fhir+xml.');
  }
  if (type === 'message' && payload !== 'application/json' && payload !== 'application/fhir+json') {
    const message = 'payload must be application/json, for a CloudEvent, or application/fhir+json, for a FHIR signal.';
    fault('required', 'payload', message);
  }
  if (style === 'topic') readBackport(given, channel, fault);
  else refuseBackport(given, fault);
  return channel;
}

type Add = (code: Fault['code'], element: string, diagnostics: string) => void;

/** What the Multicast Notification Service sends to, and this server has no way to. */
function elsewhere(endpoint: string): string | undefined {
  const [, scheme] = /^(arn:aws:sqs|mesh)/.exec(endpoint) ?? [];
  if (scheme === undefined) return undefined;
  const name = scheme === 'mesh' ? 'a MESH mailbox' : 'a queue of SQS';
  return `This server sends signals by http or https and has no way to ${name}: give an https address, or let an adapter stand there.`;
}

function readBackport(given: Loose, channel: Channel, fault: Add) {
  if (given.payload === undefined) {
    fault('required', 'payload', 'payload is missing: application/fhir+json or application/fhir+xml.');
  }
  const content = extensionValue(extensionsOf(given._payload), BACKPORT.content);
  if (typeof content !== 'string' || !CONTENT_LEVELS.includes(content)) {
    const message = `payload needs the extension ${BACKPORT.content} with empty, id-only or full-resource.`;
    fault(content === undefined ? 'required' : 'value', 'payload.extension', message);
  } else channel.content = content as ContentLevel;
  const extensions = extensionsOf(given);
  const whole = (url: string, name: string, max: number) => {
    const value = extensionValue(extensions, url);
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max) return value as number;
    fault('value', 'extension', `${name} must be a whole number from 1 to ${max}.`);
    return undefined;
  };
  channel.heartbeat = whole(BACKPORT.heartbeat, 'The heartbeat period (seconds)', 86_400);
  channel.timeout = whole(BACKPORT.timeout, 'The timeout (seconds)', 600);
  channel.maxCount = whole(BACKPORT.maxCount, 'The most events in a notification', 1000) ?? USUAL_COUNT;
}

function refuseBackport(given: Loose, fault: Add) {
  const found = [...extensionsOf(given), ...extensionsOf(given._payload)].find(({ url }) =>
    [BACKPORT.content, BACKPORT.heartbeat, BACKPORT.timeout, BACKPORT.maxCount].some((each) => each === url),
  );
  if (found !== undefined) {
    fault('invalid', 'extension', `${found.url} goes with a topic, and the criteria are none.`);
  }
}

/** The extensions of an element, whatever it is. */
export function extensionsOf(element: unknown): Extension[] {
  const list = (element as { extension?: unknown } | null | undefined)?.extension;
  return Array.isArray(list) ? list.filter((each) => typeof each?.url === 'string') : [];
}

/** The value of the extension of a URL, of whichever type. */
function extensionValue(extensions: readonly Extension[], url: string): unknown {
  const found = extensions.find((each) => each.url === url);
  if (found === undefined) return undefined;
  const name = Object.keys(found).find((each) => each.startsWith('value'));
  return name === undefined ? null : (found as unknown as Loose)[name];
}
