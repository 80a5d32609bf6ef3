import type { Queryable } from '../../store/database.ts';
import type { Surroundings } from '../messaging.ts';
import type { Change, Duty, Outcome, Subscriber, SubscriberChange, SubscriberSource } from '../subscriber.ts';
import { mayNotReceive } from './authority.ts';
import { subscriberName } from './canonicals.ts';
import { type Definition, readDefinition, type Site } from './definition.ts';
import type { EndpointSettings } from './endpoints.ts';
import { Heartbeats } from './heartbeats.ts';
import { People } from './people.ts';
import { sendEvents, sendStatus, statusOf } from './send.ts';
import { allHeld, beginAnew, clearAway, type Held, heldAt, setStatus } from './shelf.ts';

/**
 * FHIR Subscriptions as subscribers of changes. The Subscription that is stored is the truth: it is read again at each
 * delivery, and each change of it passes here in its order among the changes that it asks for.
 */
export class Subscriptions implements SubscriberSource, Duty {
  readonly types: ReadonlySet<string> = new Set(['Subscription']);
  readonly #surroundings: Surroundings;
  readonly #live = new Map<string, Definition>();
  readonly #heartbeats: Heartbeats;
  /** What changes that are not yet dealt with for good ask for: handshakes, and clearing away. */
  readonly #asked = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #shaking = new Map<string, Promise<void>>();
  #people = new People([]);
  #stopping: AbortController | undefined;

  readonly #attend: (name: string) => void;

  /** @param attend has a subscriber's deliveries tried at once */
  constructor(surroundings: Surroundings, attend: (name: string) => void) {
    this.#surroundings = surroundings;
    this.#attend = attend;
    this.#heartbeats = new Heartbeats(surroundings, this);
  }

  /** Where notifications may go. */
  get settings(): EndpointSettings {
    return this.#surroundings.config;
  }

  /** Where Subscriptions are read. */
  get site(): Site {
    return { base: this.#surroundings.base() ?? '', settings: this.settings };
  }

  /** Those that are to be told, as last heard of by the leading process. */
  get live(): Iterable<Definition> {
    return this.#live.values();
  }

  async load(): Promise<Subscriber[]> {
    this.#live.clear();
    const subscribers: Subscriber[] = [];
    for (const { definition } of await allHeld(this.#surroundings.store, this.site)) {
      const subscriber = this.#heard(definition);
      if (subscriber !== undefined) subscribers.push(subscriber);
    }
    return subscribers;
  }

  changed({ id, version, resource }: Change): SubscriberChange {
    const name = subscriberName(id);
    const definition = resource && readDefinition(resource, { id, version }, this.site).definition;
    if (definition !== undefined) return { name, subscriber: this.#heard(definition) };
    this.#live.delete(id);
    if (resource === undefined) this.#gone.add(id);
    return { name, subscriber: undefined };
  }

  async prepare(q: Queryable, changes: readonly Change[]): Promise<void> {
    const isAsked =
      [...this.#live.values()].some(({ interest }) => interest.usesPeople) ||
      changes.some(({ type }) => type === 'Subscription');
    this.#people = isAsked
      ? await People.of(
          q,
          changes.map(({ key }) => key),
        )
      : new People([]);
  }

  /** Begins what was asked for. */
  settled(): void {
    for (const id of this.#gone) {
      this.#gone.delete(id);
      void clearAway(this.#surroundings.store, subscriberName(id), id).catch((error) => this.#warn(id, error));
    }
    // A receiver is told where it is from: not before the server listens.
    if (this.#stopping === undefined || this.#surroundings.base() === undefined) return;
    for (const id of this.#asked) {
      this.#asked.delete(id);
      void this.#shake(id).catch((error) => this.#warn(id, error));
    }
  }

  begin(): void {
    this.#stopping = new AbortController();
    this.#heartbeats.begin();
    this.settled();
  }

  async end(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    await this.#heartbeats.end();
    await Promise.allSettled(this.#shaking.values());
  }

  /** A version of a Subscription: the subscriber that it makes. */
  #heard(definition: Definition): Subscriber | undefined {
    const { id, status, interest, channel, end } = definition;
    this.#gone.delete(id);
    if (status === 'off') {
      this.#live.delete(id);
      return undefined;
    }
    if (status === 'requested') this.#asked.add(id);
    this.#live.set(id, definition);
    this.#heartbeats.spoke(id);
    return {
      ...{ name: subscriberName(id), types: interest.types, lanes: 1, inOrder: true, atOnce: channel.maxCount },
      ...{ pulls: channel.type === 'websocket' },
      wants: (change) => (end === undefined || Date.parse(change.at) <= end) && interest.wants(change, this.#people),
      deliver: (deliveries, signal) => this.#deliver(id, deliveries, signal),
      afterRound: (failures, reason) => this.noteFailures(id, failures, reason),
    };
  }

  async #deliver(id: string, deliveries: Parameters<Subscriber['deliver']>[0], signal: AbortSignal): Promise<Outcome> {
    const { store } = this.#surroundings;
    const base = this.#surroundings.base();
    if (base === undefined) return { outcome: 'later', reason: 'The server does not listen yet.' };
    let held = await heldAt(store, id, this.site);
    if (held?.definition.status === 'requested') {
      await this.#shake(id);
      held = await heldAt(store, id, this.site);
    }
    const { status } = held?.definition ?? {};
    if (held === undefined || status === 'off') return { outcome: 'later', reason: 'The Subscription is not there.' };
    if (status === 'requested') return { outcome: 'later', reason: 'The handshake is not done.' };
    const refusal = mayNotReceive(held.definition, this.settings);
    if (refusal !== undefined) {
      await setStatus(store, id, 'error', refusal);
      return { outcome: 'later', reason: refusal };
    }
    const outcome = await sendEvents(store, base, held, deliveries, signal);
    if (outcome.outcome === 'delivered') this.#heartbeats.spoke(id);
    return outcome;
  }

  /** Keeps the status in step with how deliveries go: `error` after so many failures, `active` with the next success. */
  async noteFailures(id: string, failures: number, reason?: string): Promise<void> {
    const { store, config } = this.#surroundings;
    const status = this.#live.get(id)?.status;
    if (failures === 0 && status === 'error') await setStatus(store, id, 'active');
    if (failures >= config.subscriptions.errorAfter && status === 'active') {
      await setStatus(store, id, 'error', `${failures} notifications in a row failed. The last: ${reason}`);
    }
  }

  /** Does what a Subscription that is `requested` asks for, once at a time. */
  #shake(id: string): Promise<void> {
    const under = this.#shaking.get(id);
    if (under !== undefined) return under;
    const shaking = this.#shakeNow(id).finally(() => this.#shaking.delete(id));
    this.#shaking.set(id, shaking);
    return shaking;
  }

  async #shakeNow(id: string): Promise<void> {
    const { store } = this.#surroundings;
    const base = this.#surroundings.base();
    const held = await heldAt(store, id, this.site);
    if (held?.definition.status !== 'requested' || base === undefined) return;
    const { version } = held.definition;
    const fault = mayNotReceive(held.definition, this.settings) ?? (await this.#greet(base, held));
    if (fault === undefined) {
      await setStatus(store, id, 'active', undefined, version);
      await beginAnew(store, subscriberName(id));
      this.#attend(subscriberName(id));
    } else if (!this.#stopping?.signal.aborted)
      await setStatus(store, id, 'error', `The handshake failed: ${fault}`, version);
  }

  /** @returns what went wrong. Only topics have a handshake; a websocket's is with each receiver that binds. */
  async #greet(base: string, held: Held): Promise<string | undefined> {
    const { interest, channel } = held.definition;
    if (interest.style !== 'topic' || channel.type !== 'rest-hook') return undefined;
    const { timeout } = this.#surroundings.config.delivery;
    const within = AbortSignal.timeout(timeout * 1000);
    const signal = this.#stopping === undefined ? within : AbortSignal.any([within, this.#stopping.signal]);
    try {
      const outcome = await sendStatus(base, held, statusOf(held, 'handshake', 0), signal);
      return outcome.outcome === 'delivered' ? undefined : outcome.reason;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #warn(id: string, error: unknown) {
    this.#surroundings.log.warn(`${subscriberName(id)}: ${(error as Error).message}`);
  }
}

/** What a failed request failed of. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
