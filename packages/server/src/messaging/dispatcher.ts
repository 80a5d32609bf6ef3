import type { Leadership } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { BackOff } from './back-off.ts';
import { keepContents } from './changes.ts';
import { BATCH, fanOut } from './fan-out.ts';
import { Postman } from './postman.ts';
import { Roster } from './roster.ts';
import type { Duty, SubscriberSource } from './subscriber.ts';

export interface DispatcherOptions extends BackOff {
  /** Seconds that a receiver has to answer. */
  timeout: number;
}

export interface Log {
  info(said: string): void;
  warn(said: string): void;
}

/** How often a process that does not lead asks whether it may, and one that does looks for what nobody told it of. */
const LOOK_MILLISECONDS = 2000;
/** How much of what was just written is kept for those who are told of it. */
const KEPT_CHARACTERS = 4_000_000;
/** Where the process that leads hears that an operator did something. */
const CHANNEL = 'concord_attend';

/**
 * Tells subscribers of what was written. One process of all that share a database leads: it moves the outbox to
 * deliveries and runs a postman for each subscriber. When it dies, another takes over where it stopped.
 */
export class Dispatcher {
  readonly #store: Store;
  readonly #options: DispatcherOptions;
  readonly #log: Log;
  readonly #roster: Roster;
  readonly #duties: readonly Duty[];
  readonly #kept = keepContents(KEPT_CHARACTERS);
  readonly #postmen = new Map<string, Postman>();
  readonly #closing = new AbortController();
  #leadership: Leadership | undefined;
  #fanning: Promise<void> | undefined;
  #again = false;
  #timers: NodeJS.Timeout[] = [];
  #deaf: (() => void) | undefined;
  #unattended: Promise<(() => Promise<void>) | undefined> | undefined;

  /** @param duties what else only the leading process does */
  constructor(
    store: Store,
    sources: readonly SubscriberSource[],
    options: DispatcherOptions,
    log: Log,
    duties: readonly Duty[] = [],
  ) {
    this.#store = store;
    this.#options = options;
    this.#log = log;
    this.#roster = new Roster(sources);
    this.#duties = duties;
  }

  /** Begins; resolves at once, whoever leads. */
  start(): void {
    this.#deaf = this.#store.signals.on(() => this.wake());
    this.#unattended = this.#store.db.listen?.(CHANNEL, () => this.#attendAll()).catch(() => undefined);
    const every = (milliseconds: number, work: () => void) => {
      const timer = setInterval(work, milliseconds);
      timer.unref();
      this.#timers.push(timer);
    };
    if (this.#store.db.kind === 'postgres') every(LOOK_MILLISECONDS, () => this.wake());
    this.wake();
  }

  /** Something was written, or is due. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#again = true;
    this.#fanning ??= this.#run().finally(() => {
      this.#fanning = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Somebody did something about a subscriber, or about any: it is tried at once, by whichever process leads. */
  attend(name?: string): void {
    if (!this.leads) void this.#store.db.notify?.(CHANNEL).catch(() => undefined);
    else if (name === undefined) this.#attendAll();
    else this.#postman(name)?.wake();
  }

  #attendAll(): void {
    if (this.#leadership === undefined) return;
    for (const { name } of this.#roster.all) this.#postman(name)?.wake();
  }

  /** Does this process lead? */
  get leads(): boolean {
    return this.#leadership !== undefined;
  }

  /** Ends; what is on its way has a moment to arrive. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#deaf?.();
    await (await this.#unattended)?.();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#fanning;
    await this.#standDown();
  }

  async #run(): Promise<void> {
    try {
      if (!(await this.#lead())) {
        this.#again = false;
        return;
      }
      while (this.#again && !this.#closing.signal.aborted) {
        this.#again = false;
        const { changes, subscribers } = await fanOut(this.#store, this.#roster, this.#kept);
        if (changes === BATCH) this.#again = true;
        if (changes > 0) this.#roster.settled();
        for (const name of subscribers) this.#postman(name)?.wake();
        // Whoever delivers itself, in whichever process, learns that there is something.
        if ([...subscribers].some((name) => this.#roster.get(name)?.pulls)) this.#store.signals.written();
      }
    } catch (error) {
      this.#again = false;
      this.#log.warn(`What was written could not be handed on, and will be: ${(error as Error).message}`);
      // What was heard of subscribers in the transaction that failed may not be so.
      await this.#standDown();
      setTimeout(() => this.wake(), LOOK_MILLISECONDS).unref();
    }
  }

  /** @returns does this process lead? */
  async #lead(): Promise<boolean> {
    if (this.#leadership !== undefined) return true;
    const leadership = await this.#store.db.lead('dispatcher');
    if (leadership === undefined) return false;
    this.#leadership = leadership;
    void leadership.lost.then(async () => {
      if (this.#leadership === leadership) await this.#standDown();
    });
    await this.#roster.load();
    this.#attendAll();
    for (const duty of this.#duties) duty.begin();
    return true;
  }

  async #standDown(): Promise<void> {
    const leadership = this.#leadership;
    this.#leadership = undefined;
    const postmen = [...this.#postmen.values()];
    this.#postmen.clear();
    const duties = leadership === undefined ? [] : this.#duties;
    await Promise.all([...postmen.map((each) => each.close()), ...duties.map((each) => each.end())]);
    await leadership?.release().catch(() => undefined);
  }

  #postman(name: string): Postman | undefined {
    const subscriber = this.#roster.get(name);
    if (subscriber === undefined || subscriber.pulls) {
      void this.#postmen.get(name)?.close();
      this.#postmen.delete(name);
      return undefined;
    }
    let postman = this.#postmen.get(name);
    if (postman === undefined) {
      postman = new Postman(this.#store.db, () => this.#roster.get(name), this.#options, this.#log, this.#kept);
      this.#postmen.set(name, postman);
    }
    return postman;
  }
}
