import { isTransient, type Queryable } from './database.ts';
import { culpritOf, meaning, type Write, type Written, writeAll } from './write.ts';

interface Waiting {
  write: Write;
  resolve: (written: Written) => void;
  reject: (error: unknown) => void;
}

/** The most writes in one statement. */
const BATCH = 100;
const ATTEMPTS = 5;

/**
 * Group commit. Writes that are asked for while others are being committed go to the database together, in one
 * statement and so one commit, instead of queueing for a commit each. A write that is alone does not wait.
 *
 * Outside a transaction each write stands for itself: when a batch fails, its writes are done again one by one, so that
 * only the one at fault fails. Inside a transaction they stand and fall together, as the transaction does.
 */
export class WriteQueue {
  readonly #q: Queryable;
  readonly #atOnce: number;
  readonly #fate: 'each for itself' | 'all or none';
  readonly #written: () => void;
  #waiting: Waiting[] = [];
  #running = 0;
  #scheduled = false;

  /**
   * @param atOnce  how many batches may be under way together
   * @param written is told after each batch that went well
   */
  constructor(q: Queryable, atOnce: number, fate: 'each for itself' | 'all or none', written: () => void) {
    this.#q = q;
    this.#atOnce = atOnce;
    this.#fate = fate;
    this.#written = written;
  }

  /**
   * Writes one version; resolves after it is committed (or, in a transaction, done).
   * @throws VersionConflict, DuplicateIdentifier, IdTaken
   */
  write(write: Write): Promise<Written> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#schedule();
    });
  }

  /** Starts a batch once what is being asked for in this turn of the event loop has been asked. */
  #schedule() {
    if (this.#scheduled || this.#running >= this.#atOnce) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run() {
    const batch = this.#waiting.splice(0, BATCH);
    if (batch.length === 0) return;
    this.#running++;
    if (this.#waiting.length > 0) this.#schedule();
    // In order of compartment: batches that lock the same ones lock them in the same order.
    batch.sort((a, b) => a.write.key - b.write.key);
    try {
      await this.#commit(batch);
    } finally {
      this.#running--;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  async #commit(batch: Waiting[]) {
    const writes = batch.map((each) => each.write);
    try {
      const written = await writeAll(this.#q, writes);
      for (const [i, each] of batch.entries()) each.resolve(written[i] as Written);
      this.#written();
    } catch (error) {
      if (this.#fate === 'all or none') failTogether(batch, error);
      else if (batch.length === 1) await this.#again(batch[0] as Waiting, error);
      else for (const each of batch) await this.#again(each);
    }
  }

  /** Does one write alone, again when the database asks for that. */
  async #again({ write, resolve, reject }: Waiting, failure?: unknown) {
    let error = failure;
    for (let attempt = 1; attempt <= ATTEMPTS && (error === undefined || isTransient(error)); attempt++) {
      try {
        const [written] = await writeAll(this.#q, [write]);
        this.#written();
        return resolve(written as Written);
      } catch (again) {
        error = again;
      }
    }
    reject(meaning(error, write));
  }
}

/** The one at fault is told first and why; the rest fail because the transaction has. */
function failTogether(batch: Waiting[], error: unknown) {
  const culprit = culpritOf(
    error,
    batch.map((each) => each.write),
  );
  for (const each of batch) if (each.write === culprit) each.reject(meaning(error, each.write));
  for (const each of batch) if (each.write !== culprit) each.reject(error);
}
