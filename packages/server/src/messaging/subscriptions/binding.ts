import type { WebSocket } from 'ws';
import type { Store } from '../../store/store.ts';
import { subscriberState } from '../deliveries.ts';
import { mayNotReceive } from './authority.ts';
import { subscriberName } from './canonicals.ts';
import { eventsOf, lastTold, noteTold } from './events.ts';
import { inFormat, notificationText } from './notification.ts';
import { statusOf } from './send.ts';
import { type Held, heldAt } from './shelf.ts';
import type { Subscriptions } from './subscriptions.ts';

/** A websocket that is told of one Subscription. */
export class Binding {
  readonly id: string;
  readonly #socket: WebSocket;
  readonly #store: Store;
  readonly #subscriptions: Subscriptions;
  readonly #base: string;
  #told = 0;
  #spoke = performance.now();
  #running: Promise<void> | undefined;
  #again = false;
  #ended = false;

  constructor(id: string, socket: WebSocket, store: Store, subscriptions: Subscriptions, base: string) {
    this.id = id;
    this.#socket = socket;
    this.#store = store;
    this.#subscriptions = subscriptions;
    this.#base = base;
  }

  /** Begins after what somebody was told before. */
  async begin(held: Held): Promise<void> {
    const name = subscriberName(this.id);
    this.#told = await lastTold(this.#store.db, name);
    if (held.definition.interest.style === 'search') return this.#send(`bound ${this.id}`);
    await this.#sendStatus(held, 'handshake');
  }

  /** There may be something to tell. */
  look(): void {
    if (this.#ended) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.look();
    });
  }

  end(): void {
    this.#ended = true;
    this.#again = false;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#ended) {
      this.#again = false;
      try {
        await this.#tell();
      } catch {
        // The socket broke, or the database for a moment: what was not told is told to whoever binds next.
        this.#socket.terminate();
        this.end();
      }
    }
  }

  async #tell(): Promise<void> {
    const held = await heldAt(this.#store, this.id, this.#subscriptions.site);
    const refusal = held === undefined ? 'gone' : mayNotReceive(held.definition, this.#subscriptions.settings);
    if (held === undefined || refusal !== undefined || held.definition.status === 'off') {
      this.end();
      this.#socket.close(1000, 'The Subscription has ended.');
      return;
    }
    const { channel, interest } = held.definition;
    const { db } = this.#store;
    const name = subscriberName(this.id);
    const events = await eventsOf(db, name, this.#told + 1, Number.MAX_SAFE_INTEGER, channel.maxCount);
    const last = events.at(-1);
    if (last === undefined) {
      const silence = performance.now() - this.#spoke;
      if (channel.heartbeat !== undefined && silence >= channel.heartbeat * 1000)
        await this.#sendStatus(held, 'heartbeat');
      return;
    }
    if (interest.style === 'search') await this.#send(`ping ${this.id}`);
    else {
      const of = statusOf(held, 'event-notification', last.number);
      const text = notificationText(this.#base, of, events, channel.content);
      await this.#send(inFormat(text, channel.format === 'xml' ? 'xml' : 'json'));
    }
    this.#told = last.number;
    await noteTold(
      db,
      name,
      events.map(({ number }) => number),
    );
    this.#again = true;
  }

  async #sendStatus(held: Held, type: 'handshake' | 'heartbeat'): Promise<void> {
    const state = await subscriberState(this.#store.db, subscriberName(this.id));
    const text = notificationText(this.#base, statusOf(held, type, state?.lastNumber ?? 0));
    await this.#send(inFormat(text, held.definition.channel.format === 'xml' ? 'xml' : 'json'));
  }

  #send(text: string): Promise<void> {
    this.#spoke = performance.now();
    return new Promise((resolve, reject) => {
      this.#socket.send(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}
