import type { Extension, Subscription } from 'fhir/r4';
import { BACKPORT } from '../../src/messaging/subscriptions/canonicals.ts';
import { topicNamed } from '../../src/messaging/subscriptions/topics.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestServer } from './test-server.ts';

/** The canonical URL of a topic. */
export function topicUrl(name: string): string {
  return topicNamed(name).url;
}

export interface Asked {
  topic?: string;
  filters?: string[];
  content?: 'empty' | 'id-only' | 'full-resource';
  maxCount?: number;
  heartbeat?: number;
  timeout?: number;
  payload?: string;
  header?: string[];
  type?: 'rest-hook' | 'websocket';
  end?: string;
}

/** A Subscription to a topic, as the backport writes it. */
export function toTopic(endpoint: string | undefined, asked: Asked = {}): Subscription {
  const { topic = 'order-active', filters = [], content = 'id-only', payload = 'application/fhir+json' } = asked;
  const numbers: [string, string, number | undefined][] = [
    [BACKPORT.heartbeat, 'valueUnsignedInt', asked.heartbeat],
    [BACKPORT.timeout, 'valueUnsignedInt', asked.timeout],
    [BACKPORT.maxCount, 'valuePositiveInt', asked.maxCount],
  ];
  const extension = numbers.flatMap(([url, name, value]) => (value === undefined ? [] : [{ url, [name]: value }]));
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'to know',
    ...(asked.end === undefined ? {} : { end: asked.end }),
    criteria: topicUrl(topic),
    ...(filters.length === 0
      ? {}
      : { _criteria: { extension: filters.map((valueString) => ({ url: BACKPORT.filter, valueString })) } }),
    channel: {
      ...(extension.length === 0 ? {} : { extension: extension as Extension[] }),
      type: asked.type ?? 'rest-hook',
      ...(endpoint === undefined ? {} : { endpoint }),
      payload,
      _payload: { extension: [{ url: BACKPORT.content, valueCode: content }] },
      ...(asked.header === undefined ? {} : { header: asked.header }),
    },
  };
}

/** A Subscription by search criteria, as R4 has it. */
export function toSearch(criteria: string, channel: Partial<Subscription['channel']>): Subscription {
  return {
    ...{ resourceType: 'Subscription', status: 'requested', reason: 'to know', criteria },
    channel: { type: 'rest-hook', ...channel },
  };
}

/** Resolves once a Subscription has a status. @returns it */
export function untilStatus({ get, store }: TestServer, id: string, status: string): Promise<Subscription> {
  return untilSubscription(store, async () => (await get(`Subscription/${id}`)).resource<Subscription>(), status);
}

/** Reads a Subscription anew after each write to a store, until it has a status. @returns it */
export async function untilSubscription(
  store: Pick<Store, 'signals'>,
  read: () => Promise<Subscription>,
  status: string,
): Promise<Subscription> {
  let wake = () => {};
  const deaf = store.signals.on(() => wake());
  try {
    for (;;) {
      const heard = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const resource = await read();
      if (resource.status === status) return resource;
      await heard;
    }
  } finally {
    deaf();
  }
}
