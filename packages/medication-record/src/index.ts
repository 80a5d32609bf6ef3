/**
 * The clinical heart of Concord: pure functions over a patient's FHIR medicines resources. No clock, no store.
 */
export { type CurrentMedicationInput, currentMedication, isCurrent, needsReview } from './current-medication.ts';
export { DERIVED_TAG, LAST_ISSUE_DATE } from './derived-statement.ts';
export type { ExactAmount } from './dispensing/amounts.ts';
export { type CompletionDue, completionDue, expectedAdministrations } from './dispensing/completion.ts';
export type { MedicineRelation } from './dispensing/medicine-relation.ts';
export { type QuantityForDosage, quantityForDosage } from './dispensing/quantity-for-dosage.ts';
export { checkSubstitution, type Substitution } from './dispensing/substitution.ts';
export {
  type Reason,
  type Supplied,
  type SuppliedProduct,
  type SupplyContext,
  type SupplyOutcome,
  supplied,
} from './dispensing/supplied.ts';
export {
  canBecome,
  isEndStatus,
  type Judgement,
  judgeTransition,
  LIFE_CYCLES,
  type LifeCycleType,
  type TransitionOptions,
} from './life-cycle.ts';
export { type DateSpan, dateInWords, dateSpan, londonDay } from './london-date.ts';
export { type CourseType, type Flag, GROUPS, type Group, type LineDate, type MedicineLine } from './medicine-line.ts';
export { type OrderKind, orderKind } from './orders/order-kind.ts';
export { type Prescription, prescriptions } from './orders/prescriptions.ts';
export { type PriorChain, priorChain, type RequestLookup } from './orders/prior-chain.ts';
export { compareResupply, type OrderDifference, type Resupply } from './orders/resupply.ts';
export type { PatientMedicines } from './records.ts';
export { COMPLETION_RULES, type CompletionPolicy } from './rules/completion.ts';
export { CURRENT_RULES, type CurrentRow } from './rules/current.ts';
export { DISPENSE_LIFE_CYCLE, type DispenseStatus } from './rules/dispense-life-cycle.ts';
export { FLAG_RULES, type FlagRow } from './rules/flags.ts';
export { GROUP_RULES, type GroupRow } from './rules/groups.ts';
export type {
  FirstStatus,
  LifeCycle,
  Onward,
  Origin,
  Party,
  StatusMeaning,
  Transition,
  Verdict,
} from './rules/life-cycle.ts';
export {
  ORDER_COURSES,
  ORDER_SETTINGS,
  type OrderCourseRow,
  type OrderSetting,
  type OrderSettingRow,
} from './rules/order-kinds.ts';
export { REQUEST_LIFE_CYCLE, type RequestStatus } from './rules/request-life-cycle.ts';
export { RESUPPLY_ELEMENTS, type ResupplyElement } from './rules/resupply-elements.ts';
export { STATUS_RULES, type StatusRow } from './rules/status.ts';
export { SUPPLY_STATUS_RULES, type SupplyState, type SupplyStatusRow } from './rules/supply-status.ts';
