import type { CombinationOffer, OfferedQuantity, ProductOffer, ProductReference, Rank, Remark } from '@concord/dmd';
import { amountWords, arithmeticWords, RANK_WORDS } from './translate-words.ts';

/** Products of one rank, best first. */
export interface OfferGroup {
  readonly id: string;
  readonly heading: string;
  readonly says: string;
  readonly offers: readonly OfferRow[];
  /** Those beyond the first, folded away. */
  readonly more: readonly OfferRow[];
}

/** A product, and how much of it makes the dose. */
interface OfferRow {
  readonly product: ProductReference;
  readonly quantity: string;
  readonly others: readonly string[];
  readonly reasons: readonly string[];
  readonly arithmetic: readonly string[];
  readonly cautions: readonly Remark[];
  readonly actual: readonly { readonly product: ProductReference; readonly cautions: readonly Remark[] }[];
}

/** Products of a rank shown before the rest is folded away: the actual products of one medicine may be dozens. */
const UNFOLDED = 12;

/** The offers by rank, in words. */
export function offerGroups(offers: readonly ProductOffer[]): OfferGroup[] {
  return ([1, 2, 3, 4] satisfies Rank[])
    .map((rank) => {
      const rows = offers.filter((each) => each.rank === rank).map(offerRow);
      return { id: `rank-${rank}`, ...RANK_WORDS[rank], offers: rows.slice(0, UNFOLDED), more: rows.slice(UNFOLDED) };
    })
    .filter((group) => group.offers.length > 0);
}

function offerRow(offer: ProductOffer): OfferRow {
  const { product, quantities, reasons, cautions, actualProducts } = offer;
  const [only, ...more] = quantities;
  const said = only !== undefined && more.length === 0 && only.high === undefined ? waysToSay(only) : undefined;
  const told = (caution: Remark) => {
    const { message, ...rest } = underTag(caution);
    return { ...rest, message: quantities.reduce(withPlural, message) };
  };
  return {
    product,
    quantity: said?.[0] ?? quantities.map(({ quantity, high }) => amountWords(quantity, high)).join(', then '),
    others: said?.slice(1) ?? [],
    reasons: reasons.map((reason) => quantities.reduce(withPlural, reason)),
    arithmetic: quantities.map((each) => arithmeticWords(withPlural(each.arithmetic, each))),
    cautions: cautions.map(told),
    actual: actualProducts.map((each) => ({ product: each.product, cautions: each.cautions.map(told) })),
  };
}

/** One quantity in its several units; a fraction that no decimal is comes after those that have one: 0.1 ml of a vial. */
function waysToSay({ quantity, others }: OfferedQuantity): string[] {
  const all = [quantity, ...others];
  const inOrder = [...all.filter((each) => each.decimal !== undefined), ...all.filter((each) => !each.decimal)];
  return inOrder.map((each) => amountWords(each));
}

/** The quantity within a sentence as it stands beside it: `3 tablets`, where the sentence has `3 tablet`. */
function withPlural(sentence: string, { quantity }: OfferedQuantity): string {
  const { decimal, unitName } = quantity;
  if (decimal === undefined) return sentence;
  return ` ${sentence}`.replace(` ${decimal} ${unitName}`, ` ${amountWords(quantity)}`).trimStart();
}

/** A tag says `Caution` already. */
function underTag(caution: Remark): Remark {
  const message = caution.message.replace(/^Caution: (.)/, (_all, first: string) => first.toUpperCase());
  return { ...caution, message };
}

/** Products that make the dose together. */
export function combinationRows(combinations: readonly CombinationOffer[]) {
  return combinations.map(({ parts, arithmetic }) => ({
    parts: parts.map(({ product, quantity }) => ({ product, quantity: amountWords(quantity) })),
    arithmetic: arithmeticWords(arithmetic),
  }));
}
