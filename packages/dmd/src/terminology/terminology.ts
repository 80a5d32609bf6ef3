/** FHIR terminology over one dictionary: what the operations work on, made once and kept. */

import type { CodeSystem, ConceptMap, ValueSet } from 'fhir/r4';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { ProductSearch } from '../search/search.ts';
import { codeSystems } from './code-systems.ts';
import { conceptMaps } from './concept-maps.ts';
import { Concepts } from './concepts.ts';
import type { Ref } from './filters.ts';
import { valueSets } from './value-sets.ts';

/** A dictionary with what its terminology answers need. */
export interface Terminology {
  readonly dictionary: Dictionary;
  readonly search: ProductSearch;
  readonly concepts: Concepts;
  /** Concepts of value sets that were enumerated lately, by what they were asked. */
  readonly expansions: RecentExpansions;
  /** The resources, for reading and searching. */
  codeSystems(): readonly CodeSystem[];
  valueSets(): readonly ValueSet[];
  conceptMaps(): readonly ConceptMap[];
}

/** Some concepts of an expansion, and how many it has in all. */
export interface Page {
  readonly total: number;
  readonly refs: readonly Ref[];
}

/**
 * Keeps what was expanded lately: the pages of one value set cost one enumeration, and what people type begins with the
 * same few letters over and over.
 */
export class RecentExpansions {
  readonly #kept = new Map<string, Page>();
  readonly #mostEntries: number;
  /** Concepts kept over all entries at most. */
  readonly #mostRefs: number;
  #refs = 0;

  constructor(mostEntries = 2000, mostRefs = 1_000_000) {
    this.#mostEntries = mostEntries;
    this.#mostRefs = mostRefs;
  }

  get(key: string): Page | undefined {
    const found = this.#kept.get(key);
    if (found !== undefined) {
      // Asked again, it is the youngest.
      this.#kept.delete(key);
      this.#kept.set(key, found);
    }
    return found;
  }

  keep(key: string, page: Page): void {
    if (page.refs.length > this.#mostRefs || this.#kept.has(key)) return;
    this.#kept.set(key, page);
    this.#refs += page.refs.length;
    for (const [oldest, held] of this.#kept) {
      if (this.#kept.size <= this.#mostEntries && this.#refs <= this.#mostRefs) break;
      this.#kept.delete(oldest);
      this.#refs -= held.refs.length;
    }
  }
}

/** Makes the terminology of a dictionary; `search` must be over the same dictionary. */
export function createTerminology(dictionary: Dictionary, search: ProductSearch): Terminology {
  let systems: CodeSystem[] | undefined;
  return {
    dictionary,
    search,
    concepts: new Concepts(dictionary),
    expansions: new RecentExpansions(),
    codeSystems() {
      systems ??= codeSystems(dictionary);
      return systems;
    },
    valueSets: () => valueSets(dictionary),
    conceptMaps: () => conceptMaps(dictionary),
  };
}
