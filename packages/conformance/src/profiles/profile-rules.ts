import type { Finding } from '../finding.ts';

/** A kind of finding about a claimed profile. */
export type ProfileRule = Pick<Finding, 'severity' | 'code'> & {
  readonly says: string;
  /** Where the profile itself says how severe: what it may say else. */
  readonly orSeverity?: Finding['severity'];
};

/** What is found about a claimed profile: id, how severe, and what it means. The findings themselves say more. */
export const profileFindings = {
  'PRO-type': { severity: 'error', code: 'structure', says: 'A profile of another type is claimed.' },
  'PRO-min': {
    severity: 'error',
    code: 'required',
    says: 'An element, or a slice of one, that the profile requires is missing.',
  },
  'PRO-max': {
    severity: 'error',
    code: 'structure',
    says: 'An element, or a slice of one, is there more often than the profile allows.',
  },
  'PRO-choice': { severity: 'error', code: 'structure', says: 'A choice has a type that the profile does not take.' },
  'PRO-fixed': { severity: 'error', code: 'value', says: 'A value is not the one that the profile fixes.' },
  'PRO-pattern': { severity: 'error', code: 'value', says: 'A value lacks what the pattern of the profile has.' },
  'PRO-binding': {
    severity: 'error',
    code: 'code-invalid',
    says: 'No code of the value set that the profile requires.',
  },
  'PRO-target': {
    severity: 'error',
    code: 'structure',
    says: 'A reference leads to a type that the profile does not take.',
  },
  'PRO-closed': { severity: 'error', code: 'structure', says: 'A value is of no slice, and the slicing is closed.' },
  'PRO-invariant': {
    severity: 'error',
    orSeverity: 'warning',
    code: 'invariant',
    says: 'An invariant of the profile does not hold: its key, what it asks for, and its FHIRPath are told.',
  },
  'PRO-unknown': {
    severity: 'information',
    code: 'informational',
    says: 'A claimed profile is not loaded, and was not checked.',
  },
  'PRO-not-checked': {
    severity: 'information',
    code: 'informational',
    says: 'A part of a claimed profile was not checked, and why.',
  },
} as const satisfies { readonly [id: string]: ProfileRule };

/** The id of a finding about a profile. */
export type ProfileRuleId = keyof typeof profileFindings;
