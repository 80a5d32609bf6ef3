/** Supply (S1 to S3): how much of a product a dosage needs, in which packs, and how long a quantity lasts. */

import { canonicalDecimal, type Dosage } from '@concord/dosage';
import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { add, compare, divide, isWhole, multiply, parseDecimal, type Rational, rational } from '../units/rational.ts';
import {
  type Amount,
  type AskedQuantity,
  amountText,
  type ExactQuantity,
  exactQuantity,
  exactText,
  inUnit,
  type NamedUnit,
  readAsked,
} from './amount.ts';
import { type AskedCode, findConcept, type ProductReference, referenceTo } from './concept.ts';
import { readQuantity } from './dosage-amounts.ts';
import { misshapen } from './dosage-shape.ts';
import { formRule } from './forms.ts';
import { DRAWN_UP_FROM } from './measures.ts';
import { done, type Outcome, type Remark, refused, remark } from './remark.ts';
import { sentText } from './sent-text.ts';
import { quantityFor, type StrengthReading, strengthOf, unitOf } from './strength.ts';
import { type PackOffer, packsFor } from './supply-packs.ts';
import { boundsOf, daysOf, dosesIn, perDay } from './supply-timing.ts';

/** What is asked: for a duration how much, or for a quantity how long. */
export interface SupplyQuestion {
  /** A VMP or AMP, by current or superseded id. */
  readonly medication: AskedCode;
  readonly dosage: Dosage | readonly Dosage[];
  /** A UCUM time (`d`, `wk`, `h`); not needed where the dosage says how long. */
  readonly duration?: AskedQuantity | undefined;
  /** A quantity of the product, to be told how long it lasts. */
  readonly quantity?: AskedQuantity | undefined;
}

/** The answer. */
export type Supply =
  | {
      readonly outcome: 'supply';
      readonly product: ProductReference;
      /** What the dosage needs, where a duration is known. */
      readonly total: ExactQuantity | undefined;
      /** Whole packs that hold the total, least left over first. */
      readonly packs: readonly PackOffer[];
      /** Whole days that the quantity asked lasts, and what is left after them. */
      readonly lasts: { readonly days: number; readonly exactDays: string; readonly left: ExactQuantity } | undefined;
      readonly arithmetic: readonly string[];
      readonly remarks: readonly Remark[];
    }
  | { readonly outcome: 'refused'; readonly refusals: readonly Remark[]; readonly remarks: readonly Remark[] };

const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** How much of a product a dosage needs, or how long a quantity lasts. Pure and total; nothing is rounded but to packs. */
export function supplyQuantity(dictionary: Dictionary, question: SupplyQuestion): Supply {
  const remarks: Remark[] = [];
  const refuse = (refusal: Remark): Supply => ({ outcome: 'refused', refusals: [refusal], remarks });
  const found = findConcept(dictionary, question.medication, ['VMP', 'AMP'], 'U1', 'medication');
  if (!found.ok) return refuse(found.refusal);
  remarks.push(...found.value.remarks);
  const vmp = dictionary.vmpOf(found.value.id);
  if (vmp === undefined)
    return refuse(remark('U1', 'unknown-code', 'The product has no VMP in this release.', 'medication'));
  const product = referenceTo(dictionary.amp(found.value.id) ?? vmp);
  if (vmp.invalid) return refuse(remark('U1', 'invalid', `${vmp.name} is invalid in dm+d.`, 'medication'));
  const dosages = (Array.isArray(question.dosage) ? question.dosage : [question.dosage]) as readonly Dosage[];
  if (dosages.length === 0) return refuse(remark('S1', 'no-dose', 'There is no dosage.', 'dosage'));
  const asked = question.duration && durationOf(dictionary, question.duration);
  if (asked && !asked.ok) return refuse(asked.refusal);
  const each: { amount: Amount; dosage: Dosage; path: string }[] = [];
  for (const [index, dosage] of dosages.entries()) {
    const path = Array.isArray(question.dosage) ? `dosage[${index}]` : 'dosage';
    const fault = misshapen(dosage, path);
    if (fault !== undefined)
      return refuse(remark('S1', 'no-dose', 'This is not a FHIR Dosage that can be read.', fault));
    const sent = sentText(dosage, path);
    if (sent.refusal !== undefined) return refuse(sent.refusal);
    if (sent.remark !== undefined) remarks.push(sent.remark);
    const amount = productAmount(dictionary, vmp, dosage, path, remarks);
    if (!amount.ok) return refuse(amount.refusal);
    each.push({ amount: amount.value, dosage, path });
  }
  if (question.quantity !== undefined) return lasting(dictionary, vmp, product, question.quantity, each, remarks);
  const total = totalOf(each, asked?.value);
  if (!total.ok) return refuse(total.refusal);
  const packs = packsFor(dictionary, vmp, total.value.amount);
  if (packs.length === 0)
    remarks.push(remark('S3', 'no-pack', `No pack of ${vmp.name} is sized in ${total.value.amount.unit.name}.`));
  return {
    outcome: 'supply',
    product,
    total: exactQuantity(total.value.amount),
    packs,
    lasts: undefined,
    arithmetic: total.value.arithmetic,
    remarks,
  };
}

function durationOf(dictionary: Dictionary, duration: AskedQuantity): Outcome<Rational> {
  const read = readAsked(dictionary, duration, 'duration');
  const days =
    read.ok && read.value.unit.dimension === 'time'
      ? daysOf(exactText(read.value.value), read.value.unit.ucum)
      : undefined;
  if (days === undefined || days.numerator === 0n) {
    return refused('S2', 'duration', 'The duration has no exact length: say it in days or weeks.', 'duration');
  }
  return done(days);
}

/** One dose as a quantity of the product. */
function productAmount(
  dictionary: Dictionary,
  vmp: Vmp,
  dosage: Dosage,
  path: string,
  remarks: Remark[],
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
    const amount = asProduct(known, quantity.value, reading.ok);
    if (!amount.ok) return amount;
    amounts.push(amount.value);
  }
  const [first, ...others] = amounts as [Amount, ...Amount[]];
  for (const other of others) {
    const same = inUnit(other, first.unit);
    if (same === undefined || compare(same.value, first.value) !== 0) {
      return refused('S1', 'disagrees', 'The dosage says its dose more than once, and not the same.', path);
    }
  }
  return wholeUnits(vmp, first, path, remarks);
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
    exactness: { kind: 'stored' },
    primary: handled ?? fallback,
    text: '',
  };
}

function asProduct(reading: StrengthReading, amount: Amount, hasStrength: boolean): Outcome<Amount> {
  const { unit, measure, primary } = reading;
  const inUnits = unit && inUnit(amount, unit.unit);
  const inMeasure = measure && inUnit(amount, measure.unit);
  if (inUnits && unit?.contents && primary.dimension === unit.contents.unit.dimension) {
    // A spoonful is supplied by its volume.
    return done({ value: multiply(inUnits.value, unit.contents.value), unit: unit.contents.unit });
  }
  if (inUnits) return done(inUnits);
  if (inMeasure && unit?.contents && primary.dimension === unit.unit.dimension) {
    const contents = inUnit(unit.contents, inMeasure.unit);
    const units = contents && divide(inMeasure.value, contents.value);
    if (units) return done({ value: units, unit: unit.unit });
  }
  if (inMeasure) return done(inMeasure);
  if (hasStrength && reading.exactness.kind === 'inexact') {
    return refused(
      'S1',
      'strength-rounded',
      `The strength of ${reading.vmp.name} is not exact: ${reading.exactness.reason}.`,
    );
  }
  if (hasStrength && reading.perTime === undefined) {
    const quantity = quantityFor(reading, amount);
    if (quantity.ok) return done(quantity.value.primary);
  }
  return refused('S1', 'different-dimension', `${amountText(amount)} is no quantity of ${reading.vmp.name}.`);
}

/** Parts of what does not divide are refused; of what is drawn up from a container, each dose opens whole ones. */
function wholeUnits(vmp: Vmp, amount: Amount, path: string, remarks: Remark[]): Outcome<Amount> {
  if (isWhole(amount.value) || amount.unit.dimension === 'volume' || amount.unit.dimension === 'mass')
    return done(amount);
  const code = amount.unit.dmd ?? '';
  if (Object.hasOwn(DRAWN_UP_FROM, code)) {
    const up = rational(amount.value.numerator / amount.value.denominator + 1n) ?? amount.value;
    const message = `${amountText(amount)} a dose: each dose is counted as ${exactText(up)} opened.`;
    remarks.push(remark('S1', 'whole-packs', message, path));
    return done({ value: up, unit: amount.unit });
  }
  const rule = formRule(vmp.forms[0]?.code);
  const quarters = multiply(amount.value, { numerator: 4n, denominator: 1n });
  if (rule.division === 'quarters' && isWhole(quarters)) return done(amount);
  return refused('S1', 'part-of-unit', `${amountText(amount)} of ${vmp.name}: it does not divide so.`, path);
}

interface Step {
  readonly amount: Amount;
  readonly dosage: Dosage;
  readonly path: string;
}

/** Steps follow one another by sequence; those of one sequence run together. */
function totalOf(
  steps: readonly Step[],
  asked: Rational | undefined,
): Outcome<{ amount: Amount; arithmetic: string[] }> {
  if (steps.length > 1 && steps.some(({ dosage }) => dosage.sequence === undefined)) {
    return refused(
      'S2',
      'timing',
      'Of several dosages without sequence it is not known whether they run together.',
      'dosage',
    );
  }
  const groups = new Map<number, Step[]>();
  for (const step of steps) {
    const sequence = Number(canonicalDecimal(step.dosage.sequence ?? 0));
    groups.set(sequence, [...(groups.get(sequence) ?? []), step]);
  }
  const ordered = [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
  let used = ZERO;
  let sum: Amount | undefined;
  const arithmetic: string[] = [];
  for (const [index, group] of ordered.entries()) {
    let longest = ZERO;
    for (const { amount, dosage, path } of group) {
      const own = boundsOf(dosage, `${path}.timing.repeat`);
      if (!own.ok) return own;
      const remaining = asked && add(asked, { numerator: -used.numerator, denominator: used.denominator });
      const rest = remaining && compare(remaining, ZERO) > 0 ? remaining : remaining && ZERO;
      const last = index === ordered.length - 1;
      const days =
        own.value === undefined ? (last ? rest : undefined) : rest && compare(rest, own.value) < 0 ? rest : own.value;
      const doses = dosesIn(dosage, days, `${path}.timing`);
      if (!doses.ok) return doses;
      if (days && compare(days, longest) > 0) longest = days;
      const value = multiply(amount.value, rational(doses.value.doses) ?? ZERO);
      const part = { value, unit: amount.unit };
      arithmetic.push(`${amountText(amount)} x ${doses.value.doses} (${doses.value.said}) = ${amountText(part)}`);
      const converted = sum && inUnit(part, sum.unit);
      if (sum && !converted)
        return refused('S1', 'different-dimension', 'The dosages are in units that do not add.', path);
      sum = sum && converted ? { value: add(sum.value, converted.value), unit: sum.unit } : part;
    }
    used = add(used, longest);
  }
  return sum ? done({ amount: sum, arithmetic }) : refused('S1', 'no-dose', 'There is no dosage.', 'dosage');
}

function lasting(
  dictionary: Dictionary,
  vmp: Vmp,
  product: ProductReference,
  quantity: AskedQuantity,
  steps: readonly Step[],
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
  const known = strengthOf(dictionary, vmp);
  const read = readAsked(dictionary, quantity, 'quantity');
  if (!read.ok) return refuse(read.refusal);
  const stock = asProduct(known.ok ? known.value : unmeasured(dictionary, vmp), read.value, false);
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
