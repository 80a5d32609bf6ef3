/** Queries that are not words but an id of dm+d, current or former, or the number under a barcode. */

import type { Dictionary, Product } from '../dictionary/dictionary.ts';

/** A product found by a number. */
export interface IdentifierHit {
  readonly product: Product;
  readonly by: 'id' | 'former id' | 'GTIN';
}

const LEVELS: ReadonlySet<string> = new Set(['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP']);

/**
 * Products that a number stands for: the one with that id; the current one(s) for a former id; for a GTIN the packs
 * that carry it, then what is in them. Empty for anything that is not 6 to 18 digits (spaces aside).
 */
export function byIdentifier(dictionary: Dictionary, text: string): IdentifierHit[] {
  const digits = text.length > 40 ? '' : text.replace(/\s/g, '');
  if (!/^\d{6,18}$/.test(digits)) return [];
  const hits: IdentifierHit[] = [];
  const add = (product: Product | undefined, by: IdentifierHit['by']) => {
    if (product !== undefined && !hits.some((hit) => hit.product.id === product.id)) hits.push({ product, by });
  };
  const resolution = dictionary.resolve(digits);
  if (resolution.status === 'current' && LEVELS.has(resolution.kind)) add(dictionary.product(resolution.id), 'id');
  if (resolution.status === 'superseded') add(dictionary.product(resolution.id), 'former id');
  if (resolution.status === 'ambiguous') {
    for (const candidate of resolution.candidates) add(dictionary.product(candidate.id), 'former id');
  }
  if (digits.length >= 8 && digits.length <= 14) {
    const packs = dictionary.amppsWithGtin(digits);
    for (const pack of packs) add(pack, 'GTIN');
    for (const pack of packs) add(dictionary.amp(pack.ampId), 'GTIN');
    for (const pack of packs) add(dictionary.vmpOf(pack.id), 'GTIN');
  }
  return hits;
}
