/** Filters of value sets over the concepts of dm+d: which kinds can pass, which rows are worth testing, the test. */

import type { ValueSetComposeIncludeFilter } from 'fhir/r4';
import { type Concepts, DMD_KINDS, isLevel, isOwnSystem, type Kind } from './concepts.ts';
import { compilePattern } from './pattern.ts';
import { PROPERTIES, PROPERTY_CODES, propertyReader } from './properties.ts';
import { Refusal } from './refusal.ts';
import { kindOfClass, ROOT_CODE, unpadded } from './systems.ts';

/** A concept by kind and row. */
export interface Ref {
  readonly kind: Kind;
  readonly row: number;
}

/** How much may still be done for one request; filters draw on it, so that no value set can run away. */
export class Budget {
  #left: number;

  constructor(units: number) {
    this.#left = units;
  }

  /** Takes units; false when they are used up. */
  spend(units: number): boolean {
    this.#left -= units;
    return this.#left >= 0;
  }

  get spent(): boolean {
    return this.#left < 0;
  }
}

/** A filter ready for use. */
export interface Filter {
  /** Kinds of which some concept may pass; undefined for all. */
  readonly kinds?: ReadonlySet<Kind>;
  /** The only concepts that can pass, where they are few. */
  readonly candidates?: readonly Ref[];
  test(ref: Ref, budget: Budget): boolean;
}

/** Codes that a filter named by a former id, and what they were taken for. */
export type Replacements = Map<string, string>;

const MOST_VALUES = 10_000;

/** Compiles a filter on the dm+d code system. */
export function compileFilter(
  concepts: Concepts,
  filter: ValueSetComposeIncludeFilter,
  where: string,
  replacements: Replacements,
): Filter | Refusal {
  const { property, op } = filter;
  // The published examples write booleans as well as texts.
  const given: unknown = filter.value;
  const value = ['string', 'boolean', 'number'].includes(typeof given) ? String(given) : undefined;
  if (typeof property !== 'string' || typeof op !== 'string' || value === undefined) {
    return new Refusal('terminology-unsupported-filter', 'A filter needs property, op and value', where);
  }
  if (value.length > 200_000) {
    return new Refusal('terminology-too-costly', 'The value of the filter is too long', `${where}.value`);
  }
  switch (property) {
    case 'parent':
      return parentFilter(concepts, op, value, where, replacements);
    case 'concept':
    case 'code':
      return codeFilter(concepts, op, value, where, replacements);
    case 'inactive':
      if (op !== '=' || (value !== 'true' && value !== 'false'))
        return unsupported(property, op, where, '= true or false');
      return { test: (ref) => String(concepts.at(ref.kind, ref.row).inactive) === value };
    case 'display':
      return textFilter(property, op, value, where, (ref) => [concepts.at(ref.kind, ref.row).display]);
    default:
      return propertyFilter(concepts, property, op, value, where);
  }
}

function unsupported(property: string, op: string, where: string, supported: string): Refusal {
  return new Refusal(
    'terminology-unsupported-filter',
    `Filter ${property} ${op} is not supported; ${property} takes ${supported}`,
    `${where}.op`,
  );
}

function listed(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A code as it stands now: a former id is followed where it leads to one concept, and noted. */
function current(concepts: Concepts, code: string, replacements: Replacements): string {
  const resolution = concepts.resolve(code);
  if (resolution.status !== 'superseded') return code;
  replacements.set(code, resolution.id);
  return resolution.id;
}

function parentFilter(
  concepts: Concepts,
  op: string,
  value: string,
  where: string,
  replacements: Replacements,
): Filter | Refusal {
  if (op === 'exists') {
    const root = concepts.byCode(ROOT_CODE);
    return { test: (ref) => (ref.kind !== 'CLASS' || ref.row !== root?.row) === (value === 'true') };
  }
  if (op !== '=' && op !== 'in') return unsupported('parent', op, where, '=, in and exists');
  const values = op === 'in' ? listed(value) : [value];
  if (values.length > MOST_VALUES) return tooMany(where);
  const kinds = new Set<Kind>();
  const ids = new Set<string>();
  let root = false;
  for (const code of values) {
    const kind = kindOfClass(code);
    if (kind !== undefined) kinds.add(kind);
    else if (code === ROOT_CODE) root = true;
    else ids.add(current(concepts, code, replacements));
  }
  const test = (ref: Ref) =>
    kinds.has(ref.kind) ||
    (root && ref.kind === 'CLASS' && ref.row > 0) ||
    (ids.size > 0 && concepts.parentIds(ref.kind, ref.row).some((id) => ids.has(id)));
  if (kinds.size === 0 && !root) {
    const children = [...ids].flatMap((id) => concepts.dictionary.children(id));
    return { test, candidates: children.map(({ level, row }) => ({ kind: level, row })) };
  }
  return ids.size > 0 ? { test } : { test, kinds: root ? new Set([...kinds, 'CLASS' as const]) : kinds };
}

function codeFilter(
  concepts: Concepts,
  op: string,
  value: string,
  where: string,
  replacements: Replacements,
): Filter | Refusal {
  if (op === 'regex') return textFilter('code', op, value, where, (ref) => [concepts.at(ref.kind, ref.row).code]);
  if (op === '=' || op === 'in') {
    const values = op === 'in' ? listed(value) : [value];
    if (values.length > MOST_VALUES) return tooMany(where);
    return refsFilter(values.flatMap((code) => concepts.byCode(current(concepts, code, replacements)) ?? []));
  }
  if (op !== 'is-a' && op !== 'descendent-of') {
    return unsupported('concept', op, where, '=, in, regex, is-a and descendent-of');
  }
  const own = op === 'is-a';
  const top = concepts.byCode(current(concepts, value, replacements));
  if (top === undefined) return refsFilter([]);
  if (top.kind === 'CLASS') {
    if (top.code === ROOT_CODE) return { test: (ref) => own || ref.kind !== 'CLASS' || ref.row > 0 };
    const kind = kindOfClass(top.code) as Kind;
    // Below a class lie its members and what lies below them: all packs and products below VTM, for instance, only as
    // far as they have a moiety, so each is walked up.
    return { test: (ref) => (ref.kind === 'CLASS' ? own && ref.row === top.row : below(concepts, ref, kind)) };
  }
  const found: Ref[] = own ? [top] : [];
  const seen = new Set<string>([top.code]);
  const waiting = concepts.children(top);
  for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
    if (seen.has(code)) continue;
    seen.add(code);
    const concept = concepts.byCode(code);
    if (concept === undefined) continue;
    found.push(concept);
    waiting.push(...concepts.children(concept));
  }
  return refsFilter(found);
}

/** Whether a concept is of the kind, or has a concept of that kind above it. */
function below(concepts: Concepts, ref: Ref, kind: Kind): boolean {
  if (ref.kind === kind) return true;
  if (!isLevel(ref.kind) || !isLevel(kind)) return false;
  switch (kind) {
    case 'VTM':
      return concepts.dictionary.vtmOf(concepts.at(ref.kind, ref.row).code) !== undefined;
    case 'VMP':
      return ref.kind !== 'VTM';
    default:
      return ref.kind === 'AMPP' && (kind === 'AMP' || kind === 'VMPP');
  }
}

function refsFilter(refs: readonly Ref[]): Filter {
  const keys = new Set(refs.map(({ kind, row }) => `${kind} ${row}`));
  return { candidates: refs, test: ({ kind, row }) => keys.has(`${kind} ${row}`) };
}

function tooMany(where: string): Refusal {
  return new Refusal('terminology-too-costly', `A filter may list at most ${MOST_VALUES} values`, `${where}.value`);
}

function textFilter(
  property: string,
  op: string,
  value: string,
  where: string,
  read: (ref: Ref) => readonly string[],
  kinds?: ReadonlySet<Kind>,
): Filter | Refusal {
  if (op === '=') return withKinds({ test: (ref) => read(ref).includes(value) }, kinds);
  if (op !== 'regex') return unsupported(property, op, where, '= and regex');
  const pattern = compilePattern(value);
  if (typeof pattern === 'string') {
    return new Refusal('terminology-pattern', `The pattern is not supported: ${pattern}`, `${where}.value`);
  }
  const test = (ref: Ref, budget: Budget) =>
    read(ref).some((text) => budget.spend((text.length * pattern.size) / 200) && pattern.test(text));
  return withKinds({ test }, kinds);
}

function withKinds(filter: Filter, kinds: ReadonlySet<Kind> | undefined): Filter {
  return kinds === undefined ? filter : { ...filter, kinds };
}

/** What to say of elements that are parents or designations rather than properties. */
const NOT_PROPERTIES: Readonly<Record<string, string>> = {
  VTMID: 'filter on parent',
  VPID: 'filter on parent or concept',
  VPPID: 'filter on parent or concept',
  APID: 'filter on parent or concept',
  APPID: 'filter on concept',
  DESC: 'filter on display',
  ABBREVNM: 'it is a designation',
};

function propertyFilter(
  concepts: Concepts,
  property: string,
  op: string,
  value: string,
  where: string,
): Filter | Refusal {
  if (!PROPERTY_CODES.has(property)) {
    const hint = Object.hasOwn(NOT_PROPERTIES, property) ? `; ${NOT_PROPERTIES[property]}` : '';
    const diagnostics = `The code system has no property ${property}${hint}`;
    return new Refusal('terminology-unknown-property', diagnostics, `${where}.property`);
  }
  const group = groupReader(property);
  const read = (ref: Ref): readonly string[] => {
    if (ref.kind === 'CLASS' || isOwnSystem(ref.kind)) return [];
    const view = () => concepts.viewAt(ref.kind as Exclude<Kind, 'CLASS'>, ref.row);
    if (group !== undefined) return group(ref.kind, view, concepts) ? ['1'] : [];
    return propertyReader(ref.kind, property)?.values(view(), concepts.dictionary) ?? [];
  };
  const kinds = new Set(
    DMD_KINDS.filter(
      (kind) =>
        kind !== 'CLASS' &&
        !isOwnSystem(kind) &&
        (propertyReader(kind, property) !== undefined ||
          PROPERTIES[kind].groups.some((candidate) => candidate.code === property)),
    ),
  );
  if (op === 'exists') {
    if (value !== 'true' && value !== 'false') return unsupported(property, op, where, 'exists true or false');
    const wanted = value === 'true';
    return withKinds({ test: (ref) => read(ref).length > 0 === wanted }, wanted ? kinds : undefined);
  }
  if (group !== undefined) return unsupported(property, op, where, 'exists');
  if (op === 'regex') return textFilter(property, op, value, where, read, kinds);
  if (op !== '=' && op !== 'in' && op !== 'not-in') {
    return unsupported(property, op, where, '=, in, not-in, exists and regex');
  }
  const values = op === '=' ? [value] : listed(value);
  if (values.length > MOST_VALUES) return tooMany(where);
  const wanted = new Set(values.map(unpadded));
  if (op === 'not-in') return { test: (ref) => !read(ref).some((held) => wanted.has(unpadded(held))) };
  return { kinds, test: (ref) => read(ref).some((held) => wanted.has(unpadded(held))) };
}

type GroupReader = (kind: Kind, view: () => unknown, concepts: Concepts) => boolean;

function groupReader(property: string): GroupReader | undefined {
  const groups = Object.values(PROPERTIES).some(({ groups }) => groups.some((group) => group.code === property));
  if (!groups) return undefined;
  return (kind, view, concepts) => {
    if (kind === 'CLASS' || isOwnSystem(kind)) return false;
    const group = PROPERTIES[kind].groups.find((candidate) => candidate.code === property);
    return group !== undefined && group.items(view(), concepts.dictionary).length > 0;
  };
}
