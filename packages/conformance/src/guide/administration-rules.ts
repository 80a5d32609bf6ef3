import { child, has, number, text } from '../invariants/reading.ts';
import type { Rule } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';

const on = ['MedicationAdministration'];
const layer = 'guide';
const unfinished = ['stopped', 'not-done', 'on-hold'];

/** The amount given: dose or rate. */
function given(node: JsonObject): number | undefined {
  const dosage = child(node, 'dosage');
  return number(child(dosage, 'dose'), 'value') ?? number(child(dosage, 'rateQuantity'), 'value');
}

/** The rules for a MedicationAdministration. */
export const administrationRules: readonly Rule[] = [
  {
    ...{ id: 'R-152', on, layer, severity: 'warning', code: 'business-rule', at: 'effective' },
    says: 'A planned pause says from when to when: send effectivePeriod.',
    holds: (node) => node.status !== 'on-hold' || has(node, 'effectivePeriod'),
  },
  {
    ...{ id: 'R-153a', on, layer, severity: 'warning', code: 'conflict', at: 'dosage' },
    says: 'Nothing was given by the status, but the dose is more than zero: correct one of them.',
    holds: (node) => !['on-hold', 'not-done'].includes(text(node, 'status') ?? '') || !((given(node) ?? 0) > 0),
  },
  {
    ...{ id: 'R-153b', on, layer, severity: 'warning', code: 'conflict', at: 'dosage' },
    says: 'Completed with a dose of zero: if nothing was given, the status is not-done.',
    holds: (node) => node.status !== 'completed' || given(node) !== 0,
  },
  {
    ...{ id: 'R-154a', on, layer, severity: 'warning', code: 'business-rule', at: 'statusReason' },
    says: 'statusReason goes with the statuses stopped, not-done and on-hold only: remove it, or correct the status.',
    holds: (node) => !has(node, 'statusReason') || unfinished.includes(text(node, 'status') ?? ''),
  },
  {
    ...{ id: 'R-154b', on, layer, severity: 'warning', code: 'required', at: 'statusReason' },
    says: 'An administration that was stopped should say why: send statusReason.',
    holds: (node) => node.status !== 'stopped' || has(node, 'statusReason'),
  },
];
