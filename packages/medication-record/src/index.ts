/**
 * The clinical heart of Concord: pure functions over a patient's FHIR medicines resources. No clock, no store.
 */
export { type CurrentMedicationInput, currentMedication, isCurrent, needsReview } from './current-medication.ts';
export { DERIVED_TAG, LAST_ISSUE_DATE } from './derived-statement.ts';
export { type DateSpan, dateInWords, dateSpan, londonDay } from './london-date.ts';
export { type CourseType, type Flag, GROUPS, type Group, type LineDate, type MedicineLine } from './medicine-line.ts';
export type { PatientMedicines } from './records.ts';
export { CURRENT_RULES, type CurrentRow } from './rules/current.ts';
export { FLAG_RULES, type FlagRow } from './rules/flags.ts';
export { GROUP_RULES, type GroupRow } from './rules/groups.ts';
export { STATUS_RULES, type StatusRow } from './rules/status.ts';
