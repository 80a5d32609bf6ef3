import type { Rule } from '../rules/rule.ts';
import { dispenseRules } from './dispense-rules.ts';
import { dosageRules } from './dosage-rules.ts';
import { requestRules } from './request-rules.ts';
import { statementRules } from './statement-rules.ts';

/** The rules of the medicines implementation guide. */
export const guideRules: readonly Rule[] = [...requestRules, ...dispenseRules, ...statementRules, ...dosageRules];
