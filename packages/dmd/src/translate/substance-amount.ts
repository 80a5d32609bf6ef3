/** How much of the substance a quantity of a product is, and how FHIR writes that (U2, U3). */

import type { Quantity } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, toDecimal } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit } from './amount.ts';
import { readAsked } from './asked-amount.ts';
import type { DoseAmount } from './dose.ts';
import { NOT_AN_AMOUNT } from './measures.ts';
import { amountIn } from './product-quantity.ts';
import { perUnitOfTime, timesApart } from './quantity-for-dose.ts';
import { readQuantity } from './read-quantity.ts';
import { fhirQuantity, readable } from './readable-unit.ts';
import { done, type Outcome, refused } from './remark.ts';
import type { StrengthReading } from './strength.ts';

/** An amount of substance, and the sum that gives it. */
export interface SubstanceAmount {
  readonly amount: Amount;
  /** `1 tablet x 10 mg per tablet = 10 mg`. */
  readonly arithmetic: string;
  /** The quantity of the product, where it was one. */
  readonly quantity: Amount | undefined;
}

/** The amount of substance that a quantity stands for: the product's, by its strength, or its own. */
export function substanceAmount(
  dictionary: Dictionary,
  reading: StrengthReading,
  quantity: unknown,
  path: string,
): Outcome<SubstanceAmount> {
  const read = readQuantity(dictionary, reading, quantity, path);
  if (!read.ok) return read;
  const amount = read.value;
  const shown = amountText(amount);
  const itself = (of: Amount) =>
    done({ amount: of, arithmetic: `${shown} is an amount of the substance`, quantity: undefined });
  const { perTime } = reading;
  if (perTime !== undefined && amount.unit.dimension === `${reading.substanceUnit.dimension}/time`) {
    // A patch's dose that is a rate already, in units of the substance per hour.
    const rate = rateOf(dictionary, quantity as Quantity, path);
    if (!rate.ok) return rate;
    const apart = timesApart(reading, perTime, rate.value.per);
    if (apart !== undefined) return refused('U2', 'rate', apart, path);
    const given = inUnit(perUnitOfTime(rate.value, rate.value.per, perTime.whole), reading.substanceUnit);
    if (given !== undefined) return itself(given);
  }
  const productUnits = [reading.unit?.unit, reading.measure?.unit];
  const isProduct = productUnits.some((unit) => unit?.dimension === amount.unit.dimension);
  const isSubstance = amount.unit.dimension === reading.substanceUnit.dimension && reading.perTime === undefined;
  if (isSubstance && !isProduct) return itself(amount);
  const not = amount.unit.dmd === undefined ? undefined : NOT_AN_AMOUNT[amount.unit.dmd];
  if (not !== undefined && !isProduct) {
    return refused('U2', 'different-dimension', `${shown} of ${reading.vmp.name} is no amount: ${not}.`, path);
  }
  const substance = amountIn(reading, amount);
  if (!substance.ok) return refused('U2', substance.refusal.code, substance.refusal.message, path);
  if (isSubstance) {
    // Of what is nothing but its substance, both are the same.
    const same = inUnit(substance.value.amount, amount.unit);
    if (same !== undefined && compare(same.value, amount.value) === 0) return itself(amount);
    const message = `${shown} may be of ${reading.vmp.name} or of its substance: both are measured so.`;
    return refused('U6', 'different-dimension', message, path);
  }
  return done({ ...substance.value, quantity: amount });
}

/** A quantity that is a rate, taken apart. */
function rateOf(
  dictionary: Dictionary,
  { value, system, code }: Quantity,
  path: string,
): Outcome<DoseAmount & { per: NamedUnit }> {
  const read = readAsked(dictionary, { value: value ?? '', unit: { system, code: code ?? '' } }, path);
  if (!read.ok) return read;
  const { weight, area, time } = read.value.per;
  if (time === undefined || weight || area) return refused('U2', 'rate', 'The rate is not per unit of time.', path);
  return done({ value: read.value.value, unit: read.value.unit, per: time });
}

/** Writes an amount of substance, for a patch as its rate; in the unit given, or the one that reads well. */
export function writeSubstance(
  dictionary: Dictionary,
  reading: StrengthReading,
  amount: Amount,
  path: string,
  unit?: NamedUnit,
): Outcome<{ quantity: Quantity; unit: NamedUnit }> {
  const inOwn = unit === undefined ? undefined : inUnit(amount, unit);
  const { perTime } = reading;
  const chosen = inOwn ?? (perTime ? amount : readable(amount, (code) => namedUnit(dictionary, { code })));
  const quantity = fhirQuantity(chosen, perTime);
  if (quantity === undefined) {
    const why =
      toDecimal(chosen.value) === undefined ? 'no decimal gives exactly' : 'has more digits than a number holds';
    const message = `The dose would be ${amountText(chosen)}, which ${why}; it is not rounded.`;
    return refused('U2', 'not-a-decimal', message, path);
  }
  return done({ quantity, unit: chosen.unit });
}
