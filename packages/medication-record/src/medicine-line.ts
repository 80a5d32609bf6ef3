import type { MedicationDispense, MedicationRequest, MedicationStatement } from 'fhir/r4';
import type { DateSpan } from './london-date.ts';

/** The kinds of course that UK prescribing knows. */
export type CourseType = 'acute' | 'repeat' | 'repeat-dispensing' | 'unknown';

/** The blocks of a medicines page, in the order they are shown. */
export type Group =
  | 'acute'
  | 'repeat'
  | 'repeat-dispensing'
  | 'elsewhere'
  | 'self-declared'
  | 'supplied'
  | 'on-hold'
  | 'undated'
  | 'planned'
  | 'stopped'
  | 'not-taken'
  | 'past';

/** Every group, in the order shown, with the heading that pages use. */
export const GROUPS: readonly { readonly group: Group; readonly heading: string }[] = [
  { group: 'acute', heading: 'Acute' },
  { group: 'repeat', heading: 'Repeat' },
  { group: 'repeat-dispensing', heading: 'Repeat dispensing' },
  { group: 'elsewhere', heading: 'Prescribed elsewhere' },
  { group: 'self-declared', heading: 'Self-declared' },
  { group: 'supplied', heading: 'Supplied without a known prescription' },
  { group: 'on-hold', heading: 'On hold' },
  { group: 'undated', heading: 'Date unknown' },
  { group: 'planned', heading: 'Planned' },
  { group: 'stopped', heading: 'Stopped' },
  { group: 'not-taken', heading: 'Not taken' },
  { group: 'past', heading: 'Past' },
];

/** What a reader should know about a line beyond current or not. */
export type Flag =
  /** Acute, and nobody recorded when it ends. */
  | 'noEndDate'
  /** Completed by status, but kept in view because no end date says when. */
  | 'completedNoEnd'
  /** Its last day is today. */
  | 'endsToday'
  /** A date used here is a month or a year. */
  | 'imprecise'
  /** A date is present that is no date, and was not used. */
  | 'unreadableDate'
  /** The start is the date somebody asserted it, no start being recorded. */
  | 'startInferred'
  /** Nothing says acute or repeat; treated as repeat. */
  | 'typeAssumed'
  /** Neither authorised nor issued for two years. */
  | 'stale'
  /** Still authorised by its end date, but not issued for two years: review. */
  | 'staleButOpen'
  /** Repeat dispensing whose issues are not known, which makes it look older than it may be. */
  | 'issuesNotKnown'
  /** Authorised, never issued. */
  | 'unissued'
  /** Current for an issue that is later than the last issue date that the statement carries. */
  | 'issuedSinceRecorded'
  /** No date at all. */
  | 'noDates'
  /** Starts in the future. */
  | 'future'
  /** Ends before it starts: dates not used. */
  | 'dateConflict'
  /** The status and the dates say different things. */
  | 'statusDateConflict'
  /** The statement and its prescription plan have different statuses. */
  | 'statusConflict'
  /** The status is `unknown`, absent, or no status. */
  | 'statusUnknown'
  /** Only an issue is known, not the plan it was issued under. */
  | 'planNotHeld'
  /** A later prescription names this one as the one before it, with another medicine or dose. */
  | 'superseded'
  /** A medicine under trial, whose name is not known: no decision support. */
  | 'clinicalTrial'
  /** An instruction not to give the medicine. */
  | 'doNotPerform';

/** A date as it was sent and as it was understood. */
export interface LineDate extends DateSpan {
  /** The element it was read from, such as `effectivePeriod.start`. */
  readonly from: string;
}

/** One medicine of one patient: a statement, stored or derived, with all that stands behind it. */
export interface MedicineLine {
  /** Names the line within one answer: `MedicationStatement/abc`, `MedicationRequest/xyz`, `MedicationDispense/m`. */
  readonly key: string;
  /** The stored statement, untouched, or one derived from a request or a dispense. */
  readonly statement: MedicationStatement;
  /** True where no statement was stored, so that this one must not be stored either. */
  readonly derived: boolean;
  /** The request or dispense that a derived statement speaks for. */
  readonly derivedFrom?: string;
  readonly group: Group;
  /** `undetermined` where the record has too little to say: shown, never hidden. */
  readonly current: boolean | 'undetermined';
  /** The row of the tables that decided: `CM-10` of `CURRENT_RULES`, `CM-S-02` of `STATUS_RULES`. */
  readonly rule: string;
  /** The same in one sentence with dates, for people. */
  readonly reason: string;
  readonly flags: readonly Flag[];
  readonly type: CourseType;
  readonly started?: LineDate;
  readonly ends?: LineDate;
  /** When the course should be over by its dose or supply; shown, never used to drop the line. `YYYY-MM-DD` */
  readonly expectedEnd?: string;
  readonly lastIssued?: LineDate;
  /** Requests behind the line, newest first. */
  readonly requests: readonly MedicationRequest[];
  /** Dispenses behind the line, newest first. */
  readonly dispenses: readonly MedicationDispense[];
}
