import { child, has } from '../invariants/reading.ts';
import type { Rule } from '../rules/rule.ts';

const on = ['Medication'];
const layer = 'guide';
const bare = new Set(['resourceType', 'id', 'meta', 'text', 'language', 'code']);

/** The rules for a Medication. */
export const medicationRules: readonly Rule[] = [
  {
    ...{ id: 'R-170', on, layer, severity: 'error', code: 'required', at: 'code' },
    says: 'The code has neither coding nor text: say which medicine it is.',
    holds: (node) => {
      const code = child(node, 'code');
      return code === undefined || has(code, 'coding') || has(code, 'text');
    },
  },
  {
    ...{ id: 'R-177', on, layer, severity: 'information', code: 'business-rule' },
    says: 'This contained Medication says no more than its code: medicationCodeableConcept does it without.',
    holds: (node, { path }) => !/\.contained\[\d+\]$/.test(path) || Object.keys(node).some((key) => !bare.has(key)),
  },
];
