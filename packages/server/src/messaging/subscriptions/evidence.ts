import { Stored } from '../../store/stored.ts';
import type { Change } from '../subscriber.ts';
import type { Topic } from './topics.ts';

/** What a change is judged by: worked out once, however many Subscriptions ask. */
export interface Evidence {
  /** The version that came to be; undefined for a deletion. */
  readonly now: Stored | undefined;
  /** The version before. */
  readonly before: Stored | undefined;
  /** Which topics it is an event of, as far as that was asked. */
  readonly topics: Map<Topic, boolean>;
}

const known = new WeakMap<Change, Evidence>();

/** @returns the same for the same change: what search finds in a version is kept with it */
export function evidenceOf(change: Change): Evidence {
  let evidence = known.get(change);
  if (evidence === undefined) {
    evidence = new ChangeEvidence(change);
    known.set(change, evidence);
  }
  return evidence;
}

class ChangeEvidence implements Evidence {
  readonly topics = new Map<Topic, boolean>();
  readonly now: Stored | undefined;
  readonly #change: Change;
  #before: Stored | undefined;

  constructor(change: Change) {
    this.#change = change;
    this.now = storedOf(change, change.text);
  }

  get before(): Stored | undefined {
    this.#before ??= priorOf(this.#change);
    return this.#before;
  }
}

function storedOf({ key, type, id, version, at }: Change, content: string | undefined): Stored | undefined {
  if (content === undefined) return undefined;
  return new Stored({ key, type, id, version, lastUpdated: at, interaction: 'update', content });
}

function priorOf(change: Change): Stored | undefined {
  const { before, version } = change;
  if (before === undefined) return undefined;
  const lastUpdated = before.meta?.lastUpdated ?? change.at;
  return storedOf({ ...change, version: version - 1, at: lastUpdated }, JSON.stringify(before));
}
