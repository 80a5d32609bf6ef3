/** How a quantity of a product is written, and what it holds: the sums of T4 and U2. */

import { divide, multiply, type Rational } from '../units/rational.ts';
import { type Amount, amountText, inUnit } from './amount.ts';
import { done, type Outcome, refused } from './remark.ts';
import type { StrengthReading } from './strength.ts';

/** A quantity of a product in every unit it can be written in, the first as it is prescribed, with the arithmetic. */
export interface ProductQuantity {
  readonly primary: Amount;
  readonly others: readonly Amount[];
  /** Its volume, where it is a liquid. */
  readonly volume: Amount | undefined;
  readonly arithmetic: string;
}

/** The quantity of a product that holds an amount of its substance (T4). For a patch the amount is a rate. */
export function quantityFor(reading: StrengthReading, dose: Amount): Outcome<ProductQuantity> {
  const { measure, unit, substanceUnit, vmp, primary, counted, perTime } = reading;
  const amount = inUnit(dose, substanceUnit);
  if (amount === undefined) {
    const message = `A dose in ${dose.unit.name} cannot be compared with the strength of ${vmp.name}, ${reading.text}.`;
    return refused('T2', 'different-dimension', message);
  }
  const converted = dose.unit.name === substanceUnit.name ? [] : [`${amountText(dose)} = ${amountText(amount)}`];
  if (counted !== undefined && unit !== undefined) {
    // As a volume it would be drawn out of the pen; as a part of a pen nobody could give it.
    const holds = `one ${unit.unit.name} holds ${contentsOf(reading)}`;
    const arithmetic = [...converted, `${amountText(amount)}, counted in ${substanceUnit.name}s; ${holds}`].join('; ');
    return done({ primary: amount, others: [], volume: undefined, arithmetic });
  }
  const per = perTime === undefined ? '' : ` per ${perTime.whole.name}`;
  const measured = measure && divide(amount.value, measure.strength);
  const units = unit && divide(amount.value, unit.strength);
  const inMeasure = measure && measured && { value: measured, unit: measure.unit };
  const inUnits = unit && units && { value: units, unit: unit.unit };
  const steps = [...converted];
  if (inMeasure) steps.push(`${amountText(amount)} / ${reading.text} = ${amountText(inMeasure)}`);
  if (inUnits && inMeasure && unit.contents) {
    if (primary.dimension === unit.unit.dimension)
      steps.push(
        `${amountText(inMeasure)} / ${amountText(unit.contents)} per ${unit.unit.name} = ${amountText(inUnits)}`,
      );
  } else if (inUnits) {
    const each = perTime === undefined ? '' : ` per ${inUnits.unit.name}`;
    steps.push(`${amountText(amount)}${per} / ${reading.text}${each} = ${amountText(inUnits)}`);
  }
  const all = [inUnits, inMeasure].filter((each) => each !== undefined);
  const first = all.find(({ unit: one }) => one.dimension === primary.dimension) ?? all[0];
  if (first === undefined) return refused('T2', 'no-strength', `The dictionary gives no strength for ${vmp.name}.`);
  return done({
    primary: first,
    others: all.filter((other) => other !== first),
    volume: inMeasure?.unit.dimension === 'volume' ? inMeasure : undefined,
    arithmetic: steps.join('; '),
  });
}

/** The amount of substance in a quantity of a product, and the sum (U2); `per time` of a patch stays in the reading. */
export function amountIn(reading: StrengthReading, quantity: Amount): Outcome<{ amount: Amount; arithmetic: string }> {
  const { unit, measure, substanceUnit, perTime, vmp } = reading;
  const shown = amountText(quantity);
  const per = perTime === undefined ? '' : ` per ${perTime.whole.name}`;
  const result = (value: Rational) => ({ value, unit: substanceUnit });
  const units = unit && inUnit(quantity, unit.unit);
  if (unit !== undefined && units !== undefined) {
    const amount = result(multiply(units.value, unit.strength));
    const held = contentsOf(reading, `${per} per ${unit.unit.name}`);
    return done({ amount, arithmetic: `${shown} x ${held} = ${amountText(amount)}${per}` });
  }
  const measured = measure && inUnit(quantity, measure.unit);
  if (measure !== undefined && measured !== undefined) {
    const amount = result(multiply(measured.value, measure.strength));
    const content = `${amountText(result(measure.strength))} per ${measure.unit.name}`;
    const same = shown === amountText(measured) ? '' : ` = ${amountText(measured)}`;
    return done({ amount, arithmetic: `${shown}${same} x ${content} = ${amountText(amount)}` });
  }
  const message = `How much of the substance ${shown} of ${vmp.name} holds is not known: its strength is ${reading.text}.`;
  return refused('U2', 'different-dimension', message);
}

/** What one unit of a product holds, and why: `300 unit (3 ml of 100 unit per ml)`. */
function contentsOf({ unit, measure, substanceUnit, text }: StrengthReading, per = ''): string {
  if (unit === undefined) return text;
  const because = unit.contents && measure ? ` (${amountText(unit.contents)} of ${text})` : '';
  return `${amountText({ value: unit.strength, unit: substanceUnit })}${per}${because}`;
}
