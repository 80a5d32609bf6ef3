import type { Subscription } from 'fhir/r4';
import type { Standing } from '../../messaging/operate.ts';
import { subscriberName } from '../../messaging/subscriptions/canonicals.ts';
import type { Store } from '../../store/store.ts';
import type { Tag } from '../words.ts';
import { subscriptionAddress } from './letter-words.ts';
import { fresh } from './ways.ts';

/** A Subscription as the list of deliveries shows it. */
export interface SubscriptionHere {
  /** Why its client made it. */
  reason: string;
  /** Where it is told; undefined where its receiver comes for it. */
  endpoint: string | undefined;
  /** Where an operator sets how it is told. */
  address: string;
  /** What its own status adds to how its deliveries go. */
  tag: Tag | undefined;
  /** Why it is in error. */
  error: string | undefined;
}

/** What a Subscription's status adds to how its deliveries go; nothing where all is well. */
export const STATUS_TAGS: { readonly [status: string]: Tag } = {
  requested: { text: 'Asked for', colour: 'blue' },
  error: { text: 'In error', colour: 'red' },
  off: { text: 'Off', colour: 'grey' },
};

const HERE = `select id, content from resource where patient_key = 0 and type = 'Subscription' and content is not null
  order by id`;

/** The Subscriptions that are kept, by the names of their subscribers. */
export async function subscriptionsHere({ db }: Store): Promise<ReadonlyMap<string, SubscriptionHere>> {
  const rows = await db.query<{ id: string; content: string }>(HERE);
  return new Map(
    rows.map(({ id, content }) => {
      const { reason, channel, status, error } = JSON.parse(content) as Subscription;
      const address = subscriptionAddress(id);
      return [subscriberName(id), { reason, endpoint: channel.endpoint, address, tag: STATUS_TAGS[status], error }];
    }),
  );
}

/** With those for which there was nothing yet: one whose handshake fails is to be seen before anything is lost to it. */
export function withSubscriptions(known: readonly Standing[], here: ReadonlyMap<string, SubscriptionHere>): Standing[] {
  const names = new Set(known.map(({ name }) => name));
  return [...known, ...[...here.keys()].filter((name) => !names.has(name)).map(fresh)];
}
