/** Why something was refused, left out or needs care: data, so that a page or another system can say it. */

/** The rules of translation: T dose to product, U product to dose, S supply. */
export type TranslationRule =
  | 'T1'
  | 'T2'
  | 'T3'
  | 'T4'
  | 'T5'
  | 'T6'
  | 'T7'
  | 'U1'
  | 'U2'
  | 'U3'
  | 'U4'
  | 'U5'
  | 'U6'
  | 'U7'
  | 'S1'
  | 'S2'
  | 'S3';

/** What kind of reason it is; the rule says which requirement it comes from. */
export type RemarkCode =
  // The product or moiety
  | 'unknown-code'
  | 'ambiguous-code'
  | 'withdrawn-code'
  | 'superseded-code'
  | 'unresolved-reference'
  | 'wrong-level'
  | 'invalid'
  | 'not-available'
  | 'no-vtm'
  | 'not-a-medicine'
  | 'combination'
  | 'component-only'
  | 'never-as-vmp'
  | 'secondary-care-only'
  | 'not-recommended'
  | 'amp-level-advised'
  | 'status-not-known'
  | 'restricted-supply'
  | 'no-products'
  | 'blocked'
  | 'other-substance'
  // The strength
  | 'no-strength'
  | 'strength-per-nothing'
  | 'unit-size-unclear'
  | 'strength-rounded'
  | 'strength-recovered'
  | 'applied'
  // The dose
  | 'not-a-number'
  | 'unknown-unit'
  | 'different-dimension'
  | 'weight-needed'
  | 'area-needed'
  | 'rate'
  | 'zero-dose'
  | 'range'
  | 'comparator'
  | 'free-text'
  | 'no-dose'
  | 'disagrees'
  | 'not-a-decimal'
  // What comes out
  | 'part-of-unit'
  | 'not-measurable'
  | 'many-units'
  | 'no-sums'
  | 'route-added'
  | 'route-open'
  | 'route-not-licensed'
  | 'form-kept'
  | 'form-unclear'
  | 'trade-family-kept'
  | 'brand-lost'
  | 'mentions-product'
  | 'other-words'
  | 'left-out'
  | 'not-translatable'
  | 'two-orders'
  // Supply
  | 'as-required'
  | 'variable'
  | 'timing'
  | 'duration'
  | 'no-pack'
  | 'whole-packs';

/** One reason. `path` is a FHIRPath into what was asked, where there is one. */
export interface Remark {
  readonly rule: TranslationRule;
  readonly code: RemarkCode;
  /** A sentence for a clinician or developer. */
  readonly message: string;
  readonly path?: string;
}

/** Makes a remark. */
export function remark(rule: TranslationRule, code: RemarkCode, message: string, path?: string): Remark {
  return path === undefined ? { rule, code, message } : { rule, code, message, path };
}

/** A value, or why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Remark };

/** The value. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** No value, and why. */
export function refused(
  rule: TranslationRule,
  code: RemarkCode,
  message: string,
  path?: string,
): { readonly ok: false; readonly refusal: Remark } {
  return { ok: false, refusal: remark(rule, code, message, path) };
}
