import { LRUCache } from 'lru-cache';
import { Compartments } from './compartments.ts';
import { type Database, isTransient } from './database.ts';
import type { PatientKey } from './ids.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { Record } from './record.ts';
import { Signals } from './signals.ts';
import { RaceLost } from './write.ts';
import { WriteQueue } from './write-queue.ts';

export interface StoreOptions {
  /** `postgres://...`, or undefined for the embedded database in `folder`. */
  databaseUrl?: string | undefined;
  folder: string;
  /** JSON text of patients' compartments kept in memory, in megabytes. */
  cacheMegabytes: number;
  /** PostgreSQL connections of this process. */
  connections: number;
}

const MEGABYTE = 1_048_576;
const ATTEMPTS = 5;
/** How many batches of single writes are under way together on PostgreSQL; what waits meanwhile makes the next batch. */
const BATCHES_AT_ONCE = 3;

/** The record's storage: one database, opened and migrated, with this process's caches. */
export class Store {
  readonly db: Database;
  /** For reads and single writes, each its own transaction. */
  readonly record: Record;
  /** Says that something was written, by whichever process. */
  readonly signals: Signals;
  /** Where identities lead: a name once given a compartment keeps it, so what is known stays true. */
  readonly #homes = new LRUCache<string, PatientKey>({ max: 100_000 });

  private constructor(db: Database, cacheMegabytes: number) {
    this.db = db;
    this.signals = new Signals(db);
    const atOnce = db.kind === 'pglite' ? 1 : BATCHES_AT_ONCE;
    const writes = new WriteQueue(db, atOnce, 'each for itself', () => this.signals.written());
    this.record = new Record(db, writes, new Compartments(cacheMegabytes * MEGABYTE), this.#homes);
  }

  /** Opens the database, creating and migrating it as needed. */
  static async open(options: StoreOptions): Promise<Store> {
    const db = options.databaseUrl
      ? await openPostgres(options.databaseUrl, { connections: options.connections })
      : await openPglite(options.folder);
    try {
      await migrate(db);
      const store = new Store(db, options.cacheMegabytes);
      await store.signals.open();
      return store;
    } catch (error) {
      await db.close();
      throw error;
    }
  }

  /**
   * Runs work in one transaction. What it reads is not kept, since it may not be committed. Run again when the database
   * asks for it (deadlock) or another write came between, so it must not have effects outside.
   */
  async transaction<T>(work: (record: Record) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      // Identities that lead to a compartment made in this transaction hold only if it commits: known ones are looked up anew.
      const homes = new LRUCache<string, PatientKey>({ max: 1000 });
      try {
        let wrote = false;
        const result = await this.db.transaction((tx) => {
          const writes = new WriteQueue(tx, 1, 'all or none', () => {
            wrote = true;
          });
          return work(new Record(tx, writes, new Compartments(0), homes));
        });
        if (wrote) this.signals.written();
        return result;
      } catch (error) {
        if (attempt >= ATTEMPTS || !(isTransient(error) || error instanceof RaceLost)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.signals.close();
    await this.db.close();
  }
}
