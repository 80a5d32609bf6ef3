/** Which unit an amount reads well in (U3), and how FHIR writes it. */

import type { Quantity } from '@concord/dosage';
import { compare, type Rational, toDecimal } from '../units/rational.ts';
import { UCUM_SYSTEM } from '../units/units.ts';
import { type Amount, codeOf, inUnit, type NamedUnit, ONE } from './amount.ts';

/** Units in full words, as UK dose text writes them; others keep their dm+d name. */
const WORDS: Readonly<Record<string, string>> = {
  kg: 'kilogram',
  g: 'gram',
  mg: 'milligram',
  ug: 'microgram',
  ng: 'nanogram',
  L: 'litre',
  mL: 'millilitre',
  uL: 'microlitre',
  nL: 'nanolitre',
  mol: 'mole',
  mmol: 'millimole',
  umol: 'micromole',
  GBq: 'gigabecquerel',
  MBq: 'megabecquerel',
  kBq: 'kilobecquerel',
  h: 'hour',
};

/** Units that an amount may be written in, largest first, by dimension: dm+d codes. */
const LADDERS: Readonly<Record<string, readonly string[]>> = {
  mass: ['258682000', '258684004', '258685003', '258686002'],
  volume: ['258773002', '258774008', '282113003'],
};

/**
 * The amount in the unit that reads best: 1 to below 1000 where a unit gives that, the product's own unit before others.
 * @param units finds a unit by dm+d code
 */
export function readable(amount: Amount, units: (code: string) => NamedUnit | undefined): Amount {
  if (amount.value.numerator === 0n || readsWell(amount.value)) return amount;
  const ladder = LADDERS[amount.unit.dimension] ?? [];
  const rungs = ladder.flatMap((code) => {
    const unit = units(code);
    const converted = unit && inUnit(amount, unit);
    return converted ? [converted] : [];
  });
  // Grams are the largest unit of a dose: 1500 g stays 1500 g.
  return rungs.find(({ value }) => readsWell(value)) ?? (isLarge(amount.value) ? rungs[0] : rungs.at(-1)) ?? amount;
}

const THOUSAND: Rational = { numerator: 1000n, denominator: 1n };
const isLarge = (value: Rational): boolean => compare(value, THOUSAND) >= 0;
const readsWell = (value: Rational): boolean => compare(value, ONE) >= 0 && !isLarge(value);

/**
 * A FHIR Quantity of an exact amount; undefined where no decimal that a number holds is exact. Nothing is rounded.
 * @param per a patch's rate: the time of the dictionary, such as 1 hour or 24 hours
 */
export function fhirQuantity(
  { value, unit }: Amount,
  per?: { readonly count: Rational; readonly unit: NamedUnit },
): Quantity | undefined {
  const decimal = toDecimal(value);
  if (decimal === undefined || String(Number(decimal)) !== decimal) return undefined;
  const { system, code } = codeOf(unit);
  const word = WORDS[code] ?? unit.name;
  if (per === undefined) return { value: Number(decimal), unit: word, system, code };
  const one = compare(per.count, ONE) === 0;
  const count = toDecimal(per.count);
  const time = per.unit.ucum;
  if (count === undefined || time === undefined || unit.ucum === undefined) return undefined;
  const name = WORDS[time] ?? per.unit.name;
  return {
    value: Number(decimal),
    unit: one ? `${word}/${name}` : `${word}/${count} ${name}s`,
    system: UCUM_SYSTEM,
    code: one ? `${unit.ucum}/${time}` : `${unit.ucum}/(${count}.${time})`,
  };
}
