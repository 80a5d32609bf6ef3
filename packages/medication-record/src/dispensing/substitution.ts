import type { Dictionary } from '@concord/dmd';
import type { Medication, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { ReferenceIndex } from '../references.ts';
import { medicineNames } from '../same-medicine.ts';
import { codings, object, text, type Unchecked } from '../tolerant-reading.ts';
import { type MedicineRelation, medicineRelation } from './medicine-relation.ts';
import type { Reason } from './supplied.ts';

/** What a dispense says of substitution, and what is true of it. */
export interface Substitution {
  readonly relation: MedicineRelation;
  /** Another medicine than was asked for; undefined where that is not known. A brand of it is no other medicine. */
  readonly isSubstitution: boolean | undefined;
  /** What the dispense says of itself; undefined where it says nothing. */
  readonly said: boolean | undefined;
  /** Whether the request allows one; undefined where it does not say, or in words only. */
  readonly allowed: boolean | undefined;
  /** What is not as it should be. */
  readonly issues: readonly Reason[];
}

/**
 * Compares what was dispensed with what was asked for.
 * @param dictionary without it, only the same code or words are known to be the same
 */
export function checkSubstitution(
  request: MedicationRequest,
  dispense: MedicationDispense,
  dictionary: Dictionary | undefined,
  medications: readonly Medication[] = [],
): Substitution {
  const index = new ReferenceIndex('Medication', medications);
  const relation = medicineRelation(medicineNames(request, index), medicineNames(dispense, index), dictionary);
  const isSubstitution = IS_SUBSTITUTION[relation];
  const flag = object((dispense as unknown as Unchecked).substitution).wasSubstituted;
  const said = typeof flag === 'boolean' ? flag : undefined;
  const allowed = allows(object((request as unknown as Unchecked).substitution));
  const issues: Reason[] = [];
  const odd = SAYS[relation];
  if (odd !== undefined && said !== true) {
    const message = `${odd} Say so in substitution.wasSubstituted, or correct the medicine.`;
    issues.push({ rule: 'R-104', message, path: 'medication' });
  }
  if (isSubstitution === false && said === true) {
    const message = 'What was dispensed is what was asked for, or a product of it: that is no substitution.';
    issues.push({ rule: 'R-104', message, path: 'substitution.wasSubstituted' });
  }
  if (allowed === false && (isSubstitution ?? said) === true) {
    const message = 'The request does not allow a substitution: ask the prescriber for another order.';
    issues.push({ rule: 'R-105', message, path: 'substitution' });
  }
  return { relation, isSubstitution, said, allowed, issues };
}

/** A brand, or a pack, of what was asked for is no substitution; a generic recorded for a brand may be one or not. */
const IS_SUBSTITUTION: Readonly<Record<MedicineRelation, boolean | undefined>> = {
  same: false,
  'product of it': false,
  'less precise': undefined,
  'part of it': true,
  different: true,
  'not known': undefined,
};

const SAYS: Readonly<Partial<Record<MedicineRelation, string>>> = {
  'less precise': 'What was dispensed is recorded less precisely than what was asked for.',
  'part of it': 'What was dispensed is a part of the combination that was asked for.',
  different: 'What was dispensed is not the medicine asked for, nor a product of it.',
};

/** `N` of HL7's substanceAdminSubstitution is none; its other codes each allow one of some kind. */
function allows(substitution: Unchecked): boolean | undefined {
  if (typeof substitution.allowedBoolean === 'boolean') return substitution.allowedBoolean;
  const codes = codings(substitution.allowedCodeableConcept)
    .filter((coding) => coding.system === 'http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution')
    .flatMap((coding) => text(coding.code) ?? []);
  return codes.length === 0 ? undefined : !codes.includes('N');
}
