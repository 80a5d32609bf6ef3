import type { Finding } from '../finding.ts';
import { isRawJson } from '../raw-json.ts';

/** How far a check goes. */
export interface CheckLimits {
  /** Objects within objects; deeper ones are one finding and are not looked into. Default 64. */
  maxDepth?: number;
  /** Findings kept; one more then says that there were others. Default 1000. */
  maxFindings?: number;
}

/** A JSON object as read: nothing is known of its properties. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The state of one check: where it stands in the resource, and what it has found. */
export class Walk {
  readonly findings: Finding[] = [];
  readonly maxDepth: number;
  readonly #maxFindings: number;
  readonly #path: (string | number)[] = [];
  depth = 0;
  /** The nearest resource that is not contained, which local references are resolved in. */
  root: JsonObject | undefined;
  contained = false;
  /** `#id` of each resource that `root` contains, with its type; made when first needed. */
  containedTypes: Map<string, string> | undefined;

  constructor(limits: CheckLimits) {
    this.maxDepth = limits.maxDepth ?? 64;
    this.#maxFindings = limits.maxFindings ?? 1000;
  }

  /** Steps into an element or array position. */
  enter(step: string | number): void {
    this.#path.push(step);
  }

  /** Steps back out. */
  leave(): void {
    this.#path.pop();
  }

  /** Where the check stands, as FHIRPath, with `below` appended as it is. */
  expression(below = ''): string {
    let text = '';
    for (const step of this.#path) {
      if (typeof step === 'number') text += `[${step}]`;
      else text += text ? `.${step}` : step;
    }
    return text + below;
  }

  /** Records a finding here, or below here. */
  add(severity: Finding['severity'], code: Finding['code'], rule: string, diagnostics: string, below?: string): void {
    if (this.findings.length > this.#maxFindings) return;
    if (this.findings.length === this.#maxFindings) {
      this.findings.push({
        severity: 'error',
        code: 'too-costly',
        expression: this.#path[0] === undefined ? 'Resource' : String(this.#path[0]),
        rule: 'FHIR-limit-findings',
        diagnostics: `More than ${this.#maxFindings} faults: the others are not listed. Correct these first.`,
      });
      return;
    }
    this.findings.push({ severity, code, expression: this.expression(below), rule, diagnostics });
  }
}

/** True for a JSON object: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a diagnostics sentence shows it: JSON, cut short. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (isRawJson(value)) return value.rawJSON.slice(0, 80);
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
  return typeof value === 'string' && value.length > 80 ? `${text.slice(0, -1)}…"` : text.slice(0, 80);
}
