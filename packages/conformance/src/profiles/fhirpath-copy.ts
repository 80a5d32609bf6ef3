import { isRawJson } from '../raw-json.ts';
import { NotEvaluated } from './evaluation-limits.ts';
import { exactDecimal } from './fhirpath-engine.ts';

/** A little more than the nesting that other checks look into. */
const MAX_DEPTH = 128;

/** Longer codes are no units: reading one takes time that grows with the square of its length. */
const MAX_UNIT = 100;

/** Names that mean something else to JavaScript, or to the engine, which keeps its own notes under one; FHIR has none of them. */
const NO_NAMES: ReadonlySet<string> = new Set(['__proto__', '__path__']);

/** A time with one or two digits of a fraction: the engine takes .5 for five milliseconds, as if it were .005. */
const SHORT_FRACTION = /^((?:\d{4}-\d\d-\d\dT)?\d\d:\d\d:\d\d\.\d{1,2})(Z|[+-]\d\d:\d\d)?$/;

/**
 * What objects of the copy inherit. The engine compares by JavaScript's < and >, for which one object is as large as any
 * other: two quantities without a UCUM unit would seem to be in order, whatever they are.
 */
const WITHOUT_ORDER = {
  [Symbol.toPrimitive]() {
    throw new NotEvaluated('it compares what has no order, such as a quantity without a UCUM unit');
  },
};

/**
 * A copy for the FHIRPath engine, which writes on what it is given: with numbers that it can reckon with, exact where the
 * resource's are (`JSON.rawJSON`).
 * @throws NotEvaluated where it is nested too deep, or a number or unit is out of all bounds
 */
export function copyForFhirPath(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > 30 ? value : withWholeFraction(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isRawJson(value)) return exactDecimal(value.rawJSON);
  if (depth > MAX_DEPTH) throw new NotEvaluated('the message is nested too deep');
  if (Array.isArray(value)) return value.map((each) => copyForFhirPath(each, depth + 1));
  const { system, code } = value as { system?: unknown; code?: unknown };
  if (system === 'http://unitsofmeasure.org' && typeof code === 'string' && code.length > MAX_UNIT)
    throw new NotEvaluated('a unit here is too long to be one');
  const copy: Record<string, unknown> = Object.create(WITHOUT_ORDER);
  for (const [name, each] of Object.entries(value)) {
    if (!NO_NAMES.has(name)) copy[name] = copyForFhirPath(each, depth + 1);
  }
  return copy;
}

/** `10:00:01.500` of `10:00:01.5`; other texts as they are. */
function withWholeFraction(text: string): string {
  const [, before, zone = ''] = SHORT_FRACTION.exec(text) ?? [];
  return before === undefined ? text : `${before.padEnd(before.lastIndexOf('.') + 4, '0')}${zone}`;
}
