import type { CourseType, LineDate } from './medicine-line.ts';

/** Where a recorded end lies: `conflict` when it is before the start. */
type EndFact = 'none' | 'passed' | 'today' | 'later';
/** Where the start lies; `recent` is within the window, both ends included. */
type StartFact = 'none' | 'old' | 'recent' | 'future';
/** Where the last issue lies. Future issues have been left out. */
type IssueFact = 'none' | 'old' | 'recent';

/** What the tables look at: one medicine, put in their words. */
export interface Facts {
  /** The kind of resource that the line speaks for. */
  readonly source: 'statement' | 'request' | 'dispense';
  readonly status: string;
  /** As recorded. */
  readonly type: CourseType;
  /** The type whose rules apply: unknown is ruled as repeat; self-declared and supplied as acute. */
  readonly ruledAs: 'acute' | 'repeat' | 'repeat-dispensing';
  readonly end: EndFact;
  readonly start: StartFact;
  readonly issue: IssueFact;
  /** The later of start and issue. */
  readonly latest: 'none' | 'old' | 'recent';
  readonly endBeforeStart: boolean;
  readonly selfDeclared: boolean;
  readonly elsewhere: boolean;
  readonly clinicalTrial: boolean;
  /** Every plan that the statement is based on has been stopped. */
  readonly planStopped: boolean;
  readonly planOnHold: boolean;
  /** A dispense that reached the patient. */
  readonly handedOver: boolean;
  readonly doNotPerform: boolean;
  readonly startInferred: boolean;
  readonly imprecise: boolean;
  readonly unreadableDate: boolean;
  readonly issuedSinceRecorded: boolean;
  readonly planNotHeld: boolean;
  readonly superseded: boolean;
  /** A plan that the line rests on is here. */
  readonly planHeld: boolean;
  readonly started: LineDate | undefined;
  readonly ends: LineDate | undefined;
  readonly lastIssued: LineDate | undefined;
  /** The day of the answer and the first day of the window, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly windowStart: string;
}

/** Conditions of a row: every one named must hold; a list means any of these. */
export type Conditions = {
  readonly [F in keyof Facts]?: Facts[F] extends boolean ? boolean : readonly Facts[F][];
};

/** True where the facts meet every condition. */
export function meets(facts: Facts, conditions: Conditions): boolean {
  for (const name in conditions) {
    const wanted: unknown = conditions[name as keyof Facts];
    const found: unknown = facts[name as keyof Facts];
    if (Array.isArray(wanted) ? !wanted.includes(found) : wanted !== found) return false;
  }
  return true;
}
