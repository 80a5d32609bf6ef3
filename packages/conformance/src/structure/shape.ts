import type { Finding } from '../finding.ts';

/**
 * The faults that leave a resource without the shape of FHIR: what reads it by R4 would come upon another kind of value
 * than it may rely on.
 */
const SHAPE: ReadonlySet<string> = new Set([
  ...['FHIR-resource-type', 'FHIR-type-unknown', 'FHIR-json-type', 'FHIR-null', 'FHIR-cardinality-max'],
  // There may be more of them than were looked for.
  ...['FHIR-limit-depth', 'FHIR-limit-findings'],
]);

/** Is a fault found in FHIR's structure one of shape, so that the resource cannot be worked with at all? */
export function isShapeFault({ rule }: Pick<Finding, 'rule'>): boolean {
  return SHAPE.has(rule);
}
