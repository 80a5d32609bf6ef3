import type { Queryable } from '../store/database.ts';
import { type BackOff, backOff } from './back-off.ts';
import type { KeptContents } from './changes.ts';
import { holdBack, noteRound, settle, subscriberState, untilNextDelivery, waitingDeliveries } from './deliveries.ts';
import type { Log } from './dispatcher.ts';
import type { Delivery, Outcome, Subscriber } from './subscriber.ts';

/** The most deliveries that are read at a time. */
const ROUND = 128;
/** How long what is on its way may take to arrive when the server stops. */
const GRACE_MILLISECONDS = 2000;
/** Node's timers take no longer delay. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

/** Brings one subscriber its deliveries, for as long as there are any. */
export class Postman {
  readonly #q: Queryable;
  readonly #current: () => Subscriber | undefined;
  readonly #options: BackOff & { timeout: number };
  readonly #log: Log;
  readonly #kept: KeptContents;
  /** May a delivery be held back? Until it was looked, any may be. */
  #isHoldingBack = true;
  readonly #stopping = new AbortController();
  #closed = false;
  #running: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param current the subscriber as it is now; undefined once there is none
   * @param kept    what was written lately
   */
  constructor(
    q: Queryable,
    current: () => Subscriber | undefined,
    options: BackOff & { timeout: number },
    log: Log,
    kept: KeptContents,
  ) {
    this.#q = q;
    this.#current = current;
    this.#options = options;
    this.#log = log;
    this.#kept = kept;
  }

  /** There may be something to deliver. */
  wake(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Starts no more; cuts off what does not arrive in a moment. It will be delivered again. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#again = false;
    clearTimeout(this.#timer);
    const cut = setTimeout(() => this.#stopping.abort(), GRACE_MILLISECONDS);
    await this.#running;
    clearTimeout(cut);
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#round();
      }
    } catch (error) {
      this.#again = false;
      this.#log.warn(`Deliveries to ${this.#current()?.name} stopped for a moment: ${(error as Error).message}`);
      this.#wakeIn(this.#options.first * 1000);
    }
  }

  /** Tries what may be tried now. */
  async #round(): Promise<void> {
    const subscriber = this.#current();
    if (subscriber === undefined) return;
    const state = await subscriberState(this.#q, subscriber.name);
    if (state === undefined || state.paused) return;
    if (state.waitMilliseconds > 0) return this.#wakeIn(state.waitMilliseconds);
    const deliveries = await waitingDeliveries(this.#q, subscriber.name, ROUND, this.#kept);
    if (deliveries.length === 0) {
      const wait = await untilNextDelivery(this.#q, subscriber.name);
      this.#isHoldingBack = wait !== undefined;
      if (wait !== undefined) this.#wakeIn(wait);
      return;
    }
    const results = await this.#inLanes(subscriber, deliveries);
    const reasons = results.flatMap((each) => (each.outcome === 'later' ? [each] : []));
    const failed = reasons.find((each) => !isOfItself(subscriber, each));
    if (reasons.length > 0) this.#isHoldingBack = true;
    // Whoever finds more to deliver wakes this; what was held back nobody tells of.
    if (deliveries.length === ROUND || this.#isHoldingBack) this.#again = true;
    const arrived = results.length - reasons.length;
    if (failed === undefined && arrived === 0) return;
    if (failed === undefined || (arrived > 0 && !isReceiverAtFault(subscriber, failed))) {
      if (state.failures > 0 && !subscriber.inOrder) this.#log.info(`${subscriber.name} goes well again.`);
      if (state.failures > 0 || state.error !== null) await noteRound(this.#q, subscriber.name, { failures: 0 });
      await subscriber.afterRound?.(0);
      return;
    }
    // Nobody got through: it is the receiver, not one message.
    const failures = arrived > 0 ? 1 : state.failures + 1;
    if (failures === 1 && !subscriber.inOrder && !this.#closed)
      this.#log.warn(`${subscriber.name}: ${failed.reason.slice(0, 200)}`);
    const seconds = Math.max(backOff(this.#options, failures), failed.retryAfterSeconds ?? 0);
    await noteRound(this.#q, subscriber.name, { failures, seconds, error: failed.reason });
    await subscriber.afterRound?.(failures, failed.reason);
    this.#wakeIn(seconds * 1000);
  }

  /**
   * Patients beside each other, up to the subscriber's lanes; within a patient one after another, and so for each resource
   * that belongs to none.
   */
  async #inLanes(subscriber: Subscriber, deliveries: Delivery[]): Promise<Outcome[]> {
    const queues = new Map<string, Delivery[]>();
    for (const each of deliveries) {
      const lane = subscriber.lanes === 1 ? '' : each.key === 0 ? `${each.type}/${each.id}` : `${each.key}`;
      const queue = queues.get(lane);
      if (queue) queue.push(each);
      else queues.set(lane, [each]);
    }
    const waiting = [...queues.values()];
    const results: Outcome[] = [];
    const work = async () => {
      for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
        results.push(...(await this.#inOrder(subscriber, queue)));
      }
    };
    await Promise.all(Array.from({ length: subscriber.lanes }, work));
    return results;
  }

  async #inOrder(subscriber: Subscriber, queue: Delivery[]): Promise<Outcome[]> {
    const results: Outcome[] = [];
    for (let i = 0; i < queue.length && !this.#closed; ) {
      const group = together(queue, i, subscriber.atOnce);
      i += group.length;
      const first = group[0] as Delivery;
      const outcome = await this.#try(subscriber, group);
      results.push(outcome);
      const numbers = group.map(({ number }) => number);
      if (outcome.outcome === 'delivered') await settle(this.#q, subscriber.name, numbers, 'delivered');
      if (outcome.outcome === 'refused') {
        await settle(this.#q, subscriber.name, numbers, 'refused', outcome.reason);
        // What it says may be about a patient: it is for /deliveries to show.
        this.#log.warn(`${subscriber.name}: number ${numbers.join(', ')} was refused. See /deliveries.`);
      }
      if (outcome.outcome === 'later') {
        const seconds = Math.max(backOff(this.#options, first.attempts + 1), outcome.retryAfterSeconds ?? 0);
        const alone = isReceiverAtFault(subscriber, outcome) ? undefined : seconds;
        await holdBack(this.#q, subscriber.name, first.number, alone, outcome.reason);
        break;
      }
    }
    return results;
  }

  async #try(subscriber: Subscriber, group: Delivery[]): Promise<Outcome> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(this.#options.timeout * 1000)]);
    try {
      return await subscriber.deliver(group, signal);
    } catch (error) {
      const { message, cause } = error as Error;
      const because = cause instanceof Error ? ` (${cause.message})` : '';
      return { outcome: 'later', reason: `${message}${because}` };
    }
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(milliseconds, 1), LONGEST_MILLISECONDS));
    this.#timer.unref();
  }
}

/**
 * What is told next, at once. What failed before goes alone: it may be what its receiver does not take, and is to keep
 * nobody else's from arriving; and an operator sees which it is.
 */
function together(queue: readonly Delivery[], from: number, most: number): Delivery[] {
  const group = queue.slice(from, from + most);
  const failed = group.findIndex(({ attempts }) => attempts > 0);
  return failed < 0 ? group : group.slice(0, Math.max(failed, 1));
}

/** Does it fail for what it is, or for a receiver of its own, so that others may go meanwhile? */
function isOfItself({ inOrder, manyReceivers }: Subscriber, { onlyThis }: { onlyThis?: boolean }): boolean {
  return inOrder !== true && (manyReceivers === true || onlyThis === true);
}

/** Is the whole of a subscriber to wait for this, so that nothing comes before what came first? */
function isReceiverAtFault({ inOrder }: Subscriber, { onlyThis }: { onlyThis?: boolean }): boolean {
  return inOrder === true && onlyThis !== true;
}
