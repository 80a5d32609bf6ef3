/**
 * Search for a person typing a medicine: the beginnings of words in any order, strengths, brands, misspellings, ids and
 * barcodes; best first as a prescriber expects. Total: any text gives an answer.
 */

import type { Dictionary, Level, Product } from '../dictionary/dictionary.ts';
import { collectPacks, collectProducts, type Found } from './collecting.ts';
import { makeFilter, type ProductFilter } from './filter.ts';
import { byIdentifier } from './identifiers.ts';
import { countMatches, eachMatch, forgive, lookUp, type Match, type NearWords, type ReadWord } from './matching.ts';
import { type Query, readQuery } from './query.ts';
import { keyOf } from './ranking.ts';
import {
  type CodeShelf,
  codeShelf,
  type KeptShelves,
  type PackShelf,
  type ProductShelf,
  packShelf,
  productShelf,
  type Section,
  type Shelf,
  sectionAt,
} from './shelves.ts';
import { type Setting, type Standing, type StandingReason, standingIn, standingOf } from './standing.ts';
import { Top } from './top.ts';
import { wordIndexParts } from './word-index.ts';

/** What to look for, beside the text. Every filter given must hold. */
export interface SearchOptions extends ProductFilter {
  /** Default VTM, VMP and AMP; a number typed (id, GTIN) is found at any level unless levels are given. */
  readonly levels?: readonly Level[];
  /** Most results, 0 to 1000; default 20. */
  readonly limit?: number;
  /** Results to skip; default 0. */
  readonly offset?: number;
}

/** One product found. */
export interface SearchResult {
  readonly product: Product;
  readonly id: string;
  readonly level: Level;
  /** The text to show: description of an AMP, name of the others. */
  readonly name: string;
  /** Where it stands in the setting asked for (primary care when none was). */
  readonly standing: Standing;
  readonly reasons: readonly StandingReason[];
  readonly found: 'name' | 'brand' | 'misspelling' | 'id' | 'former id' | 'GTIN';
  /** For `brand`: the AMP whose name was typed, of which this VMP is the generic. */
  readonly brand?: { readonly id: string; readonly name: string };
}

/** What a search found. */
export interface SearchAnswer {
  /** How many products match, not only those listed. */
  readonly total: number;
  readonly results: readonly SearchResult[];
  /**
   * Words that no name has as typed: where there are results, these were taken for misspellings; where there are none,
   * they are the reason.
   */
  readonly unknownWords: readonly string[];
  /** The end of a query that was too long to read; empty otherwise. */
  readonly ignored: string;
}

/** A row of a shelf that matches a text. */
interface TextMatch {
  readonly section: Section;
  /** Row within its kind. */
  readonly row: number;
}

/** Search over one dictionary. Indexes are built when first needed and kept. */
export interface ProductSearch {
  /** Finds products; see `SearchOptions`. */
  search(text: string, options?: SearchOptions): SearchAnswer;
  /**
   * All rows of the given kinds whose name has the words, best first: `limit` of them after `offset`, and how many
   * there are. For terminology text filters: misspellings and brands are not followed. Undefined for a text without
   * any word.
   */
  textMatches(
    text: string,
    kinds: ReadonlySet<string>,
    accept: (kind: string, row: number) => boolean,
    offset: number,
    limit: number,
  ): { readonly total: number; readonly matches: readonly TextMatch[] } | undefined;
  /** Builds or opens every index now rather than when it is first needed. */
  prepare(): void;
  /** The arrays worth keeping with the release; hand them to `createProductSearch` when it is opened again. */
  kept(): KeptShelves;
}

const DEFAULT_LEVELS: readonly Level[] = ['VTM', 'VMP', 'AMP'];
const PRODUCT_LEVELS: ReadonlySet<string> = new Set<Level>(DEFAULT_LEVELS);
const PACK_LEVELS: ReadonlySet<string> = new Set<Level>(['VMPP', 'AMPP']);
const MOST_RESULTS = 1000;

/**
 * Search over a dictionary.
 * @param kept arrays of an earlier `kept()` for the same release; ignored when they do not fit.
 */
export function createProductSearch(dictionary: Dictionary, kept?: KeptShelves): ProductSearch {
  let products: ProductShelf | undefined;
  let packs: PackShelf | undefined;
  let codes: CodeShelf | undefined;
  const theProducts = () => {
    products ??= productShelf(dictionary, kept?.products);
    return products;
  };
  const thePacks = () => {
    packs ??= packShelf(dictionary, kept?.packs);
    return packs;
  };
  const theCodes = () => {
    codes ??= codeShelf(dictionary);
    return codes;
  };

  function search(text: string, options: SearchOptions = {}): SearchAnswer {
    const setting = options.setting ?? 'primary';
    const limit = wholeNumber(options.limit, 20, MOST_RESULTS);
    const offset = wholeNumber(options.offset, 0, Number.MAX_SAFE_INTEGER);
    const filter = makeFilter(dictionary, options);
    const numbered = byIdentifier(dictionary, text).filter(
      ({ product }) => (options.levels?.includes(product.level) ?? true) && (filter?.(product) ?? true),
    );
    if (numbered.length > 0) {
      const results = numbered.slice(offset, offset + limit);
      return {
        total: numbered.length,
        results: results.map(({ product, by }) => result(dictionary, product, setting, by)),
        unknownWords: [],
        ignored: '',
      };
    }
    const levels = new Set(options.levels ?? DEFAULT_LEVELS);
    const query = readQuery(text);
    const shelves: Shelf[] = [];
    if (levels.has('VTM') || levels.has('VMP') || levels.has('AMP')) shelves.push(theProducts());
    if (levels.has('VMPP') || levels.has('AMPP')) shelves.push(thePacks());
    const accept =
      filter &&
      ((level: Level, row: number) => {
        const product = dictionary.at(level, row);
        return product !== undefined && filter(product);
      });
    const unknown = unknownWords(shelves, query);
    for (const read of attempts(query)) {
      const top = new Top<Found>(Math.min(offset + limit, MOST_RESULTS * 100));
      let total = 0;
      for (const shelf of shelves) {
        const words = read(shelf);
        total +=
          shelf === products
            ? collectProducts(shelf as ProductShelf, words, { levels, setting, accept }, top)
            : collectPacks(shelf as PackShelf, words, { levels, setting, accept }, top);
      }
      if (total === 0) {
        // What the filters keep out must not be replaced by a medicine of a similar name.
        if (shelves.some((shelf) => countMatches(shelf.index, read(shelf), 0, shelf.index.names) > 0)) break;
        continue;
      }
      const kept = top.sorted().slice(offset, offset + limit);
      return {
        total,
        results: kept.map(({ value }) => {
          const product = dictionary.at(value.level, value.row) as Product;
          const brand = value.brandRow === undefined ? undefined : dictionary.at('AMP', value.brandRow);
          const by = brand !== undefined ? 'brand' : value.misspelt ? 'misspelling' : 'name';
          return result(dictionary, product, setting, by, brand && { id: brand.id, name: brand.description });
        }),
        unknownWords: unknown,
        ignored: query.ignored,
      };
    }
    return { total: 0, results: [], unknownWords: unknown, ignored: query.ignored };
  }

  function textMatches(
    text: string,
    kinds: ReadonlySet<string>,
    accept: (kind: string, row: number) => boolean,
    offset: number,
    limit: number,
  ): { total: number; matches: TextMatch[] } | undefined {
    const query = readQuery(text);
    if (query.words.length === 0) return undefined;
    const shelves: Shelf[] = [];
    const all = [...kinds];
    if (all.some((kind) => PRODUCT_LEVELS.has(kind))) shelves.push(theProducts());
    if (all.some((kind) => PACK_LEVELS.has(kind))) shelves.push(thePacks());
    if (all.some((kind) => !PRODUCT_LEVELS.has(kind) && !PACK_LEVELS.has(kind))) shelves.push(theCodes());
    const top = new Top<TextMatch>(offset + limit);
    let total = 0;
    for (const shelf of shelves) {
      const wanted = shelf.sections.filter((section) => kinds.has(section.kind));
      const from = wanted[0]?.from ?? 0;
      const to = wanted.at(-1)?.to ?? 0;
      eachMatch(shelf.index, lookUp(shelf.index, query), from, to, (match) => {
        const section = sectionAt(shelf, match.row);
        const row = match.row - section.from;
        if (!kinds.has(section.kind) || !accept(section.kind, row)) return;
        total += 1;
        const key = textKey(shelf, match, section);
        if (top.takes(key)) top.add(key, { section, row });
      });
    }
    return {
      total,
      matches: top
        .sorted()
        .slice(offset)
        .map(({ value }) => value),
    };
  }

  function textKey(shelf: Shelf, match: Match, section: Section): number {
    if (shelf === products) {
      const { standings } = shelf as ProductShelf;
      const standing = standingIn(standings, match.row, 'primary');
      return keyOf(match, section.kind, standing, standings.rarity[match.row] as number);
    }
    const unusable = shelf === packs ? (shelf as PackShelf).unusable[match.row] === 1 : codes?.invalid[match.row];
    return keyOf(match, section.kind, unusable === true ? 'not prescribable' : 'prescribable', 0);
  }

  return {
    search,
    textMatches,
    prepare: () => {
      theProducts();
      thePacks();
      theCodes();
    },
    kept: () => {
      const { index, standings } = theProducts();
      const { index: packIndex, unusable } = thePacks();
      return {
        products: { index: wordIndexParts(index), standings },
        packs: { index: wordIndexParts(packIndex), unusable },
      };
    },
  };
}

/** As typed; then words that no name has as misspellings; then every word as a possible misspelling. */
function attempts(query: Query): ((shelf: Shelf) => ReadWord[])[] {
  const near: NearWords = new Map();
  return [
    (shelf) => lookUp(shelf.index, query),
    (shelf) => forgive(shelf.index, query, lookUp(shelf.index, query), false, near),
    (shelf) => forgive(shelf.index, query, lookUp(shelf.index, query), true, near),
  ];
}

function unknownWords(shelves: readonly Shelf[], query: Query): string[] {
  const read = shelves.map((shelf) => lookUp(shelf.index, query));
  return query.words.filter((_, at) => read.every((words) => words[at]?.names === 0)).map((word) => word.typed);
}

function wholeNumber(value: number | undefined, standard: number, most: number): number {
  if (value === undefined || !Number.isFinite(value)) return standard;
  return Math.max(0, Math.min(most, Math.floor(value)));
}

function result(
  dictionary: Dictionary,
  product: Product,
  setting: Setting,
  found: SearchResult['found'],
  brand?: SearchResult['brand'],
): SearchResult {
  const base = {
    product,
    id: product.id,
    level: product.level,
    name: dictionary.displayOf(product.id) ?? product.name,
    ...standingOf(product, setting),
    found,
  };
  return brand === undefined ? base : { ...base, brand };
}
