/** A question that cannot be answered, said so that a developer can act on it. */

import type { OperationOutcome } from 'fhir/r4';

/** Why, as a rule id: it does not change when the wording does. */
export type RefusalRule =
  | 'terminology-unknown-parameter'
  | 'terminology-unsupported-parameter'
  | 'terminology-missing-parameter'
  | 'terminology-wrong-parameter'
  | 'terminology-unknown-system'
  | 'terminology-unknown-version'
  | 'terminology-unknown-code'
  | 'terminology-ambiguous-code'
  | 'terminology-unknown-value-set'
  | 'terminology-unknown-map'
  | 'terminology-unknown-property'
  | 'terminology-unsupported-filter'
  | 'terminology-pattern'
  | 'terminology-too-costly';

type IssueCode = OperationOutcome['issue'][number]['code'];

/** FHIR issue type and HTTP status of each rule. */
const RULES: Readonly<Record<RefusalRule, readonly [code: IssueCode, status: 400 | 404 | 422]>> = {
  'terminology-unknown-parameter': ['invalid', 400],
  'terminology-unsupported-parameter': ['not-supported', 400],
  'terminology-missing-parameter': ['required', 400],
  'terminology-wrong-parameter': ['value', 400],
  'terminology-unknown-system': ['not-found', 404],
  'terminology-unknown-version': ['not-found', 404],
  'terminology-unknown-code': ['not-found', 404],
  'terminology-ambiguous-code': ['multiple-matches', 422],
  'terminology-unknown-value-set': ['not-found', 404],
  'terminology-unknown-map': ['not-found', 404],
  'terminology-unknown-property': ['not-supported', 400],
  'terminology-unsupported-filter': ['not-supported', 400],
  'terminology-pattern': ['value', 400],
  'terminology-too-costly': ['too-costly', 422],
};

/** A typed refusal. */
export class Refusal {
  readonly rule: RefusalRule;
  readonly diagnostics: string;
  /** FHIRPath of the fault within the input, where one place is at fault. */
  readonly expression: string | undefined;

  constructor(rule: RefusalRule, diagnostics: string, expression?: string) {
    this.rule = rule;
    this.diagnostics = diagnostics;
    this.expression = expression;
  }

  get code(): IssueCode {
    return RULES[this.rule][0];
  }

  /** The HTTP status that fits. */
  get status(): number {
    return RULES[this.rule][1];
  }
}

/** The system of the rule ids in `details.coding`. */
const RULE_SYSTEM = 'urn:concord:rule';

/** Refusals as an OperationOutcome. */
export function refusalOutcome(refusal: Refusal): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: refusal.code,
        details: { coding: [{ system: RULE_SYSTEM, code: refusal.rule }], text: refusal.diagnostics },
        diagnostics: refusal.diagnostics,
        ...(refusal.expression === undefined ? {} : { expression: [refusal.expression] }),
      },
    ],
  };
}
