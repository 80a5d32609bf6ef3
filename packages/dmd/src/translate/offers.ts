/** What of a product that makes a dose is offered (T1). */

import type { Amp, Dictionary, Vmp } from '../dictionary/dictionary.ts';
import type { Amount } from './amount.ts';
import { prescribingStatus, supplyRemark, usableAmps } from './candidates.ts';
import { referenceTo } from './concept.ts';
import type { DoseQuestion, ExcludedProduct, OfferedQuantity, ProductOffer } from './dose-question.ts';
import type { ProductFacts } from './facts.ts';
import { type ReadFormulary, siteReasons, siteTier } from './formulary.ts';
import type { Ranking } from './rank.ts';
import { type Remark, type RemarkCode, remark } from './remark.ts';
import type { StrengthReading } from './strength.ts';

/** A candidate that makes the dose, before it becomes an offer. */
export interface Candidate {
  readonly vmp: Vmp;
  readonly facts: ProductFacts;
  readonly reading: StrengthReading;
  readonly amounts: readonly Amount[];
  readonly quantities: readonly OfferedQuantity[];
  readonly ranking: Ranking;
  readonly reasons: string[];
  readonly cautions: Remark[];
}

/** Cautions that hold for each actual product as for its VMP. */
const OF_EVERY_BRAND: readonly RemarkCode[] = ['strength-rounded', 'other-substance', 'many-units'];

/** What of a candidate is offered: itself, its AMPs under it, or its AMPs in its place (T1). */
export function offersOf(
  dictionary: Dictionary,
  candidate: Candidate,
  question: DoseQuestion,
  formulary: ReadFormulary,
): { readonly offered: ProductOffer[]; readonly excluded: ExcludedProduct[] } {
  const { vmp, quantities, ranking, reasons, cautions } = candidate;
  const { offering } = prescribingStatus(candidate.facts, question.setting ?? 'primary');
  const offer = (
    product: Vmp | Amp,
    more: readonly Remark[],
    actualProducts: readonly ProductOffer[],
  ): ProductOffer => ({
    product: referenceTo(product),
    quantities,
    rank: ranking.rank,
    reasons: [...reasons, ...siteReasons(formulary, product)],
    cautions: more,
    actualProducts,
  });
  if (offering === 'vmp') return { offered: [offer(vmp, cautions, [])], excluded: [] };
  const { blocked } = formulary;
  const all = usableAmps(dictionary, vmp);
  const amps = all.filter(({ id }) => !blocked.has(id));
  const own = cautions.filter(({ code }) => OF_EVERY_BRAND.includes(code));
  const actual = amps
    .map((amp) => {
      const supply = supplyRemark(amp);
      return offer(amp, supply ? [...own, supply] : own, []);
    })
    .sort((a, b) => siteTier(formulary, a.product) - siteTier(formulary, b.product));
  const excluded: ExcludedProduct[] = all
    .filter(({ id }) => blocked.has(id))
    .map((amp) => ({
      product: referenceTo(amp),
      remarks: [remark('T5', 'blocked', `${amp.description} is blocked by the local formulary.`)],
    }));
  if (offering === 'vmp and amps') return { offered: [offer(vmp, cautions, actual)], excluded };
  // The VMP itself is hidden: its status says why.
  excluded.push({ product: referenceTo(vmp), remarks: cautions });
  return { offered: actual, excluded };
}
