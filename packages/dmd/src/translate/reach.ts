/** How much of a release translates, and whether each translation finds its way back (U8). */

import type { Dosage } from '@concord/dosage';
import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { compare } from '../units/rational.ts';
import { type Amount, codeOf, exactValue, inUnit, namedUnit } from './amount.ts';
import type { ProductOffer } from './dose-question.ts';
import { doseToProducts } from './dose-to-products.ts';
import { type ProductToDose, productToDose } from './product-to-dose.ts';
import type { Remark } from './remark.ts';
import { strengthOf } from './strength.ts';

/** How often a reason occurs. */
interface ReasonCount {
  readonly rule: string;
  readonly code: string;
  readonly count: number;
  readonly examples: readonly string[];
}

/** The reach of translation over a release. */
export interface Reach {
  readonly vmps: number;
  /** VMPs that have a VTM. */
  readonly medicines: number;
  readonly translated: number;
  /** Translated, and listed on the way back with the quantity asked. */
  readonly listed: number;
  readonly missing: readonly string[];
  readonly refused: readonly ReasonCount[];
  readonly remarks: readonly ReasonCount[];
}

/** One of a product as it is handled: 1 tablet, 1 ampoule, 1 ml. */
export function oneOf(dictionary: Dictionary, vmp: Vmp, value = '1'): { dosage: Dosage; amount: Amount | undefined } {
  const reading = strengthOf(dictionary, vmp);
  const unit = reading.ok ? reading.value.primary : namedUnit(dictionary, { code: vmp.unitDoseUnit?.code ?? '' });
  const code = unit ? codeOf(unit) : { code: '', system: '' };
  const quantity = { value: Number(value), unit: unit?.name ?? 'unit', ...code };
  const exact = exactValue(value);
  return { dosage: { doseAndRate: [{ doseQuantity: quantity }] }, amount: unit && exact && { value: exact, unit } };
}

/** Whether an answer's dose, translated back, lists the VMP (or AMPs in its place) with the amount (U8). */
export function isListed(
  dictionary: Dictionary,
  vmp: Vmp,
  answer: ProductToDose & { outcome: 'dose' },
  amount: Amount,
): boolean {
  const dosage = answer.dosages[0];
  const quantity = dosage?.doseAndRate?.[0]?.doseQuantity;
  const route = dosage?.route?.coding?.[0]?.code;
  if (quantity?.value === undefined || quantity.code === undefined) return false;
  const back = doseToProducts(dictionary, {
    vtm: answer.vtm.id,
    dose: { value: quantity.value, unit: { system: quantity.system, code: quantity.code } },
    form: answer.form?.code,
    route,
    setting: 'secondary',
    evenUnavailable: true,
  });
  if (back.outcome === 'refused') return false;
  const offers = back.products.filter(({ product }) =>
    product.level === 'VMP' ? product.id === vmp.id : dictionary.amp(product.id)?.vmpId === vmp.id,
  );
  return offers.some((offer) => makes(dictionary, offer, amount));
}

function makes(dictionary: Dictionary, offer: ProductOffer, amount: Amount): boolean {
  return offer.quantities.some(({ quantity, others }) =>
    [quantity, ...others].some(({ value, unit }) => {
      const named = namedUnit(dictionary, unit);
      const same = named && inUnit({ value, unit: named }, amount.unit);
      return same !== undefined && compare(same.value, amount.value) === 0;
    }),
  );
}

/** Translates one of every VMP there and back. Takes seconds for a full release. */
export function reachOf(dictionary: Dictionary): Reach {
  const refused = new Map<string, { remark: Remark; count: number; examples: string[] }>();
  const remarks = new Map<string, { remark: Remark; count: number; examples: string[] }>();
  const count = (into: typeof refused, remark: Remark, example: string): void => {
    const key = `${remark.rule} ${remark.code}`;
    const found = into.get(key) ?? { remark, count: 0, examples: [] };
    found.count++;
    if (found.examples.length < 5) found.examples.push(example);
    into.set(key, found);
  };
  let [vmps, medicines, translated, listed] = [0, 0, 0, 0];
  const missing: string[] = [];
  for (const vmp of dictionary.all('VMP')) {
    vmps++;
    if (vmp.vtmId !== undefined) medicines++;
    const { dosage, amount } = oneOf(dictionary, vmp);
    const answer = productToDose(dictionary, { medication: vmp.id, dosage });
    if (answer.outcome === 'refused') {
      for (const refusal of answer.refusals) count(refused, refusal, `${vmp.name}: ${refusal.message}`);
      continue;
    }
    translated++;
    for (const each of answer.remarks) count(remarks, each, vmp.name);
    if (amount !== undefined && isListed(dictionary, vmp, answer, amount)) listed++;
    else missing.push(`${vmp.id} ${vmp.name}`);
  }
  return { vmps, medicines, translated, listed, missing, refused: counted(refused), remarks: counted(remarks) };
}

function counted(reasons: ReadonlyMap<string, { remark: Remark; count: number; examples: string[] }>): ReasonCount[] {
  return [...reasons.values()]
    .map(({ remark: { rule, code }, count, examples }) => ({ rule, code, count, examples }))
    .sort((a, b) => b.count - a.count);
}
