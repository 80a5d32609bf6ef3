import type { Dictionary, Strength } from '@concord/dmd';
import { sameMedicine } from '../same-medicine.ts';

/** What a dispensed medicine is to the one asked for, by dm+d. */
export type MedicineRelation =
  /** The same concept, or the same words. */
  | 'same'
  /** A product of it: an AMP of the VMP asked for, a VMP of the VTM, or a pack of either. A brand for a generic. */
  | 'product of it'
  /** It is a product of what was dispensed: the generic is recorded for the brand asked for. */
  | 'less precise'
  /** It has some of the ingredients of the combination asked for, and no other. */
  | 'part of it'
  | 'different'
  /** One of them is not in dm+d, or there is no dm+d here. */
  | 'not known';

/**
 * What a dispensed medicine is to the one asked for.
 * @param asked names of the medicine asked for, as `medicineNames` gives them: codes, or `text` and words
 * @param given names of the one dispensed
 */
export function medicineRelation(
  asked: readonly string[],
  given: readonly string[],
  dictionary: Dictionary | undefined,
): MedicineRelation {
  if (sameMedicine(asked, given)) return 'same';
  if (dictionary === undefined) return 'not known';
  const dispensed = productIds(dictionary, given);
  const found = productIds(dictionary, asked).flatMap((a) => dispensed.map((g) => relationOf(dictionary, a, g)));
  return CLOSEST_FIRST.find((relation) => found.includes(relation)) ?? 'not known';
}

const CLOSEST_FIRST: readonly MedicineRelation[] = ['same', 'product of it', 'less precise', 'part of it', 'different'];

/** The id, now in force, of the product that the first usable of the names means. */
export function productId(names: readonly string[], dictionary: Dictionary | undefined): string | undefined {
  return dictionary && productIds(dictionary, names)[0];
}

/** No medicine goes by more codes of dm+d than this; comparing them all stays small on hostile input. */
const MOST_NAMES = 20;

/** The ids, now in force, of the products that the names mean; what leads to several is no name of one. */
function productIds(dictionary: Dictionary, names: readonly string[]): readonly string[] {
  const ids = names.slice(0, MOST_NAMES).flatMap((name) => {
    const found = dictionary.resolve(name);
    const id = found.status === 'current' || found.status === 'superseded' ? found.id : undefined;
    return id !== undefined && dictionary.product(id) ? [id] : [];
  });
  return [...new Set(ids)];
}

function relationOf(dictionary: Dictionary, asked: string, given: string): MedicineRelation {
  if (asked === given) return 'same';
  if (above(dictionary, given).has(asked)) return 'product of it';
  if (above(dictionary, asked).has(given)) return 'less precise';
  const wanted = ingredientsOf(dictionary, asked);
  const held = ingredientsOf(dictionary, given);
  const isPart = held.length > 0 && held.length < wanted.length;
  return isPart && held.every((h) => wanted.some((w) => sameSubstance(w, h))) ? 'part of it' : 'different';
}

function above(dictionary: Dictionary, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const parent of dictionary.parents(next)) {
      if (!found.has(parent.id)) waiting.push(parent.id);
      found.add(parent.id);
    }
  }
  return found;
}

/** An ingredient of a product: the substance, the base that its strength may be told in, and that strength. */
export interface Substance {
  readonly ids: readonly string[];
  readonly name: string;
  /** What makes two strengths the same; undefined where there is none. */
  readonly strength: string | undefined;
}

/** The ingredients of a product, or of a VTM. */
export function ingredientsOf(dictionary: Dictionary, id: string): readonly Substance[] {
  const vmp = dictionary.vmpOf(id);
  if (vmp === undefined) {
    return dictionary.ingredientsOfVtm(id).map((i) => ({ ids: [i.id], name: i.name, strength: undefined }));
  }
  return vmp.ingredients.map((i) => ({
    ids: i.baseSubstanceId === undefined ? [i.ingredientId] : [i.ingredientId, i.baseSubstanceId],
    name: i.ingredientName ?? i.ingredientId,
    strength: strengthOf(i),
  }));
}

/** A strength is told of the substance or of its base, and means the same only for the same of them. */
function strengthOf(i: Strength): string | undefined {
  if (i.numeratorValue === undefined) return undefined;
  const of = i.basis?.code === BASED_ON_BASE ? (i.baseSubstanceId ?? i.ingredientId) : i.ingredientId;
  return [of, i.numeratorValue, i.numeratorUnit?.code, i.denominatorValue, i.denominatorUnit?.code].join(' ');
}

const BASED_ON_BASE = '0002';

/** Whether two ingredients are one substance, or one is the base of the other. */
export function sameSubstance(a: Substance, b: Substance): boolean {
  return a.ids.some((id) => b.ids.includes(id));
}
