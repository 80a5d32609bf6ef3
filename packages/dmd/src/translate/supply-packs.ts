/** Whole packs that hold a quantity (S3). */

import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { add, compare, divide, isWhole, multiply, parseDecimal, type Rational, rational } from '../units/rational.ts';
import { type Amount, type ExactQuantity, exactQuantity, exactText, inUnit } from './amount.ts';
import { compareText } from './candidates.ts';
import { unitOf } from './strength.ts';

const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** Whole packs of one size. */
export interface PackOffer {
  readonly pack: { readonly level: 'VMPP'; readonly id: string; readonly name: string };
  readonly size: ExactQuantity;
  readonly packs: number;
  /** What is left over of the packs. */
  readonly left: ExactQuantity;
}

/** Whole packs of each size, least left over first, then fewest packs. */
export function packsFor(dictionary: Dictionary, vmp: Vmp, total: Amount): PackOffer[] {
  const seen = new Set<string>();
  const offers: (PackOffer & { over: Rational })[] = [];
  for (const vmpp of dictionary.vmppsOfVmp(vmp.id)) {
    const value = parseDecimal(vmpp.quantity);
    if (vmpp.invalid || value === undefined || value.numerator <= 0n || vmpp.combination !== undefined) continue;
    const size: Amount = { value, unit: unitOf(dictionary, vmpp.quantityUnit) };
    const need = inUnit(total, size.unit);
    const ratio = need && divide(need.value, value);
    if (need === undefined || ratio === undefined || seen.has(exactText(value))) continue;
    seen.add(exactText(value));
    const packs = isWhole(ratio) ? ratio.numerator : ratio.numerator / ratio.denominator + 1n;
    const over = add(multiply(value, rational(packs) ?? ZERO), {
      numerator: -need.value.numerator,
      denominator: need.value.denominator,
    });
    const pack = { level: 'VMPP' as const, id: vmpp.id, name: vmpp.name };
    offers.push({
      pack,
      size: exactQuantity(size),
      packs: Number(packs),
      left: exactQuantity({ value: over, unit: size.unit }),
      over,
    });
  }
  return offers
    .sort((a, b) => compare(a.over, b.over) || a.packs - b.packs || compareText(a.pack.name, b.pack.name))
    .map(({ over: _over, ...offer }) => offer);
}
