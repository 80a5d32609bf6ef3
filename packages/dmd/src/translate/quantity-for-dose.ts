/** The quantity of a product for an amount or a rate: patches by their rate, infusions in ml per hour (T4). */

import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, divide, isWhole, multiply, type Rational, rational } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit, ONE } from './amount.ts';
import type { DoseAmount } from './dose.ts';
import { type ProductQuantity, quantityFor } from './product-quantity.ts';
import { done, type Outcome, refused } from './remark.ts';
import type { PerTime, StrengthReading } from './strength.ts';

/** The quantity of a product that makes a dose, or the rate at which a liquid makes a rate. */
export function quantityForDose(
  dictionary: Dictionary,
  reading: StrengthReading,
  dose: DoseAmount,
): Outcome<ProductQuantity> {
  const { perTime, vmp } = reading;
  if (perTime !== undefined) {
    if (dose.per === undefined) {
      const message = `${vmp.name} gives ${reading.text}: its dose is a rate (an amount per hour or per 24 hours), not an amount.`;
      return refused('T2', 'rate', message);
    }
    return patchesFor(reading, perTime, dose, dose.per);
  }
  if (dose.per === undefined) return quantityFor(reading, dose);
  if (reading.counted !== undefined) {
    return refused(
      'T2',
      'rate',
      `${vmp.name} is not run in as it stands: it is diluted first, and dm+d does not say to what.`,
    );
  }
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

/** How many patches give a rate. */
function patchesFor(
  reading: StrengthReading,
  perTime: PerTime,
  dose: DoseAmount,
  asked: NamedUnit,
): Outcome<ProductQuantity> {
  const { whole } = perTime;
  const apart = timesApart(reading, perTime, asked);
  if (apart !== undefined) return refused('T2', 'rate', apart);
  const isSameTime = compare(asked.size, whole.size) === 0;
  const amount = perUnitOfTime(dose, asked, whole);
  const quantity = quantityFor(reading, amount);
  if (isSameTime || !quantity.ok) return quantity;
  const first = `${amountText(dose)} per ${asked.name} = ${amountText(amount)} per ${whole.name}`;
  return done({ ...quantity.value, arithmetic: `${first}; ${quantity.value.arithmetic}` });
}

/**
 * Why a rate over one time cannot be compared with that of a patch over another: 15 mg over 16 hours is 15 mg a day, and
 * not the 22.5 mg that its rate would give in 24 hours.
 */
export function timesApart({ vmp, text }: StrengthReading, { whole }: PerTime, asked: NamedUnit): string | undefined {
  if (compare(asked.size, whole.size) === 0 || (isAllDay(asked) && isAllDay(whole))) return undefined;
  return `${vmp.name} gives ${text}, the dose is per ${asked.name}: what is not worn all day is compared over the same time only.`;
}

const DAY: Rational = rational(86400n) ?? ONE;
const HOUR: Rational = rational(3600n) ?? ONE;

/** A rate over whole days, or over an hour and less, is the same all day; one over 16 hours is of what is taken off. */
function isAllDay({ size }: NamedUnit): boolean {
  const days = divide(size, DAY);
  return compare(size, HOUR) <= 0 || (days !== undefined && isWhole(days));
}

/** The amount in one of another unit of time. */
export function perUnitOfTime(dose: DoseAmount, from: NamedUnit, to: NamedUnit): Amount {
  const factor = divide(to.size, from.size);
  return { value: factor === undefined ? dose.value : multiply(dose.value, factor), unit: dose.unit };
}
