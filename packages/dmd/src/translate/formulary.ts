/** What a site prefers, blocks and has in stock (T5): its ids followed to the products that are offered. */

import type { Dictionary } from '../dictionary/dictionary.ts';
import type { ProductReference } from './concept.ts';
import { type Remark, remark } from './remark.ts';

/** What a site prefers, has and knows; all of it optional. Ids of VMPs and AMPs, current or superseded; of packs too, but to block. */
export interface LocalFormulary {
  /** Come first within their rank. */
  readonly preferred?: readonly string[] | undefined;
  /** Are not offered. */
  readonly blocked?: readonly string[] | undefined;
  /** Where given, products that are not in it come after those that are, within their rank. */
  readonly inStock?: readonly string[] | undefined;
}

/** A formulary by the current ids of the products that it means. */
export interface ReadFormulary {
  readonly preferred: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  /** undefined where nothing is known of stock. */
  readonly inStock: ReadonlySet<string> | undefined;
  /** Ids that lead to no product of the release: what they were meant to do is not done. */
  readonly remarks: readonly Remark[];
}

const read = new WeakMap<LocalFormulary, WeakMap<Dictionary, ReadFormulary>>();

/** Reads a formulary, once for each dictionary. */
export function readFormulary(dictionary: Dictionary, formulary: LocalFormulary): ReadFormulary {
  const known = read.get(formulary) ?? new WeakMap<Dictionary, ReadFormulary>();
  read.set(formulary, known);
  const found = known.get(dictionary) ?? follow(dictionary, formulary);
  known.set(dictionary, found);
  return found;
}

function follow(dictionary: Dictionary, { preferred, blocked, inStock }: LocalFormulary): ReadFormulary {
  const unknown: string[] = [];
  const products = (ids: readonly string[] = [], upward: boolean): ReadonlySet<string> => {
    const set = new Set<string>();
    for (const id of ids) {
      const found = productsMeant(dictionary, id, upward);
      if (found.length === 0) unknown.push(id);
      for (const each of found) set.add(each);
    }
    return set;
  };
  const lists = {
    preferred: products(preferred, true),
    // One supplier's product blocked leaves the others.
    blocked: products(blocked, false),
    inStock: inStock && products(inStock, true),
  };
  const shown = unknown.slice(0, 5).join(', ');
  const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
  const message = `The local formulary names what is no product of this release: ${shown.slice(0, 200)}${more}.`;
  return { ...lists, remarks: unknown.length === 0 ? [] : [remark('T5', 'unknown-code', message, 'formulary')] };
}

/** The product of an id; `upward` also that of a pack, and the VMP that an AMP is of. */
function productsMeant(dictionary: Dictionary, id: string, upward: boolean): string[] {
  const resolution = dictionary.resolve(id);
  if (resolution.status !== 'current' && resolution.status !== 'superseded') return [];
  const { id: current, kind } = resolution;
  if (kind === 'VMP') return [current];
  // A pack that is blocked leaves the other sizes.
  if (kind !== 'AMP' && !upward) return [];
  const amp = kind === 'AMP' ? current : kind === 'AMPP' ? dictionary.ampp(current)?.ampId : undefined;
  const vmp = kind === 'VMPP' ? dictionary.vmpp(current)?.vmpId : undefined;
  if (amp === undefined) return vmp === undefined ? [] : [vmp];
  const above = upward ? dictionary.amp(amp)?.vmpId : undefined;
  return above === undefined ? [amp] : [amp, above];
}

/** Where a product stands at the site: lower comes first. */
export function siteTier({ preferred, inStock }: ReadFormulary, { id }: Pick<ProductReference, 'id'>): number {
  return (inStock !== undefined && !inStock.has(id) ? 2 : 0) + (preferred.has(id) ? 0 : 1);
}

/** Why it stands there. */
export function siteReasons({ preferred, inStock }: ReadFormulary, { id }: Pick<ProductReference, 'id'>): string[] {
  const reasons: string[] = [];
  if (preferred.has(id)) reasons.push('Preferred by the local formulary');
  if (inStock !== undefined) reasons.push(inStock.has(id) ? 'In stock' : 'Not in stock');
  return reasons;
}
