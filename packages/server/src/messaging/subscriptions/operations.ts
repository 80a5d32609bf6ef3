import type { Bundle, Parameters } from 'fhir/r4';
import type { Operation } from '../../fhir/operations/operation.ts';
import { parametersIn } from '../../fhir/operations/parameters-in.ts';
import { refuse } from '../../fhir/refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../../fhir/request.ts';
import { isId } from '../../fhir/url.ts';
import { subscriberState } from '../deliveries.ts';
import { BACKPORT, subscriberName, websocketAddress } from './canonicals.ts';
import { CONTENT_LEVELS, type ContentLevel } from './channel.ts';
import type { Site } from './definition.ts';
import { eventsOf } from './events.ts';
import { notificationText, statusParameters } from './notification.ts';
import { statusOf } from './send.ts';
import { allHeld, type Held, heldAt } from './shelf.ts';
import { issueToken } from './tokens.ts';

const STATUSES = ['requested', 'active', 'error', 'off'];

/** `$status`: how Subscriptions are. Of one, or of those that `id` and `status` name. */
const statusOperation: Operation = {
  name: 'status',
  definition: BACKPORT.operation('status'),
  on: { system: false, types: ['Subscription'], instances: ['Subscription'] },
  get: true,
  async run(session, request, { id }) {
    const asked = valuesOf(request, 'status', ['id', 'status']);
    const bad = asked('status').find((each) => !STATUSES.includes(each));
    if (bad !== undefined) throw refuse(400, 'value', `status takes ${STATUSES.join(', ')}.`, { expression: 'status' });
    const found = await meant(session, id, asked('id'));
    const wanted = found.filter(
      ({ definition: { status } }) => asked('status').length === 0 || asked('status').includes(status),
    );
    const statuses = await Promise.all(
      wanted.map(async (held) => {
        const state = await subscriberState(session.record.q, subscriberName(held.definition.id));
        return statusParameters(session.base, statusOf(held, 'query-status', state?.lastNumber ?? 0));
      }),
    );
    const bundle: Bundle = {
      ...{ resourceType: 'Bundle', type: 'searchset', total: statuses.length },
      entry: statuses.map((resource) => ({
        fullUrl: `urn:uuid:${resource.id}`,
        resource,
        search: { mode: 'match' },
      })),
    };
    return { status: 200, text: JSON.stringify(bundle) };
  },
};

/** `$events`: what there was to tell, again: for receivers that see a gap in the numbers. */
const eventsOperation: Operation = {
  name: 'events',
  definition: BACKPORT.operation('events'),
  on: { system: false, types: [], instances: ['Subscription'] },
  get: true,
  async run(session, request, { id }) {
    const asked = valuesOf(request, 'events', ['eventsSinceNumber', 'eventsUntilNumber', 'content']);
    const number = (name: string, otherwise: number) => {
      const [text] = asked(name);
      if (text === undefined) return otherwise;
      if (/^\d{1,15}$/.test(text)) return Number(text);
      throw refuse(400, 'value', `${name} takes the number of an event.`, { expression: name });
    };
    const from = number('eventsSinceNumber', 1);
    const until = number('eventsUntilNumber', Number.MAX_SAFE_INTEGER);
    const [held] = (await meant(session, id, [])) as [Held];
    const content = asked('content')[0] ?? held.definition.channel.content;
    if (!CONTENT_LEVELS.includes(content)) {
      throw refuse(400, 'value', `content takes ${CONTENT_LEVELS.join(', ')}.`, { expression: 'content' });
    }
    const { q } = session.record;
    const name = subscriberName(held.definition.id);
    const state = await subscriberState(q, name);
    const events = await eventsOf(q, name, from, until, session.limits.maxCount);
    const of = statusOf(held, 'query-event', state?.lastNumber ?? 0);
    return { status: 200, text: notificationText(session.base, of, events, content as ContentLevel) };
  },
};

/** `$get-ws-binding-token`: leave to be told of Subscriptions over a websocket. */
const tokenOperation: Operation = {
  name: 'get-ws-binding-token',
  definition: BACKPORT.operation('get-ws-binding-token'),
  on: { system: false, types: ['Subscription'], instances: ['Subscription'] },
  get: true,
  async run(session, request, { id }): Promise<FhirAnswer> {
    const ids = valuesOf(request, 'get-ws-binding-token', ['id'])('id');
    const found = await meant(session, id, ids);
    const wrong = found.find(({ definition }) => !isForSocket(definition));
    if (wrong !== undefined && (id !== undefined || ids.length > 0)) {
      const message = `Subscription/${wrong.definition.id} is off, or its channel is no websocket.`;
      throw refuse(422, 'business-rule', message, { expression: 'id' });
    }
    const bound = found.filter(({ definition }) => isForSocket(definition)).map(({ definition }) => definition.id);
    if (bound.length === 0) throw refuse(404, 'not-found', 'There is no Subscription with a websocket.');
    const { token, expires } = await issueToken(session.record.q, bound);
    const parameters: Parameters = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'token', valueString: token },
        { name: 'expiration', valueDateTime: expires },
        ...bound.map((each) => ({ name: 'subscription', valueString: each })),
        { name: 'websocket-url', valueUrl: websocketAddress(session.base) },
      ],
    };
    return { status: 200, text: JSON.stringify(parameters) };
  },
};

/** What the guide adds to Subscription. */
export const subscriptionOperations: readonly Operation[] = [statusOperation, eventsOperation, tokenOperation];

function isForSocket({ channel, status }: Held['definition']): boolean {
  return channel.type === 'websocket' && status !== 'off';
}

/**
 * The Subscriptions that are asked for: the one of the address, those named, or all.
 * @throws Refusal 404 for one that is not there
 */
async function meant(session: Session, id: string | undefined, ids: readonly string[]): Promise<Held[]> {
  const site = session.messaging?.subscriptions.site ?? NOWHERE;
  const named = id === undefined ? ids : [id];
  if (named.length === 0) return allHeld(session.store, site);
  return Promise.all(
    named.map(async (each) => {
      const held = isId(each) ? await heldAt(session.store, each, site) : undefined;
      if (held === undefined) throw refuse(404, 'not-found', `There is no Subscription/${each.slice(0, 64)} here.`);
      return held;
    }),
  );
}

const NOWHERE: Site = {
  base: '',
  settings: { host: '', neighbours: [], subscriptions: { endpoints: [], errorAfter: 1, most: 0 } },
};

/**
 * The values of an operation's parameters, from the query or a Parameters resource.
 * @throws Refusal 400 for one that it does not take
 */
function valuesOf(request: FhirRequest, operation: string, known: readonly string[]): (name: string) => string[] {
  const { body } = request;
  if (body !== undefined && (body as Partial<Parameters> | null)?.resourceType !== 'Parameters') {
    throw refuse(400, 'structure', `$${operation} takes a Parameters resource with ${known.join(', ')}.`);
  }
  const inBody = body === undefined ? [] : parametersIn(body as Parameters);
  const given: [string, string][] = [
    ...request.query.filter(([name]) => name !== '_format' && name !== '_pretty'),
    ...inBody.map(({ name, valueString, valueId, valueCode, valueInteger }): [string, string] => [
      name,
      String(valueString ?? valueId ?? valueCode ?? valueInteger ?? ''),
    ]),
  ];
  const [stranger] = given.find(([name]) => !known.includes(name)) ?? [];
  if (stranger !== undefined) {
    const message = `$${operation} does not take "${stranger.slice(0, 64)}". It takes ${known.join(', ')}.`;
    throw refuse(400, 'not-supported', message, { expression: stranger.slice(0, 64) });
  }
  return (name) => given.filter(([each]) => each === name).map(([, value]) => value);
}
