import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Signals } from '../../store/signals.ts';

/** A part of a page that is kept up to date. */
export interface LivePart {
  /** The HTML. */
  readonly html: string;
  /** What changed, in words, for those who do not see it. */
  readonly news: string;
}

/** Between two looks at what was written, at least: a busy record is not rendered for every write. */
const PAUSE_MILLISECONDS = 300;
/** A look in any case: it tells a connection that is dead from one where nothing happens, and brings the new day. */
const BEAT_MILLISECONDS = 20_000;
/** How soon a browser comes back after a broken connection. */
const RETRY_MILLISECONDS = 2000;
/** Bytes that a window has not read: more than that, and it has gone without a word. */
const MOST_UNREAD = 4_000_000;
/** Open windows that are told of changes; more are asked to come back later, and have their button meanwhile. */
const MOST_LISTENERS = 1000;

/** What a part is known by: the same only where it is the same. */
export function markOf({ html }: LivePart): string {
  return createHash('sha256').update(html).digest('base64url').slice(0, 16);
}

/** Parts of pages that are sent to whoever looks at them, as server-sent events, each time they change. */
export class Live {
  readonly #signals: Signals;
  readonly #channels = new Map<string, Channel>();
  #isClosed = false;

  constructor(signals: Signals) {
    this.#signals = signals;
  }

  /**
   * Tells a window of a part from now on, at once where it has another than the one that is now.
   * @param name what the part is of: windows with one name are rendered for together
   * @param seen the mark of what the window shows
   * @returns false where there are too many already, or the server is about to stop
   */
  add(name: string, make: () => Promise<LivePart>, response: ServerResponse, seen: string | undefined): boolean {
    const count = [...this.#channels.values()].reduce((sum, { size }) => sum + size, 0);
    if (this.#isClosed || count >= MOST_LISTENERS) return false;
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = new Channel(make, this.#signals, () => this.#channels.delete(name));
      this.#channels.set(name, channel);
    }
    channel.add(response, seen);
    return true;
  }

  /** Ends every connection, so that the server can stop. */
  close(): void {
    this.#isClosed = true;
    for (const channel of [...this.#channels.values()]) channel.close();
  }
}

/** The windows that show one part. */
class Channel {
  readonly #make: () => Promise<LivePart>;
  readonly #left: () => void;
  readonly #silence: () => void;
  readonly #beat: NodeJS.Timeout;
  /** What each window shows. */
  readonly #windows = new Map<ServerResponse, string | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isStale = false;

  constructor(make: () => Promise<LivePart>, signals: Signals, left: () => void) {
    this.#make = make;
    this.#left = left;
    this.#silence = signals.on(() => this.#soon());
    this.#beat = setInterval(() => void this.#look(true), BEAT_MILLISECONDS);
    this.#beat.unref();
  }

  get size(): number {
    return this.#windows.size;
  }

  add(response: ServerResponse, seen: string | undefined) {
    this.#windows.set(response, seen);
    response.on('close', () => this.#drop(response));
    response.on('error', () => this.#drop(response));
    response.write(`retry: ${RETRY_MILLISECONDS}\n\n`);
    void this.#look(false);
  }

  close() {
    for (const response of [...this.#windows.keys()]) {
      response.end();
      this.#drop(response);
    }
  }

  #drop(response: ServerResponse) {
    this.#windows.delete(response);
    if (this.#windows.size > 0) return;
    clearTimeout(this.#timer);
    clearInterval(this.#beat);
    this.#silence();
    this.#left();
  }

  #soon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look(false);
    }, PAUSE_MILLISECONDS);
    this.#timer.unref();
  }

  async #look(isBeat: boolean) {
    if (this.#isLooking) {
      this.#isStale = true;
      return;
    }
    this.#isLooking = true;
    try {
      const part = await this.#make();
      const mark = markOf(part);
      for (const [response, seen] of this.#windows) {
        if (response.writableLength > MOST_UNREAD) response.destroy();
        else if (seen !== mark) {
          response.write(`event: part\nid: ${mark}\ndata: ${JSON.stringify(part)}\n\n`);
          this.#windows.set(response, mark);
        } else if (isBeat) response.write(': still here\n\n');
      }
    } catch {
      // What cannot be made now is looked at again; a browser that is told nothing keeps its button to look for itself.
    } finally {
      this.#isLooking = false;
    }
    if (!this.#isStale || this.#windows.size === 0) return;
    this.#isStale = false;
    this.#soon();
  }
}
