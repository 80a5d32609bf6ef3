import type { Conditions } from '../facts.ts';
import type { Group } from '../medicine-line.ts';

/** A row that places a line which is current; the first whose conditions hold decides. */
export interface GroupRow {
  readonly when: Conditions;
  readonly group: Group;
}

/**
 * Where a current line is shown. (A line that is not current has its group from the row that said so.) The groups and
 * their order are those of the national viewers; a trial medicine stays in its type's group, and pages lift its flag
 * to the top.
 */
export const GROUP_RULES: readonly GroupRow[] = [
  { when: { selfDeclared: true }, group: 'self-declared' },
  { when: { source: ['dispense'] }, group: 'supplied' },
  { when: { elsewhere: true }, group: 'elsewhere' },
  { when: { type: ['repeat-dispensing'] }, group: 'repeat-dispensing' },
  { when: { type: ['repeat', 'unknown'] }, group: 'repeat' },
  { when: {}, group: 'acute' },
];
