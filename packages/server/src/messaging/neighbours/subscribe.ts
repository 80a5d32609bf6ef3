import type { Bundle, Subscription } from 'fhir/r4';
import type { Database } from '../../store/database.ts';
import type { BackOff } from '../back-off.ts';
import type { Log } from '../dispatcher.ts';
import { BACKPORT } from '../subscriptions/canonicals.ts';
import { topicNamed } from '../subscriptions/topics.ts';
import type { Asked, NeighbourAnswer, NeighbourClient } from './client.ts';
import type { FetchQueue } from './fetch-queue.ts';
import { type Notification, readNotification } from './notification.ts';
import { reasonIn } from './outcome-of.ts';
import { Rounds } from './rounds.ts';
import {
  lose,
  noteEvents,
  noteGood,
  type SubscriptionElsewhere,
  settleAt,
  subscriptionAt,
} from './subscription-elsewhere.ts';

/** What is subscribed to: everything that is recorded. What is no concern of this server's role is not fetched. */
const TOPIC = topicNamed('record-changed').url;
const HEARTBEAT_SECONDS = 60;
/** How long events that came out of order may take to become complete before they are asked for. */
const GRACE_MILLISECONDS = 1000;
/** Two clocks may differ by so much. */
const CLOCKS_MILLISECONDS = 600_000;
/** Rounds of `$events` before something is amiss. */
const MOST_ROUNDS = 10_000;

export interface KeeperOptions {
  db: Database;
  queue: FetchQueue;
  client: NeighbourClient;
  delays: BackOff;
  /** Seconds that the neighbour has to answer. */
  timeout: number;
  log: Log;
  /** The types of resource that are fetched. */
  types: ReadonlySet<string>;
  /** Where the neighbour notifies this server; undefined before it listens. */
  endpoint(): string | undefined;
}

/** Keeps a Subscription alive at a neighbour, and asks for what it did not tell. */
export class SubscriptionKeeper {
  readonly rounds: Rounds;
  readonly #options: KeeperOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeeperOptions) {
    const { db, client, delays, log } = options;
    this.#options = options;
    const name = `neighbour/${client.name}/subscribe`;
    this.rounds = new Rounds({ ...{ name, q: db, delays, log }, work: (signal) => this.#work(signal) });
  }

  /**
   * Takes a notification: what it tells of is noted to be fetched before it is answered.
   * @returns false where it is none
   */
  async take(body: Parameters<typeof readNotification>[0]): Promise<boolean> {
    const { client } = this.#options;
    const notification = readNotification(body, client.base);
    if (notification === undefined) return false;
    const now = await this.#note(notification);
    const isBehind = now !== undefined && (now.beyond.length > 0 || (notification.events ?? 0) > now.last);
    if (isBehind && this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.rounds.wake();
      }, GRACE_MILLISECONDS);
      this.#timer.unref();
    }
    return true;
  }

  async #note({ told }: Pick<Notification, 'told'>, upTo?: number) {
    const { db, queue, client, types } = this.#options;
    const known = told.filter(({ focus }) => focus !== undefined);
    const wanted = known.flatMap(({ focus }) => (focus !== undefined && types.has(typeOf(focus)) ? [focus] : []));
    const numbers = known.map(({ number }) => number);
    const now = await noteEvents(db, client.name, { numbers, ...(upTo === undefined ? {} : { upTo }) }, (tx) =>
      queue.add(tx, client.name, wanted),
    );
    if (wanted.length > 0) queue.told();
    return now;
  }

  async #work(signal: AbortSignal): Promise<number> {
    const { db, client, delays, endpoint } = this.#options;
    const to = endpoint();
    if (to === undefined) return delays.first * 1000;
    const row = await subscriptionAt(db, client.name);
    if (row.id === null || !(await this.#isThere(row.id, row, to, signal))) await this.#subscribe(row, to, signal);
    await this.#catchUp(signal);
    await noteGood(db, client.name);
    return Math.min(HEARTBEAT_SECONDS, delays.most) * 1000;
  }

  /** Is it still there? One that was switched off, or that notifies another address, is set right. */
  async #isThere(id: string, row: SubscriptionElsewhere, to: string, signal: AbortSignal): Promise<boolean> {
    const { db, client, log } = this.#options;
    const answer = await this.#ask({ method: 'GET', path: `Subscription/${id}` }, signal);
    if (answer.status === 404 || answer.status === 410) {
      log.warn(`The Subscription at ${client.name} is gone: another is made.`);
      await lose(db, client.name);
      return false;
    }
    const found = demand(answer) as Subscription;
    if (found.status === 'active' || found.status === 'requested') {
      if (found.channel?.endpoint === to) return true;
    }
    demand(await this.#put(id, row, to, signal));
    return true;
  }

  /** Makes it, or takes up the one that is there already; then looks for what happened while there was none. */
  async #subscribe(row: SubscriptionElsewhere, to: string, signal: AbortSignal): Promise<void> {
    const { db, client } = this.#options;
    const there = await this.#ask({ method: 'GET', path: `Subscription?url=${encodeURIComponent(to)}` }, signal);
    const matches = there.status === 200 ? ((there.resource as Bundle | undefined)?.entry ?? []) : [];
    const same = matches.find(({ resource }) => (resource as Subscription | undefined)?.criteria === TOPIC);
    const body = JSON.stringify(subscription(row.token, to));
    const made =
      same?.resource?.id === undefined
        ? await this.#ask({ method: 'POST', path: 'Subscription', body }, signal)
        : await this.#put(same.resource.id, row, to, signal);
    const id = (demand(made) as Subscription).id;
    if (id === undefined) throw new Error(`${client.name} did not say which id the Subscription has.`);
    await this.#sweep(row.goodAt, signal);
    await settleAt(db, client.name, id);
  }

  #put(id: string, { token }: SubscriptionElsewhere, to: string, signal: AbortSignal): Promise<NeighbourAnswer> {
    return this.#ask(
      { method: 'PUT', path: `Subscription/${id}`, body: JSON.stringify({ ...subscription(token, to), id }) },
      signal,
    );
  }

  /** What changed since it was last known that nothing is missing; the first time, the orders that are active. */
  async #sweep(since: string | null, signal: AbortSignal): Promise<void> {
    const { db, queue, client, types } = this.#options;
    const from = since === null ? undefined : new Date(Date.parse(since) - CLOCKS_MILLISECONDS).toISOString();
    for (const type of types) {
      if (from === undefined && type !== 'MedicationRequest') continue;
      const criteria = from === undefined ? 'status=active' : `_lastUpdated=ge${from}`;
      let next: string | undefined = `${type}?${criteria}&_elements=identifier,status&_count=200`;
      while (next !== undefined) {
        const page = demand(await this.#ask({ method: 'GET', path: next }, signal)) as Bundle;
        const found = (page.entry ?? []).flatMap(({ resource }) =>
          resource?.id === undefined ? [] : [`${type}/${resource.id}`],
        );
        await queue.add(db, client.name, found);
        next = page.link?.find(({ relation }) => relation === 'next')?.url;
      }
    }
    queue.told();
  }

  /** Asks how many events there were, and for those that were not told. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const { db, client } = this.#options;
    const { id } = await subscriptionAt(db, client.name);
    const status = await this.#told(`Subscription/${id}/$status`, signal);
    const events = status.events ?? 0;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { last } = await subscriptionAt(db, client.name);
      if (last >= events) return;
      const path = `Subscription/${id}/$events?eventsSinceNumber=${last + 1}&eventsUntilNumber=${events}`;
      const missed = await this.#told(path, signal);
      const highest = Math.max(0, ...missed.told.map(({ number }) => number));
      // What the neighbour does not keep any more is not waited for.
      await this.#note(missed, highest > last ? highest : events);
    }
  }

  async #told(path: string, signal: AbortSignal): Promise<Notification> {
    const { client } = this.#options;
    const answer = await this.#ask({ method: 'GET', path }, signal);
    const resource = demand(answer);
    const first = (resource as Bundle).entry?.[0]?.resource;
    const notification = readNotification(resource, client.base);
    if (notification === undefined)
      throw new Error(`${client.name} answered ${path} with ${first?.resourceType ?? resource.resourceType}.`);
    return notification;
  }

  #ask(asked: Asked, ending: AbortSignal): Promise<NeighbourAnswer> {
    const { client, timeout } = this.#options;
    return client.ask(asked, AbortSignal.any([ending, AbortSignal.timeout(timeout * 1000)]));
  }
}

/** @throws with the reason, where an answer is no resource */
function demand(answer: NeighbourAnswer) {
  if (answer.status < 200 || answer.status > 299 || answer.resource === undefined) throw new Error(reasonIn(answer));
  return answer.resource;
}

function typeOf(reference: string): string {
  return reference.slice(0, reference.indexOf('/'));
}

/** The Subscription as it is to be there. */
function subscription(token: string, endpoint: string): Subscription {
  return {
    resourceType: 'Subscription',
    meta: { profile: [BACKPORT.profile] },
    status: 'requested',
    reason: 'To fetch what concerns this system',
    criteria: TOPIC,
    channel: {
      extension: [{ url: BACKPORT.heartbeat, valueUnsignedInt: HEARTBEAT_SECONDS }],
      type: 'rest-hook',
      endpoint,
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: BACKPORT.content, valueCode: 'id-only' }] },
      header: [`Authorization: Bearer ${token}`],
    },
  };
}
