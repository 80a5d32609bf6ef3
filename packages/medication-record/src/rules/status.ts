import type { Conditions } from '../facts.ts';
import type { Flag, Group } from '../medicine-line.ts';

/** A row of the status table: the first whose conditions hold decides, or passes the line on to the dates. */
export interface StatusRow {
  readonly id: string;
  readonly when: Conditions;
  /** `hidden`: no line. `dates`: the date table decides. Otherwise not current, in this group. */
  readonly decides: 'hidden' | 'dates' | Group;
  readonly flags?: readonly Flag[];
  /** Why, for people; `{start}`, `{end}`, `{issue}`, `{today}`, `{window}` are filled in. */
  readonly because?: string;
}

/**
 * The status gate: looked at before any date.
 * Sources: UK Core MedicationStatement status page; NHS England use case "Query for current medication".
 */
export const STATUS_RULES: readonly StatusRow[] = [
  { id: 'CM-S-01', when: { status: ['entered-in-error'] }, decides: 'hidden' },
  {
    id: 'CM-S-02',
    when: { doNotPerform: true },
    decides: 'not-taken',
    flags: ['doNotPerform'],
    because: 'This is an instruction not to give the medicine.',
  },
  // A dispense has its own life cycle. Ready on the shelf (`in-progress`) is not yet with the patient.
  {
    id: 'CM-S-D1',
    when: { source: ['dispense'], status: ['cancelled', 'stopped', 'declined'] },
    decides: 'past',
    because: 'The pharmacy recorded that this was not supplied.',
  },
  {
    id: 'CM-S-D2',
    when: { source: ['dispense'], status: ['preparation', 'in-progress', 'on-hold'], handedOver: false },
    decides: 'planned',
    because: 'The pharmacy is preparing this; it has not been handed over.',
  },
  {
    id: 'CM-S-D3',
    when: { source: ['dispense'], status: ['preparation', 'in-progress', 'on-hold', 'completed'] },
    decides: 'dates',
  },
  { id: 'CM-S-03', when: { status: ['stopped'] }, decides: 'stopped', because: 'Stopped{on end}.' },
  {
    id: 'CM-S-04',
    when: { source: ['statement'], status: ['active', 'unknown', 'completed'], planStopped: true },
    decides: 'stopped',
    flags: ['statusConflict'],
    because: 'The prescription plan behind this has been stopped.',
  },
  { id: 'CM-S-05', when: { status: ['not-taken'] }, decides: 'not-taken', because: 'Recorded as not taken.' },
  {
    id: 'CM-S-06',
    when: { status: ['intended', 'on-hold'], end: ['passed'], endBeforeStart: false },
    decides: 'past',
    because: 'Ended on {end}.',
  },
  { id: 'CM-S-07', when: { status: ['intended'] }, decides: 'planned', because: 'Intended{from start}; not started.' },
  {
    id: 'CM-S-08',
    when: { status: ['on-hold'] },
    decides: 'on-hold',
    because: 'Suspended for now; likely to be restarted.',
  },
  {
    id: 'CM-S-09',
    when: { status: ['completed'], clinicalTrial: true },
    decides: 'past',
    flags: ['clinicalTrial'],
    because: 'The clinical trial medicine is recorded as completed{on end}.',
  },
  // GP systems complete an acute item as soon as its issue period ends, so only its dates say when it is over.
  { id: 'CM-S-10', when: { status: ['completed'], ruledAs: ['acute'] }, decides: 'dates' },
  { id: 'CM-S-11', when: { status: ['completed'], end: ['today', 'later'] }, decides: 'dates' },
  {
    id: 'CM-S-12',
    when: { status: ['completed'] },
    decides: 'past',
    because: 'Recorded as completed{on end}: the prescription has run its course.',
  },
  { id: 'CM-S-13', when: { status: ['active'] }, decides: 'dates' },
  // `unknown`, and whatever is no status at all: the dates decide, and the reader is told.
  { id: 'CM-S-14', when: {}, decides: 'dates', flags: ['statusUnknown'] },
];
