import type { Dictionary } from '@concord/dmd';
import type { Dosage } from '@concord/dosage';
import type { Dosage as FhirDosage, MedicationRequest, Patient, Reference } from 'fhir/r4';
import { NHS_NUMBER } from '../../fhir/nhs-number.ts';
import { newIdentifier } from '../../messaging/neighbours/business-identifier.ts';
import { chosenName, spokenName } from '../names.ts';
import { referenceTo, type You } from '../orders/acting-as.ts';
import { CATEGORIES, COURSES, choiceOf, conceptOf } from '../orders/order-choices.ts';
import type { Problem } from '../orders/work-visit.ts';
import { numberFault } from '../translate-words.ts';
import { countedIn, currentId, type DoseFields, days, quantity, type ReadDose, readDose } from './draft-dose.ts';

const DMD = 'https://dmd.nhs.uk';
const PROFILE = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationRequest';

/** The fields of the form, by name. */
export interface OrderFields extends DoseFields {
  readonly code: string | undefined;
  readonly category: string | undefined;
  readonly days: string | undefined;
  readonly quantity: string | undefined;
  readonly course: string | undefined;
  readonly substitution: string | undefined;
  readonly note: string | undefined;
}

/** The names of the fields, for what is read and what is shown again. */
export const ORDER_FIELDS = [
  ...(['code', 'amount', 'unit', 'timing', 'route', 'asNeeded', 'courseDays', 'sentence'] as const),
  ...(['category', 'days', 'quantity', 'course', 'substitution', 'note'] as const),
] as const;

/** What the form makes: the elements of the order that it decides, or what to put right. */
export interface ReadOrder {
  readonly dose: ReadDose;
  readonly problems: readonly Problem[];
  /** Undefined where there are problems. */
  readonly order: Decided | undefined;
}

type Decided = Pick<
  MedicationRequest,
  | 'category'
  | 'medicationCodeableConcept'
  | 'courseOfTherapyType'
  | 'dosageInstruction'
  | 'dispenseRequest'
  | 'substitution'
  | 'note'
>;

/** Reads the form. */
export function readOrder(dictionary: Dictionary, fields: OrderFields): ReadOrder {
  const code = fields.code ?? '';
  const id = currentId(dictionary, code);
  const medicine = id === undefined ? undefined : dictionary.product(id);
  const dose = readDose(dictionary, code, fields);
  const problems: Problem[] = [...(dose.problems ?? [])];
  const fault = (field: string, text: string) => problems.push({ field, text });
  if (medicine === undefined || medicine.invalid) fault('medicine', 'Choose a medicine of dm+d that is in use');
  const category = choiceOf(CATEGORIES, fields.category);
  if (category === undefined) fault('category', 'Choose what the order is for');
  const course = choiceOf(COURSES, fields.course);
  if (fields.course !== undefined && course === undefined) fault('course', 'Choose a course of the list');
  if (fields.days !== undefined && !/^[1-9]\d{0,3}$/.test(fields.days)) {
    fault('days', 'Enter the supply in whole days, such as 14');
  }
  const unit = countedIn(dictionary, code);
  if (fields.quantity !== undefined) {
    const wrong = numberFault(fields.quantity, 'quantity');
    if (unit === undefined) fault('days', 'A substance has no quantity: enter days, or order a product');
    else if (wrong !== undefined) fault('quantity', wrong);
  }
  if (category?.isTaken && fields.days === undefined && fields.quantity === undefined) {
    fault('days', `Enter how many days’ supply goes with the patient: ${category.words.toLowerCase()} orders need it`);
  }
  if (problems.length > 0 || dose.problems || medicine === undefined || category === undefined) {
    return { dose, problems, order: undefined };
  }
  const asked = {
    ...(fields.quantity !== undefined && unit ? { quantity: quantity(fields.quantity, unit) } : {}),
    ...(fields.days === undefined ? {} : { expectedSupplyDuration: days(fields.days) }),
  };
  const display = dictionary.displayOf(medicine.id);
  return {
    ...{ dose, problems },
    order: {
      category: [conceptOf(category)],
      medicationCodeableConcept: { coding: [{ system: DMD, code: medicine.id, ...(display && { display }) }] },
      ...(course === undefined ? {} : { courseOfTherapyType: conceptOf(course) }),
      ...(fields.note === undefined ? {} : { note: [{ text: fields.note }] }),
      dosageInstruction: dose.dosage as readonly Dosage[] as FhirDosage[],
      ...(Object.keys(asked).length === 0 ? {} : { dispenseRequest: asked }),
      substitution: { allowedBoolean: fields.substitution !== undefined },
    },
  };
}

/** A new draft: what the form decides, for a patient, by somebody. */
export function draftOf(decided: Decided, subject: Reference, you: You, now: number): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    meta: { profile: [PROFILE] },
    identifier: [newIdentifier()],
    ...{ status: 'draft', intent: 'order', ...decided, subject },
    authoredOn: new Date(now).toISOString(),
    requester: referenceTo(you),
    recorder: referenceTo(you),
  } as MedicationRequest;
}

/** A draft written further: what the form does not decide stays. */
export function redrafted(order: MedicationRequest, decided: Decided, you: You, now: number): MedicationRequest {
  const kept: Partial<MedicationRequest> = { ...order };
  const own = ['courseOfTherapyType', 'dispenseRequest', 'note', 'medicationReference', 'text'] as const;
  for (const each of own) delete kept[each];
  const when = new Date(now).toISOString();
  return { ...(kept as MedicationRequest), ...decided, authoredOn: when, recorder: referenceTo(you) };
}

/**
 * A new draft for the same medicine and dose: a re-supply, or what is taken home of an order in force. It names the
 * order before it.
 */
export function again(
  prior: MedicationRequest,
  you: You,
  now: number,
  changes: Pick<MedicationRequest, 'category' | 'dispenseRequest' | 'groupIdentifier'> = {},
): MedicationRequest {
  const { medicationCodeableConcept, medicationReference, contained, reasonCode, reasonReference } = prior;
  const { identifier: keys, subject, dosageInstruction, courseOfTherapyType, dispenseRequest, substitution } = prior;
  const key = keys?.find(({ system, value }) => system && value);
  const category = changes.category ?? prior.category;
  const asked = changes.dispenseRequest ?? withoutPeriod(dispenseRequest);
  return {
    resourceType: 'MedicationRequest',
    meta: { profile: [PROFILE] },
    ...(contained && { contained }),
    identifier: [newIdentifier()],
    ...{ status: 'draft', intent: 'order' },
    ...(category && { category }),
    ...(medicationCodeableConcept && { medicationCodeableConcept }),
    ...(medicationReference && { medicationReference }),
    subject,
    authoredOn: new Date(now).toISOString(),
    requester: referenceTo(you),
    recorder: referenceTo(you),
    ...(reasonCode && { reasonCode }),
    ...(reasonReference && { reasonReference }),
    ...(changes.groupIdentifier && { groupIdentifier: changes.groupIdentifier }),
    ...(courseOfTherapyType && { courseOfTherapyType }),
    ...(dosageInstruction && { dosageInstruction }),
    ...(asked && { dispenseRequest: asked }),
    substitution: substitution ?? { allowedBoolean: false },
    priorPrescription: { reference: `MedicationRequest/${prior.id}`, ...(key && { identifier: key }) },
  } as MedicationRequest;
}

/** May the same be ordered again? Where the order before is in force, or done (the guide's rule for re-supply). */
export function mayResupply({ status }: MedicationRequest): boolean {
  return status === 'active' || status === 'completed';
}

/** When the order before was valid says nothing of the next. */
function withoutPeriod(asked: MedicationRequest['dispenseRequest']): MedicationRequest['dispenseRequest'] {
  if (asked === undefined) return undefined;
  const { validityPeriod: _period, ...rest } = asked;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** The patient as orders name them: by the Patient kept here, by number, by name. */
export function subjectOf(patient: Patient): Reference {
  const number = patient.identifier?.find((each) => each.system === NHS_NUMBER && each.use !== 'old');
  const name = spokenName(chosenName(patient.name));
  return {
    reference: `Patient/${patient.id}`,
    ...(number?.value ? { identifier: { system: NHS_NUMBER, value: number.value } } : {}),
    ...(name && { display: name }),
  };
}
