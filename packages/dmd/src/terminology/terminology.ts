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

/** Keeps the concepts of the last few value sets, so that the pages of one expansion cost one enumeration. */
export class RecentExpansions {
  readonly #kept = new Map<string, readonly Ref[]>();
  readonly #most: number;
  /** Concepts kept over all entries at most. */
  readonly #mostRefs: number;
  #refs = 0;

  constructor(most = 32, mostRefs = 1_000_000) {
    this.#most = most;
    this.#mostRefs = mostRefs;
  }

  get(key: string): readonly Ref[] | undefined {
    const found = this.#kept.get(key);
    if (found !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, found);
    }
    return found;
  }

  keep(key: string, refs: readonly Ref[]): void {
    if (refs.length > this.#mostRefs) return;
    this.#kept.set(key, refs);
    this.#refs += refs.length;
    for (const [oldest, held] of this.#kept) {
      if (this.#kept.size <= this.#most && this.#refs <= this.#mostRefs) break;
      this.#kept.delete(oldest);
      this.#refs -= held.length;
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
