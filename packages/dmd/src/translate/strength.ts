/** What one unit or one measure of a product holds, exactly (T2, T4). */

import type { Coded, Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { compare, divide, multiply, parseDecimal, type Rational } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit, ONE, timesAsLong } from './amount.ts';
import { COUNTED_IN_UNITS, type CountedRow, decimalOf, MEASURED_BY_VOLUME } from './measures.ts';
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
  readonly perTime: PerTime | undefined;
  /** Doses are counted in units of the substance, whatever holds it: insulin. */
  readonly counted: CountedRow | undefined;
  readonly exactness: Exactness;
  /** The unit that a quantity is first written in. */
  readonly primary: NamedUnit;
  /** `50 mg per ml`. */
  readonly text: string;
}

/** A time that a strength is per, as the dictionary has it: `24 hours` is 24 of an hour. */
export interface PerTime {
  readonly whole: NamedUnit;
  readonly count: Rational;
  readonly unit: NamedUnit;
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
        counted: undefined,
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
      counted: undefined,
      exactness: { kind: 'stored' },
      primary: handled,
      text: `${amountText({ value: top, unit: substanceUnit })} per ${handled.name}`,
    });
  }
  const stated = unitOf(dictionary, strength.denominatorUnit);
  const exact = exactStrength(dictionary, vmp, strength, substanceUnit, stated);
  if (exact === undefined || exact.value.numerator <= 0n) {
    return refused('T2', 'no-strength', `The dictionary gives no strength for ${vmp.name}.`);
  }
  const { exactness, named } = exact;
  const per = measureOf(dictionary, stated);
  const value = multiply(exact.value, divide(per.size, stated.size) ?? ONE);
  const text = `${amountText({ value, unit: substanceUnit })} per ${per.name}`;
  const whole = size !== undefined && compare(size, ONE) === 0;
  const itself = sizeUnit !== undefined && handled !== undefined && sizeUnit.dimension === handled.dimension;
  if (per.dimension === 'time') {
    if (handled === undefined || !whole || !itself) {
      return refused('T2', 'unit-size-unclear', `The dictionary does not say what one unit of ${vmp.name} is.`);
    }
    const count = parseDecimal(strength.denominatorValue ?? '1') ?? ONE;
    const perTime: PerTime = { whole: timesAsLong(per, count), count, unit: per };
    const given = multiply(value, count);
    return done({
      ...shared,
      measure: undefined,
      unit: { unit: handled, strength: given, contents: undefined },
      perTime,
      counted: undefined,
      exactness,
      primary: handled,
      text: `${amountText({ value: given, unit: substanceUnit })} per ${perTime.whole.name}`,
    });
  }
  const measure = { unit: per, strength: value };
  if (handled === undefined || size === undefined || sizeUnit === undefined) {
    return done({ ...shared, ...NEITHER, measure, unit: undefined, exactness, primary: per, text });
  }
  if (handled.dimension === per.dimension) {
    // One dose of an inhaler: unit and measure are the same thing.
    if (!whole)
      return refused(
        'T2',
        'unit-size-unclear',
        `The dictionary says that one ${handled.name} of ${vmp.name} is ${vmp.udfs} ${sizeUnit.name}.`,
      );
    return done({ ...shared, ...NEITHER, measure, unit: undefined, exactness, primary: per, text });
  }
  if (itself && !whole) {
    return refused(
      'T2',
      'unit-size-unclear',
      `The dictionary says that one ${handled.name} of ${vmp.name} is ${vmp.udfs} ${sizeUnit.name}.`,
    );
  }
  const sized = inUnit({ value: size, unit: sizeUnit }, per);
  const contents = sized ?? (itself ? contentsByName(dictionary, vmp, per, named) : undefined);
  if (contents === undefined || compare(contents.value, NOTHING) <= 0) {
    return done({ ...shared, ...NEITHER, measure, unit: undefined, exactness, primary: per, text });
  }
  const unit = { unit: handled, strength: multiply(value, contents.value), contents };
  const counted = countedIn(vmp, substance.name, substanceUnit, measure);
  const isMeasured = vmp.unitDoseUnit !== undefined && Object.hasOwn(MEASURED_BY_VOLUME, vmp.unitDoseUnit.code);
  const primary = counted ? substanceUnit : isMeasured ? per : handled;
  return done({ ...shared, measure, unit, perTime: undefined, counted, exactness, primary, text });
}

const NEITHER = { perTime: undefined, counted: undefined } as const;

/** The unit that a strength is per; litres in millilitres, as doses are measured. */
function measureOf(dictionary: Dictionary, unit: NamedUnit): NamedUnit {
  return unit.ucum === 'L' ? (namedUnit(dictionary, { code: '258773002' }) ?? unit) : unit;
}

/** The unit of its substance that doses of a product are counted in, whatever holds it: insulin. Undefined for most. */
export function countedUnitOf(dictionary: Dictionary, productId: string): Coded | undefined {
  const vmp = dictionary.vmpOf(productId);
  const reading = vmp && strengthOf(dictionary, vmp);
  if (reading?.ok !== true || reading.value.counted === undefined) return undefined;
  return { code: reading.value.counted.unit, display: reading.value.substanceUnit.name };
}

/** The row by which doses of a product are counted in units of its substance. */
function countedIn(
  vmp: Vmp,
  substance: string,
  unit: NamedUnit,
  measure: { readonly unit: NamedUnit; readonly strength: Rational },
): CountedRow | undefined {
  const [word] = substance.toLowerCase().split(/\W/);
  return COUNTED_IN_UNITS.find((row) => {
    if (row.substance !== word || row.unit !== unit.dmd) return false;
    if (!row.containers.includes(vmp.unitDoseUnit?.code ?? '')) return false;
    if (!vmp.forms.every(({ code }) => row.forms.includes(code))) return false;
    if (row.perMillilitre === undefined) return true;
    const strength = decimalOf(row.perMillilitre);
    return measure.unit.ucum === 'mL' && strength !== undefined && compare(strength, measure.strength) === 0;
  });
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
