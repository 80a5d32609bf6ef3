/** How well a quantity can be given (T5). */

import { compare, divide, isWhole, multiply, parseDecimal, type Rational, rational } from '../units/rational.ts';
import { amountText, ONE } from './amount.ts';
import { type FormRule, type FormRules, formRule } from './forms.ts';
import { DRAWN_UP_FROM, GIVEN_WHOLE, type MeasureRow, measurable, PUMP } from './measures.ts';
import type { ProductQuantity } from './product-quantity.ts';
import type { StrengthReading } from './strength.ts';

/** 1 whole or measured; 2 more than one, not whole; 3 less than one; 4 would have to be split and does not divide. */
export type Rank = 1 | 2 | 3 | 4;

/** A rank with its reason. */
export interface Ranking {
  readonly rank: Rank;
  /** Within the rank: whole numbers before measured volumes. */
  readonly tier: 0 | 1;
  readonly reason: string;
}

const FOUR: Rational = { numerator: 4n, denominator: 1n };
const PUMP_STEP: Rational = parseDecimal(PUMP.step) ?? ONE;
const THOUSAND: Rational = rational(1000n) ?? ONE;

/** Ranks one quantity of a product. */
export function rankOf(
  reading: StrengthReading,
  quantity: ProductQuantity,
  site: { readonly forms?: FormRules | undefined; readonly measures?: readonly MeasureRow[] | undefined } = {},
): Ranking {
  const { primary, volume } = quantity;
  const shown = amountText(primary);
  const { counted } = reading;
  if (counted !== undefined) {
    if (isWhole(primary.value)) return { rank: 1, tier: 0, reason: `${shown}: ${counted.source}` };
    return { rank: 4, tier: 0, reason: `${shown} is not a whole number: ${counted.source}` };
  }
  if (isWhole(primary.value)) return { rank: 1, tier: 0, reason: `${shown} is a whole number` };
  const parts: Rank = compare(primary.value, ONE) > 0 ? 2 : 3;
  const size = parts === 2 ? 'more than one, not whole' : 'less than one';
  if (primary.unit.dimension === 'volume/time') {
    const steps = divide(primary.value, PUMP_STEP);
    if (steps && isWhole(steps))
      return { rank: 1, tier: 1, reason: `${shown} can be set on an infusion pump, in steps of ${PUMP.step}` };
    return { rank: parts, tier: 0, reason: `${shown}: ${size}, and not a step of ${PUMP.step} that a pump is set in` };
  }
  // Base unit of volume is the litre; the table counts ml.
  const millilitres = volume && multiply(multiply(volume.value, volume.unit.size), THOUSAND);
  const measure = millilitres && measurable(millilitres, site.measures);
  if (primary.unit.dimension === 'volume') {
    if (measure) return { rank: 1, tier: 1, reason: `${shown} can be measured (${measure.source})` };
    return { rank: parts, tier: 0, reason: `${shown}: ${size}, and no ordinary measure gives it exactly` };
  }
  const unitCode = primary.unit.dmd ?? '';
  const rule = formRule(reading.form?.code, site.forms);
  if (volume && Object.hasOwn(DRAWN_UP_FROM, unitCode)) {
    if (measure)
      return {
        rank: parts,
        tier: 0,
        reason: `${shown}: ${size}; ${amountText(volume)} is drawn up (${DRAWN_UP_FROM[unitCode]})`,
      };
    return { rank: 4, tier: 0, reason: `${shown}: no ordinary measure gives ${amountText(volume)} exactly` };
  }
  if (Object.hasOwn(GIVEN_WHOLE, unitCode)) {
    return { rank: 4, tier: 0, reason: `${shown}: would have to be divided: ${GIVEN_WHOLE[unitCode]}` };
  }
  return splitting(reading, primary.value, shown, size, parts, rule);
}

function splitting(
  reading: StrengthReading,
  value: Rational,
  shown: string,
  size: string,
  parts: Rank,
  rule: FormRule,
): Ranking {
  const form = reading.form?.display ?? 'form not stated';
  switch (rule.division) {
    case 'measured':
      return { rank: parts, tier: 0, reason: `${shown}: ${size}; the rest is not given` };
    case 'quarters':
      if (isWhole(multiply(value, FOUR))) return { rank: parts, tier: 0, reason: `${shown}: ${size}; ${rule.source}` };
      return {
        rank: 4,
        tier: 0,
        reason: `${shown}: would have to be split into parts that are not halves or quarters`,
      };
    default:
      return {
        rank: 4,
        tier: 0,
        reason: `${shown}: would have to be split, and the form (${form}) does not divide: ${rule.source}`,
      };
  }
}
