/** Whole resources: a MedicationRequest or MedicationStatement for the moiety, or for a chosen product, ready to post. */

import { type Dosage, renderedDosageInstructionUrl, withDosageText } from '@concord/dosage';
import { type Coded, type Dictionary, DMD_SYSTEM, isDmdSystem } from '../dictionary/dictionary.ts';
import { type AskedCode, findConcept, type ProductReference } from './concept.ts';
import { misshapen } from './dosage-shape.ts';
import type { AskedDose } from './dose.ts';
import { type DoseQuestion, doseToProducts, type OfferedQuantity } from './dose-to-products.ts';
import { type ProductQuestion, productToDose } from './product-to-dose.ts';
import { type Outcome, type Remark, refused, remark } from './remark.ts';
import { sentText } from './sent-text.ts';
import { TRADE_FAMILY_URL } from './trade-family.ts';

type Json = { readonly [name: string]: unknown };

/** How a resource is to be translated. */
export interface ResourceOptions
  extends Pick<ProductQuestion, 'forms'>,
    Omit<DoseQuestion, 'vtm' | 'dose' | 'form' | 'route' | 'forms'> {
  /** For a resource of a moiety: the product that a person chose for it. Not asked for a resource of a product. */
  readonly product?: AskedCode | undefined;
  /** The Medication that `medicationReference` points to, where it is not contained. */
  readonly medication?: object | undefined;
}

/** The translated resource, or why there is none. */
export type TranslatedResource =
  | { readonly outcome: 'translated'; readonly resource: Json; readonly remarks: readonly Remark[] }
  | { readonly outcome: 'refused'; readonly refusals: readonly Remark[]; readonly remarks: readonly Remark[] };

/** Where each resource keeps its dosages, and the element that links it to what it was made from (U7). */
const RESOURCES: Readonly<Record<string, { readonly dosages: string; readonly link: string }>> = {
  MedicationStatement: { dosages: 'dosage', link: 'derivedFrom' },
  // R4 has no derivedFrom on a request; basedOn is the request that this one says in other terms.
  MedicationRequest: { dosages: 'dosageInstruction', link: 'basedOn' },
};

/** Elements that are the original's own: its identity, what it looked like, and what it counted in its product. */
const OWN = ['id', 'meta', 'implicitRules', 'text', 'identifier', 'medicationCodeableConcept', 'medicationReference'];

/**
 * A resource of a product as a resource of its moiety; with `product`, a resource of a moiety as one of that product.
 * The original is not changed, and is linked. Pure and total.
 */
export function translateResource(
  dictionary: Dictionary,
  resource: object,
  options: ResourceOptions = {},
): TranslatedResource {
  const json = resource as Json;
  const type = typeof json?.resourceType === 'string' ? json.resourceType : '';
  const shape = Object.hasOwn(RESOURCES, type) ? RESOURCES[type] : undefined;
  const refuse = (refusal: Remark, remarks: readonly Remark[] = []): TranslatedResource => ({
    outcome: 'refused',
    refusals: [refusal],
    remarks,
  });
  if (shape === undefined) {
    return refuse(
      remark(
        'U1',
        'not-translatable',
        'Only a MedicationRequest or MedicationStatement is translated.',
        'resourceType',
      ),
    );
  }
  if (json.modifierExtension !== undefined) {
    return refuse(
      remark('U6', 'not-translatable', 'The resource has a modifier extension, which may change what it means.', type),
    );
  }
  const coding = medicationOf(dictionary, json, options.medication);
  if (!coding.ok) return refuse(coding.refusal);
  const { code, tradeFamily, form } = coding.value;
  const found = findConcept(dictionary, code, ['VTM', 'VMP', 'AMP'], 'U1', `${type}.medication`);
  if (!found.ok) return refuse(found.refusal);
  const sent = json[shape.dosages];
  const dosages = Array.isArray(sent) ? (sent as Dosage[]) : [];
  if (found.value.kind !== 'VTM') {
    const answer = productToDose(dictionary, { medication: code, dosage: dosages, forms: options.forms });
    if (answer.outcome === 'refused') return answer;
    const medication = { of: answer.vtm, form: answer.form, tradeFamily: answer.tradeFamily };
    return done(dictionary, json, type, shape, medication, answer.dosages, answer.remarks);
  }
  if (options.product === undefined) {
    return refuse(
      remark('T1', 'no-products', 'The resource is of a moiety: a person has to choose the product.', 'product'),
      found.value.remarks,
    );
  }
  if (tradeFamily) {
    return refuse(
      remark(
        'U5',
        'brand-lost',
        'The resource names a trade family, which choosing a product by its dose does not keep.',
        type,
      ),
    );
  }
  const product = productDosages(dictionary, found.value.id, form, dosages, options);
  if ('refusal' in product) return refuse(product.refusal, [...found.value.remarks, ...product.remarks]);
  const remarks = [...found.value.remarks, ...product.remarks];
  return done(
    dictionary,
    json,
    type,
    shape,
    { of: product.of, form: undefined, tradeFamily: undefined },
    product.dosages,
    remarks,
  );
}

interface AskedMedication {
  readonly code: AskedCode;
  readonly form: AskedCode | undefined;
  readonly tradeFamily: boolean;
}

/** The dm+d code of the medication, wherever the resource keeps it. */
function medicationOf(dictionary: Dictionary, json: Json, given: object | undefined): Outcome<AskedMedication> {
  const reference = (json.medicationReference as { reference?: unknown } | undefined)?.reference;
  const contained = objectsOf(json.contained);
  const inside =
    typeof reference === 'string' && reference.startsWith('#')
      ? contained.find(({ id }) => `#${id}` === reference)
      : undefined;
  const medication = (inside ?? given) as Json | undefined;
  if (json.medicationCodeableConcept === undefined && medication === undefined) {
    return refused(
      'U1',
      'unknown-code',
      'The medication is not in the resource: give the Medication too.',
      'medication',
    );
  }
  if (medication?.ingredient !== undefined && json.medicationCodeableConcept === undefined) {
    return refused('U6', 'combination', 'The medication is a mixture of ingredients.', 'medication');
  }
  const codings = codingsOf(json.medicationCodeableConcept ?? medication?.code);
  const known = codings.filter(({ code, system }) => typeof code === 'string' && isDmdSystem(system));
  const kinds = new Set(
    known.map(({ code }) => {
      const resolution = dictionary.resolve(code ?? '');
      return resolution.status === 'current' || resolution.status === 'superseded' ? resolution.id : code;
    }),
  );
  const [first] = known;
  if (first === undefined) return refused('U1', 'unknown-code', 'The medication has no dm+d code.', 'medication');
  if (kinds.size > 1)
    return refused('U1', 'ambiguous-code', 'The medication has several dm+d codes that differ.', 'medication');
  const form = codingsOf(medication?.form).find(({ code, system }) => typeof code === 'string' && isDmdSystem(system));
  const extensions = objectsOf(medication?.extension);
  const code = { system: first.system, code: first.code };
  return {
    ok: true,
    value: {
      code,
      form: form && { code: form.code },
      tradeFamily: extensions.some(({ url }) => url === TRADE_FAMILY_URL),
    },
  };
}

function codingsOf(concept: unknown): { system?: string; code?: string }[] {
  const coding = (concept as { coding?: unknown } | undefined)?.coding;
  return objectsOf(coding) as { system?: string; code?: string }[];
}

/** Dosages of a moiety as dosages of the product chosen, each dose by doseToProducts. */
function productDosages(
  dictionary: Dictionary,
  vtm: string,
  form: AskedCode | undefined,
  dosages: readonly Dosage[],
  options: ResourceOptions,
): { of: ProductReference; dosages: Dosage[]; remarks: Remark[] } | { refusal: Remark; remarks: Remark[] } {
  const remarks: Remark[] = [];
  const chosen = findConcept(dictionary, options.product ?? '', ['VMP', 'AMP'], 'T1', 'product');
  if (!chosen.ok) return { refusal: chosen.refusal, remarks };
  remarks.push(...chosen.value.remarks);
  const made: Dosage[] = [];
  let of: ProductReference | undefined;
  for (const [index, dosage] of dosages.entries()) {
    const path = `dosage[${index}]`;
    const fault = misshapen(dosage, path);
    if (fault !== undefined) {
      return { refusal: remark('T2', 'no-dose', 'This is not a FHIR Dosage that can be read.', fault), remarks };
    }
    const sent = sentText(dosage, path);
    if (sent.refusal !== undefined) return { refusal: sent.refusal, remarks };
    if (sent.remark !== undefined) remarks.push(sent.remark);
    const entries = Array.isArray(dosage?.doseAndRate) ? dosage.doseAndRate : [];
    const [entry, ...others] = entries;
    const maxima = dosage?.maxDosePerPeriod ?? dosage?.maxDosePerAdministration ?? dosage?.maxDosePerLifetime;
    const rate = entry?.rateQuantity ?? entry?.rateRange ?? entry?.rateRatio;
    const dose = entry?.doseQuantity ?? entry?.doseRange;
    if (dose === undefined || others.length > 0 || rate !== undefined || maxima !== undefined) {
      const message = 'Only a dosage with one dose, and without rate or maximum, is put into a product.';
      return { refusal: remark('T2', 'not-translatable', message, path), remarks };
    }
    const route = dosage.route?.coding?.[0]?.code;
    const answer = doseToProducts(dictionary, { ...options, vtm, dose: askedOf(dose), form, route });
    if (answer.outcome === 'refused')
      return { refusal: answer.refusals[0] ?? remark('T1', 'no-products', 'No product.'), remarks };
    const offer = answer.products
      .flatMap((each) => [each, ...each.actualProducts])
      .find(({ product }) => product.id === chosen.value.id);
    if (offer === undefined) {
      const why = answer.excluded.find(({ product }) => product.id === chosen.value.id)?.remarks[0];
      return {
        refusal: why ?? remark('T1', 'no-products', 'The product chosen is not one that makes this dose.', 'product'),
        remarks,
      };
    }
    of = offer.product;
    remarks.push(...answer.remarks, ...offer.cautions);
    const quantity = offer.quantities[0];
    const written = quantity && writtenDose(quantity);
    if (written === undefined) {
      return {
        refusal: remark(
          'T4',
          'not-a-decimal',
          'The quantity is not exact, or no decimal gives it; it is not rounded.',
          path,
        ),
        remarks,
      };
    }
    const { text: _old, ...rest } = dosage;
    made.push({ ...rest, doseAndRate: [written] });
  }
  if (of === undefined) return { refusal: remark('T2', 'no-dose', 'There is no dosage.', 'dosage'), remarks };
  return { of, dosages: made, remarks };
}

function askedOf(dose: object): AskedDose {
  const { low, high } = dose as { low?: object; high?: object };
  const quantity = (each: object | undefined) => {
    const { value, system, code, unit } = (each ?? {}) as {
      value?: number;
      system?: string;
      code?: string;
      unit?: string;
    };
    return { value: value ?? '', unit: { system, code: code ?? unit ?? '' } };
  };
  if (low === undefined && high === undefined) return quantity(dose);
  return { low: low && quantity(low), high: high && quantity(high) };
}

function writtenDose({ quantity, high, exact }: OfferedQuantity): object | undefined {
  const write = ({ decimal, unitName, unit }: OfferedQuantity['quantity']) =>
    decimal === undefined || String(Number(decimal)) !== decimal
      ? undefined
      : { value: Number(decimal), unit: unitName, ...unit };
  const low = write(quantity);
  if (!exact || low === undefined) return undefined;
  if (high === undefined) return { doseQuantity: low };
  const top = write(high);
  return top && { doseRange: { low, high: top } };
}

function done(
  _dictionary: Dictionary,
  json: Json,
  type: string,
  shape: { readonly dosages: string; readonly link: string },
  medication: {
    readonly of: ProductReference;
    readonly form: Coded | undefined;
    readonly tradeFamily: string | undefined;
  },
  dosages: readonly Dosage[],
  said: readonly Remark[],
): TranslatedResource {
  const remarks = [...said];
  const kept = Object.fromEntries(
    Object.entries(json).filter(([name]) => !OWN.includes(name) && !OWN.includes(name.replace(/^_/, ''))),
  );
  const extensions = objectsOf(kept.extension);
  const others = extensions.filter(({ url }) => url !== renderedDosageInstructionUrl(type));
  const used = (json.medicationReference as { reference?: unknown } | undefined)?.reference;
  const contained = objectsOf(json.contained).filter(({ id }) => `#${id}` !== used);
  const concept = {
    coding: [{ system: DMD_SYSTEM, code: medication.of.id, display: medication.of.name }],
    text: medication.of.name,
  };
  const made: Record<string, unknown> = { ...kept };
  delete made.contained;
  delete made.extension;
  if (others.length > 0) made.extension = others;
  if (medication.form === undefined && medication.tradeFamily === undefined) made.medicationCodeableConcept = concept;
  else {
    const { form, tradeFamily } = medication;
    contained.push({
      resourceType: 'Medication',
      id: 'medication',
      ...(tradeFamily === undefined
        ? {}
        : { extension: [{ url: TRADE_FAMILY_URL, valueCodeableConcept: { text: tradeFamily } }] }),
      code: concept,
      ...(form === undefined
        ? {}
        : { form: { coding: [{ system: DMD_SYSTEM, code: form.code, display: form.display ?? form.code }] } }),
    });
    made.medicationReference = { reference: '#medication', display: medication.of.name };
  }
  if (contained.length > 0) made.contained = contained;
  made[shape.dosages] = dosages;
  supplyLeftOut(made, type, remarks);
  const link = linkTo(json, type);
  if (link === undefined)
    remarks.push(remark('U7', 'left-out', 'The original has neither id nor identifier, so it is not linked.', type));
  else made[shape.link] = [...(Array.isArray(kept[shape.link]) ? (kept[shape.link] as unknown[]) : []), link];
  if (type === 'MedicationRequest' && ['active', 'on-hold'].includes(String(json.status))) {
    remarks.push(
      remark(
        'U7',
        'two-orders',
        'Both requests can be acted on: one of them has to be stopped or be a plan only.',
        `${type}.status`,
      ),
    );
  }
  return { outcome: 'translated', resource: withDosageText(made, { replace: true }).resource as Json, remarks };
}

/** Quantities to supply count the original's product; they are left out, and it is said. */
function supplyLeftOut(made: Record<string, unknown>, type: string, remarks: Remark[]): void {
  const dispense = made.dispenseRequest as Json | undefined;
  if (type !== 'MedicationRequest' || dispense === undefined) return;
  const { quantity, initialFill, ...rest } = dispense;
  if (quantity === undefined && initialFill === undefined) return;
  made.dispenseRequest = rest;
  if (Object.keys(rest).length === 0) delete made.dispenseRequest;
  const message = 'The quantity to supply counts the original product; it is left out, and stays on the original.';
  remarks.push(remark('U7', 'left-out', message, 'MedicationRequest.dispenseRequest'));
}

function linkTo(json: Json, type: string): object | undefined {
  if (typeof json.id === 'string' && json.id !== '') return { reference: `${type}/${json.id}` };
  const identifier = Array.isArray(json.identifier) ? json.identifier[0] : undefined;
  return identifier === undefined ? undefined : { type, identifier };
}

/** The objects of a list; nothing of what is no list. */
function objectsOf(list: unknown): Json[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : [];
}
