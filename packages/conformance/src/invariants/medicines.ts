import { certainlyAfter } from './date-order.ts';
import type { Invariant } from './invariant.ts';
import { child, children, coded, has, hasChoice, places, text } from './reading.ts';

const allergyVerification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
const conditionVerification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const conditionClinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const conditionCategory = 'http://terminology.hl7.org/CodeSystem/condition-category';

/** True where two CodeableConcepts share a coding. */
function shareCoding(first: ReturnType<typeof child>, second: ReturnType<typeof child>): boolean {
  return children(first, 'coding').some((a) =>
    children(second, 'coding').some(
      (b) => a?.code !== undefined && a.code === b?.code && text(a, 'system') === text(b, 'system'),
    ),
  );
}

/** R4's invariants on the resources of medicines and of the clinical record around them. */
export const medicineInvariants: readonly Invariant[] = [
  {
    id: 'mad-1',
    on: ['MedicationAdministration.dosage'],
    severity: 'error',
    human: 'The dosage of an administration needs a dose or a rate[x].',
    test: (node) => has(node, 'dose') || hasChoice(node, 'rate'),
  },
  {
    id: 'mdd-1',
    on: ['MedicationDispense'],
    severity: 'error',
    at: 'whenHandedOver',
    human: 'whenHandedOver is before whenPrepared: correct one of them.',
    test: (node) => !certainlyAfter(text(node, 'whenPrepared'), text(node, 'whenHandedOver')),
  },
  {
    id: 'ait-1',
    on: ['AllergyIntolerance'],
    severity: 'error',
    at: 'clinicalStatus',
    human: 'clinicalStatus is needed unless verificationStatus is entered-in-error.',
    test: (node) =>
      has(node, 'clinicalStatus') || coded(child(node, 'verificationStatus'), allergyVerification, 'entered-in-error'),
  },
  {
    id: 'ait-2',
    on: ['AllergyIntolerance'],
    severity: 'error',
    at: 'clinicalStatus',
    human: 'An allergy entered in error has no clinicalStatus: remove it.',
    test: (node) =>
      !has(node, 'clinicalStatus') ||
      !coded(child(node, 'verificationStatus'), allergyVerification, 'entered-in-error'),
  },
  {
    id: 'con-1',
    on: ['Condition.stage'],
    severity: 'error',
    human: 'A stage needs a summary or an assessment.',
    test: (node) => has(node, 'summary') || has(node, 'assessment'),
  },
  {
    id: 'con-2',
    on: ['Condition.evidence'],
    severity: 'error',
    human: 'Evidence needs a code or a detail.',
    test: (node) => has(node, 'code') || has(node, 'detail'),
  },
  {
    id: 'con-3',
    on: ['Condition'],
    severity: 'warning',
    at: 'clinicalStatus',
    human: 'A problem list item should have a clinicalStatus unless it was entered in error.',
    test: (node) =>
      has(node, 'clinicalStatus') ||
      coded(child(node, 'verificationStatus'), conditionVerification, 'entered-in-error') ||
      !children(node, 'category').some((category) => coded(category, conditionCategory, 'problem-list-item')),
  },
  {
    id: 'con-4',
    on: ['Condition'],
    severity: 'error',
    at: 'clinicalStatus',
    human: 'A condition with an abatement has the clinicalStatus inactive, remission or resolved.',
    test: (node) =>
      !hasChoice(node, 'abatement') ||
      coded(child(node, 'clinicalStatus'), conditionClinical, 'inactive', 'remission', 'resolved'),
  },
  {
    id: 'con-5',
    on: ['Condition'],
    severity: 'error',
    at: 'clinicalStatus',
    human: 'A condition entered in error has no clinicalStatus: remove it.',
    test: (node) =>
      !has(node, 'clinicalStatus') ||
      !coded(child(node, 'verificationStatus'), conditionVerification, 'entered-in-error'),
  },
  {
    id: 'obs-3',
    on: ['Observation.referenceRange'],
    severity: 'error',
    human: 'A reference range needs a low, a high or a text.',
    test: (node) => has(node, 'low') || has(node, 'high') || has(node, 'text'),
  },
  {
    id: 'obs-6',
    on: ['Observation'],
    severity: 'error',
    at: 'dataAbsentReason',
    human: 'An observation with a value has no dataAbsentReason: remove one of them.',
    test: (node) => !has(node, 'dataAbsentReason') || !hasChoice(node, 'value'),
  },
  {
    id: 'obs-7',
    on: ['Observation'],
    severity: 'error',
    human: 'A component has the same code as the observation, which has a value itself: keep the value in one place.',
    test: (node) =>
      !hasChoice(node, 'value') ||
      places(node, 'component', (item) => !shareCoding(child(item, 'code'), child(node, 'code'))),
  },
  {
    id: 'lst-1',
    on: ['List'],
    severity: 'error',
    at: 'emptyReason',
    human: 'A list with entries has no emptyReason: remove it.',
    test: (node) => !has(node, 'emptyReason') || !has(node, 'entry'),
  },
  {
    id: 'lst-2',
    on: ['List'],
    severity: 'error',
    human: 'Only a list whose mode is changes marks entries as deleted.',
    test: (node) => text(node, 'mode') === 'changes' || places(node, 'entry', (entry) => !has(entry, 'deleted')),
  },
  {
    id: 'lst-3',
    on: ['List'],
    severity: 'error',
    human: 'Only a list whose mode is working dates its entries.',
    test: (node) => text(node, 'mode') === 'working' || places(node, 'entry', (entry) => !has(entry, 'date')),
  },
  {
    id: 'cpl-3',
    on: ['CarePlan.activity'],
    severity: 'error',
    human: 'An activity has a reference or a detail, not both.',
    test: (node) => !has(node, 'detail') || !has(node, 'reference'),
  },
  {
    id: 'prr-1',
    on: ['ServiceRequest'],
    severity: 'error',
    at: 'orderDetail',
    human: 'orderDetail needs a code beside it.',
    test: (node) => !has(node, 'orderDetail') || has(node, 'code'),
  },
  {
    id: 'imm-1',
    on: ['Immunization.education'],
    severity: 'error',
    human: 'Education needs a documentType or a reference.',
    test: (node) => has(node, 'documentType') || has(node, 'reference'),
  },
];
