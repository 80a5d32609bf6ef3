/** Dose to product (T1 to T7): which products make a dose, how much of each, and why. A list for a person to choose from. */

import type { Coded, Dictionary, Vtm } from '../dictionary/dictionary.ts';
import { compare, rational } from '../units/rational.ts';
import { type Amount, amountText, exactQuantity, ONE } from './amount.ts';
import { compareText, isCombinationVtm, prescribingStatus } from './candidates.ts';
import { combinationsOf } from './combinations.ts';
import { findConcept, referenceTo } from './concept.ts';
import { type AskedDose, type ReadDose, readDose } from './dose.ts';
import type { DoseQuestion, DoseToProducts, ExcludedProduct, OfferedQuantity, ProductOffer } from './dose-question.ts';
import { type ProductFacts, productsOf } from './facts.ts';
import { formRule } from './forms.ts';
import { type LocalFormulary, type ReadFormulary, readFormulary, siteTier } from './formulary.ts';
import { manyUnits } from './many-units.ts';
import { type Candidate, offersOf } from './offers.ts';
import type { ProductQuantity } from './product-quantity.ts';
import { quantityForDose } from './quantity-for-dose.ts';
import { type Ranking, rankOf } from './rank.ts';
import { type Remark, refused, remark } from './remark.ts';
import type { StrengthReading } from './strength.ts';

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

  const formulary = readFormulary(dictionary, question.formulary ?? NONE);
  remarks.push(...formulary.remarks);
  const excluded: ExcludedProduct[] = [];
  const candidates: Candidate[] = [];
  for (const facts of productsOf(dictionary, vtm)) {
    if (wanted.form !== undefined && !facts.forms.some(({ code }) => code === wanted.form)) continue;
    if (wanted.route !== undefined && !facts.routes.some(({ code }) => code === wanted.route)) continue;
    const candidate = candidateOf(dictionary, vtm, facts, doses, question, formulary);
    if (candidate.ok) candidates.push(candidate.value);
    else excluded.push({ product: facts.product, remarks: [candidate.refusal] });
  }
  const ordered = candidates.sort(order(formulary));
  const products: ProductOffer[] = [];
  for (const candidate of ordered) {
    const offers = offersOf(dictionary, candidate, question, formulary);
    products.push(...offers.offered);
    excluded.push(...offers.excluded);
  }
  excluded.sort((a, b) => compareText(a.product.name, b.product.name) || compareText(a.product.id, b.product.id));
  if (products.length === 0) return nothing(vtm, excluded, remarks, wanted, productsOf(dictionary, vtm));
  const [first, ...others] = doses as [ReadDose, ...ReadDose[]];
  const isOne = others.length === 0 && first.high === undefined;
  if (!isOne) remarks.push(remark('T6', 'no-sums', NO_SUMS, 'dose'));
  const combinations = isOne ? combinationsOf(ordered, first.low, question) : [];
  remarks.push(...openQuestions(ordered, doses, wanted.route));
  return { outcome: 'products', vtm: referenceTo(vtm), products, combinations, excluded, remarks };
}

function candidateOf(
  dictionary: Dictionary,
  vtm: Vtm,
  facts: ProductFacts,
  doses: readonly ReadDose[],
  question: DoseQuestion,
  formulary: ReadFormulary,
): { readonly ok: true; readonly value: Candidate } | { readonly ok: false; readonly refusal: Remark } {
  const { vmp, product, unusable, substance: standing } = facts;
  const cautions: Remark[] = [];
  if (unusable !== undefined) {
    if (question.evenUnavailable !== true || unusable.code === 'invalid') return { ok: false, refusal: unusable };
    cautions.push(unusable);
  }
  const status = prescribingStatus(facts, question.setting ?? 'primary');
  if (status.offering === 'nothing' && status.remark) {
    const message = `${status.remark.message} It is listed where the setting is secondary care.`;
    return { ok: false, refusal: { ...status.remark, message } };
  }
  if (status.remark) cautions.push(status.remark);
  if (formulary.blocked.has(product.id)) {
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
  if (rule.infused === false && doses.some(({ low }) => low.per !== undefined)) {
    const form = facts.forms[0]?.display ?? 'its form';
    return refused('T2', 'rate', `${product.name} (${form}) is not run in at a rate.`);
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
  const [many] = amounts
    .map((each) => manyUnits(each, facts.forms[0]?.code, 'T5', question.many))
    .filter((each) => each !== undefined);
  if (many !== undefined) cautions.push(many);
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

/** What the dose leaves open, of which the products listed are of several kinds. */
function openQuestions(
  candidates: readonly Candidate[],
  doses: readonly ReadDose[],
  route: string | undefined,
): Remark[] {
  const remarks: Remark[] = [];
  const routes = candidates.map(({ facts }) => facts.routes);
  const [first = []] = routes;
  const isOfOne = first.some(({ code }) => routes.every((each) => each.some((other) => other.code === code)));
  if (route === undefined && !isOfOne) {
    const message = `The dose names no route: products of several are listed (${namesOf(routes.flat())}), and a dose by one of them is not the same by another.`;
    remarks.push(remark('T1', 'route-open', message, 'route'));
  }
  const daily = doses.map(({ low }) => low).find(({ per }) => per !== undefined && compare(per.size, HOUR) > 0);
  if (
    daily !== undefined &&
    candidates.some(({ amounts }) => amounts.some(({ unit }) => unit.dimension === 'volume/time'))
  ) {
    const message = `${amountText(daily)} per ${daily.per?.name} is taken as a rate that is run in all the time. What is given in parts is asked by each part.`;
    remarks.push(remark('T2', 'rate', message, 'dose'));
  }
  return remarks;
}

const HOUR = rational(3600n) ?? ONE;

const NONE: LocalFormulary = {};

const NO_SUMS =
  'Strengths together are listed for one dose only: each end of a range, and each step, would need a sum of its own. Ask for them one by one.';

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
function order(formulary: ReadFormulary): (a: Candidate, b: Candidate) => number {
  return (a, b) => {
    const byRank = a.ranking.rank - b.ranking.rank;
    if (byRank !== 0) return byRank;
    const bySite = siteTier(formulary, a.facts.product) - siteTier(formulary, b.facts.product);
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

/** No product: the reasons, each once, with how many products it stands for. */
function nothing(
  vtm: Vtm,
  excluded: readonly ExcludedProduct[],
  remarks: readonly Remark[],
  wanted: { form?: string; route?: string },
  all: readonly ProductFacts[],
): DoseToProducts {
  const refusals: Remark[] = [];
  if (excluded.length === 0) {
    const asked = (['form', 'route'] as const).filter((name) => wanted[name] !== undefined);
    const place = asked.length === 0 || all.length === 0 ? '' : ` of that ${asked.join(' and ')}`;
    const has = asked.map((name) => namesOf(all.flatMap((each) => (name === 'form' ? each.forms : each.routes))));
    const those = place === '' ? '' : ` Those that it has: ${has.join('; ')}.`;
    refusals.push(remark('T1', 'no-products', `${vtm.name} has no products${place} in this release.${those}`));
  }
  const seen = new Set<string>();
  for (const [product, { rule, code, message: why }] of excluded.flatMap((each) =>
    each.remarks.map((remark) => [each.product, remark] as const),
  )) {
    if (seen.has(code)) continue;
    seen.add(code);
    const message = why.includes(product.name) ? why : `${product.name}: ${why}`;
    const others = excluded.filter((each) => each.remarks.some((other) => other.code === code)).length - 1;
    refusals.push(remark(rule, code, others > 0 ? `${message} The same holds for ${others} more.` : message));
  }
  return { outcome: 'refused', refusals, excluded, remarks };
}

function namesOf(coded: readonly Coded[]): string {
  return [...new Set(coded.map(({ code, display }) => display ?? code))].sort(compareText).join(', ');
}
