/**
 * The concepts of the dm+d code system: the five levels, ingredients, units, forms, routes, suppliers, and the classes
 * they fall under. Concepts are addressed by kind and row, so that sets of them are runs of numbers.
 */

import type {
  ConceptKind,
  Dictionary,
  Ingredient,
  Level,
  LookupEntry,
  LookupName,
  Product,
  Resolution,
} from '../dictionary/dictionary.ts';
import { DMD_SYSTEM } from '../dictionary/dictionary.ts';
import {
  CLASSES,
  classOf,
  DMD_NAME,
  kindOfClass,
  lookupSystem,
  OWN_SYSTEM_LOOKUPS,
  ROOT_CODE,
  unpadded,
} from './systems.ts';

/** Kinds of concepts: those of dm+d, its classes, and the lookups that are code systems of their own. */
export type Kind = ConceptKind | 'CLASS' | LookupName;

/** A current concept of the code system. */
export interface Concept {
  readonly kind: Kind;
  readonly row: number;
  readonly system: string;
  readonly code: string;
  readonly display: string;
  readonly inactive: boolean;
  /** Other wordings: the abbreviated name; the name without supplier of an AMP. */
  readonly synonyms: readonly string[];
  /** What the property tables read; undefined for a class. */
  readonly view: Product | Ingredient | LookupEntry | undefined;
}

const PRODUCT_LEVELS: ReadonlySet<string> = new Set<Level>(['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP']);

/** Whether concepts of this kind are products. */
export function isLevel(kind: Kind): kind is Level {
  return PRODUCT_LEVELS.has(kind);
}

/** The kinds of the dm+d code system in the order of expansions. */
export const DMD_KINDS: readonly Kind[] = [...CLASSES.map(({ kind }) => kind), 'CLASS'];

const OWN_SYSTEMS: ReadonlySet<string> = new Set(OWN_SYSTEM_LOOKUPS);

/** Whether a kind is a lookup that is a code system of its own. */
export function isOwnSystem(kind: Kind): kind is LookupName {
  return OWN_SYSTEMS.has(kind);
}

/** The concepts of one dictionary. */
export class Concepts {
  readonly dictionary: Dictionary;
  #ingredients: readonly Ingredient[] | undefined;
  readonly #entries = new Map<string, readonly LookupEntry[]>();
  readonly #entryRows = new Map<string, ReadonlyMap<string, number>>();

  constructor(dictionary: Dictionary) {
    this.dictionary = dictionary;
  }

  /** How many concepts a kind has. */
  count(kind: Kind): number {
    if (isLevel(kind)) return this.dictionary.count(kind);
    if (kind === 'INGREDIENT') return this.#ingredientList().length;
    if (kind === 'CLASS') return CLASSES.length + 1;
    return this.#lookup(kind).length;
  }

  /** The concept at a row of its kind; the row must exist. */
  at(kind: Kind, row: number): Concept {
    if (kind === 'CLASS') {
      const entry = row === 0 ? { code: ROOT_CODE, display: DMD_NAME } : CLASSES[row - 1];
      const { code, display } = entry ?? { code: '', display: '' };
      return { kind, row, system: DMD_SYSTEM, code, display, inactive: false, synonyms: [], view: undefined };
    }
    const view = this.viewAt(kind, row);
    if (isLevel(kind)) return productConcept(view as Product);
    if (kind === 'INGREDIENT') {
      const { id, name, invalid } = view as Ingredient;
      return { kind, row, system: DMD_SYSTEM, code: id, display: name, inactive: invalid, synonyms: [], view };
    }
    const { code, display, invalid } = view as LookupEntry;
    const base = { kind, row, display, inactive: invalid, synonyms: [], view };
    if (isOwnSystem(kind)) return { ...base, system: lookupSystem(kind), code: unpadded(code) };
    return { ...base, system: DMD_SYSTEM, code };
  }

  /** What the property tables read of a concept; cheaper than `at`. */
  viewAt(kind: Exclude<Kind, 'CLASS'>, row: number): Product | Ingredient | LookupEntry {
    if (isLevel(kind)) return this.dictionary.at(kind, row) as Product;
    if (kind === 'INGREDIENT') return this.#ingredientList()[row] as Ingredient;
    return this.#lookup(kind)[row] as LookupEntry;
  }

  /** The current concept with this code. */
  byCode(code: string): Concept | undefined {
    const kind = this.dictionary.kindOf(code);
    if (kind === undefined) return this.#classConcept(code);
    if (isLevel(kind)) {
      const product = this.dictionary.product(code);
      return product === undefined ? undefined : productConcept(product);
    }
    const row = this.rowOf(kind, code);
    return row === undefined ? undefined : this.at(kind, row);
  }

  /** The concept of a lookup's own code system; zero padding of the code does not matter. */
  ofLookup(lookup: LookupName, code: string): Concept | undefined {
    const row = this.rowOf(lookup, unpadded(code));
    return row === undefined ? undefined : this.at(lookup, row);
  }

  /** The row of a current code within its kind; codes of own-system lookups without padding. */
  rowOf(kind: Exclude<Kind, 'CLASS'>, code: string): number | undefined {
    if (isLevel(kind)) return this.dictionary.product(code)?.row;
    if (kind === 'INGREDIENT') return this.dictionary.ingredient(code)?.row;
    let rows = this.#entryRows.get(kind);
    if (rows === undefined) {
      const own = isOwnSystem(kind);
      rows = new Map(this.#lookup(kind).map((entry, row) => [own ? unpadded(entry.code) : entry.code, row]));
      this.#entryRows.set(kind, rows);
    }
    return rows.get(code);
  }

  /** What a code that is not current leads to. */
  resolve(code: string): Resolution {
    return this.dictionary.resolve(code);
  }

  /** Codes of the parents: the class first, then the concepts one step up. */
  parents(concept: Concept): string[] {
    if (concept.kind === 'CLASS') return concept.code === ROOT_CODE ? [] : [ROOT_CODE];
    if (isOwnSystem(concept.kind)) return [];
    const own = classOf(concept.kind);
    if (!isLevel(concept.kind)) return [own];
    return [own, ...this.dictionary.parents(concept.code).map((parent) => parent.id)];
  }

  /** Codes of the concepts (not the class) one step up from a row; cheaper than `parents`. */
  parentIds(kind: Kind, row: number): readonly string[] {
    if (!isLevel(kind)) return [];
    const product = this.dictionary.at(kind, row);
    switch (product?.level) {
      case 'VMP':
        return product.vtmId === undefined ? [] : [product.vtmId];
      case 'AMP':
      case 'VMPP':
        return [product.vmpId];
      case 'AMPP':
        return [product.vmppId, product.ampId];
      default:
        return [];
    }
  }

  /** Codes of the concepts one step down the ladder of products; classes do not list their members here. */
  children(concept: Concept): string[] {
    if (concept.kind === 'CLASS') return concept.code === ROOT_CODE ? CLASSES.map(({ code }) => code) : [];
    return isLevel(concept.kind) ? this.dictionary.children(concept.code).map((child) => child.id) : [];
  }

  #classConcept(code: string): Concept | undefined {
    if (code === ROOT_CODE) return this.at('CLASS', 0);
    if (kindOfClass(code) === undefined) return undefined;
    return this.at('CLASS', CLASSES.findIndex((entry) => entry.code === code) + 1);
  }

  #ingredientList(): readonly Ingredient[] {
    this.#ingredients ??= [...this.dictionary.ingredients()];
    return this.#ingredients;
  }

  #lookup(name: string): readonly LookupEntry[] {
    let entries = this.#entries.get(name);
    if (entries === undefined) {
      entries = this.dictionary.lookup(name as LookupName);
      this.#entries.set(name, entries);
    }
    return entries;
  }
}

function productConcept(product: Product): Concept {
  const synonyms: string[] = [];
  if (product.abbreviatedName !== undefined) synonyms.push(product.abbreviatedName);
  if (product.level === 'AMP' && product.name !== product.description) synonyms.push(product.name);
  return {
    kind: product.level,
    row: product.row,
    system: DMD_SYSTEM,
    code: product.id,
    display: product.level === 'AMP' ? product.description : product.name,
    inactive: product.invalid,
    synonyms,
    view: product,
  };
}
