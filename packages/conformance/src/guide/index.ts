import type { Rule } from '../rules/rule.ts';
import { administrationRules } from './administration-rules.ts';
import { allergyRules } from './allergy-rules.ts';
import { bundleLinkRules } from './bundle-link-rules.ts';
import { bundleRecordRules } from './bundle-record-rules.ts';
import { bundleShapeRules } from './bundle-shape-rules.ts';
import { dateRules } from './date-rules.ts';
import { dispenseRules } from './dispense-rules.ts';
import { dosageRules } from './dosage-rules.ts';
import { listRules } from './list-rules.ts';
import { medicationRules } from './medication-rules.ts';
import { peopleRules } from './people-rules.ts';
import { requestRules } from './request-rules.ts';
import { resourceRules } from './resource-rules.ts';
import { statementRules } from './statement-rules.ts';
import { unitRules } from './unit-rules.ts';

/** The rules of the medicines implementation guide. */
export const guideRules: readonly Rule[] = [
  ...requestRules,
  ...dispenseRules,
  ...statementRules,
  ...administrationRules,
  ...dosageRules,
  ...unitRules,
  ...medicationRules,
  ...peopleRules,
  ...allergyRules,
  ...listRules,
  ...bundleShapeRules,
  ...bundleLinkRules,
  ...bundleRecordRules,
  ...dateRules,
  ...resourceRules,
];
