/** Dose to product (T1 to T7): which products make a dose, how much of each, and why. A list for a person to choose from. */

import type { Amp, Dictionary, Vmp, Vtm } from '../dictionary/dictionary.ts';
import { compare } from '../units/rational.ts';
import { type Amount, amountText, exactQuantity } from './amount.ts';
import { compareText, isCombinationVtm, prescribingStatus, supplyRemark, usableAmps } from './candidates.ts';
import { combinationsOf } from './combinations.ts';
import { findConcept, referenceTo } from './concept.ts';
import { type AskedDose, type ReadDose, readDose } from './dose.ts';
import type {
  DoseQuestion,
  DoseToProducts,
  ExcludedProduct,
  LocalFormulary,
  OfferedQuantity,
  ProductOffer,
} from './dose-question.ts';
import { type ProductFacts, productsOf } from './facts.ts';
import { formRule } from './forms.ts';
import { quantityForDose } from './quantity-for-dose.ts';
import { type Ranking, rankOf } from './rank.ts';
import { type Remark, refused, remark } from './remark.ts';
import type { ProductQuantity, StrengthReading } from './strength.ts';

/** A candidate that makes the dose, before it becomes an offer. */
interface Candidate {
  readonly vmp: Vmp;
  readonly facts: ProductFacts;
  readonly reading: StrengthReading;
  readonly amounts: readonly Amount[];
  readonly quantities: readonly OfferedQuantity[];
  readonly ranking: Ranking;
  readonly reasons: string[];
  readonly cautions: Remark[];
}

/**
 * The products that make a dose of a moiety, with exact quantities, best first; or why there are none. Pure and total:
 * what cannot be translated safely is refused with its rule.
 */
export function doseToProducts(dictionary: Dictionary, question: DoseQuestion): DoseToProducts {
  const remarks: Remark[] = [];
  const refuse = (...refusals: Remark[]): DoseToProducts => ({ outcome: 'refused', refusals, excluded: [], remarks });
  const found = findConcept(dictionary, question.vtm, ['VTM'], 'T1', 'vtm');
  if (!found.ok) return refuse(found.refusal);
  remarks.push(...found.value.remarks);
  const vtm = dictionary.vtm(found.value.id) as Vtm;
  if (vtm.invalid) return refuse(remark('T1', 'invalid', `${vtm.name} is invalid in dm+d.`, 'vtm'));
  if (isCombinationVtm(dictionary, vtm)) {
    const message = `${vtm.name} has several active ingredients: one dose does not say how much of each.`;
    return refuse(remark('T2', 'combination', message, 'vtm'));
  }
  const place = { form: question.form, route: question.route };
  const wanted: { form?: string; route?: string } = {};
  for (const [name, kind] of [
    ['form', 'FORM'],
    ['route', 'ROUTE'],
  ] as const) {
    const asked = place[name];
    if (asked === undefined) continue;
    const concept = findConcept(dictionary, asked, [kind], 'T1', name);
    if (!concept.ok) return refuse(concept.refusal);
    remarks.push(...concept.value.remarks);
    wanted[name] = concept.value.id;
  }
  const asked = (Array.isArray(question.dose) ? question.dose : [question.dose]) as readonly AskedDose[];
  if (asked.length === 0) return refuse(remark('T2', 'no-dose', 'There is no dose.', 'dose'));
  const doses: ReadDose[] = [];
  for (const [index, dose] of asked.entries()) {
    const read = readDose(dictionary, dose, question, asked.length === 1 ? 'dose' : `dose[${index}]`);
    if (!read.ok) return refuse(read.refusal);
    doses.push(read.value);
  }

  const excluded: ExcludedProduct[] = [];
  const candidates: Candidate[] = [];
  for (const facts of productsOf(dictionary, vtm)) {
    if (wanted.form !== undefined && !facts.forms.some(({ code }) => code === wanted.form)) continue;
    if (wanted.route !== undefined && !facts.routes.some(({ code }) => code === wanted.route)) continue;
    const candidate = candidateOf(dictionary, vtm, facts, doses, question);
    if (candidate.ok) candidates.push(candidate.value);
    else excluded.push({ product: facts.product, remarks: [candidate.refusal] });
  }
  const ordered = candidates.sort(order(question.formulary));
  const products: ProductOffer[] = [];
  for (const candidate of ordered) {
    const offers = offersOf(dictionary, candidate, question);
    products.push(...offers.offered);
    excluded.push(...offers.excluded);
  }
  excluded.sort((a, b) => compareText(a.product.name, b.product.name) || compareText(a.product.id, b.product.id));
  if (products.length === 0) return nothing(vtm, excluded, remarks, wanted);
  const combinations = doses.length === 1 ? combinationsOf(ordered, doses[0] as ReadDose, question) : [];
  return { outcome: 'products', vtm: referenceTo(vtm), products, combinations, excluded, remarks };
}

function candidateOf(
  dictionary: Dictionary,
  vtm: Vtm,
  facts: ProductFacts,
  doses: readonly ReadDose[],
  question: DoseQuestion,
): { readonly ok: true; readonly value: Candidate } | { readonly ok: false; readonly refusal: Remark } {
  const { vmp, product, unusable, substance: standing } = facts;
  const cautions: Remark[] = [];
  if (unusable !== undefined) {
    if (question.evenUnavailable !== true || unusable.code === 'invalid') return { ok: false, refusal: unusable };
    cautions.push(unusable);
  }
  const status = prescribingStatus(facts, question.setting ?? 'primary');
  if (status.offering === 'nothing' && status.remark) return { ok: false, refusal: status.remark };
  if (status.remark) cautions.push(status.remark);
  if (question.formulary?.blocked?.includes(product.id) === true) {
    return refused('T5', 'blocked', `${product.name} is blocked by the local formulary.`);
  }
  const read = facts.strength;
  if (!read.ok) return read;
  const reading = read.value;
  const rule = formRule(facts.forms[0]?.code, question.forms);
  if (rule.division === 'applied' && reading.perTime === undefined) {
    const form = facts.forms[0]?.display ?? 'its form';
    return refused(
      'T2',
      'applied',
      `${product.name} (${form}) is not dosed by weight of its substance: ${rule.source}.`,
    );
  }
  const substance = reading.substance.name;
  if (standing === 'other') {
    return refused(
      'T2',
      'other-substance',
      `The strength of ${product.name} is of ${substance}; products of ${vtm.name} mix substances.`,
    );
  }
  if (standing === 'salt') {
    cautions.push(
      remark('T2', 'other-substance', `The strength is stated as ${substance}: check that the dose is too.`),
    );
  }
  const form = facts.forms[0]?.display ?? '';
  if (question.form === undefined && RELEASES_OTHERWISE.test(form)) {
    cautions.push(
      remark('T1', 'form-unclear', `${form}: the dose names no form; this is not the same as a plain one.`),
    );
  }
  const quantities: OfferedQuantity[] = [];
  const amounts: Amount[] = [];
  let ranking: Ranking | undefined;
  for (const dose of doses) {
    const low = quantityForDose(dictionary, reading, dose.low);
    if (!low.ok) return low;
    const high = dose.high && quantityForDose(dictionary, reading, dose.high);
    if (high && !high.ok) return high;
    for (const each of high ? [low.value, high.value] : [low.value]) {
      ranking = worse(ranking, rankOf(reading, each, question));
      amounts.push(each.primary);
    }
    quantities.push(offered(reading, low.value, high?.value));
  }
  if (ranking === undefined) return refused('T2', 'no-dose', 'There is no dose.');
  const reasons = [ranking.reason];
  const { exactness } = reading;
  if (exactness.kind === 'recovered') {
    const stored = vmp.ingredients[0];
    const held = `${stored?.numeratorValue} ${stored?.numeratorUnit?.display} per ${stored?.denominatorUnit?.display}`;
    reasons.push(`Exact strength from the name (${exactness.name}); the dictionary holds it rounded, ${held}`);
  }
  if (exactness.kind === 'inexact') {
    cautions.push(remark('T4', 'strength-rounded', `The quantity is not exact: ${exactness.reason}.`));
  }
  return { ok: true, value: { vmp, facts, reading, amounts, quantities, ranking, reasons, cautions } };
}

/** Forms that a dose without a form does not mean by itself. */
const RELEASES_OTHERWISE = /modified-release|prolonged-release|gastro-resistant/i;

function offered(reading: StrengthReading, low: ProductQuantity, high: ProductQuantity | undefined): OfferedQuantity {
  return {
    quantity: exactQuantity(low.primary),
    high: high && exactQuantity(high.primary),
    others: low.others.map(exactQuantity),
    arithmetic: high ? `${low.arithmetic}; to ${amountText(high.primary)}: ${high.arithmetic}` : low.arithmetic,
    exact: reading.exactness.kind !== 'inexact',
  };
}

/** A product is as good as the worst of the quantities that are needed of it. */
function worse(a: Ranking | undefined, b: Ranking): Ranking {
  if (a === undefined || b.rank > a.rank) return b;
  return b.rank === a.rank && b.tier > a.tier ? b : a;
}

/** Rank, then what the site prefers and has, then whole before measured, fewer units, name, id. */
function order(formulary: LocalFormulary | undefined): (a: Candidate, b: Candidate) => number {
  return (a, b) => {
    const byRank = a.ranking.rank - b.ranking.rank;
    if (byRank !== 0) return byRank;
    const bySite = siteTier(formulary, a.facts.product.id) - siteTier(formulary, b.facts.product.id);
    if (bySite !== 0) return bySite;
    const byTier = a.ranking.tier - b.ranking.tier;
    if (byTier !== 0) return byTier;
    const [left, right] = [a.amounts[0], b.amounts[0]];
    const byUnits = left && right ? compare(left.value, right.value) : 0;
    return (
      byUnits ||
      compareText(a.facts.product.name, b.facts.product.name) ||
      compareText(a.facts.product.id, b.facts.product.id)
    );
  };
}

function siteTier(formulary: LocalFormulary | undefined, id: string): number {
  const missing = formulary?.inStock !== undefined && !formulary.inStock.includes(id) ? 2 : 0;
  return missing + (formulary?.preferred?.includes(id) === true ? 0 : 1);
}

function siteReasons(formulary: LocalFormulary | undefined, id: string): string[] {
  const reasons: string[] = [];
  if (formulary?.preferred?.includes(id) === true) reasons.push('Preferred by the local formulary');
  if (formulary?.inStock !== undefined) reasons.push(formulary.inStock.includes(id) ? 'In stock' : 'Not in stock');
  return reasons;
}

/** What of a candidate is offered: itself, its AMPs under it, or its AMPs in its place (T1). */
function offersOf(
  dictionary: Dictionary,
  candidate: Candidate,
  question: DoseQuestion,
): { readonly offered: ProductOffer[]; readonly excluded: ExcludedProduct[] } {
  const { vmp, quantities, ranking, reasons, cautions } = candidate;
  const { formulary } = question;
  const { offering } = prescribingStatus(candidate.facts, question.setting ?? 'primary');
  const offer = (
    product: Vmp | Amp,
    more: readonly Remark[],
    actualProducts: readonly ProductOffer[],
  ): ProductOffer => ({
    product: referenceTo(product),
    quantities,
    rank: ranking.rank,
    reasons: [...reasons, ...siteReasons(formulary, product.id)],
    cautions: more,
    actualProducts,
  });
  if (offering === 'vmp') return { offered: [offer(vmp, cautions, [])], excluded: [] };
  const blocked = new Set(formulary?.blocked);
  const all = usableAmps(dictionary, vmp);
  const amps = all.filter(({ id }) => !blocked.has(id));
  const own = cautions.filter(({ code }) => code === 'strength-rounded' || code === 'other-substance');
  const actual = amps
    .map((amp) => {
      const supply = supplyRemark(amp);
      return offer(amp, supply ? [...own, supply] : own, []);
    })
    .sort((a, b) => siteTier(formulary, a.product.id) - siteTier(formulary, b.product.id));
  const excluded: ExcludedProduct[] = all
    .filter(({ id }) => blocked.has(id))
    .map((amp) => ({
      product: referenceTo(amp),
      remarks: [remark('T5', 'blocked', `${amp.description} is blocked by the local formulary.`)],
    }));
  if (offering === 'vmp and amps') return { offered: [offer(vmp, cautions, actual)], excluded };
  // The VMP itself is hidden: its status says why.
  excluded.push({ product: referenceTo(vmp), remarks: cautions });
  return { offered: actual, excluded };
}

/** No product: the reasons, each once, with how many products it stands for. */
function nothing(
  vtm: Vtm,
  excluded: readonly ExcludedProduct[],
  remarks: readonly Remark[],
  wanted: { form?: string; route?: string },
): DoseToProducts {
  const refusals: Remark[] = [];
  if (excluded.length === 0) {
    const place = wanted.form !== undefined || wanted.route !== undefined ? ' of that form and route' : '';
    refusals.push(remark('T1', 'no-products', `${vtm.name} has no products${place} in this release.`));
  }
  const seen = new Set<string>();
  for (const { rule, code, message } of excluded.flatMap((each) => each.remarks)) {
    if (seen.has(code)) continue;
    seen.add(code);
    const others = excluded.filter((each) => each.remarks.some((other) => other.code === code)).length - 1;
    refusals.push(remark(rule, code, others > 0 ? `${message} The same holds for ${others} more.` : message));
  }
  return { outcome: 'refused', refusals, excluded, remarks };
}
