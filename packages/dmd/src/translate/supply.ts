/** Supply (S1 to S3): how much of a product a dosage needs, in which packs, and how long a quantity lasts. */

import type { Dosage } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, type Rational, rational } from '../units/rational.ts';
import { type ExactQuantity, exactQuantity, exactText } from './amount.ts';
import { type AskedQuantity, readAsked } from './asked-amount.ts';
import { type AskedCode, findConcept, type ProductReference, referenceTo } from './concept.ts';
import { MODIFIED, misshapen, modifierIn } from './dosage-shape.ts';
import type { FormRules } from './forms.ts';
import { type ManyRow, manyUnits } from './many-units.ts';
import { done, type Outcome, type Remark, refused, remark } from './remark.ts';
import { sentText } from './sent-text.ts';
import { productAmount } from './supply-amount.ts';
import { lasting } from './supply-lasting.ts';
import { type PackOffer, packsFor } from './supply-packs.ts';
import { daysOf } from './supply-timing.ts';
import { type SupplyStep, totalOf } from './supply-total.ts';

/** What is asked: for a duration how much, or for a quantity how long. */
export interface SupplyQuestion {
  /** A VMP or AMP, by current or superseded id. */
  readonly medication: AskedCode;
  readonly dosage: Dosage | readonly Dosage[];
  /** A UCUM time (`d`, `wk`, `h`); not needed where the dosage says how long. */
  readonly duration?: AskedQuantity | undefined;
  /** A quantity of the product, to be told how long it lasts; instead of a duration. */
  readonly quantity?: AskedQuantity | undefined;
  /** What the site says of forms, and of quantities that are much for one dose. */
  readonly forms?: FormRules | undefined;
  readonly many?: readonly ManyRow[] | undefined;
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
  const amp = dictionary.amp(found.value.id);
  const product = referenceTo(amp ?? vmp);
  if (vmp.invalid || amp?.invalid === true) {
    return refuse(remark('U1', 'invalid', `${product.name} is invalid in dm+d.`, 'medication'));
  }
  if (!vmp.available || amp?.available === false) {
    remarks.push(remark('U1', 'not-available', `${product.name} is not available.`, 'medication'));
  }
  const dosages = (Array.isArray(question.dosage) ? question.dosage : [question.dosage]) as readonly Dosage[];
  if (dosages.length === 0) return refuse(remark('S1', 'no-dose', 'There is no dosage.', 'dosage'));
  if (question.duration !== undefined && question.quantity !== undefined) {
    const message =
      'For a duration it is counted how much is needed, for a quantity how long it lasts: ask one of them.';
    return refuse(remark('S2', 'duration', message, 'duration'));
  }
  const asked = question.duration && durationOf(dictionary, question.duration);
  if (asked && !asked.ok) return refuse(asked.refusal);
  const each: SupplyStep[] = [];
  for (const [index, dosage] of dosages.entries()) {
    const path = Array.isArray(question.dosage) ? `dosage[${index}]` : 'dosage';
    const fault = misshapen(dosage, path);
    if (fault !== undefined)
      return refuse(remark('S1', 'no-dose', 'This is not a FHIR Dosage that can be read.', fault));
    const modifier = modifierIn(dosage, path);
    if (modifier !== undefined) return refuse(remark('S1', 'not-translatable', MODIFIED, modifier));
    const sent = sentText(dosage, path);
    if (sent.refusal !== undefined) return refuse(sent.refusal);
    const amount = productAmount(dictionary, vmp, dosage, path, remarks, question.forms);
    if (!amount.ok) return refuse(amount.refusal);
    if (sent.remark !== undefined) remarks.push(sent.remark);
    const much = manyUnits(amount.value, vmp.forms[0]?.code, 'S1', question.many);
    if (much !== undefined) remarks.push({ ...much, path });
    each.push({ amount: amount.value, dosage, path });
  }
  if (question.quantity !== undefined) return lasting(dictionary, vmp, product, question.quantity, each, remarks);
  const total = totalOf(each, asked?.value);
  if (!total.ok) return refuse(total.refusal);
  const packs = packsFor(dictionary, vmp, total.value.amount);
  const { days } = total.value;
  if (asked && days && compare(days, asked.value) < 0) {
    const message = `The dosage ends after ${exactText(days)} days of the ${exactText(asked.value)} asked: no more is counted.`;
    remarks.push(remark('S2', 'duration', message, 'duration'));
  }
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
  if (days === undefined) {
    const message = 'The duration has no exact length: say it in days (UCUM d), weeks (wk) or hours (h).';
    return refused('S2', 'duration', message, 'duration');
  }
  if (days.numerator === 0n || compare(days, LONGEST) > 0) {
    return refused(
      'S2',
      'duration',
      'The duration must be more than nothing, and less than a hundred years.',
      'duration',
    );
  }
  return done(days);
}

/** A hundred years: nobody is supplied for longer, and a number so large is a wrong unit. */
const LONGEST: Rational = rational(36525n) ?? { numerator: 36525n, denominator: 1n };
