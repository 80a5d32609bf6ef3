import type { FhirResource, Identifier, MedicationRequest } from 'fhir/r4';
import type { Queryable } from '../../store/database.ts';
import type { Surroundings } from '../messaging.ts';
import type { Neighbour } from '../neighbour.ts';
import type { Change, Duty, Subscriber, SubscriberSource } from '../subscriber.ts';
import { addressDoubts } from './addresses.ts';
import { identifierToken } from './business-identifier.ts';
import { NeighbourClient } from './client.ts';
import { composeNotification } from './compose.ts';
import { composedFor, deliverer, selectionFor, versionOf, type Way } from './deliver.ts';
import { fetcher, type Receive } from './fetch.ts';
import { FetchQueue } from './fetch-queue.ts';
import { notifier } from './notify.ts';
import { poller } from './poll.ts';
import { SubscriptionKeeper } from './subscribe.ts';
import { isFrom } from './subscription-elsewhere.ts';
import { typesTaken } from './taken.ts';

/** What of a resource a message with only its header tells. */
export interface Told {
  type: string;
  identifier: Identifier;
}

/** Who sent a message: what its MessageHeader says of its source. */
export interface MessageSource {
  endpoint?: string | undefined;
  name?: string | undefined;
}

/** What neighbours need beside the surroundings of messaging. */
export interface NeighbourWork {
  /** Takes what was fetched into the record. */
  receive: Receive;
  /** Did a version come from a neighbour? */
  cameFrom(q: Queryable, source: string, change: Change): Promise<boolean>;
}

/** All that this server does with the systems that it is configured to work with. */
export class Neighbours {
  /** Those who are sent, or told of, what is written. */
  readonly source: SubscriberSource;
  /** Fetching, polling, and keeping Subscriptions. */
  readonly duties: readonly Duty[];
  readonly #surroundings: Surroundings;
  readonly #clients: ReadonlyMap<string, NeighbourClient>;
  readonly #ways: ReadonlyMap<string, Way>;
  readonly #keepers = new Map<string, SubscriptionKeeper>();
  readonly #queue: FetchQueue;

  /** @throws when a neighbour's files cannot be read, its filter cannot be followed, or it fetches from nobody */
  constructor(surroundings: Surroundings, { receive, cameFrom }: NeighbourWork) {
    const { config, store, log, base } = surroundings;
    this.#surroundings = surroundings;
    this.#queue = new FetchQueue(store.db);
    this.#clients = new Map(config.neighbours.map((each) => [each.name, new NeighbourClient(each)]));
    const sender = () => {
      const own = base();
      return own === undefined ? undefined : { base: own, name: config.name };
    };
    const wayTo = (neighbour: Neighbour): Way => {
      const client = this.#client(neighbour.name);
      const { record } = store;
      return { neighbour, client, record, sender, cameFrom: (change) => cameFrom(store.db, client.base, change) };
    };
    this.#ways = new Map(config.neighbours.map((each) => [each.name, wayTo(each)]));
    const subscribers = config.neighbours.flatMap((each) => this.#subscribersOf(each));
    this.source = { types: new Set(), load: async () => subscribers, changed: () => undefined };
    const shared = { q: store.db, queue: this.#queue, delays: config.delivery, timeout: config.delivery.timeout, log };
    const duties: Duty[] = [];
    for (const neighbour of config.neighbours) {
      const client = this.#client(neighbour.name);
      this.#client(neighbour.fetchFrom ?? neighbour.name, neighbour.name);
      if (neighbour.subscribe) {
        const endpoint = () => endpointFor(base(), neighbour.name);
        const types = typesTaken(config.role);
        this.#keepers.set(neighbour.name, new SubscriptionKeeper({ ...shared, db: store.db, client, types, endpoint }));
      }
      if (neighbour.paused) continue;
      if (neighbour.poll !== undefined) {
        const { wants } = selectionFor(config.role, neighbour);
        const isTheirs = (order: MedicationRequest) => wants(asSigned(order));
        duties.push(poller({ ...shared, record: store.record, client, ...neighbour.poll, isTheirs, base }));
      }
      const keeper = this.#keepers.get(neighbour.name);
      if (keeper !== undefined) duties.push(keeper.rounds);
      duties.push(fetcher({ ...shared, client, receive }));
    }
    this.duties = duties;
  }

  /** Begins to hear what other processes of this server are told. The server listens. */
  start(): void {
    const { config, base, log } = this.#surroundings;
    const own = base();
    for (const doubt of own === undefined ? [] : addressDoubts(config.neighbours, own)) log.warn(doubt);
    this.#queue.open();
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await Promise.all([...this.#clients.values()].map((each) => each.close()));
  }

  /** An operator let something go on. */
  attend(): void {
    this.#queue.told();
  }

  /**
   * A message with only its header tells that there is news of something: it is noted to be fetched, for good.
   * @returns false where the sender is no neighbour of this server
   */
  async notified(source: MessageSource, told: readonly Told[]): Promise<boolean> {
    const neighbour = this.neighbourOf(source);
    if (neighbour === undefined) return false;
    const types = typesTaken(this.#surroundings.config.role);
    const what = told.flatMap(({ type, identifier: { system, value } }) =>
      types.has(type) && system && value ? [`${type}?identifier=${identifierToken({ system, value })}`] : [],
    );
    await this.#queue.add(this.#surroundings.store.db, neighbour.fetchFrom ?? neighbour.name, what);
    this.#queue.told();
    return true;
  }

  /** The neighbour that a message says it is from: by its address, or else by its name. Neither was checked yet. */
  neighbourOf({ endpoint, name }: MessageSource): Neighbour | undefined {
    const { neighbours } = this.#surroundings.config;
    const address = typeof endpoint === 'string' ? endpoint.replace(/\/+$/, '') : undefined;
    const called = typeof name === 'string' ? name.toLowerCase() : undefined;
    return (
      neighbours.find(({ base }) => base === address) ??
      neighbours.find(({ name: own }) => own.toLowerCase() === called)
    );
  }

  /** Does this server have a Subscription at a neighbour, and is this its token? undefined: there is none. */
  async mayNotify(neighbour: string, token: string): Promise<boolean | undefined> {
    return this.#keepers.has(neighbour) ? isFrom(this.#surroundings.store.db, neighbour, token) : undefined;
  }

  /** Takes a notification of the Subscription at a neighbour. @returns false where it is none */
  async notifiedBySubscription(neighbour: string, body: FhirResource | undefined): Promise<boolean> {
    return (await this.#keepers.get(neighbour)?.take(body)) ?? false;
  }

  /** What a delivery says, as JSON for an operator; undefined where that is not known here. */
  async message(subscriber: string, change: Change): Promise<string | undefined> {
    const [, name = '', kind] = /^neighbour\/([^/]+)\/(deliver|notify)$/.exec(subscriber) ?? [];
    const way = this.#ways.get(name);
    const sender = way?.sender();
    if (way === undefined || sender === undefined || change.text === undefined) return undefined;
    const { deliver } = way.neighbour;
    const composed =
      kind === 'notify'
        ? await composeNotification(versionOf(change, true), sender, way.neighbour, way.record)
        : deliver && (await composedFor(way, deliver, change));
    return composed && JSON.stringify(composed.resource, null, 2);
  }

  #client(name: string, by?: string): NeighbourClient {
    const client = this.#clients.get(name);
    if (client === undefined) throw new Error(`The neighbour ${by} has fetchFrom ${name}, which is no neighbour.`);
    return client;
  }

  #subscribersOf(neighbour: Neighbour): Subscriber[] {
    const { config, store } = this.#surroundings;
    const way = this.#ways.get(neighbour.name) as Way;
    const selection = selectionFor(config.role, neighbour);
    return [
      ...(neighbour.deliver === undefined ? [] : [deliverer(way, neighbour.deliver, selection)]),
      ...(neighbour.notify ? [notifier(way, store.db, selection)] : []),
    ];
  }
}

/** Where the Subscription at a neighbour notifies this server. */
function endpointFor(base: string | undefined, neighbour: string): string | undefined {
  return base === undefined ? undefined : `${base.replace(/\/fhir$/, '')}/notifications/${neighbour}`;
}

/** An order as the change by which it became active: would the neighbour have been sent it? */
function asSigned(given: MedicationRequest): Change {
  const order: MedicationRequest = { ...given, status: 'active' };
  const { lastUpdated: at = '' } = order.meta ?? {};
  const text = JSON.stringify(order);
  return {
    key: 0,
    type: 'MedicationRequest',
    id: order.id ?? '',
    version: 1,
    at,
    resource: order,
    before: undefined,
    text,
  };
}
