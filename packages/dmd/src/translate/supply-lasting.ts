/** How long a quantity lasts (S2). */

import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { add, divide, multiply, type Rational, rational } from '../units/rational.ts';
import { amountText, exactQuantity, exactText, inUnit } from './amount.ts';
import { type AskedQuantity, readAsked } from './asked-amount.ts';
import type { ProductReference } from './concept.ts';
import { type Remark, remark } from './remark.ts';
import type { Supply } from './supply.ts';
import { stockAmount } from './supply-amount.ts';
import { perDay } from './supply-timing.ts';
import type { SupplyStep } from './supply-total.ts';

const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** How many whole days a quantity lasts, where every day is like the other, and what is left after them. */
export function lasting(
  dictionary: Dictionary,
  vmp: Vmp,
  product: ProductReference,
  quantity: AskedQuantity,
  steps: readonly SupplyStep[],
  remarks: Remark[],
): Supply {
  const refuse = (refusal: Remark): Supply => ({ outcome: 'refused', refusals: [refusal], remarks });
  const [step, ...others] = steps;
  if (step === undefined || others.length > 0) {
    return refuse(
      remark('S2', 'timing', 'How long a quantity lasts is counted for one dosage that stays the same.', 'dosage'),
    );
  }
  const { dosage, amount, path } = step;
  if (dosage.asNeededBoolean === true || dosage.asNeededCodeableConcept !== undefined) {
    return refuse(remark('S2', 'as-required', 'Taken as required: how long it lasts is not known.', path));
  }
  const repeat = dosage.timing?.repeat;
  const varies = repeat?.frequencyMax ?? repeat?.periodMax;
  if (repeat === undefined || varies !== undefined) {
    return refuse(
      remark('S2', varies === undefined ? 'timing' : 'variable', 'How often it is taken is not said, or varies.', path),
    );
  }
  const rate = perDay(repeat, `${path}.timing.repeat`);
  if (!rate.ok) return refuse(rate.refusal);
  const read = readAsked(dictionary, quantity, 'quantity');
  if (!read.ok) return refuse(read.refusal);
  const stock = stockAmount(dictionary, vmp, read.value);
  const held = stock.ok ? inUnit(stock.value, amount.unit) : undefined;
  const daily = multiply(amount.value, rate.value.rate);
  const exact = held && divide(held.value, daily);
  if (held === undefined || exact === undefined) {
    return refuse(remark('S1', 'different-dimension', 'The quantity cannot be compared with the dose.', 'quantity'));
  }
  const days = exact.numerator / exact.denominator;
  const used = multiply(daily, rational(days) ?? ZERO);
  const left = {
    value: add(held.value, { numerator: -used.numerator, denominator: used.denominator }),
    unit: amount.unit,
  };
  const said = `${amountText(held)} / ${amountText({ value: daily, unit: amount.unit })} a day = ${exactText(exact)} days`;
  const lasts = { days: Number(days), exactDays: exactText(exact), left: exactQuantity(left) };
  return { outcome: 'supply', product, total: undefined, packs: [], lasts, arithmetic: [said], remarks };
}
