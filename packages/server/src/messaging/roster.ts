import type { Queryable } from '../store/database.ts';
import type { Change, Subscriber, SubscriberSource } from './subscriber.ts';

/** All subscribers there are at the moment that the change last heard of was written. */
export class Roster {
  readonly #sources: readonly SubscriberSource[];
  #subscribers = new Map<string, Subscriber>();

  constructor(sources: readonly SubscriberSource[]) {
    this.#sources = sources;
  }

  /** Learns who there are. */
  async load(): Promise<void> {
    const all = await Promise.all(this.#sources.map((source) => source.load()));
    this.#subscribers = new Map(all.flat().map((each) => [each.name, each]));
  }

  get(name: string): Subscriber | undefined {
    return this.#subscribers.get(name);
  }

  get all(): Subscriber[] {
    return [...this.#subscribers.values()];
  }

  /** May a change of a type bring, change or end subscribers? */
  learnsFrom(type: string): boolean {
    return this.#sources.some(({ types }) => types.has(type));
  }

  /** May anybody care for changes of a type? */
  looksAt(type: string): boolean {
    if (this.learnsFrom(type)) return true;
    for (const { types } of this.#subscribers.values()) if (types === undefined || types.has(type)) return true;
    return false;
  }

  /** Lets the sources read what they must know of changes that are about to be handed out. */
  async prepare(q: Queryable, changes: readonly Change[]): Promise<void> {
    for (const source of this.#sources) await source.prepare?.(q, changes);
  }

  /** The changes that were heard of last are dealt with for good. */
  settled(): void {
    for (const source of this.#sources) source.settled?.();
  }

  /** Learns from a change that is about the subscribers themselves. */
  hear(change: Change): void {
    for (const source of this.#sources) {
      const news = source.types.has(change.type) ? source.changed(change) : undefined;
      if (news === undefined) continue;
      if (news.subscriber === undefined) this.#subscribers.delete(news.name);
      else this.#subscribers.set(news.name, news.subscriber);
    }
  }

  /** The names of those who want a change. */
  whoWants(change: Change): string[] {
    const names: string[] = [];
    for (const { name, types, wants } of this.#subscribers.values()) {
      if ((types === undefined || types.has(change.type)) && wants(change)) names.push(name);
    }
    return names;
  }
}
