/** A moiety's dosages as dosages of a product that a person chose for it: doses, rates and maxima. */

import {
  canonicalDecimal,
  type Dosage,
  type DoseAndRate,
  type Quantity,
  type Range,
  type Ratio,
} from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { dmdToUcum, UCUM_SYSTEM } from '../units/units.ts';
import type { AskedQuantity } from './asked-amount.ts';
import { type AskedCode, findConcept, type ProductReference } from './concept.ts';
import { isSameDose, keepExtras } from './dosage-amounts.ts';
import { MODIFIED, misshapen, modifierIn } from './dosage-shape.ts';
import type { AskedDose } from './dose.ts';
import type { OfferedQuantity, ProductOffer } from './dose-question.ts';
import { doseToProducts } from './dose-to-products.ts';
import { done, type Outcome, type Remark, refused, remark } from './remark.ts';
import type { ResourceOptions } from './resource.ts';
import { sentText } from './sent-text.ts';
import { strengthOf } from './strength.ts';

/** What is at hand while dosages are put into one product; what is found on the way is added to it. */
interface Work {
  readonly dictionary: Dictionary;
  readonly vtm: string;
  readonly form: AskedCode | undefined;
  readonly options: ResourceOptions;
  /** Id of the product chosen. */
  readonly chosen: string;
  readonly remarks: Remark[];
  of: ProductReference | undefined;
}

/** The dosages of the product, how their quantities were found, and which product it is. */
export type ProductDosages =
  | { of: ProductReference; dosages: Dosage[]; arithmetic: string[]; remarks: Remark[] }
  | { refusal: Remark; remarks: Remark[] };

/** Dosages of a moiety as dosages of the product chosen, each amount by doseToProducts. */
export function productDosages(
  dictionary: Dictionary,
  vtm: string,
  form: AskedCode | undefined,
  dosages: readonly Dosage[],
  options: ResourceOptions,
): ProductDosages {
  const remarks: Remark[] = [];
  const found = findConcept(dictionary, options.product ?? '', ['VMP', 'AMP'], 'T1', 'product');
  if (!found.ok) return { refusal: found.refusal, remarks };
  remarks.push(...found.value.remarks);
  const work: Work = { dictionary, vtm, form, options, chosen: found.value.id, remarks, of: undefined };
  const arithmetic: string[] = [];
  const made: Dosage[] = [];
  for (const [index, dosage] of dosages.entries()) {
    const put = putDosage(work, dosage, `dosage[${index}]`, arithmetic);
    if (!put.ok) return { refusal: put.refusal, remarks: distinct(remarks) };
    made.push(put.value);
  }
  const { of } = work;
  if (of === undefined) return { refusal: remark('T2', 'no-dose', 'There is no dosage.', 'dosage'), remarks };
  return { of, dosages: made, arithmetic, remarks: distinct(remarks) };
}

function putDosage(work: Work, dosage: Dosage, path: string, arithmetic: string[]): Outcome<Dosage> {
  const fault = misshapen(dosage, path);
  if (fault !== undefined) return refused('T2', 'no-dose', 'This is not a FHIR Dosage that can be read.', fault);
  const modifier = modifierIn(dosage, path);
  if (modifier !== undefined) return refused('T2', 'not-translatable', MODIFIED, modifier);
  const sent = sentText(dosage, path);
  if (sent.refusal !== undefined) return { ok: false, refusal: sent.refusal };
  const route = dosage.route?.coding?.[0]?.code;
  const put = (dose: Quantity | Range, at: string, what: What): Outcome<Put> => {
    const asked = askedOf(dose, at);
    if (!asked.ok) return asked;
    const quantity = quantityOf(work, asked.value, route, at, what);
    if (!quantity.ok) return quantity;
    arithmetic.push(quantity.value.arithmetic);
    return written(quantity.value, dose, at);
  };
  const entries: DoseAndRate[] = [];
  for (const [index, entry] of (Array.isArray(dosage.doseAndRate) ? dosage.doseAndRate : []).entries()) {
    const made = putEntry(entry, `${path}.doseAndRate[${index}]`, put);
    if (!made.ok) return made;
    entries.push(made.value);
  }
  const [first, ...others] = entries;
  if (first === undefined) {
    return refused('T2', 'free-text', 'The dosage has no structured dose; words alone are not translated.', path);
  }
  if (others.some((other) => !isSameDose(other, first))) {
    return refused('T2', 'disagrees', 'The dosage says its dose more than once, and not the same.', path);
  }
  if (sent.remark !== undefined) work.remarks.push(sent.remark);
  const { text: _old, ...rest } = dosage;
  const result: Dosage = { ...rest, doseAndRate: [first] };
  for (const name of ['maxDosePerAdministration', 'maxDosePerLifetime'] as const) {
    const most = dosage[name];
    if (most === undefined) continue;
    const quantity = put(most, `${path}.${name}`, 'maximum');
    if (!quantity.ok) return quantity;
    if (quantity.value.quantity !== undefined) result[name] = quantity.value.quantity;
  }
  if (dosage.maxDosePerPeriod !== undefined) {
    const most = put(dosage.maxDosePerPeriod.numerator ?? {}, `${path}.maxDosePerPeriod.numerator`, 'maximum');
    if (!most.ok) return most;
    const numerator = most.value.quantity;
    if (numerator !== undefined) result.maxDosePerPeriod = { ...dosage.maxDosePerPeriod, numerator };
  }
  return done(result);
}

type What = 'dose' | 'rate' | 'maximum';

/** A quantity put into the product: a range where one was sent. */
interface Put {
  readonly quantity?: Quantity;
  readonly range?: Range;
  /** In ml an hour. */
  readonly isRate: boolean;
}

/** One way to say the dose, put into the product; what else it carries is kept. */
function putEntry(
  entry: DoseAndRate,
  at: string,
  put: (dose: Quantity | Range, at: string, what: What) => Outcome<Put>,
): Outcome<DoseAndRate> {
  const { doseQuantity, doseRange, rateQuantity, rateRange, rateRatio, ...made } = entry;
  const dose = doseQuantity ?? doseRange;
  const rate = rateQuantity ?? rateRange ?? (rateRatio && rateInOne(rateRatio));
  if (dose === undefined && rate === undefined) {
    return refused('T2', 'free-text', 'The dosage has no structured dose.', at);
  }
  const result: DoseAndRate = { ...made };
  for (const [sent, what] of [
    [dose, 'dose'],
    [rate, 'rate'],
  ] as const) {
    if (sent === undefined) continue;
    const given = put(sent, at, what);
    if (!given.ok) return given;
    const { quantity, range, isRate } = given.value;
    // The rate of a patch is how many of them are worn: a dose.
    const as = isRate ? 'rate' : 'dose';
    if (result.doseQuantity !== undefined || result.doseRange !== undefined) {
      if (as === 'dose') return refused('T2', 'disagrees', 'The dosage has a dose, and a rate that is one too.', at);
    }
    if (quantity !== undefined) result[`${as}Quantity`] = quantity;
    else if (range !== undefined) result[`${as}Range`] = range;
  }
  return done(result);
}

/** `1000 units per 1 hour` as one quantity: `1000 {unit}/h`; undefined in parts that no such quantity says. */
function rateInOne({ numerator, denominator }: Ratio): Quantity {
  const { value, code = '', unit, system } = numerator ?? {};
  const per = denominator?.code ?? '';
  const times = canonicalDecimal(denominator?.value ?? 1) ?? '1';
  const top = code === UNIT ? '{unit}' : ((/^\d{6,18}$/.test(code) ? dmdToUcum(code) : code) ?? code);
  const words = unit === undefined || denominator?.unit === undefined ? {} : { unit: `${unit}/${denominator.unit}` };
  const below = times === '1' ? per : `(${times}.${per})`;
  return { ...numerator, value, ...words, system: code === UNIT ? UCUM_SYSTEM : system, code: `${top}/${below}` };
}

/** dm+d's unit, which UCUM has no code for. */
const UNIT = '767525000';

const NOT_EXACT = 'The quantity is not exact, or no decimal gives it; it is not rounded.';

/** How much of the product chosen makes an amount. */
function quantityOf(
  work: Work,
  dose: AskedDose,
  route: string | undefined,
  path: string,
  what: What,
): Outcome<OfferedQuantity> {
  const { dictionary, vtm, form, options, chosen, remarks } = work;
  const answer = doseToProducts(dictionary, { ...options, vtm, dose, form, route });
  if (answer.outcome === 'refused') {
    const { rule, code, message } = answer.refusals[0] ?? remark('T1', 'no-products', 'No product.');
    return refused(rule, code, message, path);
  }
  const offer = answer.products
    .flatMap((each) => [each, ...each.actualProducts])
    .find(({ product }) => product.id === chosen);
  const quantity = offer?.quantities[0];
  if (offer === undefined || quantity === undefined) {
    const why = answer.excluded.find(({ product }) => product.id === chosen)?.remarks[0];
    return { ok: false, refusal: why ?? remark('T1', 'no-products', NOT_OFFERED, 'product') };
  }
  if (what !== 'maximum' && !isGivable(offer)) {
    return refused('T5', 'part-of-unit', `${offer.product.name}: ${offer.reasons[0] ?? ''}.`, path);
  }
  const isRate = quantity.quantity.unit.code === 'mL/h';
  if (isRate !== (what === 'rate') && !(what === 'rate' && isPatch(work))) {
    const message =
      what === 'rate'
        ? `The rate is no amount of ${offer.product.name} in a time.`
        : 'An amount in a time is a rate: say it as rateQuantity.';
    return refused('T2', 'rate', message, path);
  }
  work.of = offer.product;
  // A maximum is many doses: what is said of one dose does not hold for it.
  const own = what === 'maximum' ? offer.cautions.filter(({ code }) => code !== 'many-units') : offer.cautions;
  remarks.push(...answer.remarks.filter(({ code }) => code !== 'no-sums' && code !== 'route-open'), ...own);
  return done(quantity);
}

/** Whether the product gives an amount in a time by itself: how many are worn is its rate. */
function isPatch({ dictionary, chosen }: Work): boolean {
  const vmp = dictionary.vmpOf(chosen);
  const reading = vmp && strengthOf(dictionary, vmp);
  return reading?.ok === true && reading.value.perTime !== undefined;
}

const NOT_OFFERED = 'The product chosen is not one that makes this dose.';

/** What would have to be split and does not divide cannot be given, whoever chose it (T5). */
const isGivable = ({ rank }: ProductOffer): boolean => rank < 4;

/** A dose as sent, as a question; a comparator or an open end would be another dose. */
function askedOf(sent: Quantity | Range, path: string): Outcome<AskedDose> {
  const { low, high } = sent as Range;
  const ends = low === undefined && high === undefined ? [sent as Quantity] : [low, high];
  const asked: (AskedQuantity | undefined)[] = [];
  for (const end of ends) {
    if (end?.comparator !== undefined) {
      const message = `A quantity with "${String(end.comparator)}" is no exact dose.`;
      return refused('T2', 'comparator', message, path);
    }
    const { value = '', system, code, unit } = end ?? {};
    asked.push(end && { value, unit: { system, code: code ?? unit ?? '' }, said: unit });
  }
  const [first, second] = asked;
  return done(ends.length === 1 ? (first as AskedQuantity) : { low: first, high: second });
}

/** A quantity as FHIR has it, in the place of what was sent: up to an end stays up to it. */
function written({ quantity, high, exact }: OfferedQuantity, sent: Quantity | Range, path: string): Outcome<Put> {
  const write = ({ decimal, unitName, unit }: OfferedQuantity['quantity']): Quantity | undefined =>
    decimal === undefined || String(Number(decimal)) !== decimal
      ? undefined
      : { value: Number(decimal), unit: unitName, ...unit };
  const isRate = quantity.unit.code === 'mL/h';
  const low = write(quantity);
  const top = high && write(high);
  const isRange = 'low' in sent || 'high' in sent;
  if (!exact || low === undefined || (high !== undefined && top === undefined)) {
    return refused('T4', 'not-a-decimal', NOT_EXACT, path);
  }
  if (!isRange) return done({ quantity: keepExtras(sent, low), isRate });
  const ends = sent as Range;
  const range: Range = top
    ? { ...ends, low: keepExtras(ends.low, low), high: keepExtras(ends.high, top) }
    : { ...ends, high: keepExtras(ends.high, low) };
  return done({ range, isRate });
}

/** Each remark once: every amount of a dosage would say the same of the product. */
function distinct(remarks: readonly Remark[]): Remark[] {
  const seen = new Set<string>();
  return remarks.filter(({ rule, code, message }) => {
    const key = `${rule} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
