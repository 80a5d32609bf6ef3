/** What is asked of doseToProducts, and what it answers. */

import type { ExactQuantity } from './amount.ts';
import type { CareSetting } from './candidates.ts';
import type { CombinationOffer } from './combinations.ts';
import type { AskedCode, ProductReference } from './concept.ts';
import type { AskedDose, Patient } from './dose.ts';
import type { Rank } from './rank.ts';
import type { Remark } from './remark.ts';
import type { SiteRules } from './site-rules.ts';

/** What is asked. */
export interface DoseQuestion extends Patient, SiteRules {
  /** The moiety, by current or superseded id. */
  readonly vtm: AskedCode;
  /** A dose, or one for each sequence of a dosage: products must serve them all (T7). */
  readonly dose: AskedDose | readonly AskedDose[];
  readonly form?: AskedCode | undefined;
  readonly route?: AskedCode | undefined;
  /** Primary care unless told: status 2 products are offered in secondary care only. */
  readonly setting?: CareSetting | undefined;
  /** Also products that have no actual products available, with the remark that says so. */
  readonly evenUnavailable?: boolean | undefined;
}

/** How much of a product makes one dose. `high` for a range. */
export interface OfferedQuantity {
  readonly quantity: ExactQuantity;
  readonly high: ExactQuantity | undefined;
  /** The same in other units: an ampoule in ml. */
  readonly others: readonly ExactQuantity[];
  /** `250 mg / 50 mg per ml = 5 ml`. */
  readonly arithmetic: string;
  /** False where the strength that the dictionary holds is rounded and nothing tells the exact one. */
  readonly exact: boolean;
}

/** A product offered. */
export interface ProductOffer {
  readonly product: ProductReference;
  /** One for each dose asked. */
  readonly quantities: readonly OfferedQuantity[];
  readonly rank: Rank;
  /** Why this rank, and what else speaks for it, in sentences. */
  readonly reasons: readonly string[];
  /** What to take care of. */
  readonly cautions: readonly Remark[];
  /** The actual products of a VMP whose status advises to prescribe them. */
  readonly actualProducts: readonly ProductOffer[];
}

/** A product of the moiety that is not offered, and why. */
export interface ExcludedProduct {
  readonly product: ProductReference;
  readonly remarks: readonly Remark[];
}

/** The answer. */
export type DoseToProducts =
  | {
      readonly outcome: 'products';
      readonly vtm: ProductReference;
      /** Best first. */
      readonly products: readonly ProductOffer[];
      /** A second list: strengths of one form together, fewest units first (T6). */
      readonly combinations: readonly CombinationOffer[];
      readonly excluded: readonly ExcludedProduct[];
      readonly remarks: readonly Remark[];
    }
  | {
      readonly outcome: 'refused';
      readonly refusals: readonly Remark[];
      readonly excluded: readonly ExcludedProduct[];
      readonly remarks: readonly Remark[];
    };
