import type { Conditions } from '../facts.ts';
import type { Flag } from '../medicine-line.ts';

/** A row that adds a flag to a line, whichever row decided; every row whose conditions hold applies. */
export interface FlagRow {
  readonly id: string;
  readonly when: Conditions;
  readonly flag: Flag;
}

/** Flags that follow from the facts alone. */
export const FLAG_RULES: readonly FlagRow[] = [
  {
    id: 'CM-25',
    when: { source: ['statement', 'request'], status: ['active'], end: ['passed'], endBeforeStart: false },
    flag: 'statusDateConflict',
  },
  {
    id: 'CM-26',
    when: { source: ['statement', 'request'], status: ['completed'], end: ['today', 'later'], endBeforeStart: false },
    flag: 'statusDateConflict',
  },
  // Completed says that it is over; with no end recorded, two years is all there is to go by.
  {
    id: 'CM-F-1',
    when: {
      source: ['statement', 'request'],
      status: ['completed'],
      end: ['none'],
      start: ['recent'],
      ruledAs: ['acute'],
    },
    flag: 'completedNoEnd',
  },
  { id: 'CM-F-2', when: { status: ['active', 'unknown'], end: ['today'] }, flag: 'endsToday' },
  {
    id: 'CM-F-3',
    when: { source: ['statement', 'request'], type: ['unknown'], selfDeclared: false, clinicalTrial: false },
    flag: 'typeAssumed',
  },
  { id: 'CM-F-4', when: { clinicalTrial: true }, flag: 'clinicalTrial' },
  { id: 'CM-F-5', when: { imprecise: true }, flag: 'imprecise' },
  { id: 'CM-F-6', when: { startInferred: true }, flag: 'startInferred' },
  { id: 'CM-F-7', when: { unreadableDate: true }, flag: 'unreadableDate' },
  { id: 'CM-F-8', when: { issuedSinceRecorded: true }, flag: 'issuedSinceRecorded' },
  { id: 'CM-F-9', when: { planNotHeld: true }, flag: 'planNotHeld' },
  { id: 'CM-F-10', when: { superseded: true }, flag: 'superseded' },
  { id: 'CM-F-11', when: { planOnHold: true, status: ['active', 'completed', 'unknown'] }, flag: 'statusConflict' },
  // The plan is here and nothing was ever issued under it, whatever its end.
  {
    id: 'CM-F-12',
    when: {
      type: ['repeat'],
      planHeld: true,
      elsewhere: false,
      issue: ['none'],
      status: ['active'],
      start: ['old', 'recent'],
    },
    flag: 'unissued',
  },
];
