/** Translation: dose to product, product to dose, supply. The public face of this folder. */

export type { ExactQuantity } from './amount.ts';
export type { AskedQuantity } from './asked-amount.ts';
export type { CareSetting } from './candidates.ts';
export type { CombinationOffer } from './combinations.ts';
export type { AskedCode, ProductReference } from './concept.ts';
export type { AskedDose } from './dose.ts';
export type {
  DoseQuestion,
  DoseToProducts,
  ExcludedProduct,
  OfferedQuantity,
  ProductOffer,
} from './dose-question.ts';
export { doseToProducts } from './dose-to-products.ts';
export { type Division, type FormRule, type FormRules, formRule } from './forms.ts';
export type { LocalFormulary } from './formulary.ts';
export { MANY, type ManyRow } from './many-units.ts';
export { MEASURES, type MeasureRow } from './measures.ts';
export { type ProductQuestion, type ProductToDose, productToDose } from './product-to-dose.ts';
export type { Rank } from './rank.ts';
export { type Reach, reachOf } from './reach.ts';
export type { Remark, RemarkCode, TranslationRule } from './remark.ts';
export { type ResourceOptions, type TranslatedResource, translateResource } from './resource.ts';
export { readSiteRules, type SiteRules, SiteRulesError } from './site-rules.ts';
export { countedUnitOf } from './strength.ts';
export { type Supply, type SupplyQuestion, supplyQuantity } from './supply.ts';
export type { PackOffer } from './supply-packs.ts';
