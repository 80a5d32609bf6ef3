import type { Criterion, Wanted } from './criteria.ts';
import type { Parameter } from './parameters.ts';
import { parametersOf } from './parameters.ts';
import { type SearchValue, valuesOf } from './values.ts';

/**
 * The inverted index for searches across patients. Every value that a search may ask for is hashed to a number below
 * 2^53 together with its type and parameter; a resource's row carries the hashes of all its values, in one GIN index.
 * The index only narrows: what it finds is judged again by `match.ts`, so a collision of hashes cannot give a wrong
 * answer. Dates and quantities, which are searched by range, are hashed as nested buckets, so that any range is a
 * union of a few.
 */

/** The longest start of a word that is indexed; longer searches use their first characters. */
const PREFIX_LENGTH = 8;

/** The hashes of everything that a resource can be found by. */
export function tokensOf(resource: { resourceType: string }): number[] {
  const tokens = new Set<number>();
  for (const parameter of parametersOf(resource.resourceType).values()) {
    if (parameter.code === '_id' || parameter.code === '_lastUpdated') continue;
    const prefix = `${resource.resourceType} ${parameter.code} `;
    for (const value of valuesOf(resource, parameter))
      for (const name of namesOf(value)) tokens.add(hash(prefix + name));
  }
  return [...tokens];
}

/** Every name under which one value is filed. */
function namesOf(value: SearchValue): string[] {
  switch (value.kind) {
    case 'token':
      return [
        ...(value.code === undefined ? [] : [`c|${value.code}`]),
        ...(value.code === undefined ? [] : [`s|${value.system ?? ''}|${value.code}`]),
        `y|${value.system ?? ''}`,
        // What has an implied system is found by any that is asked for.
        ...(value.implied ? [`m|${value.code}`, 'any'] : []),
      ];
    case 'reference': {
      const { reference, identifier } = value;
      const id = reference === undefined ? undefined : reference.slice(reference.indexOf('/') + 1);
      return [
        ...(reference === undefined ? [] : [`r|${reference}`, `d|${id}`]),
        ...(identifier?.value === undefined ? [] : [`v|${identifier.value}`]),
        ...(identifier === undefined
          ? []
          : [`i|${identifier.system ?? ''}|${identifier.value ?? ''}`, `w|${identifier.system ?? ''}`]),
      ];
    }
    case 'string':
      return prefixes(value.normal);
    case 'uri':
      return [`u|${value.uri}`];
    case 'date':
      return endBuckets(day(value.lo), day(value.hi));
    case 'quantity':
      return endBuckets(magnitude(value.lo), magnitude(value.hi));
    case 'position':
    case 'composite':
      return [];
  }
}

function prefixes(text: string): string[] {
  return Array.from({ length: Math.min(PREFIX_LENGTH, text.length) }, (_, i) => `p|${text.slice(0, i + 1)}`);
}

/** How the index narrows a criterion: any one of `anyOf` must be there, or none of `noneOf`; undefined: not at all. */
export type Narrowing = { anyOf: number[] }[] | undefined;

/** What a criterion on values demands of the index. `exact` when the index alone decides. */
export function narrowingOf(type: string, criterion: Extract<Criterion, { kind: 'value' }>): Narrowing {
  const { parameter, modifier, values } = criterion;
  if (modifier?.name === 'not' || modifier?.name === 'text' || modifier?.name === 'contains') return undefined;
  if (modifier?.name === 'above' || modifier?.name === 'below') return undefined;
  if (parameter.code === '_id' || parameter.code === '_lastUpdated') return undefined;
  // Each value demands a conjunction of unions; alternatives of such can be joined only when each is a single union.
  const demands = values.map((wanted) =>
    demandsOf(wanted).map((names) => names.map((name) => hashed(type, parameter, name))),
  );
  if (demands.length === 1) return (demands[0] as number[][]).map((anyOf) => ({ anyOf }));
  if (demands.some((each) => each.length === 0)) return undefined;
  return [{ anyOf: demands.flatMap((each) => each[0] as number[]) }];
}

function hashed(type: string, parameter: Parameter, name: string): number {
  return hash(`${type} ${parameter.code} ${name}`);
}

/** A conjunction of unions of names. */
function demandsOf(wanted: Wanted): string[][] {
  switch (wanted.kind) {
    case 'token':
      if (wanted.typeCode || wanted.system === undefined) return [[`c|${wanted.code ?? ''}`]];
      if (wanted.code === undefined) return [[`y|${wanted.system}`, 'any']];
      return [[`s|${wanted.system}|${wanted.code}`, ...(wanted.system === '' ? [] : [`m|${wanted.code}`])]];
    case 'codes':
      return [[...wanted.codes].flatMap(([system, codes]) => [...codes].map((code) => `s|${system}|${code}`))];
    case 'string':
      return wanted.normal === '' ? [] : [[`p|${wanted.normal.slice(0, PREFIX_LENGTH)}`]];
    case 'reference':
      return wanted.id === undefined ? [wanted.references.map((each) => `r|${each}`)] : [[`d|${wanted.id}`]];
    case 'identifier':
      if (wanted.value === undefined) return [[`w|${wanted.system}`]];
      return [[wanted.system === undefined ? `v|${wanted.value}` : `i|${wanted.system}|${wanted.value}`]];
    case 'uri':
      return [[`u|${wanted.uri}`]];
    case 'date':
      return rangeDemands(wanted.prefix, day(wanted.lo), day(wanted.hi));
    case 'quantity':
      return rangeDemands(wanted.prefix, magnitude(wanted.lo), magnitude(wanted.hi));
    case 'near':
    case 'composite':
      return [];
  }
}

/** The prefixes of `match.ts` as ranges of the ends (l, h) of what is filed; wide enough, exactness comes later. */
function rangeDemands(prefix: string, lo: number, hi: number): string[][] {
  switch (prefix) {
    case 'eq':
      return [range('l', lo, hi), range('h', lo, hi)];
    case 'gt':
      return [range('h', hi, TOP)];
    case 'ge':
      return [range('h', lo, TOP)];
    case 'lt':
      return [range('l', 0, lo)];
    case 'le':
      return [range('l', 0, hi)];
    case 'sa':
      return [range('l', hi, TOP)];
    case 'eb':
      return [range('h', 0, lo)];
    case 'ap':
      return [range('l', 0, hi), range('h', lo, TOP)];
    default:
      return [];
  }
}

const BITS = 21;
const TOP = 2 ** BITS - 1;
const LEVELS = [0, 5, 10, 15];

/** The buckets of both ends of a value; one set for both where they are in one bucket, as most are. */
function endBuckets(lo: number, hi: number): string[] {
  return lo === hi ? bucketsOf('b', lo) : [...bucketsOf('l', lo), ...bucketsOf('h', hi)];
}

/** The bucket of a number at each level: 1, 32, 1,024 and 32,768 wide. */
function bucketsOf(end: 'l' | 'h' | 'b', n: number): string[] {
  return LEVELS.map((shift) => `${end}${shift}|${n >>> shift}`);
}

/** The buckets that together are exactly [from, to], of one end. */
function range(end: 'l' | 'h', from: number, to: number): string[] {
  const names: string[] = [];
  const add = (shift: number, n: number) => names.push(`${end}${shift}|${n}`, `b${shift}|${n}`);
  let [lo, hi] = [from, to];
  for (const [i, shift] of LEVELS.entries()) {
    const last = i === LEVELS.length - 1;
    const mask = last ? 0 : 31;
    for (; lo <= hi && (last || (lo & mask) !== 0); lo++) add(shift, lo);
    for (; !last && lo <= hi && (hi & mask) !== mask; hi--) add(shift, hi);
    if (lo > hi) break;
    lo = lo >>> 5;
    hi = hi >>> 5;
  }
  return names;
}

const DAY = 86_400_000;
/** Days before 1970 that the index can tell apart, back to the year -901. */
const EPOCH_DAY = 2 ** (BITS - 1);

function day(instant: number): number {
  return clamp(Math.floor(instant / DAY) + EPOCH_DAY);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** An order-preserving bucket of a number: the leading bits of its float32. */
function magnitude(n: number): number {
  float[0] = n;
  const raw = bits[0] as number;
  const ordered = raw & 0x80000000 ? ~raw >>> 0 : (raw | 0x80000000) >>> 0;
  return clamp(ordered >>> (32 - BITS));
}

function clamp(n: number): number {
  return n >= 0 ? Math.min(n, TOP) : 0;
}

/** A 53-bit hash of a string (cyrb53): spread well enough that the index stays narrow, whole in a JavaScript number. */
function hash(text: string): number {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ c, 2654435761);
    h2 = Math.imul(h2 ^ c, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}
