import type { TerminologyQuestion } from '@concord/conformance';
import type { Bundle, BundleEntry, Parameters } from 'fhir/r4';
import { LRUCache } from 'lru-cache';

/** How a terminology server is asked. */
export interface TerminologyOptions {
  readonly url: string;
  readonly timeoutMilliseconds: number;
  readonly pauseMilliseconds: number;
  readonly cacheEntries: number;
}

const DAY = 86_400_000;
/** Codes in one call. */
const BATCH = 100;

/** Is the code in the value set? `unknown`: the server cannot say (it has no such value set). */
type Answer = 'in' | 'out' | 'unknown';

interface Asked {
  readonly valueSet: string;
  readonly system: string;
  readonly code: string;
}

/**
 * A FHIR terminology server, asked whether codes are in value sets: with `ValueSet/$validate-code`, many in one batch.
 * Answers are kept. One that does not answer in time is left alone for a while, so that it never slows writes down.
 */
export class Terminology {
  readonly #options: TerminologyOptions;
  readonly #answers: LRUCache<string, Answer>;
  #quietUntil = 0;

  constructor(options: TerminologyOptions) {
    this.#options = options;
    this.#answers = new LRUCache({ max: Math.max(1, options.cacheEntries), ttl: DAY });
  }

  /** Asks about whatever is not known yet. Does not throw: what it could not learn stays unanswered. */
  async ask(questions: readonly TerminologyQuestion[]): Promise<void> {
    const wanted = new Map<string, Asked>();
    for (const { valueSet, codings } of questions) {
      for (const { system, code } of codings) {
        const key = keyOf({ valueSet, system, code });
        if (!this.#answers.has(key)) wanted.set(key, { valueSet, system, code });
      }
    }
    const all = [...wanted.values()];
    for (let from = 0; from < all.length && Date.now() >= this.#quietUntil; from += BATCH) {
      await this.#askBatch(all.slice(from, from + BATCH));
    }
  }

  /** What is known: true where one of the codes is in the value set, undefined where that was not answered. */
  isIn({ valueSet, codings }: TerminologyQuestion): boolean | undefined {
    const answers = codings.map((coding) => this.#answers.get(keyOf({ valueSet, ...coding })));
    if (answers.includes('in')) return true;
    return answers.length > 0 && answers.every((each) => each === 'out') ? false : undefined;
  }

  async #askBatch(asked: readonly Asked[]): Promise<void> {
    const { url, timeoutMilliseconds, pauseMilliseconds } = this.#options;
    const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: asked.map(entryOf) };
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/fhir+json', Accept: 'application/fhir+json' },
        body: JSON.stringify(bundle),
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      if (!answer.ok) throw new Error(`answers ${answer.status}`);
      const { entry } = (await answer.json()) as Bundle;
      if (!Array.isArray(entry) || entry.length !== asked.length) throw new Error('does not answer every entry');
      for (const [i, each] of asked.entries()) this.#answers.set(keyOf(each), answerIn(entry[i]));
    } catch {
      this.#quietUntil = Date.now() + pauseMilliseconds;
    }
  }
}

/** The terminology server that a site has set; undefined where it has none. */
export function terminologyOf(
  settings: Omit<TerminologyOptions, 'url'> & { readonly url: string | undefined },
): Terminology | undefined {
  const { url } = settings;
  return url === undefined ? undefined : new Terminology({ ...settings, url });
}

function keyOf({ valueSet, system, code }: Asked): string {
  return `${valueSet}\n${system}\n${code}`;
}

function entryOf({ valueSet, system, code }: Asked): BundleEntry {
  const query = new URLSearchParams({ url: valueSet, system, code });
  return { request: { method: 'GET', url: `ValueSet/$validate-code?${query}` } };
}

function answerIn(entry: BundleEntry | undefined): Answer {
  const { parameter } = (entry?.resource ?? {}) as Partial<Parameters>;
  const result = Array.isArray(parameter) ? parameter.find((each) => each?.name === 'result')?.valueBoolean : undefined;
  if (result === undefined) return 'unknown';
  return result ? 'in' : 'out';
}
