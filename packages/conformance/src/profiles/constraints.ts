import { invariants } from '../invariants/interpreter.ts';
import { elementTable } from '../structure/element-table.ts';
import type { JsonObject } from '../structure/walk.ts';

/** An invariant of a profile, as its ElementDefinition says it. */
export interface Constraint {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  /** What it asks for, in words. */
  readonly human: string;
  /** FHIRPath; some have none, only an XPath of old. */
  readonly expression: string | undefined;
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';

/** The keys of R4 itself that the layer `fhir` checks, and dom-6, which is advice. */
const OF_R4 = new Set([...invariants.map(({ id }) => id), 'ele-1', 'ref-1', 'sqty-1', 'txt-1', 'txt-2', 'dom-6']);

/** The constraints of an ElementDefinition, without those of R4 itself, which every snapshot repeats. */
export function constraintsOf(given: readonly JsonObject[]): Constraint[] {
  return given.filter((each) => !isOfR4(each)).map(readConstraint);
}

function readConstraint({ key, severity, human, expression }: JsonObject): Constraint {
  return {
    key: String(key),
    severity: severity === 'warning' ? 'warning' : 'error',
    human: typeof human === 'string' ? human : '',
    expression: typeof expression === 'string' ? expression : undefined,
  };
}

/**
 * Is it one of R4's own? By its `source`, a type of R4; where it names no profile of somebody else, by its key. A profile
 * may use a key of R4 for an invariant of its own: then its source says so.
 */
function isOfR4({ key, source }: JsonObject): boolean {
  const from = typeof source === 'string' ? source : undefined;
  const name = from?.startsWith(CORE) ? from.slice(CORE.length) : from;
  if (name !== undefined && elementTable(name) !== undefined) return true;
  return OF_R4.has(String(key)) && (from === undefined || from.startsWith(CORE));
}
