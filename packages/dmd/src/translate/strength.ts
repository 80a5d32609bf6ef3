/** What one unit or one measure of a product holds, exactly, and how a quantity of it is written (T2, T4). */

import type { Coded, Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { compare, divide, multiply, parseDecimal, type Rational } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit, ONE } from './amount.ts';
import { MEASURED_BY_VOLUME } from './measures.ts';
import { type Exactness, exactStrength, namedFor, onlyVolumeIn } from './name-strength.ts';
import { done, type Outcome, refused } from './remark.ts';

/** What the dictionary says of a product's strength, read once. */
export interface StrengthReading {
  readonly vmp: Vmp;
  /** Its first form, and the codes of all its forms and routes. */
  readonly form: Coded | undefined;
  readonly place: string;
  readonly substance: { readonly id: string; readonly name: string };
  /** Unit of the substance: mg, unit, mmol. */
  readonly substanceUnit: NamedUnit;
  /** Per one measure: ml, gram, dose, hour; undefined where the strength is that of a unit. */
  readonly measure: { readonly unit: NamedUnit; readonly strength: Rational } | undefined;
  /** Per one unit as it is handled: tablet, ampoule, patch. */
  readonly unit:
    | { readonly unit: NamedUnit; readonly strength: Rational; readonly contents: Amount | undefined }
    | undefined;
  /** The product gives its strength per time (a patch): doses of it are rates. */
  readonly perTime: NamedUnit | undefined;
  readonly exactness: Exactness;
  /** The unit that a quantity is first written in. */
  readonly primary: NamedUnit;
  /** `50 mg per ml`. */
  readonly text: string;
}

const NOTHING: Rational = { numerator: 0n, denominator: 1n };

const readings = new WeakMap<Dictionary, Map<number, Outcome<StrengthReading>>>();

/** The reading of a VMP, kept for the life of the dictionary. */
export function strengthOf(dictionary: Dictionary, vmp: Vmp): Outcome<StrengthReading> {
  const known = readings.get(dictionary) ?? new Map<number, Outcome<StrengthReading>>();
  if (known.size === 0) readings.set(dictionary, known);
  const found = known.get(vmp.row) ?? readStrength(dictionary, vmp);
  known.set(vmp.row, found);
  return found;
}

function readStrength(dictionary: Dictionary, vmp: Vmp): Outcome<StrengthReading> {
  const { ingredients, combination } = vmp;
  if (ingredients.length > 1) {
    return refused('T2', 'combination', `${vmp.name} has ${ingredients.length} active ingredients.`);
  }
  if (combination?.code === '0001') {
    return refused('T2', 'combination', `${vmp.name} is a combination of products.`);
  }
  if (combination?.code === '0002') {
    return refused('T2', 'component-only', `${vmp.name} is only a component of other products.`);
  }
  const [strength] = ingredients;
  const top = parseDecimal(strength?.numeratorValue ?? '');
  if (strength === undefined || top === undefined || top.numerator <= 0n || strength.numeratorUnit === undefined) {
    return refused('T2', 'no-strength', `The dictionary gives no strength for ${vmp.name}.`);
  }
  const substanceUnit = unitOf(dictionary, strength.numeratorUnit);
  const base = strength.basis?.code === '0002' && strength.baseSubstanceId !== undefined;
  const substance = base
    ? { id: strength.baseSubstanceId ?? '', name: strength.baseSubstanceName ?? '' }
    : { id: strength.ingredientId, name: strength.ingredientName ?? '' };
  const handled = vmp.unitDoseUnit && unitOf(dictionary, vmp.unitDoseUnit);
  const size = vmp.udfs === undefined ? undefined : parseDecimal(vmp.udfs);
  const sizeUnit = vmp.udfsUnit && unitOf(dictionary, vmp.udfsUnit);
  const forms = vmp.forms;
  const routes = vmp.routes.map(({ code }) => code).sort();
  const place = `${forms.map(({ code }) => code).join()}|${routes.join()}`;
  const shared = { vmp, form: forms[0], place, substance, substanceUnit };
  if (strength.denominatorUnit === undefined) {
    if (handled === undefined || size === undefined || sizeUnit === undefined) {
      return refused('T2', 'strength-per-nothing', `The strength of ${vmp.name} is per nothing that can be counted.`);
    }
    const contents = { value: size, unit: sizeUnit };
    const held = { value: top, unit: substanceUnit };
    const inside = namedFor(dictionary, vmp.name, held, contents);
    if (inside !== undefined && handled.dimension !== sizeUnit.dimension) {
      return done({
        ...shared,
        measure: { unit: sizeUnit, strength: inside },
        unit: { unit: handled, strength: top, contents },
        perTime: undefined,
        exactness: { kind: 'stored' },
        primary: handled,
        text: `${amountText({ value: inside, unit: substanceUnit })} per ${sizeUnit.name}`,
      });
    }
    // One capsule of 250 mg, whose size is given as 250 mg too.
    const isItsStrength = inUnit(contents, substanceUnit);
    const isSame = isItsStrength !== undefined && compare(isItsStrength.value, top) === 0;
    if (!isSame && (compare(size, ONE) !== 0 || sizeUnit.dimension !== handled.dimension)) {
      const said = `one ${handled.name} is ${amountText({ value: size, unit: sizeUnit })}, but its strength is not said per ${sizeUnit.name}`;
      return refused('T2', 'unit-size-unclear', `The dictionary is unclear about ${vmp.name}: ${said}.`);
    }
    return done({
      ...shared,
      measure: undefined,
      unit: { unit: handled, strength: top, contents: undefined },
      perTime: undefined,
      exactness: { kind: 'stored' },
      primary: handled,
      text: `${amountText({ value: top, unit: substanceUnit })} per ${handled.name}`,
    });
  }
  const per = unitOf(dictionary, strength.denominatorUnit);
  const exact = exactStrength(dictionary, vmp, strength, substanceUnit, per);
  if (exact === undefined || exact.value.numerator <= 0n) {
    return refused('T2', 'no-strength', `The dictionary gives no strength for ${vmp.name}.`);
  }
  const { value, exactness, named } = exact;
  const text = `${amountText({ value, unit: substanceUnit })} per ${per.name}`;
  const whole = size !== undefined && compare(size, ONE) === 0;
  const itself = sizeUnit !== undefined && handled !== undefined && sizeUnit.dimension === handled.dimension;
  if (per.dimension === 'time') {
    if (handled === undefined || !whole || !itself) {
      return refused('T2', 'unit-size-unclear', `The dictionary does not say what one unit of ${vmp.name} is.`);
    }
    const unit = { unit: handled, strength: value, contents: undefined };
    return done({ ...shared, measure: undefined, unit, perTime: per, exactness, primary: handled, text });
  }
  const measure = { unit: per, strength: value };
  if (handled === undefined || size === undefined || sizeUnit === undefined) {
    return done({ ...shared, measure, unit: undefined, perTime: undefined, exactness, primary: per, text });
  }
  if (handled.dimension === per.dimension) {
    // One dose of an inhaler: unit and measure are the same thing.
    if (!whole)
      return refused(
        'T2',
        'unit-size-unclear',
        `The dictionary says that one ${handled.name} of ${vmp.name} is ${vmp.udfs} ${sizeUnit.name}.`,
      );
    return done({ ...shared, measure, unit: undefined, perTime: undefined, exactness, primary: per, text });
  }
  if (itself && !whole) {
    return refused(
      'T2',
      'unit-size-unclear',
      `The dictionary says that one ${handled.name} of ${vmp.name} is ${vmp.udfs} ${sizeUnit.name}.`,
    );
  }
  const stated = inUnit({ value: size, unit: sizeUnit }, per);
  const contents = stated ?? (itself ? contentsByName(dictionary, vmp, per, named) : undefined);
  if (contents === undefined || compare(contents.value, NOTHING) <= 0) {
    return done({ ...shared, measure, unit: undefined, perTime: undefined, exactness, primary: per, text });
  }
  const unit = { unit: handled, strength: multiply(value, contents.value), contents };
  const primary =
    vmp.unitDoseUnit !== undefined && Object.hasOwn(MEASURED_BY_VOLUME, vmp.unitDoseUnit.code) ? per : handled;
  return done({ ...shared, measure, unit, perTime: undefined, exactness, primary, text });
}

/** What is in one container, where the dictionary only says that one vial is one vial: the volume of its name. */
function contentsByName(
  dictionary: Dictionary,
  vmp: Vmp,
  per: NamedUnit,
  named: { denominator: Amount; counted: boolean } | undefined,
): Amount | undefined {
  if (per.dimension === 'volume') {
    const volume = onlyVolumeIn(dictionary, vmp.name);
    return volume && inUnit(volume, per);
  }
  return named?.counted === true ? inUnit(named.denominator, per) : undefined;
}

/** Unit of a coded value of the release; units that nothing is known of equal themselves only. */
export function unitOf(dictionary: Dictionary, coded: Coded): NamedUnit {
  return (
    namedUnit(dictionary, { code: coded.code }) ?? {
      dimension: `unit:${coded.code}`,
      size: ONE,
      ucum: undefined,
      dmd: coded.code,
      name: coded.display ?? coded.code,
    }
  );
}

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
  const { measure, unit, substanceUnit, vmp, primary } = reading;
  const amount = inUnit(dose, substanceUnit);
  if (amount === undefined) {
    const message = `A dose in ${dose.unit.name} cannot be compared with the strength of ${vmp.name}, ${reading.text}.`;
    return refused('T2', 'different-dimension', message);
  }
  const converted = dose.unit.name === substanceUnit.name ? [] : [`${amountText(dose)} = ${amountText(amount)}`];
  const measured = measure && divide(amount.value, measure.strength);
  const counted = unit && divide(amount.value, unit.strength);
  const inMeasure = measure && measured && { value: measured, unit: measure.unit };
  const inUnits = unit && counted && { value: counted, unit: unit.unit };
  const steps = [...converted];
  if (inMeasure) steps.push(`${amountText(amount)} / ${reading.text} = ${amountText(inMeasure)}`);
  if (inUnits && inMeasure && unit.contents) {
    if (primary.dimension === unit.unit.dimension)
      steps.push(
        `${amountText(inMeasure)} / ${amountText(unit.contents)} per ${unit.unit.name} = ${amountText(inUnits)}`,
      );
  } else if (inUnits) steps.push(`${amountText(amount)} / ${reading.text} = ${amountText(inUnits)}`);
  const all = [inUnits, inMeasure].filter((each) => each !== undefined);
  const first = all.find((each) => each.unit.dimension === primary.dimension) ?? all[0];
  if (first === undefined) return refused('T2', 'no-strength', `The dictionary gives no strength for ${vmp.name}.`);
  return done({
    primary: first,
    others: all.filter((each) => each !== first),
    volume: inMeasure?.unit.dimension === 'volume' ? inMeasure : undefined,
    arithmetic: steps.join('; '),
  });
}

/** The amount of substance in a quantity of a product, and the sum (U2); `per time` of a patch stays in the reading. */
export function amountIn(reading: StrengthReading, quantity: Amount): Outcome<{ amount: Amount; arithmetic: string }> {
  const { unit, measure, substanceUnit, perTime, vmp } = reading;
  const shown = amountText(quantity);
  const per = perTime === undefined ? '' : ` per ${perTime.name}`;
  const result = (value: Rational) => ({ value, unit: substanceUnit });
  const units = unit && inUnit(quantity, unit.unit);
  if (unit !== undefined && units !== undefined) {
    const amount = result(multiply(units.value, unit.strength));
    const content = `${amountText(result(unit.strength))}${per} per ${unit.unit.name}`;
    const because = unit.contents && measure ? ` (${amountText(unit.contents)} of ${reading.text})` : '';
    return done({ amount, arithmetic: `${shown} x ${content}${because} = ${amountText(amount)}${per}` });
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
