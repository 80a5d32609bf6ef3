import type { Finding } from '@concord/conformance';
import { outcome } from '@concord/conformance';
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4';

/** A request that is refused: the HTTP status and what an OperationOutcome says of it. */
export class Refusal extends Error {
  readonly status: number;
  readonly outcome: OperationOutcome;

  constructor(status: number, what: OperationOutcome) {
    super(what.issue[0]?.diagnostics ?? `refused with ${status}`);
    this.status = status;
    this.outcome = what;
  }
}

/**
 * A refusal with one issue.
 * @param diagnostics what is wrong and what to do, for a developer; never patient data
 * @param expression  the FHIRPath of the fault, or the name of a query parameter or header
 */
export function refuse(
  status: number,
  code: OperationOutcomeIssue['code'],
  diagnostics: string,
  options: { expression?: string; rule?: string } = {},
): Refusal {
  const issue: OperationOutcomeIssue = { severity: 'error', code, diagnostics };
  if (options.rule) issue.details = { coding: [{ system: 'urn:concord:rule', code: options.rule }] };
  if (options.expression) issue.expression = [options.expression];
  return new Refusal(status, { resourceType: 'OperationOutcome', issue: [issue] });
}

/** A refusal that lists everything found wrong with a resource. */
export function refuseFindings(status: number, findings: readonly Finding[]): Refusal {
  return new Refusal(status, outcome(findings));
}

/** An outcome that only informs. */
export function information(
  diagnostics: string,
  severity: 'information' | 'warning' = 'information',
): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [{ severity, code: 'informational', diagnostics }] };
}
