import { EventEmitter } from 'node:events';
import type { Database } from './database.ts';

/** How long the news of further writes waits for company on its way to other processes. */
const GATHER_MILLISECONDS = 10;
const CHANNEL = 'concord_written';

/** Says, in every process on the database, that something was written: look. It does not say what, and may say so twice. */
export class Signals {
  readonly #db: Database;
  readonly #heard = new EventEmitter().setMaxListeners(0);
  #silence: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Begins to hear other processes; this one is heard without. */
  async open(): Promise<void> {
    this.#silence = await this.#db.listen?.(CHANNEL, () => this.#heard.emit('written'));
  }

  /** Something was committed by this process. */
  written(): void {
    this.#heard.emit('written');
    if (this.#db.notify === undefined) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Whoever misses it looks from time to time.
      void this.#db.notify?.(CHANNEL).catch(() => undefined);
    }, GATHER_MILLISECONDS);
    this.#timer.unref();
  }

  /** Calls back after each write of any process. @returns what ends it */
  on(listener: () => void): () => void {
    this.#heard.on('written', listener);
    return () => this.#heard.off('written', listener);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#heard.removeAllListeners();
    await this.#silence?.();
  }
}
