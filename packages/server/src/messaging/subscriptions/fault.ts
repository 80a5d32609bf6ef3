import type { OperationOutcomeIssue } from 'fhir/r4';
import { Refusal } from '../../fhir/refusal.ts';

/** Something about a Subscription that cannot be done as it asks. */
export interface Fault {
  code: OperationOutcomeIssue['code'];
  /** FHIRPath of the element. */
  expression: string;
  /** What is wrong, and what would do. */
  diagnostics: string;
}

/** The rule that a refused Subscription breaks. */
const RULE = { system: 'urn:concord:rule', code: 'subscription' };

/** A refusal that lists every fault. */
export function refuseFaults(status: number, faults: readonly Fault[]): Refusal {
  const issue: OperationOutcomeIssue[] = faults.map(({ code, expression, diagnostics }) => ({
    ...{ severity: 'error', code, details: { coding: [RULE] } },
    ...{ diagnostics, expression: [expression] },
  }));
  return new Refusal(status, { resourceType: 'OperationOutcome', issue });
}
