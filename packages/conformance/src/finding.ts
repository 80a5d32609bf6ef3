import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4';

/** A question that only a terminology server can answer: is one of these codes in a value set? */
export interface TerminologyQuestion {
  /** The value set's canonical URL. */
  readonly valueSet: string;
  /** The codes of the concept: one of them in the value set is enough. */
  readonly codings: readonly { readonly system: string; readonly code: string }[];
  /** What the finding becomes where none is. */
  readonly otherwise: Pick<Finding, 'severity' | 'code' | 'rule' | 'diagnostics'>;
}

/** One thing that is wrong, or worth saying, about a resource. */
export interface Finding {
  severity: 'error' | 'warning' | 'information';
  /** FHIR's issue-type code. */
  code: OperationOutcomeIssue['code'];
  /** Where: FHIRPath of element names and indexes, e.g. `MedicationRequest.dosageInstruction[0].timing`. */
  expression: string;
  /** A stable rule id, e.g. `FHIR-cardinality-min`. */
  rule: string;
  /** What is wrong and what to do about it. */
  diagnostics: string;
  /** Of a note that something was not checked: what to ask a terminology server. */
  question?: TerminologyQuestion;
}

/** The system of the names of layers that an outcome's `details.coding` may carry. */
export const layerSystem = 'urn:concord:layer';

/** The system of the rule ids that an outcome's `details.coding` carries. */
export const ruleSystem = 'urn:concord:rule';

/**
 * The findings as an OperationOutcome, in their order, each with its rule id as `details.coding`. Without findings, one
 * information issue says so, since an OperationOutcome needs at least one issue.
 */
export function outcome(findings: readonly Finding[]): OperationOutcome {
  const issue: OperationOutcomeIssue[] = findings.map(({ severity, code, expression, rule, diagnostics }) => ({
    severity,
    code,
    details: { coding: [{ system: ruleSystem, code: rule }], text: diagnostics },
    diagnostics,
    expression: [expression],
  }));
  if (!issue.length) issue.push({ severity: 'information', code: 'informational', diagnostics: 'No faults found.' });
  return { resourceType: 'OperationOutcome', issue };
}
