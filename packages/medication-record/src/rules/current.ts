import type { Conditions } from '../facts.ts';
import type { Flag, Group } from '../medicine-line.ts';

/** A row of the date table: the first whose conditions hold decides. */
export interface CurrentRow {
  readonly id: string;
  /** `rule`: the Faculty of Clinical Informatics rule as NHS England's guide gives it; `reading`: ours, where it is silent. */
  readonly basis: 'rule' | 'reading';
  readonly when: Conditions;
  readonly current: boolean | 'undetermined';
  /** The group of a line that is not current; a current line's group follows from its type. */
  readonly group?: Group;
  readonly flags?: readonly Flag[];
  /** Why, for people; `{start}`, `{end}`, `{issue}`, `{today}`, `{window}` are filled in. */
  readonly because: string;
}

const ACUTE = ['acute'] as const;
const REPEAT = ['repeat', 'repeat-dispensing'] as const;
const OPEN = ['none', 'today', 'later'] as const;
const AHEAD = ['today', 'later'] as const;

/**
 * Is it current, by its dates? Looked at when the status has let the line pass.
 *
 * Acute: current until its end; without an end, for two years from its start. Repeat: current while it has not ended
 * and the later of its start and its last issue lies within two years. The window includes its first day; an end
 * includes its last day; a partial date counts as its last day.
 */
export const CURRENT_RULES: readonly CurrentRow[] = [
  // Dates that cannot be true: the status alone speaks.
  {
    id: 'CM-24a',
    basis: 'reading',
    when: { endBeforeStart: true, status: ['active'] },
    current: true,
    flags: ['dateConflict'],
    because: 'Its end, {end}, is before its start, {start}; shown because its status is active.',
  },
  {
    id: 'CM-24b',
    basis: 'reading',
    when: { endBeforeStart: true, status: ['completed'] },
    current: false,
    group: 'past',
    flags: ['dateConflict'],
    because: 'Its end, {end}, is before its start, {start}; its status is completed.',
  },
  {
    id: 'CM-24c',
    basis: 'reading',
    when: { endBeforeStart: true },
    current: 'undetermined',
    group: 'undated',
    flags: ['dateConflict'],
    because: 'Its end, {end}, is before its start, {start}, and its status does not say.',
  },
  {
    id: 'CM-23',
    basis: 'rule',
    when: { clinicalTrial: true, end: OPEN },
    current: true,
    flags: ['clinicalTrial'],
    because: 'On a clinical trial{from start}: current for as long as its status is active.',
  },
  {
    id: 'CM-22',
    basis: 'reading',
    when: { selfDeclared: true, end: ['none'], start: ['recent'] },
    current: true,
    flags: ['noEndDate'],
    because: 'Declared by the patient{from start}, within two years, with no end recorded.',
  },
  // Prescribed elsewhere is never hidden for being old: nobody here knows of its issues.
  {
    id: 'CM-21a',
    basis: 'rule',
    when: { elsewhere: true, ruledAs: ACUTE, end: ['none'], start: ['old'] },
    current: false,
    group: 'elsewhere',
    flags: ['stale'],
    because: 'Prescribed elsewhere{from start}, more than two years ago; kept in view to be checked.',
  },
  {
    id: 'CM-21b',
    basis: 'rule',
    when: { elsewhere: true, ruledAs: REPEAT, end: OPEN, start: ['none', 'old'], latest: ['old'] },
    current: false,
    group: 'elsewhere',
    flags: ['stale'],
    because: 'Prescribed elsewhere, and not known to be issued since {window}; kept in view to be checked.',
  },

  // Acute.
  {
    id: 'CM-03',
    basis: 'rule',
    when: { ruledAs: ACUTE, end: ['passed'] },
    current: false,
    group: 'past',
    because: 'Acute, ended on {end}.',
  },
  {
    id: 'CM-08',
    basis: 'reading',
    when: { ruledAs: ACUTE, end: OPEN, start: ['future'] },
    current: false,
    group: 'planned',
    flags: ['future'],
    because: 'Starts on {start}.',
  },
  {
    id: 'CM-02',
    basis: 'rule',
    when: { ruledAs: ACUTE, end: ['today'] },
    current: true,
    flags: ['endsToday'],
    because: 'Acute, and today, {end}, is its last day.',
  },
  {
    id: 'CM-07',
    basis: 'rule',
    when: { ruledAs: ACUTE, end: ['later'], start: ['none'] },
    current: true,
    because: 'Acute, and does not end until {end}; its start is not recorded.',
  },
  {
    id: 'CM-01',
    basis: 'rule',
    when: { ruledAs: ACUTE, end: ['later'] },
    current: true,
    because: 'Acute, started on {start}, and does not end until {end}.',
  },
  {
    id: 'CM-09',
    basis: 'reading',
    when: { ruledAs: ACUTE, end: ['none'], start: ['none'], issue: ['recent'] },
    current: true,
    flags: ['noEndDate'],
    because: 'Acute, issued on {issue}, within two years; no start or end is recorded.',
  },
  {
    id: 'CM-09a',
    basis: 'reading',
    when: { ruledAs: ACUTE, end: ['none'], start: ['none'], issue: ['old'] },
    current: false,
    group: 'past',
    flags: ['stale'],
    because: 'Acute, last issued on {issue}, before {window}; no start or end is recorded.',
  },
  {
    id: 'CM-06',
    basis: 'reading',
    when: { ruledAs: ACUTE, end: ['none'], start: ['none'], issue: ['none'] },
    current: 'undetermined',
    group: 'undated',
    flags: ['noDates'],
    because: 'No date is recorded, so nobody can say whether it is current.',
  },
  {
    id: 'CM-04',
    basis: 'rule',
    when: { ruledAs: ACUTE, end: ['none'], start: ['recent'] },
    current: true,
    flags: ['noEndDate'],
    because: 'Acute, started on {start}, within two years, with no end recorded.',
  },
  {
    id: 'CM-05',
    basis: 'rule',
    when: { ruledAs: ACUTE, end: ['none'], start: ['old'] },
    current: false,
    group: 'past',
    because: 'Acute, started on {start}, before {window}, with no end recorded.',
  },

  // Repeat, repeat dispensing, and whatever does not say.
  {
    id: 'CM-14',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: ['passed'] },
    current: false,
    group: 'past',
    because: '{Type}, ended on {end}.',
  },
  {
    id: 'CM-19',
    basis: 'reading',
    when: { ruledAs: REPEAT, end: OPEN, start: ['future'] },
    current: false,
    group: 'planned',
    flags: ['future'],
    because: 'Starts on {start}.',
  },
  {
    id: 'CM-18',
    basis: 'reading',
    when: { ruledAs: REPEAT, end: OPEN, start: ['none'], issue: ['none'] },
    current: 'undetermined',
    group: 'undated',
    flags: ['noDates'],
    because: 'Neither a start nor an issue is recorded, so nobody can say whether it is current.',
  },
  {
    id: 'CM-17',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: OPEN, start: ['none'], issue: ['recent'] },
    current: true,
    because: '{Type}, last issued on {issue}, within two years.',
  },
  {
    id: 'CM-13',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: AHEAD, latest: ['old'] },
    current: false,
    group: 'past',
    flags: ['stale', 'staleButOpen'],
    because: '{Type}, authorised until {end}, but neither started nor issued since {window}: to be reviewed.',
  },
  {
    id: 'CM-12',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: AHEAD, latest: ['recent'] },
    current: true,
    because: '{Type}, authorised until {end}, and {latest}, within two years.',
  },
  {
    id: 'CM-15',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: ['none'], start: ['old'], issue: ['recent'] },
    current: true,
    because: '{Type} since {start}, last issued on {issue}, within two years.',
  },
  {
    id: 'CM-16',
    basis: 'rule',
    when: { type: ['repeat'], elsewhere: false, end: ['none'], start: ['recent'], issue: ['none'] },
    current: true,
    flags: ['unissued'],
    because: 'Repeat, authorised on {start}, within two years; no issue is recorded.',
  },
  {
    id: 'CM-20',
    basis: 'rule',
    when: { ruledAs: ['repeat-dispensing'], end: ['none'], start: ['old'], issue: ['none'] },
    current: false,
    group: 'past',
    flags: ['stale', 'issuesNotKnown'],
    because: 'Repeat dispensing, started on {start}, before {window}; no issue is recorded.',
  },
  {
    id: 'CM-10',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: ['none'], latest: ['recent'] },
    current: true,
    because: '{Type}, {latest}, within two years, with no end recorded.',
  },
  {
    id: 'CM-11',
    basis: 'rule',
    when: { ruledAs: REPEAT, end: ['none'], latest: ['old'] },
    current: false,
    group: 'past',
    flags: ['stale'],
    because: '{Type}, neither started nor issued since {window}.',
  },
];
