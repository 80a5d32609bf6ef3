/** A moiety's dosages as dosages of a product that a person chose for it: doses, rates and maxima. */

import type { Dosage, DoseAndRate, Quantity } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { type AskedCode, findConcept, type ProductReference } from './concept.ts';
import { isSameDose } from './dosage-amounts.ts';
import { misshapen } from './dosage-shape.ts';
import type { AskedDose } from './dose.ts';
import type { OfferedQuantity, ProductOffer } from './dose-question.ts';
import { doseToProducts } from './dose-to-products.ts';
import { done, type Outcome, type Remark, refused, remark } from './remark.ts';
import type { ResourceOptions } from './resource.ts';
import { sentText } from './sent-text.ts';

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
  const sent = sentText(dosage, path);
  if (sent.refusal !== undefined) return { ok: false, refusal: sent.refusal };
  if (sent.remark !== undefined) work.remarks.push(sent.remark);
  const route = dosage.route?.coding?.[0]?.code;
  const put = (dose: AskedDose, at: string, what: 'dose' | 'rate' | 'maximum') => {
    const quantity = quantityOf(work, dose, route, at, what);
    if (quantity.ok) arithmetic.push(quantity.value.arithmetic);
    return quantity;
  };
  const entries: DoseAndRate[] = [];
  for (const [index, entry] of (Array.isArray(dosage.doseAndRate) ? dosage.doseAndRate : []).entries()) {
    const at = `${path}.doseAndRate[${index}]`;
    const made: DoseAndRate = { ...(entry.type === undefined ? {} : { type: entry.type }) };
    const { doseQuantity, doseRange, rateQuantity, rateRange, rateRatio } = entry;
    if (rateRatio !== undefined) {
      return refused('T2', 'rate', 'A rate is put into a product where it is a quantity, such as mg/h.', at);
    }
    const dose = doseQuantity ?? doseRange;
    if (dose !== undefined) {
      const quantity = put(askedOf(dose), at, 'dose');
      if (!quantity.ok) return quantity;
      Object.assign(made, written(quantity.value, 'dose'));
    }
    const rate = rateQuantity ?? rateRange;
    if (rate !== undefined) {
      const quantity = put(askedOf(rate), at, 'rate');
      if (!quantity.ok) return quantity;
      Object.assign(made, written(quantity.value, 'rate'));
    }
    if (dose === undefined && rate === undefined) {
      return refused('T2', 'free-text', 'The dosage has no structured dose.', at);
    }
    if (inexact(made)) return refused('T4', 'not-a-decimal', NOT_EXACT, at);
    entries.push(made);
  }
  const [first, ...others] = entries;
  if (first === undefined) {
    return refused('T2', 'free-text', 'The dosage has no structured dose; words alone are not translated.', path);
  }
  if (others.some((other) => !isSameDose(other, first))) {
    return refused('T2', 'disagrees', 'The dosage says its dose more than once, and not the same.', path);
  }
  const { text: _old, ...rest } = dosage;
  const result: Dosage = { ...rest, doseAndRate: [first] };
  for (const name of ['maxDosePerAdministration', 'maxDosePerLifetime'] as const) {
    const most = dosage[name];
    if (most === undefined) continue;
    const quantity = put(askedOf(most), `${path}.${name}`, 'maximum');
    if (!quantity.ok) return quantity;
    const single = written(quantity.value, 'dose').doseQuantity;
    if (single === undefined) return refused('T4', 'not-a-decimal', NOT_EXACT, `${path}.${name}`);
    result[name] = single;
  }
  if (dosage.maxDosePerPeriod !== undefined) {
    const at = `${path}.maxDosePerPeriod`;
    const quantity = put(askedOf(dosage.maxDosePerPeriod.numerator ?? {}), at, 'maximum');
    if (!quantity.ok) return quantity;
    const numerator = written(quantity.value, 'dose').doseQuantity;
    if (numerator === undefined) return refused('T4', 'not-a-decimal', NOT_EXACT, at);
    result.maxDosePerPeriod = { ...dosage.maxDosePerPeriod, numerator };
  }
  return done(result);
}

const NOT_EXACT = 'The quantity is not exact, or no decimal gives it; it is not rounded.';

/** How much of the product chosen makes an amount. */
function quantityOf(
  work: Work,
  dose: AskedDose,
  route: string | undefined,
  path: string,
  what: 'dose' | 'rate' | 'maximum',
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
  if (isRate !== (what === 'rate')) {
    const message =
      what === 'rate'
        ? `The rate is no amount of ${offer.product.name} in a time.`
        : 'An amount in a time is a rate: say it as rateQuantity.';
    return refused('T2', 'rate', message, path);
  }
  work.of = offer.product;
  // A maximum is many doses: what is said of one dose does not hold for it.
  const own = what === 'maximum' ? offer.cautions.filter(({ code }) => code !== 'many-units') : offer.cautions;
  remarks.push(...answer.remarks.filter(({ code }) => code !== 'no-sums'), ...own);
  return done(quantity);
}

const NOT_OFFERED = 'The product chosen is not one that makes this dose.';

/** What would have to be split and does not divide cannot be given, whoever chose it (T5). */
const isGivable = ({ rank }: ProductOffer): boolean => rank < 4;

function askedOf(dose: object): AskedDose {
  const { low, high } = dose as { low?: object; high?: object };
  const quantity = (each: object | undefined) => {
    const { value, system, code, unit } = (each ?? {}) as Quantity;
    return { value: value ?? '', unit: { system, code: code ?? unit ?? '' } };
  };
  if (low === undefined && high === undefined) return quantity(dose);
  return { low: low && quantity(low), high: high && quantity(high) };
}

/** A quantity as an element of doseAndRate; without one where no decimal is exact. */
function written({ quantity, high, exact }: OfferedQuantity, as: 'dose' | 'rate'): DoseAndRate {
  const write = ({ decimal, unitName, unit }: OfferedQuantity['quantity']): Quantity | undefined =>
    decimal === undefined || String(Number(decimal)) !== decimal
      ? undefined
      : { value: Number(decimal), unit: unitName, ...unit };
  const low = write(quantity);
  const top = high && write(high);
  if (!exact || low === undefined) return { [`${as}Quantity`]: undefined };
  if (high === undefined) return { [`${as}Quantity`]: low };
  return { [`${as}Range`]: top && { low, high: top } };
}

const inexact = (entry: DoseAndRate): boolean =>
  Object.entries(entry).some(([name, value]) => name !== 'type' && value === undefined);

/** Each remark once: every amount of a dosage would say the same of the product. */
function distinct(remarks: readonly Remark[]): Remark[] {
  const seen = new Set<string>();
  return remarks.filter(({ rule, code, message }) => {
    const key = `${rule} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
