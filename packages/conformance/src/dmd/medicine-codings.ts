import type { Dictionary, Product, Resolution } from '@concord/dmd';
import { child, children, text } from '../invariants/reading.ts';
import { once } from '../rules/kept.ts';
import { codings, medicineOf } from '../rules/reading.ts';
import type { Fault, Here } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';

/** The system of SNOMED CT. */
export const sct = 'http://snomed.info/sct';
/** Ways in which the system of dm+d is often written. */
const spelled = /^https?:\/\/(www\.)?dmd\.nhs\.uk\/?$/i;

/** True for a system that may hold a code of dm+d; a code without one may be one too. */
const mayBeDmd = (system: string | undefined) =>
  system === undefined || system === sct || (system.length < 64 && spelled.test(system));

/** The codings of the medicine that the resource itself holds, and where. */
function medicineCodings(node: JsonObject): { coding: JsonObject; at: string }[] {
  const [name, at] =
    node.medicationCodeableConcept === undefined ? ['code', 'code'] : ['medicationCodeableConcept', 'medication'];
  return children(child(node, name), 'coding').flatMap((coding, i) =>
    coding ? [{ coding, at: `.${at}.coding[${i}]` }] : [],
  );
}

/** A coding of the medicine with what dm+d says of it. */
export interface Resolved {
  readonly coding: JsonObject;
  readonly at: string;
  readonly code: string;
  readonly resolution: Resolution;
  readonly dictionary: Dictionary;
}

/** The codings that dm+d can be asked about; under SNOMED CT, or no system, only those that dm+d knows. */
function resolve(node: JsonObject, { dictionary }: Here): Resolved[] {
  if (!dictionary) return [];
  return medicineCodings(node).flatMap(({ coding, at }) => {
    const system = text(coding, 'system');
    const code = text(coding, 'code');
    if (code === undefined || !mayBeDmd(system)) return [];
    const resolution = dictionary.resolve(code);
    const isSaid = system !== undefined && system !== sct;
    return resolution.status === 'unknown' && !isSaid ? [] : [{ coding, at, code, resolution, dictionary }];
  });
}

/** The codings that dm+d can be asked about, each resolved. */
const resolved = (node: JsonObject, here: Here): Resolved[] => once(node, here, resolve);

/** The product that the medicine of a resource is, contained or referenced ones included. */
function findProduct(node: JsonObject, here: Here): Product | undefined {
  const { dictionary } = here;
  if (!dictionary) return undefined;
  for (const coding of codings(medicineOf(node, here))) {
    if (!mayBeDmd(text(coding, 'system'))) continue;
    const found = dictionary.resolve(text(coding, 'code') ?? '');
    if (found.status === 'current' || found.status === 'superseded') return dictionary.product(found.id);
  }
  return undefined;
}

/** The product that a concept of a medicine means. */
export function productOfConcept(
  concept: JsonObject | undefined,
  dictionary: Dictionary | undefined,
): Product | undefined {
  for (const coding of codings(concept)) {
    const found = dictionary?.resolve(text(coding, 'code') ?? '');
    if (found?.status === 'current' || found?.status === 'superseded') return dictionary?.product(found.id);
  }
  return undefined;
}

/** The product that the medicine of a resource is. */
export const productOf = (node: JsonObject, here: Here): Product | undefined => once(node, here, findProduct);

/** The faults of the codings that dm+d can be asked about. */
export function each(node: JsonObject, here: Here, faultOf: (found: Resolved) => Fault | undefined): Fault[] {
  return resolved(node, here).flatMap((found) => faultOf(found) ?? []);
}

/** True where dm+d can be asked about more than one coding of the medicine. */
export const isCodedTwice = (node: JsonObject, here: Here): boolean => resolved(node, here).length > 1;

/** The current products that the codings of the medicine mean, each with its place. */
export function productsOf(node: JsonObject, here: Here): { product: Product; at: string; dictionary: Dictionary }[] {
  return resolved(node, here).flatMap(({ resolution, at, dictionary }) => {
    const product = 'id' in resolution ? dictionary.product(resolution.id) : undefined;
    return product ? [{ product, at, dictionary }] : [];
  });
}
