/** How much of the substance a quantity of a product is, and how FHIR writes that (U2, U3). */

import type { Quantity } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, divide, multiply, parseDecimal } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit, ONE } from './amount.ts';
import { NOT_AN_AMOUNT } from './measures.ts';
import { readQuantity } from './read-quantity.ts';
import { fhirQuantity, readable } from './readable-unit.ts';
import { done, type Outcome, refused } from './remark.ts';
import { amountIn, type StrengthReading } from './strength.ts';

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
  const rate = rateUnit(reading);
  const own = reading.unit ? inUnit(amount, reading.unit.unit) : undefined;
  if (own === undefined && rate !== undefined && amount.unit.dimension === rate.dimension) {
    // A patch's dose that is a rate already, in units of the substance per hour.
    const factor = divide(amount.unit.size, rate.size);
    if (factor) return itself({ value: multiply(amount.value, factor), unit: reading.substanceUnit });
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

/** `microgram per hour` as a unit with a size, for a patch. */
function rateUnit({ perTime, substanceUnit }: StrengthReading): NamedUnit | undefined {
  const size = perTime && divide(substanceUnit.size, perTime.size);
  if (perTime === undefined || size === undefined) return undefined;
  return { ...substanceUnit, dimension: `${substanceUnit.dimension}/time`, size };
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
  let per: { count: NonNullable<ReturnType<typeof parseDecimal>>; unit: NamedUnit } | undefined;
  let value = amount;
  if (reading.perTime !== undefined) {
    const strength = reading.vmp.ingredients[0];
    const count = parseDecimal(strength?.denominatorValue ?? '1') ?? ONE;
    per = { count, unit: reading.perTime };
    value = { value: multiply(amount.value, count), unit: amount.unit };
  }
  const chosen = inOwn ?? (per ? value : readable(value, (code) => namedUnit(dictionary, { code })));
  const quantity = fhirQuantity(chosen, per);
  if (quantity === undefined) {
    const message = `The dose would be ${amountText(chosen)}, which no decimal gives exactly; it is not rounded.`;
    return refused('U2', 'not-a-decimal', message, path);
  }
  return done({ quantity, unit: chosen.unit });
}
