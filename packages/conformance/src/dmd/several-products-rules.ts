import type { Dictionary, Strength } from '@concord/dmd';
import { pairs } from '../guide/bundle-links.ts';
import { text } from '../invariants/reading.ts';
import { codings, medicineOf } from '../rules/reading.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { productOfConcept } from './medicine-codings.ts';

const layer = 'dmd';

/** The rules about products that are supplied together, for one request. */
export const severalProductsRules: readonly Rule[] = [
  {
    ...{ id: 'R-112', on: ['Bundle'], layer, severity: 'warning', code: 'conflict' },
    says: 'Several products were dispensed for this request, and none has an ingredient that it asks for: is one missing?',
    holds: (node, here) => {
      const { dictionary } = here;
      if (dictionary === undefined) return true;
      const supplied = new Map<JsonObject, { at: string; given: JsonObject | undefined }[]>();
      for (const { at, resource, target } of pairs(
        node,
        here,
        'MedicationDispense',
        'authorizingPrescription',
        'MedicationRequest',
      )) {
        const list = supplied.get(target) ?? [];
        list.push({ at, given: medicineOf(resource, here) });
        supplied.set(target, list);
      }
      return [...supplied].flatMap(([request, list]) => {
        const given = list.map((each) => ingredientsOf(each.given, dictionary));
        const products = new Set(list.map((each) => codeOf(each.given)));
        const asked = ingredientsOf(medicineOf(request, here), dictionary);
        if (products.size < 2 || asked === undefined || given.some((each) => each === undefined)) return [];
        const all = given.flatMap((each) => each ?? []);
        const isMissing = asked.some((wanted) => !all.some((each) => isSameSubstance(wanted, each)));
        // The last of them is where the others should have been complete.
        return isMissing ? [list.at(-1)?.at ?? ''] : [];
      });
    },
  },
];

function codeOf(concept: JsonObject | undefined): string | undefined {
  return codings(concept)
    .map((coding) => text(coding, 'code'))
    .find((code) => code !== undefined);
}

/** The ingredients of a product; undefined where dm+d does not say. */
function ingredientsOf(concept: JsonObject | undefined, dictionary: Dictionary): readonly Strength[] | undefined {
  const product = productOfConcept(concept, dictionary);
  const vmp = product === undefined ? undefined : dictionary.vmpOf(product.id);
  return vmp === undefined || vmp.ingredients.length === 0 ? undefined : vmp.ingredients;
}

/** By id, or by base substance, or where salts of one name differ (codeine, codeine phosphate). */
function isSameSubstance(a: Strength, b: Strength): boolean {
  const ids = (each: Strength) => [each.ingredientId, each.baseSubstanceId].filter((id) => id !== undefined);
  const stem = (each: Strength) => each.ingredientName?.toLowerCase().split(/[ ,]/)[0];
  return ids(a).some((id) => ids(b).includes(id)) || (stem(a) !== undefined && stem(a) === stem(b));
}
