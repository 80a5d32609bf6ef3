import type { Database } from '../store/database.ts';
import { forgetDelivered } from './deliveries.ts';
import type { Log } from './dispatcher.ts';
import { forgetAnswers } from './messages/answers.ts';
import type { Duty } from './subscriber.ts';

/** How long what is not part of the record is kept. */
export interface Kept {
  /** Days for events that were delivered, for receivers that ask what they missed. */
  delivered: number;
  /** Days for the words of answers to messages, for senders that did not get them. */
  answers: number;
}

const EVERY_MILLISECONDS = 3_600_000;
/** What changes often. The embedded database does not clean up by itself. */
const TO_CLEAN = ['outbox', 'delivery', 'subscriber', 'message_answer'];

/** Forgets, each hour, what was kept long enough. */
export class Forgetting implements Duty {
  readonly #db: Database;
  readonly #kept: Kept;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(db: Database, kept: Kept, log: Log) {
    this.#db = db;
    this.#kept = kept;
    this.#log = log;
  }

  begin(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#running ??= this.#forget().finally(() => {
        this.#running = undefined;
      });
    }, EVERY_MILLISECONDS);
    this.#timer.unref();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #forget(): Promise<void> {
    try {
      await forgetDelivered(this.#db, this.#kept.delivered);
      await forgetAnswers(this.#db, this.#kept.answers);
      if (this.#db.kind === 'postgres') return;
      for (const table of TO_CLEAN) await this.#db.script(`vacuum ${table}`);
    } catch (error) {
      this.#log.warn(`What was kept long enough could not be forgotten, and will be: ${(error as Error).message}`);
    }
  }
}
