import type { Rule } from '../rules/rule.ts';
import { claimRules } from './claim-rules.ts';
import { extensionRules } from './extension-rules.ts';
import { profileRules } from './profile-rules.ts';

/** What UK Core adds to FHIR R4, for the types that its tables cover. */
export const ukCoreRules: readonly Rule[] = [...profileRules, ...extensionRules, ...claimRules];
