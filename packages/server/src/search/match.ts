import type { Modifier, Prefix, Wanted } from './criteria.ts';
import type { Interval } from './dates.ts';
import { isNear } from './near.ts';
import { normalise, type SearchValue } from './values.ts';

/**
 * Does one value of a resource answer what is asked? The R4 search rules for each type of parameter, on values already
 * taken from the resource.
 * @see https://hl7.org/fhir/R4/search.html
 */
export function matches(value: SearchValue, wanted: Wanted, modifier?: Modifier): boolean {
  switch (wanted.kind) {
    case 'token':
      return value.kind === 'token' && matchesToken(value, wanted);
    case 'codes':
      return value.kind === 'token' && (wanted.codes.get(value.system ?? '')?.has(value.code ?? '') ?? false);
    case 'string':
      return matchesString(value, wanted, modifier?.name);
    case 'reference':
      return (
        value.kind === 'reference' &&
        value.reference !== undefined &&
        (wanted.references.includes(value.reference) ||
          (wanted.id !== undefined && value.reference.slice(value.reference.indexOf('/') + 1) === wanted.id))
      );
    case 'identifier':
      return value.kind === 'reference' && matchesIdentifier(value.identifier, wanted);
    case 'date':
      return value.kind === 'date' && compares(value, wanted, wanted.prefix);
    case 'quantity':
      return value.kind === 'quantity' && matchesUnit(value, wanted) && compares(value, wanted, wanted.prefix);
    case 'uri':
      return value.kind === 'uri' && matchesUri(value.uri, wanted.uri, modifier?.name);
    case 'near':
      return value.kind === 'position' && isNear(value, wanted);
    case 'composite':
      return (
        value.kind === 'composite' &&
        wanted.parts.every((part, i) => (value.parts[i] ?? []).some((each) => matches(each, part)))
      );
  }
}

/** `code`, `system|code`, `|code` (no system), `system|` (any code). */
function matchesToken(
  value: Extract<SearchValue, { kind: 'token' }>,
  wanted: Extract<Wanted, { kind: 'token' }>,
): boolean {
  if (wanted.typeCode) {
    const { system, code } = wanted.typeCode;
    return (
      value.code === wanted.code && (value.types ?? []).some((type) => type.system === system && type.code === code)
    );
  }
  const { system } = wanted;
  if (system !== undefined && (value.system ?? '') !== system && !(value.implied && system !== '')) return false;
  return wanted.code === undefined || value.code === wanted.code;
}

function matchesString(value: SearchValue, wanted: { text: string; normal: string }, modifier?: string): boolean {
  if (modifier === 'text') {
    return value.kind === 'token' && value.texts.some((text) => normalise(text).includes(wanted.normal));
  }
  if (value.kind !== 'string') return false;
  if (modifier === 'exact') return value.text === wanted.text;
  if (modifier === 'contains') return value.normal.includes(wanted.normal);
  return value.normal.startsWith(wanted.normal);
}

function matchesIdentifier(
  value: { system?: string; value?: string } | undefined,
  wanted: { system?: string; value?: string },
): boolean {
  if (value === undefined) return false;
  if (wanted.system !== undefined && (value.system ?? '') !== wanted.system) return false;
  return wanted.value === undefined || value.value === wanted.value;
}

function matchesUnit(
  value: { system?: string; code?: string; unit?: string },
  wanted: { system?: string; code?: string },
) {
  if (wanted.code === undefined) return true;
  if (wanted.system !== undefined) return (value.system ?? '') === wanted.system && value.code === wanted.code;
  return value.code === wanted.code || value.unit === wanted.code;
}

function matchesUri(value: string, wanted: string, modifier?: string): boolean {
  if (modifier === 'below') return value === wanted || value.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`);
  if (modifier === 'above') return value === wanted || wanted.startsWith(value.endsWith('/') ? value : `${value}/`);
  return value === wanted;
}

/** The prefixes of ordered values, on intervals: `wanted` is as wide as its precision, `value` as wide as it is. */
const COMPARE: Record<Prefix, (value: Interval, wanted: Interval) => boolean> = {
  eq: (value, wanted) => wanted.lo <= value.lo && value.hi <= wanted.hi,
  ne: (value, wanted) => !(wanted.lo <= value.lo && value.hi <= wanted.hi),
  gt: (value, wanted) => value.hi > wanted.hi,
  lt: (value, wanted) => value.lo < wanted.lo,
  ge: (value, wanted) => value.hi >= wanted.lo,
  le: (value, wanted) => value.lo <= wanted.hi,
  sa: (value, wanted) => value.lo > wanted.hi,
  eb: (value, wanted) => value.hi < wanted.lo,
  ap: (value, wanted) => value.lo <= wanted.hi && value.hi >= wanted.lo,
};

function compares(value: Interval, wanted: Interval, prefix: Prefix): boolean {
  return COMPARE[prefix](value, wanted);
}
