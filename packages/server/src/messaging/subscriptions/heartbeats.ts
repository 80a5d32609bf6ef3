import { subscriberState } from '../deliveries.ts';
import type { Surroundings } from '../messaging.ts';
import { mayNotReceive } from './authority.ts';
import { subscriberName } from './canonicals.ts';
import type { Definition } from './definition.ts';
import { sendStatus, statusOf } from './send.ts';
import { heldAt, setStatus } from './shelf.ts';
import { reasonOf, type Subscriptions } from './subscriptions.ts';

/** How often it is looked who is due. */
const LOOK_MILLISECONDS = 250;

type Told = Pick<Subscriptions, 'live' | 'site' | 'settings' | 'settled' | 'noteFailures'>;

/** Tells receivers that asked for it that all is well, when there was nothing to tell for a time; and ends what ends. */
export class Heartbeats {
  readonly #surroundings: Surroundings;
  readonly #subscriptions: Told;
  /** When each was last told something, and how many heartbeats have failed since. */
  readonly #spoken = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #beating = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #stopping = new AbortController();

  constructor(surroundings: Surroundings, subscriptions: Told) {
    this.#surroundings = surroundings;
    this.#subscriptions = subscriptions;
  }

  begin(): void {
    clearInterval(this.#timer);
    this.#stopping = new AbortController();
    this.#timer = setInterval(() => this.#look(), LOOK_MILLISECONDS);
    this.#timer.unref();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await Promise.allSettled(this.#beating.values());
  }

  /** Something was sent to a receiver, or its Subscription changed: the silence begins anew. */
  spoke(id: string): void {
    this.#spoken.set(id, performance.now());
  }

  #look() {
    this.#subscriptions.settled();
    for (const definition of this.#subscriptions.live) {
      const { id, end } = definition;
      const isDue = this.#isSilent(definition) || (end !== undefined && end <= Date.now());
      if (!isDue || this.#beating.has(id)) continue;
      const beating = this.#beat(definition)
        .catch((error) => this.#surroundings.log.warn(`${subscriberName(id)}: ${(error as Error).message}`))
        .finally(() => this.#beating.delete(id));
      this.#beating.set(id, beating);
    }
  }

  #isSilent({ id, status, channel }: Definition): boolean {
    if (channel.heartbeat === undefined || channel.type !== 'rest-hook' || status === 'requested') return false;
    return performance.now() - (this.#spoken.get(id) ?? 0) >= channel.heartbeat * 1000;
  }

  async #beat({ id, end }: Definition): Promise<void> {
    const { store, config } = this.#surroundings;
    const base = this.#surroundings.base();
    if (end !== undefined && end <= Date.now()) return setStatus(store, id, 'off');
    this.spoke(id);
    const held = await heldAt(store, id, this.#subscriptions.site);
    if (held === undefined || base === undefined) return;
    const refusal = mayNotReceive(held.definition, this.#subscriptions.settings);
    if (refusal !== undefined) return setStatus(store, id, 'error', refusal);
    // What waits to be delivered says more than a heartbeat, and fails as well.
    const name = subscriberName(id);
    const state = await subscriberState(store.db, name);
    if (await hasWaiting(store.db, name)) return;
    const of = statusOf(held, 'heartbeat', state?.lastNumber ?? 0);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(config.delivery.timeout * 1000)]);
    const outcome = await sendStatus(base, held, of, signal).catch((error) => ({
      ...{ outcome: 'later' as const, reason: reasonOf(error) },
    }));
    if (this.#stopping.signal.aborted) return;
    const failures = outcome.outcome === 'delivered' ? 0 : (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    await this.#subscriptions.noteFailures(id, failures, 'reason' in outcome ? outcome.reason : undefined);
  }
}

async function hasWaiting(q: Surroundings['store']['db'], name: string): Promise<boolean> {
  const sql = `select exists (select 1 from delivery where subscriber = $1 and state = 'waiting') as waiting`;
  const [row] = await q.query<{ waiting: boolean }>(sql, [name]);
  return row?.waiting ?? false;
}
