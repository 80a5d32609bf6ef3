/** Whole resources: a MedicationRequest or MedicationStatement for the moiety, or for a chosen product, ready to post. */

import { type Dosage, renderedDosageInstructionUrl, withDosageText } from '@concord/dosage';
import { type Coded, type Dictionary, DMD_SYSTEM, isDmdSystem, SNOMED_SYSTEM } from '../dictionary/dictionary.ts';
import { productDosages } from './chosen-product.ts';
import { type AskedCode, findConcept, type ProductReference } from './concept.ts';
import type { DoseQuestion } from './dose-question.ts';
import { productToDose } from './product-to-dose.ts';
import { type Outcome, type Remark, refused, remark } from './remark.ts';
import { TRADE_FAMILY_URL } from './trade-family.ts';

type Json = { readonly [name: string]: unknown };

/** How a resource is to be translated. */
export interface ResourceOptions extends Omit<DoseQuestion, 'vtm' | 'dose' | 'form' | 'route'> {
  /** For a resource of a moiety: the product that a person chose for it. Not asked for a resource of a product. */
  readonly product?: AskedCode | undefined;
  /** The Medication that `medicationReference` points to, where it is not contained. */
  readonly medication?: object | undefined;
  /** Why that Medication is not at hand, where whoever keeps it says why. */
  readonly medicationMissing?: string | undefined;
}

/** The translated resource, or why there is none. */
export type TranslatedResource =
  | {
      readonly outcome: 'translated';
      readonly resource: Json;
      /** How the amounts were found. */
      readonly arithmetic: readonly string[];
      readonly remarks: readonly Remark[];
    }
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
  const coding = medicationOf(dictionary, json, options);
  if (!coding.ok) return refuse(coding.refusal);
  const { code, tradeFamily, form } = coding.value;
  const found = findConcept(dictionary, code, ['VTM', 'VMP', 'AMP'], 'U1', `${type}.medication`);
  if (!found.ok) return refuse(found.refusal);
  const sent = json[shape.dosages];
  const dosages = Array.isArray(sent) ? (sent as Dosage[]) : [];
  if (found.value.kind !== 'VTM') {
    const answer = productToDose(dictionary, {
      medication: code,
      dosage: dosages,
      forms: options.forms,
      many: options.many,
    });
    if (answer.outcome === 'refused') return answer;
    const medication = { of: answer.vtm, form: answer.form, tradeFamily: answer.tradeFamily };
    const made = { dosages: answer.dosages, arithmetic: answer.arithmetic.flat() };
    return done(json, type, shape, medication, made, answer.remarks);
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
  return done(json, type, shape, { of: product.of, form: undefined, tradeFamily: undefined }, product, remarks);
}

interface AskedMedication {
  readonly code: AskedCode;
  readonly form: AskedCode | undefined;
  readonly tradeFamily: boolean;
}

/** The dm+d code of the medication, wherever the resource keeps it. */
function medicationOf(
  dictionary: Dictionary,
  json: Json,
  { medication: given, medicationMissing }: ResourceOptions,
): Outcome<AskedMedication> {
  const reference = (json.medicationReference as { reference?: unknown } | undefined)?.reference;
  const contained = objectsOf(json.contained);
  const inside =
    typeof reference === 'string' && reference.startsWith('#')
      ? contained.find(({ id }) => `#${id}` === reference)
      : undefined;
  const medication = (inside ?? given) as Json | undefined;
  if (json.medicationCodeableConcept === undefined && medication === undefined) {
    if (json.medicationReference === undefined) {
      return refused('U1', 'unknown-code', 'The resource names no medication.', `${json.resourceType}.medication`);
    }
    const why = medicationMissing ?? 'The medication is not in the resource: contain the Medication, or give it too.';
    return refused('U1', 'unresolved-reference', why, `${json.resourceType}.medicationReference`);
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

function done(
  json: Json,
  type: string,
  shape: { readonly dosages: string; readonly link: string },
  medication: {
    readonly of: ProductReference;
    readonly form: Coded | undefined;
    readonly tradeFamily: string | undefined;
  },
  { dosages, arithmetic }: { readonly dosages: readonly Dosage[]; readonly arithmetic: readonly string[] },
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
        : { form: { coding: [{ system: SNOMED_SYSTEM, code: form.code, display: form.display ?? form.code }] } }),
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
  const resource = withDosageText(made, { replace: true }).resource as Json;
  return { outcome: 'translated', resource, arithmetic, remarks };
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
