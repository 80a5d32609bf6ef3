/** Whole resources: a MedicationRequest or MedicationStatement for the moiety, or for a chosen product, ready to post. */

import type { Dosage } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { productDosages } from './chosen-product.ts';
import { type AskedCode, findConcept } from './concept.ts';
import type { DoseQuestion } from './dose-question.ts';
import { type MadeMedication, madeResource, type ResourceShape } from './made-resource.ts';
import { type NamedMedication, namedMedication } from './named-medication.ts';
import { productToDose } from './product-to-dose.ts';
import { type Remark, remark } from './remark.ts';
import type { Json } from './resource-json.ts';

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
const RESOURCES: Readonly<Record<string, ResourceShape>> = {
  MedicationStatement: { dosages: 'dosage', link: () => 'derivedFrom' },
  // R4 has no derivedFrom on a request; basedOn is the request that this one says in other terms. A plan is based on
  // none (guide, R-022): there it is what supports it.
  MedicationRequest: {
    dosages: 'dosageInstruction',
    link: ({ intent }) => (intent === 'plan' ? 'supportingInformation' : 'basedOn'),
  },
};

/** What a resource may say of itself that no translation keeps the meaning of (U6). */
const NOT_TRANSLATED: readonly {
  readonly element: string;
  readonly says: (value: unknown) => boolean;
  readonly why: string;
}[] = [
  {
    element: 'modifierExtension',
    says: (value) => value !== undefined,
    why: 'The resource has a modifier extension, which may change what it means.',
  },
  {
    element: 'implicitRules',
    says: (value) => value !== undefined,
    why: 'The resource was made by rules of its own (implicitRules), which may change what it means.',
  },
  {
    element: 'doNotPerform',
    says: (value) => value === true,
    why: 'The request forbids its product: forbidding the moiety, or another product, is not the same.',
  },
  {
    element: 'status',
    says: (value) => value === 'entered-in-error',
    why: 'The resource was entered in error: nothing is made from it.',
  },
];

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
  const not = NOT_TRANSLATED.find(({ element, says }) => says(json[element]));
  if (not !== undefined) return refuse(remark('U6', 'not-translatable', not.why, `${type}.${not.element}`));
  const named = namedMedication(dictionary, json, options.medication, options.medicationMissing);
  if (!named.ok) return refuse(named.refusal);
  const { code, tradeFamily, form } = named.value;
  const found = findConcept(dictionary, code, ['VTM', 'VMP', 'AMP'], 'U1', `${type}.medication`);
  if (!found.ok) return refuse(found.refusal);
  const sent = json[shape.dosages];
  const dosages = Array.isArray(sent) ? (sent as Dosage[]) : [];
  const answer = (medication: MadeMedication, made: Translated): TranslatedResource => {
    const { resource, remarks } = madeResource(json, type, shape, medication, made.dosages);
    const said = [...made.remarks, ...leftOfMedication(named.value, type), ...remarks];
    return { outcome: 'translated', resource, arithmetic: made.arithmetic, remarks: placed(said, type, shape) };
  };
  if (found.value.kind !== 'VTM') {
    const { id } = found.value;
    if (options.product !== undefined) {
      const message = `The resource names a product already, ${dictionary.displayOf(id) ?? id}: a product is chosen for a moiety only.`;
      return refuse(remark('T1', 'wrong-level', message, `${type}.medication`), found.value.remarks);
    }
    const { forms, measures, many } = options;
    const dose = productToDose(dictionary, { medication: code, dosage: dosages, forms, measures, many });
    if (dose.outcome === 'refused') {
      const { refusals, remarks } = dose;
      return { outcome: 'refused', refusals: placed(refusals, type, shape), remarks: placed(remarks, type, shape) };
    }
    const remarks = [...dose.remarks, ...brandForSubstitution(dictionary, json, id, dose.tradeFamily)];
    const { vtm, dosages: made, arithmetic } = dose;
    const medication = { of: vtm, form: dose.form, tradeFamily: dose.tradeFamily };
    return answer(medication, { dosages: made, arithmetic: arithmetic.flat(), remarks });
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
        `${type}.medication`,
      ),
    );
  }
  const product = productDosages(dictionary, found.value.id, form, dosages, options);
  const remarks = [...found.value.remarks, ...product.remarks];
  if ('refusal' in product) {
    return {
      outcome: 'refused',
      refusals: placed([product.refusal], type, shape),
      remarks: placed(remarks, type, shape),
    };
  }
  return answer({ of: product.of, form: undefined, tradeFamily: undefined }, { ...product, remarks });
}

interface Translated {
  readonly dosages: readonly Dosage[];
  readonly arithmetic: readonly string[];
  readonly remarks: readonly Remark[];
}

/** What the original says of its medication beyond what the new resource does. */
function leftOfMedication({ words, others }: NamedMedication, type: string): Remark[] {
  const left = [...(words === undefined ? [] : [`its words "${words.slice(0, 120)}"`]), ...others];
  if (left.length === 0) return [];
  const message = `Of the medication these stay on the original alone: ${left.join(', ')}.`;
  return [remark('U7', 'left-out', message, `${type}.medication`)];
}

/** A brand that is not to be substituted, of which a moiety says nothing (U5). */
function brandForSubstitution(dictionary: Dictionary, json: Json, id: string, kept: string | undefined): Remark[] {
  const allowed = (json.substitution as { allowedBoolean?: unknown } | undefined)?.allowedBoolean;
  const amp = dictionary.amp(id);
  if (allowed !== false || amp === undefined || kept !== undefined) return [];
  const message = `The request allows no substitution for ${amp.description}, and its moiety does not keep which product that was.`;
  return [remark('U5', 'brand-lost', message, 'MedicationRequest.substitution')];
}

/** Remarks with their paths as the resource has them. */
function placed(remarks: readonly Remark[], type: string, { dosages }: ResourceShape): Remark[] {
  return remarks.map((each) => {
    const { path } = each;
    if (path === undefined) return each;
    const [, first = '', rest = ''] = /^(\w+)(.*)$/s.exec(path) ?? [];
    const whole = {
      dosage: dosages,
      medication: 'medication',
      vtm: 'medication',
      form: 'medication',
      dose: dosages,
      route: dosages,
    };
    const own = Object.hasOwn(whole, first) ? whole[first as keyof typeof whole] : undefined;
    return own === undefined ? each : { ...each, path: `${type}.${own}${rest}` };
  });
}
