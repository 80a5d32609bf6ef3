/** Product to dose (U1 to U7): the most generic instruction that is still safe, or why there is none. */

import { type Dosage, dosagesToText } from '@concord/dosage';
import { type Coded, type Dictionary, SNOMED_SYSTEM, type Vmp } from '../dictionary/dictionary.ts';
import { isBrandSensitive, isCombinationVtm, prescribingStatus, substanceStanding } from './candidates.ts';
import { type AskedCode, findConcept, type ProductReference, referenceTo } from './concept.ts';
import { translateAmounts } from './dosage-amounts.ts';
import { MODIFIED, misshapen, modifierIn } from './dosage-shape.ts';
import { type FormRules, formRule } from './forms.ts';
import type { ManyRow } from './many-units.ts';
import type { MeasureRow } from './measures.ts';
import { productWords } from './product-words.ts';
import { type Remark, remark } from './remark.ts';
import { sentText } from './sent-text.ts';
import { type StrengthReading, strengthOf } from './strength.ts';
import { tradeFamilyOf } from './trade-family.ts';

/** What is asked. */
export interface ProductQuestion {
  /** A VMP or AMP, by current or superseded id. */
  readonly medication: AskedCode;
  readonly dosage: Dosage | readonly Dosage[];
  /** What the site says of forms, of measures, and of quantities that are much. */
  readonly forms?: FormRules | undefined;
  readonly measures?: readonly MeasureRow[] | undefined;
  readonly many?: readonly ManyRow[] | undefined;
}

/** The answer. */
export type ProductToDose =
  | {
      readonly outcome: 'dose';
      readonly product: ProductReference;
      readonly vtm: ProductReference;
      /** Where the form must survive (U5). */
      readonly form: Coded | undefined;
      /** Where the brand must survive (U5): the text of a trade family. */
      readonly tradeFamily: string | undefined;
      /** In the order asked, with new text. */
      readonly dosages: readonly Dosage[];
      /** How the amounts of each dosage were found: `1 tablet x 10 mg per tablet = 10 mg`. */
      readonly arithmetic: readonly (readonly string[])[];
      readonly remarks: readonly Remark[];
    }
  | { readonly outcome: 'refused'; readonly refusals: readonly Remark[]; readonly remarks: readonly Remark[] };

/** What a product is, generically. */
interface Generic {
  readonly product: ProductReference;
  readonly reading: StrengthReading;
  readonly vtm: ProductReference;
  readonly form: Coded | undefined;
  readonly tradeFamily: string | undefined;
  readonly routes: readonly Coded[];
  readonly remarks: readonly Remark[];
}

/**
 * A dosage of a product as a dosage of its moiety. Pure and total; a dosage is translated whole or refused whole.
 */
export function productToDose(dictionary: Dictionary, question: ProductQuestion): ProductToDose {
  const generic = genericOf(dictionary, question.medication, question.forms);
  if (!generic.ok) return { outcome: 'refused', refusals: [generic.refusal], remarks: generic.remarks };
  const { product, reading, vtm, form, tradeFamily, routes } = generic.value;
  const remarks = [...generic.value.remarks];
  const given = (Array.isArray(question.dosage) ? question.dosage : [question.dosage]) as readonly Dosage[];
  const path = (index: number) => (Array.isArray(question.dosage) ? `dosage[${index}]` : 'dosage');
  const refusals: Remark[] = [];
  if (given.length === 0) refusals.push(remark('U6', 'no-dose', 'There is no dosage.', 'dosage'));
  const dosages: Dosage[] = [];
  const arithmetic: (readonly string[])[] = [];
  for (const [index, dosage] of given.entries()) {
    const fault = misshapen(dosage, path(index));
    if (fault !== undefined) {
      refusals.push(remark('U6', 'no-dose', 'This is not a FHIR Dosage that can be read.', fault));
      continue;
    }
    const modifier = modifierIn(dosage, path(index));
    if (modifier !== undefined) {
      refusals.push(remark('U6', 'not-translatable', MODIFIED, modifier));
      continue;
    }
    const sent = sentText(dosage, path(index));
    if (sent.refusal !== undefined) {
      refusals.push(sent.refusal);
      continue;
    }
    const amounts = translateAmounts(dictionary, reading, dosage, path(index), question);
    if (!amounts.ok) {
      refusals.push(amounts.refusal);
      continue;
    }
    if (sent.remark !== undefined) remarks.push(sent.remark);
    const { text: _old, ...untold } = amounts.value.dosage;
    arithmetic.push(amounts.value.arithmetic);
    remarks.push(...amounts.value.remarks);
    dosages.push(withRoute(untold, routes, path(index), remarks));
    remarks.push(...productWords(dictionary, reading, dosage, path(index)));
  }
  if (refusals.length > 0) return { outcome: 'refused', refusals, remarks };
  const texts = dosagesToText(dosages);
  const told = dosages.map((dosage, index): Dosage => {
    const text = texts.dosages[index];
    if (text?.outcome === 'text') return { ...dosage, text: text.text };
    const why = text?.refusals.map(({ message }) => message).join(' ') ?? '';
    remarks.push(remark('U7', 'left-out', `No text could be made for the new dosage. ${why}`.trim(), path(index)));
    return dosage;
  });
  return { outcome: 'dose', product, vtm, form, tradeFamily, dosages: told, arithmetic, remarks };
}

/** The moiety of a product, with what of form and brand must survive; or why it has none that is safe (U1, U5, U6). */
function genericOf(
  dictionary: Dictionary,
  medication: AskedCode,
  forms?: FormRules,
):
  | { readonly ok: true; readonly value: Generic }
  | { readonly ok: false; readonly refusal: Remark; readonly remarks: readonly Remark[] } {
  const found = findConcept(dictionary, medication, ['VMP', 'AMP'], 'U1', 'medication');
  if (!found.ok) return { ...found, remarks: [] };
  const remarks = [...found.value.remarks];
  const refuse = (rule: Remark['rule'], code: Remark['code'], message: string) =>
    ({ ok: false, refusal: remark(rule, code, message, 'medication'), remarks }) as const;
  const amp = dictionary.amp(found.value.id);
  const vmp = dictionary.vmpOf(found.value.id);
  if (vmp === undefined) return refuse('U1', 'unknown-code', 'The product has no VMP in this release.');
  const product = referenceTo(amp ?? vmp);
  if (vmp.invalid || amp?.invalid === true) return refuse('U1', 'invalid', `${product.name} is invalid in dm+d.`);
  if (!vmp.available || amp?.available === false) {
    remarks.push(remark('U1', 'not-available', `${product.name} is not available.`, 'medication'));
  }
  const vtm = dictionary.vtmOf(vmp.id);
  if (vtm === undefined) {
    return vmp.ingredients.length > 1
      ? refuse('U6', 'combination', `${product.name} has ${vmp.ingredients.length} active ingredients and no VTM.`)
      : vmp.ingredients.length === 0
        ? refuse(
            'U6',
            'not-a-medicine',
            `dm+d gives ${product.name} no ingredient and no VTM: it is no medicine by dose.`,
          )
        : refuse('U6', 'no-vtm', `dm+d gives ${product.name} no VTM: there is no moiety to say it as.`);
  }
  if (vtm.invalid) return refuse('U1', 'invalid', `${vtm.name}, the VTM of ${product.name}, is invalid in dm+d.`);
  if (isCombinationVtm(dictionary, vtm)) {
    return refuse(
      'U6',
      'combination',
      `${vtm.name} has several active ingredients: one dose does not say how much of each.`,
    );
  }
  const reading = strengthOf(dictionary, vmp);
  if (!reading.ok) {
    const { code, message } = reading.refusal;
    return refuse(code === 'combination' || code === 'component-only' ? 'U6' : 'U2', code, message);
  }
  if (reading.value.exactness.kind === 'inexact') {
    return refuse(
      'U2',
      'strength-rounded',
      `The strength of ${vmp.name} is not exact: ${reading.value.exactness.reason}.`,
    );
  }
  if (reading.value.exactness.kind === 'recovered') {
    const message = `The exact strength is from the name (${reading.value.exactness.name}); the dictionary holds it rounded.`;
    remarks.push(remark('U2', 'strength-recovered', message, 'medication'));
  }
  const standing = substanceStanding(dictionary, vtm, reading.value);
  const substance = reading.value.substance.name;
  if (standing === 'other') {
    return refuse(
      'U6',
      'other-substance',
      `The strength of ${vmp.name} is of ${substance}; products of ${vtm.name} mix substances.`,
    );
  }
  if (standing === 'salt') {
    remarks.push(
      remark('U2', 'other-substance', `The dose is of ${substance}, as the product states its strength.`, 'medication'),
    );
  }
  const [form, ...others] = vmp.forms;
  const rule = formRule(form?.code, forms);
  if (rule.division === 'applied' && reading.value.perTime === undefined) {
    return refuse('U6', 'applied', `${product.name} is not dosed by weight of its substance: ${rule.source}.`);
  }
  if (rule.keep && (form === undefined || others.length > 0)) {
    return refuse('U5', 'form-unclear', `The dictionary does not give ${vmp.name} one form, and its form may matter.`);
  }
  if (rule.keep && form !== undefined) {
    remarks.push(
      remark(
        'U5',
        'form-kept',
        `${form.display ?? form.code} is kept beside the moiety: ${rule.source}.`,
        'medication',
      ),
    );
  }
  const brand = brandOf(dictionary, vmp, amp);
  if ('refusal' in brand) return { ok: false, refusal: brand.refusal, remarks };
  remarks.push(...brand.remarks);
  const routes = amp !== undefined && amp.licensedRoutes.length > 0 ? amp.licensedRoutes : vmp.routes;
  const value: Generic = {
    product,
    reading: reading.value,
    vtm: referenceTo(vtm),
    form: rule.keep ? form : undefined,
    tradeFamily: brand.family,
    routes,
    remarks,
  };
  return { ok: true, value };
}

function brandOf(
  dictionary: Dictionary,
  vmp: Vmp,
  amp: ReturnType<Dictionary['amp']>,
): { family: string | undefined; remarks: Remark[] } | { refusal: Remark } {
  if (!isBrandSensitive(vmp)) return { family: undefined, remarks: [] };
  const status = prescribingStatus(vmp, 'secondary');
  if (amp === undefined) {
    if (status.offering === 'amps') {
      const message = `${vmp.name}: ${status.remark?.message ?? ''} Name the actual product.`;
      return { refusal: remark('U5', 'never-as-vmp', message, 'medication') };
    }
    const message = `${status.remark?.message ?? ''} No brand was named, so none is kept.`;
    return {
      family: undefined,
      remarks: [remark('U5', status.remark?.code ?? 'amp-level-advised', message, 'medication')],
    };
  }
  const family = tradeFamilyOf(dictionary, amp);
  if (family === undefined) {
    const message = `${amp.description} is not interchangeable with others, and its name has no brand that a moiety could keep.`;
    return { refusal: remark('U5', 'brand-lost', message, 'medication') };
  }
  const message = `${family} is kept as trade family: ${status.remark?.message ?? ''}`.trim();
  return { family, remarks: [remark('U5', 'trade-family-kept', message, 'medication')] };
}

/** Adds the only licensed route (U4); says so, and where there are several says which. */
function withRoute(dosage: Dosage, routes: readonly Coded[], path: string, remarks: Remark[]): Dosage {
  const said = routes.map(({ code, display }) => display ?? code).join(', ');
  if (dosage.route !== undefined) {
    const codes = (dosage.route.coding ?? []).flatMap(({ code }) => code ?? []);
    if (codes.length > 0 && routes.length > 0 && !routes.some(({ code }) => codes.includes(code))) {
      remarks.push(remark('U4', 'route-not-licensed', `The route asked is not one of the product's: ${said}.`, path));
    }
    return dosage;
  }
  const [only, ...others] = routes;
  if (only === undefined || others.length > 0) {
    const why =
      only === undefined ? 'The dictionary gives the product no route' : `The product has several routes (${said})`;
    remarks.push(remark('U4', 'route-open', `${why}: none was added.`, path));
    return dosage;
  }
  const display = only.display ?? only.code;
  remarks.push(remark('U4', 'route-added', `Route ${display} was added, the product's only one.`, path));
  return { ...dosage, route: { coding: [{ system: SNOMED_SYSTEM, code: only.code, display }] } };
}
