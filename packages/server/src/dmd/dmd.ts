import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { snapshotInUse } from '@concord/dmd';
import { openRelease, type Release } from './release.ts';

/** Where a server says what happened to its dm+d release. */
export interface DmdLog {
  info(message: string): void;
  warn(message: string): void;
}

/** How often the folder is looked at when the file system tells nothing of changes: a network share, for one. */
const LOOK_MILLISECONDS = 5000;

/**
 * The dm+d release that this process serves. `concord dmd use` may name another at any time: then that one is opened
 * beside the one in use, and takes its place whole. A request works with the release it began with.
 */
export class Dmd {
  readonly folder: string;
  readonly #log: DmdLog;
  #release: Release | undefined;
  /** What the snapshot in use was when it was last looked at: its path, size and time. */
  #seen: string | undefined;
  #beginning: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder where snapshots are, and the file `current` that names the one in use */
  constructor(folder: string, log: DmdLog) {
    this.folder = folder;
    this.#log = log;
  }

  /** The release in use; undefined before one was found. */
  get release(): Release | undefined {
    return this.#release;
  }

  /**
   * Opens the release in use, if there is one.
   * @param prepare what must be done first, such as to load a release; requests that need one wait for it
   */
  begin(prepare?: () => Promise<unknown>): Promise<void> {
    this.#beginning = Promise.resolve(prepare?.())
      .catch((error: Error) => this.#log.warn(`dm+d: ${error.message}`))
      .then(() => this.look());
    return this.#beginning;
  }

  /** The release in use, looked for once more if there is none. */
  async find(): Promise<Release | undefined> {
    await this.#beginning;
    if (this.#release === undefined) await this.look();
    return this.#release;
  }

  /**
   * Looks whether another snapshot is in use by now, and moves to it. One that cannot be opened is said so, once, and
   * the release at hand stays.
   */
  async look(): Promise<void> {
    if (this.#looking !== undefined) {
      // Whatever changed since that look began is seen by the next one.
      this.#lookAgain = true;
      return this.#looking;
    }
    this.#looking = this.#lookUntilStill().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Keeps looking, until closed. */
  watch(): void {
    const look = () => {
      this.#watchFolder();
      void this.look();
    };
    this.#timer ??= setInterval(look, LOOK_MILLISECONDS).unref();
    look();
  }

  /** Stops looking. The release stays usable. */
  close(): void {
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  #watchFolder() {
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(this.folder, { persistent: false }, () => void this.look());
      this.#watcher.on('error', () => {
        this.#watcher?.close();
        this.#watcher = undefined;
      });
    } catch {
      // No folder yet, or a file system that cannot tell: the timer looks.
    }
  }

  async #lookUntilStill() {
    do {
      this.#lookAgain = false;
      await this.#lookOnce();
    } while (this.#lookAgain);
  }

  async #lookOnce() {
    const file = await snapshotInUse(this.folder);
    if (file === undefined) return;
    const seen = await fingerprint(file);
    if (seen === this.#seen) return;
    this.#seen = seen;
    try {
      const release = openRelease(file);
      const before = this.#release;
      this.#release = release;
      this.#log.info(`dm+d: ${before === undefined ? 'serving' : 'moved to'} ${nameOf(release)}`);
    } catch (error) {
      const kept = this.#release === undefined ? 'no release is served' : `${nameOf(this.#release)} stays in use`;
      this.#log.warn(`dm+d: ${basename(file)} cannot be used, ${kept}: ${(error as Error).message}`);
    }
  }
}

/** A release by its number, or by its date where it has none. */
export function nameOf({ dictionary }: Pick<Release, 'dictionary'>): string {
  return `release ${dictionary.release.version ?? `of ${dictionary.release.date}`}`;
}

async function fingerprint(file: string): Promise<string> {
  const info = await stat(file).catch(() => undefined);
  return `${file} ${info?.size} ${info?.mtimeMs} ${info?.ino}`;
}
