/** The quantity of a product for an amount or a rate: patches by their rate, infusions in ml per hour (T4). */

import type { Dictionary } from '../dictionary/dictionary.ts';
import { divide, multiply } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit } from './amount.ts';
import type { DoseAmount } from './dose.ts';
import { done, type Outcome, refused } from './remark.ts';
import { type ProductQuantity, quantityFor, type StrengthReading } from './strength.ts';

/** The quantity of a product that makes a dose, or the rate at which a liquid makes a rate. */
export function quantityForDose(
  dictionary: Dictionary,
  reading: StrengthReading,
  dose: DoseAmount,
): Outcome<ProductQuantity> {
  const { perTime, vmp } = reading;
  if (perTime !== undefined) {
    if (dose.per === undefined) {
      const message = `${vmp.name} gives ${reading.text}: its dose is a rate (an amount per hour), not an amount.`;
      return refused('T2', 'rate', message);
    }
    return quantityFor(reading, perUnitOfTime(dose, dose.per, perTime));
  }
  if (dose.per === undefined) return quantityFor(reading, dose);
  const hour = namedUnit(dictionary, { code: '258702006' });
  if (reading.measure?.unit.dimension !== 'volume' || hour === undefined) {
    return refused('T2', 'rate', `${vmp.name} is not a liquid, so it is not given at a rate.`);
  }
  const hourly = perUnitOfTime(dose, dose.per, hour);
  const quantity = quantityFor(reading, hourly);
  if (!quantity.ok) return quantity;
  const volume = quantity.value.volume;
  const millilitre = namedUnit(dictionary, { code: '258773002' });
  const inMillilitres = volume && millilitre && inUnit(volume, millilitre);
  const unit = namedUnit(dictionary, { system: 'http://unitsofmeasure.org', code: 'mL/h' });
  if (inMillilitres === undefined || unit === undefined) {
    return refused('T2', 'different-dimension', `${vmp.name} is not measured by volume.`);
  }
  const rate: Amount = { value: inMillilitres.value, unit: { ...unit, name: 'ml/hour' } };
  const first =
    dose.per.dimension === 'time' && dose.per.name !== hour.name
      ? `${amountText(dose)} per ${dose.per.name} = ${amountText(hourly)} per hour; `
      : '';
  const arithmetic = `${first}${amountText(hourly)} per hour / ${reading.text} = ${amountText(rate)} of the undiluted product`;
  return done({ primary: rate, others: [], volume: undefined, arithmetic });
}

/** The amount in one of another unit of time. */
export function perUnitOfTime(dose: DoseAmount, from: NamedUnit, to: NamedUnit): Amount {
  const factor = divide(to.size, from.size);
  return { value: factor === undefined ? dose.value : multiply(dose.value, factor), unit: dose.unit };
}
