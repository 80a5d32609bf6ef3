/** Whether something has the shape of a FHIR Dosage, as far as translation reads it: what comes in is anybody's. */

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Shape = { readonly [name: string]: 'list' | 'object' | Shape | readonly [Shape] };

const RANGE: Shape = { low: 'object', high: 'object' };
const RATIO: Shape = { numerator: 'object', denominator: 'object' };

/** Elements that are read, and what they have to be where they are there. */
const DOSAGE: Shape = {
  timing: {
    event: 'list',
    repeat: {
      boundsDuration: 'object',
      boundsRange: 'object',
      boundsPeriod: 'object',
      dayOfWeek: 'list',
      timeOfDay: 'list',
      when: 'list',
    },
  },
  route: { coding: [{}] },
  additionalInstruction: [{ coding: [{}] }],
  doseAndRate: [
    { doseQuantity: 'object', doseRange: RANGE, rateRatio: RATIO, rateQuantity: 'object', rateRange: RANGE },
  ],
  maxDosePerPeriod: RATIO,
  maxDosePerAdministration: 'object',
  maxDosePerLifetime: 'object',
};

/** The FHIRPath of the first element that has the wrong shape; undefined where the Dosage can be read. */
export function misshapen(dosage: unknown, path: string): string | undefined {
  return isObject(dosage) ? faultIn(dosage, DOSAGE, path) : path;
}

function faultIn(value: { readonly [name: string]: unknown }, shape: Shape, path: string): string | undefined {
  for (const [name, wanted] of Object.entries(shape)) {
    const part = value[name];
    if (part === undefined) continue;
    const at = `${path}.${name}`;
    if (wanted === 'object' ? !isObject(part) : wanted === 'list' && !Array.isArray(part)) return at;
    if (typeof wanted === 'string') continue;
    if (Array.isArray(wanted)) {
      if (!Array.isArray(part)) return at;
      for (const [index, each] of part.entries()) {
        const fault = isObject(each) ? faultIn(each, wanted[0] as Shape, `${at}[${index}]`) : `${at}[${index}]`;
        if (fault !== undefined) return fault;
      }
    } else {
      const fault = isObject(part) ? faultIn(part, wanted as Shape, at) : at;
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

/**
 * The FHIRPath of a modifier extension anywhere in a Dosage: what is not understood may change what all beside it means.
 * @returns undefined where there is none
 */
export function modifierIn(value: unknown, path: string, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    if (name === 'modifierExtension' && part !== undefined) return at;
    const found = modifierIn(part, at, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** No Dosage is nested as deep. */
const DEEPEST = 12;

/** Why such a dosage is refused. */
export const MODIFIED = 'A modifier extension may change what everything beside it means, and is not understood here.';
