/** What translation asks of a moiety's products again and again, read out of the dictionary once. */

import type { Coded, Dictionary, Vmp, Vtm } from '../dictionary/dictionary.ts';
import { type SubstanceStanding, substanceStanding, whyNotUsable } from './candidates.ts';
import { type ProductReference, referenceTo } from './concept.ts';
import type { Outcome, Remark } from './remark.ts';
import { type StrengthReading, strengthOf } from './strength.ts';

/** A product of a moiety. */
export interface ProductFacts {
  readonly vmp: Vmp;
  readonly product: ProductReference;
  readonly forms: readonly Coded[];
  readonly routes: readonly Coded[];
  readonly prescribingStatus: Coded;
  /** Why it may not be offered at all, if it may not. */
  readonly unusable: Remark | undefined;
  readonly strength: Outcome<StrengthReading>;
  readonly substance: SubstanceStanding;
}

const facts = new WeakMap<Dictionary, Map<string, readonly ProductFacts[]>>();

/** The VMPs of a moiety, kept for the life of the dictionary. */
export function productsOf(dictionary: Dictionary, vtm: Vtm): readonly ProductFacts[] {
  const known = facts.get(dictionary) ?? new Map<string, readonly ProductFacts[]>();
  if (known.size === 0) facts.set(dictionary, known);
  const found =
    known.get(vtm.id) ??
    dictionary.vmpsOfVtm(vtm.id).map((vmp): ProductFacts => {
      const strength = strengthOf(dictionary, vmp);
      return {
        ...{ vmp, product: referenceTo(vmp), forms: vmp.forms, routes: vmp.routes },
        prescribingStatus: vmp.prescribingStatus,
        unusable: whyNotUsable(vmp),
        strength,
        substance: strength.ok ? substanceStanding(dictionary, vtm, strength.value) : 'own',
      };
    });
  known.set(vtm.id, found);
  return found;
}
