/** Keeps the best few of many, in order, without sorting them all. */

/** One kept entry. */
export interface Kept<T> {
  readonly key: number;
  readonly value: T;
}

/** The `size` entries with the smallest keys. */
export class Top<T> {
  readonly #size: number;
  readonly #entries: Kept<T>[] = [];
  #worst = Number.POSITIVE_INFINITY;

  constructor(size: number) {
    this.#size = size;
  }

  /** Whether an entry with this key would be kept. */
  takes(key: number): boolean {
    return key < this.#worst;
  }

  /** Offers an entry. */
  add(key: number, value: T): void {
    if (key >= this.#worst || this.#size === 0) return;
    this.#entries.push({ key, value });
    // Let twice as many gather before dropping the worse half: amortised, each entry costs a few comparisons.
    if (this.#entries.length >= this.#size * 2) this.#trim();
  }

  /** Drops what is over: from then on `takes` is exact. */
  settle(): void {
    if (this.#entries.length >= this.#size) this.#trim();
  }

  /** The kept entries, best first. */
  sorted(): Kept<T>[] {
    this.#entries.sort((a, b) => a.key - b.key);
    return this.#entries.slice(0, this.#size);
  }

  #trim(): void {
    this.#entries.sort((a, b) => a.key - b.key);
    this.#entries.length = this.#size;
    this.#worst = this.#entries[this.#size - 1]?.key ?? this.#worst;
  }
}
