/** One dose as a quantity of a product to supply, also of a product whose strength is not known (S1). */

import type { Dosage } from '@concord/dosage';
import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { compare, divide, isWhole, multiply, parseDecimal, type Rational, rational } from '../units/rational.ts';
import { type Amount, amountText, exactText, inUnit, type NamedUnit, ONE } from './amount.ts';
import { type FormRules, formRule } from './forms.ts';
import { DRAWN_UP_FROM, NOT_AN_AMOUNT } from './measures.ts';
import { quantityFor } from './product-quantity.ts';
import { readQuantity } from './read-quantity.ts';
import { done, type Outcome, type Remark, refused, remark } from './remark.ts';
import { type StrengthReading, strengthOf, unitOf } from './strength.ts';
import { substanceAmount } from './substance-amount.ts';

const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** One dose as a quantity of the product. */
export function productAmount(
  dictionary: Dictionary,
  vmp: Vmp,
  dosage: Dosage,
  path: string,
  remarks: Remark[],
  forms?: FormRules,
): Outcome<Amount> {
  const list = dosage.doseAndRate;
  if (!Array.isArray(list) || list.length === 0) {
    return refused('S1', 'free-text', 'The dosage has no structured dose; words alone are not counted.', path);
  }
  const reading = strengthOf(dictionary, vmp);
  const known = reading.ok ? reading.value : unmeasured(dictionary, vmp);
  const amounts: Amount[] = [];
  for (const [index, entry] of list.entries()) {
    const at = `${path}.doseAndRate[${index}]`;
    if (entry?.doseRange !== undefined) return refused('S1', 'variable', 'The dose is a range.', at);
    if (entry?.doseQuantity === undefined) return refused('S1', 'rate', 'There is no dose, or only a rate.', at);
    const quantity = readQuantity(dictionary, known, entry.doseQuantity, `${at}.doseQuantity`);
    if (!quantity.ok) return refused('S1', quantity.refusal.code, quantity.refusal.message, quantity.refusal.path);
    const amount = isRateOf(known, quantity.value)
      ? patches(dictionary, known, entry.doseQuantity, `${at}.doseQuantity`)
      : asProduct(known, quantity.value, forms);
    if (!amount.ok) return { ok: false, refusal: { ...amount.refusal, path: `${at}.doseQuantity` } };
    amounts.push(amount.value);
  }
  const [first, ...others] = amounts as [Amount, ...Amount[]];
  for (const other of others) {
    const same = inUnit(other, first.unit);
    if (same === undefined || compare(same.value, first.value) !== 0) {
      return refused('S1', 'disagrees', 'The dosage says its dose more than once, and not the same.', path);
    }
  }
  return wholeUnits(known, first, path, remarks, forms);
}

/** Whether a quantity is a rate of a product that gives one: 25 micrograms an hour of a patch. */
function isRateOf({ perTime, substanceUnit }: StrengthReading, { unit }: Amount): boolean {
  return perTime !== undefined && unit.dimension === `${substanceUnit.dimension}/time`;
}

function patches(dictionary: Dictionary, reading: StrengthReading, rate: unknown, path: string): Outcome<Amount> {
  const amount = substanceAmount(dictionary, reading, rate, path);
  if (!amount.ok) return refused('S1', amount.refusal.code, amount.refusal.message, path);
  const quantity = quantityFor(reading, amount.value.amount);
  return quantity.ok ? done(quantity.value.primary) : quantity;
}

/** A product without one strength (a combination) is still counted in its own units. */
function unmeasured(dictionary: Dictionary, vmp: Vmp): StrengthReading {
  const handled = vmp.unitDoseUnit && unitOf(dictionary, vmp.unitDoseUnit);
  const sizeUnit = vmp.udfsUnit && unitOf(dictionary, vmp.udfsUnit);
  const pack = dictionary.vmppsOfVmp(vmp.id)[0]?.quantityUnit;
  const fallback: NamedUnit = pack
    ? unitOf(dictionary, pack)
    : { dimension: 'none', size: { numerator: 1n, denominator: 1n }, ucum: undefined, dmd: undefined, name: 'unit' };
  const nothing: NamedUnit = { ...fallback, dimension: 'none' };
  const measure = sizeUnit && sizeUnit.dimension !== handled?.dimension ? sizeUnit : undefined;
  const size = vmp.udfs === undefined ? undefined : parseDecimal(vmp.udfs);
  const contents = measure && size && { value: size, unit: measure };
  return {
    vmp,
    form: vmp.forms[0],
    place: '',
    substance: { id: '', name: '' },
    substanceUnit: nothing,
    measure: measure ? { unit: measure, strength: ZERO } : handled ? undefined : { unit: fallback, strength: ZERO },
    unit: handled && { unit: handled, strength: ZERO, contents },
    perTime: undefined,
    counted: undefined,
    exactness: { kind: 'stored' },
    primary: handled ?? fallback,
    text: '',
  };
}

/** A dose of a product, which may be said as an amount of its substance. */
function asProduct(reading: StrengthReading, amount: Amount, forms?: FormRules): Outcome<Amount> {
  const { vmp, measure, unit, substanceUnit, perTime, exactness } = reading;
  const isCounted = unit !== undefined && inUnit(amount, unit.unit) !== undefined;
  const isSubstance = amount.unit.dimension === substanceUnit.dimension;
  if (isSubstance && !isCounted && measure !== undefined && amount.unit.dimension === measure.unit.dimension) {
    // A gram of a cream is of the cream; 40 mg of a gel is of what is in it, and nobody says so.
    const isOfProduct = formRule(vmp.forms[0]?.code, forms).division === 'applied' && amount.unit.ucum === 'g';
    const same = multiply(measure.strength, divide(substanceUnit.size, measure.unit.size) ?? ZERO);
    if (!isOfProduct && compare(same, ONE) !== 0) {
      const message = `${amountText(amount)} may be of ${vmp.name} or of its substance: both are measured so.`;
      return refused('S1', 'different-dimension', message);
    }
  }
  const stated = asStated(reading, amount);
  if (stated !== undefined) return done(stated);
  if (exactness.kind === 'inexact') {
    return refused('S1', 'strength-rounded', `The strength of ${vmp.name} is not exact: ${exactness.reason}.`);
  }
  if (perTime === undefined) {
    const quantity = quantityFor(reading, amount);
    if (quantity.ok) return done(quantity.value.primary);
  }
  const not = amount.unit.dmd === undefined ? undefined : NOT_AN_AMOUNT[amount.unit.dmd];
  const why = not === undefined ? '' : `: ${not}`;
  return refused('S1', 'different-dimension', `${amountText(amount)} is no quantity of ${vmp.name}${why}.`);
}

/** A quantity said in a unit of the product, in the unit that it is supplied in; undefined where it is in none of them. */
function asStated({ unit, measure, primary }: StrengthReading, amount: Amount): Amount | undefined {
  const inUnits = unit && inUnit(amount, unit.unit);
  const inMeasure = measure && inUnit(amount, measure.unit);
  if (inUnits && unit?.contents && primary.dimension === unit.contents.unit.dimension) {
    // A spoonful is supplied by its volume.
    return { value: multiply(inUnits.value, unit.contents.value), unit: unit.contents.unit };
  }
  if (inUnits) return inUnits;
  if (inMeasure && unit?.contents && primary.dimension === unit.unit.dimension) {
    const contents = inUnit(unit.contents, inMeasure.unit);
    const units = contents && divide(inMeasure.value, contents.value);
    if (units) return { value: units, unit: unit.unit };
  }
  return inMeasure;
}

/** Parts of what does not divide are refused; of what is drawn up from a container, each dose opens whole ones. */
function wholeUnits(
  { vmp, counted, unit }: StrengthReading,
  amount: Amount,
  path: string,
  remarks: Remark[],
  forms?: FormRules,
): Outcome<Amount> {
  if (counted !== undefined && !(isWhole(amount.value) && amount.unit.dimension === unit?.unit.dimension)) {
    const message = `${amountText(amount)} of ${vmp.name}: one holds many doses, and how long it is used once opened, and how much is lost each time, is not in dm+d.`;
    return refused('S1', 'part-of-unit', message, path);
  }
  if (isWhole(amount.value) || amount.unit.dimension === 'volume' || amount.unit.dimension === 'mass')
    return done(amount);
  const code = amount.unit.dmd ?? '';
  if (Object.hasOwn(DRAWN_UP_FROM, code)) {
    const up = rational(amount.value.numerator / amount.value.denominator + 1n) ?? amount.value;
    const message = `${amountText(amount)} a dose: each dose is counted as ${exactText(up)} opened.`;
    remarks.push(remark('S1', 'whole-packs', message, path));
    return done({ value: up, unit: amount.unit });
  }
  const rule = formRule(vmp.forms[0]?.code, forms);
  const quarters = multiply(amount.value, { numerator: 4n, denominator: 1n });
  if (rule.division === 'quarters' && isWhole(quarters)) return done(amount);
  return refused('S1', 'part-of-unit', `${amountText(amount)} of ${vmp.name}: it does not divide so.`, path);
}

/** A quantity of a product that is at hand, in the unit that its doses are counted in. */
export function stockAmount(dictionary: Dictionary, vmp: Vmp, amount: Amount): Outcome<Amount> {
  const known = strengthOf(dictionary, vmp);
  const stated = asStated(known.ok ? known.value : unmeasured(dictionary, vmp), amount);
  if (stated !== undefined) return done(stated);
  return refused('S1', 'different-dimension', `${amountText(amount)} is no quantity of ${vmp.name}.`);
}
