import type { Queryable } from '../../store/database.ts';
import { type BackOff, backOff } from '../back-off.ts';
import type { Log } from '../dispatcher.ts';
import type { Duty } from '../subscriber.ts';

/** Node's timers take no longer delay. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;
/** How often a way that an operator paused is looked at again. */
const PAUSED_MILLISECONDS = 2000;
/** How old the note of the last success may be: not every round is written down. */
const NOTED_MILLISECONDS = 30_000;

export interface RoundsOptions {
  /** Its name in the table of subscribers, where its state is kept: `neighbour/pharmacy/poll`. */
  name: string;
  q: Queryable;
  delays: BackOff;
  log: Log;
  /** One round. @returns milliseconds until the next; undefined: when woken */
  work: (signal: AbortSignal) => Promise<number | undefined>;
}

const STATE = 'select paused from subscriber where name = $1';

const NOTE = `insert into subscriber as s (name, failures, error, last_success)
  values ($1, $2, $3, case when $2 = 0 then clock_timestamp() end)
  on conflict (name) do update set failures = excluded.failures, error = excluded.error,
    last_success = coalesce(excluded.last_success, s.last_success)`;

/** Work with a neighbour that goes on for as long as this process leads: round after round, slower while it fails. */
export class Rounds implements Duty {
  readonly #options: RoundsOptions;
  #ending: AbortController | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #failures = 0;
  #noted = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#ending = new AbortController();
    this.#failures = 0;
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#ending === undefined) return;
    this.#again = true;
    this.#running ??= this.#run(this.#ending.signal).finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  async end(): Promise<void> {
    this.#ending?.abort(new Error('The server stops.'));
    this.#ending = undefined;
    this.#again = false;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (this.#again && !signal.aborted) {
      this.#again = false;
      const wait = await this.#round(signal);
      if (wait === undefined || signal.aborted) continue;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(wait, 1), LONGEST_MILLISECONDS));
      this.#timer.unref();
    }
  }

  async #round(signal: AbortSignal): Promise<number | undefined> {
    const { name, q, delays, log, work } = this.#options;
    try {
      const [state] = await q.query<{ paused: boolean }>(STATE, [name]);
      if (state?.paused) return PAUSED_MILLISECONDS;
      const wait = await work(signal);
      const isOld = Date.now() - this.#noted > NOTED_MILLISECONDS;
      if (this.#failures > 0) log.info(`${name} goes well again.`);
      if (this.#failures > 0 || isOld) await q.query(NOTE, [name, 0, null]);
      if (isOld) this.#noted = Date.now();
      this.#failures = 0;
      return wait;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#failures++;
      const reason = reasonOf(error);
      if (this.#failures === 1) log.warn(`${name}: ${reason}`);
      await q.query(NOTE, [name, this.#failures, reason]).catch(() => undefined);
      return backOff(delays, this.#failures) * 1000;
    }
  }
}

/** What went wrong, and what that was because of. */
export function reasonOf(error: unknown): string {
  const { message, cause, code } = error as Error & { code?: string };
  const because = cause instanceof Error ? ` (${cause.message || (cause as { code?: string }).code})` : '';
  return `${message || code || 'It failed.'}${because}`.slice(0, 2000);
}
