/** Which concepts a value set holds, from its `compose`. */

import type { ValueSet, ValueSetComposeInclude } from 'fhir/r4';
import { type Concepts, DMD_KINDS, type Kind } from './concepts.ts';
import { type Budget, compileFilter, type Filter, type Ref, type Replacements } from './filters.ts';
import { Refusal } from './refusal.ts';
import { isThisVersion, knownSystem } from './systems.ts';

/** One include or exclude. */
interface Clause {
  readonly kinds: readonly Kind[];
  readonly filters: readonly Filter[];
  /** The concepts listed by code; undefined where the clause lists none. */
  readonly listed: readonly Ref[] | undefined;
  /** Value sets that must hold the concept too. */
  readonly within: readonly Membership[];
}

/** A compiled value set. */
export interface Membership {
  /** Whether the value set holds the concept. */
  has(ref: Ref, budget: Budget): boolean;
  /** Kinds of which it may hold concepts. */
  readonly kinds: ReadonlySet<Kind>;
  /** All its concepts in a stable order, each once; stops early when the budget is spent. */
  all(budget: Budget): Ref[];
  /** True when it lists or filters by code: its concepts are few and need no scan. */
  readonly few: boolean;
}

/** What compiling needs to know. */
export interface ComposeContext {
  readonly concepts: Concepts;
  /** A value set by canonical URL. */
  valueSet(url: string): ValueSet | Refusal;
  readonly replacements: Replacements;
  readonly depth: number;
}

const MOST_CLAUSES = 50;
const MOST_FILTERS = 20;
const MOST_LISTED = 20_000;
const DEEPEST = 5;

/** Compiles a value set's `compose`. */
export function compileCompose(context: ComposeContext, valueSet: ValueSet, where: string): Membership | Refusal {
  if (context.depth > DEEPEST) {
    return new Refusal('terminology-too-costly', 'Value sets refer to one another too deeply', where);
  }
  const { compose } = valueSet;
  if (
    typeof compose !== 'object' ||
    compose === null ||
    !Array.isArray(compose.include) ||
    compose.include.length === 0
  ) {
    return new Refusal('terminology-unsupported-filter', 'A value set needs compose.include', `${where}.compose`);
  }
  const excludes = compose.exclude ?? [];
  if (!Array.isArray(excludes) || compose.include.length + excludes.length > MOST_CLAUSES) {
    return new Refusal('terminology-too-costly', `At most ${MOST_CLAUSES} includes and excludes`, `${where}.compose`);
  }
  if (![...compose.include, ...excludes].every(isClause)) {
    return new Refusal('terminology-unsupported-filter', 'An include or exclude is malformed', `${where}.compose`);
  }
  const activeOnly = compose.inactive === false;
  const included: Clause[] = [];
  const excluded: Clause[] = [];
  for (const [name, list, clauses] of [
    ['include', compose.include, included],
    ['exclude', excludes, excluded],
  ] as const) {
    for (let at = 0; at < list.length; at++) {
      const clause = compileClause(context, list[at] as ValueSetComposeInclude, `${where}.compose.${name}[${at}]`);
      if (clause instanceof Refusal) return clause;
      clauses.push(clause);
    }
  }
  return membership(context.concepts, included, excluded, activeOnly);
}

/** Whether a clause has the shape that FHIR gives it; what is in its texts is checked where they are used. */
function isClause(clause: unknown): clause is ValueSetComposeInclude {
  if (typeof clause !== 'object' || clause === null) return false;
  const { system, version, concept, filter, valueSet } = clause as Record<string, unknown>;
  const isText = (value: unknown) => typeof value === 'string';
  const isList = (value: unknown, fits: (entry: unknown) => boolean) =>
    value === undefined || (Array.isArray(value) && value.every(fits));
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  return (
    (system === undefined || isText(system)) &&
    (version === undefined || isText(version)) &&
    isList(concept, isObject) &&
    isList(filter, isObject) &&
    isList(valueSet, isText)
  );
}

function compileClause(context: ComposeContext, include: ValueSetComposeInclude, where: string): Clause | Refusal {
  const { concepts } = context;
  const within: Membership[] = [];
  for (const url of include.valueSet ?? []) {
    const other = context.valueSet(url);
    if (other instanceof Refusal) return other;
    const compiled = compileCompose({ ...context, depth: context.depth + 1 }, other, `${where}.valueSet`);
    if (compiled instanceof Refusal) return compiled;
    within.push(compiled);
  }
  if (include.system === undefined) {
    if (within.length === 0 || include.filter !== undefined || include.concept !== undefined) {
      return new Refusal('terminology-unknown-system', 'An include needs a system', `${where}.system`);
    }
    const kinds = within.reduce<Kind[]>(
      (held, other) => held.filter((kind) => other.kinds.has(kind)),
      [...(within[0] as Membership).kinds],
    );
    return { kinds, filters: [], listed: undefined, within };
  }
  const system = knownSystem(include.system);
  if (system === undefined) {
    const diagnostics = `Code system ${include.system.slice(0, 200)} is not one of dm+d's`;
    return new Refusal('terminology-unknown-system', diagnostics, `${where}.system`);
  }
  if (include.version !== undefined && !isThisVersion(concepts.dictionary, include.version)) {
    return new Refusal(
      'terminology-unknown-version',
      `Version ${include.version.slice(0, 80)} of ${include.system} is not held`,
      `${where}.version`,
    );
  }
  const filters: Filter[] = [];
  const given = include.filter ?? [];
  if (given.length > MOST_FILTERS) {
    return new Refusal('terminology-too-costly', `At most ${MOST_FILTERS} filters in a clause`, `${where}.filter`);
  }
  if (given.length > 0 && system.kind === 'lookup') {
    const diagnostics = `Filters are supported on the dm+d code system, not on ${include.system}`;
    return new Refusal('terminology-unsupported-filter', diagnostics, `${where}.filter`);
  }
  for (let at = 0; at < given.length; at++) {
    const filter = given[at];
    if (filter === undefined) continue;
    const compiled = compileFilter(concepts, filter, `${where}.filter[${at}]`, context.replacements);
    if (compiled instanceof Refusal) return compiled;
    filters.push(compiled);
  }
  let listed: Ref[] | undefined;
  if (include.concept !== undefined) {
    if (include.concept.length > MOST_LISTED) {
      return new Refusal('terminology-too-costly', `At most ${MOST_LISTED} concepts in a clause`, `${where}.concept`);
    }
    listed = include.concept.flatMap((entry) => {
      const code = typeof entry.code === 'string' ? entry.code : '';
      const concept = system.kind === 'dmd' ? concepts.byCode(code) : concepts.ofLookup(system.lookup, code);
      return concept === undefined ? [] : [{ kind: concept.kind, row: concept.row }];
    });
  }
  const kinds = system.kind === 'dmd' ? DMD_KINDS : [system.lookup];
  return {
    kinds: kinds.filter((kind) => filters.every((filter) => filter.kinds?.has(kind) ?? true)),
    filters,
    listed,
    within,
  };
}

function key({ kind, row }: Ref): string {
  return `${kind} ${row}`;
}

function membership(
  concepts: Concepts,
  included: readonly Clause[],
  excluded: readonly Clause[],
  activeOnly: boolean,
): Membership {
  const keysOf = new Map<Clause, ReadonlySet<string>>();
  for (const clause of [...included, ...excluded]) {
    if (clause.listed !== undefined) keysOf.set(clause, new Set(clause.listed.map(key)));
  }
  const passes = (clause: Clause, ref: Ref, budget: Budget): boolean =>
    clause.kinds.includes(ref.kind) &&
    budget.spend(1) &&
    (keysOf.get(clause)?.has(key(ref)) ?? true) &&
    clause.filters.every((filter) => filter.test(ref, budget)) &&
    clause.within.every((other) => other.has(ref, budget));
  const kept = (ref: Ref, budget: Budget): boolean =>
    !excluded.some((clause) => passes(clause, ref, budget)) &&
    (!activeOnly || !concepts.at(ref.kind, ref.row).inactive);
  const kinds = new Set(included.flatMap((clause) => clause.kinds));
  return {
    kinds,
    few: included.every((clause) => candidatesOf(clause) !== undefined),
    has: (ref, budget) => included.some((clause) => passes(clause, ref, budget)) && kept(ref, budget),
    all(budget) {
      const found: Ref[] = [];
      const seen = included.length > 1 ? new Set<string>() : undefined;
      const take = (clause: Clause, ref: Ref) => {
        if (!passes(clause, ref, budget) || !kept(ref, budget)) return;
        if (seen !== undefined) {
          if (seen.has(key(ref))) return;
          seen.add(key(ref));
        }
        found.push(ref);
      };
      for (const clause of included) {
        const candidates = candidatesOf(clause);
        if (candidates !== undefined) {
          const unique = new Map(candidates.map((ref) => [key(ref), ref]));
          for (const ref of unique.values()) take(clause, ref);
          continue;
        }
        for (const kind of clause.kinds) {
          const count = concepts.count(kind);
          for (let row = 0; row < count && !budget.spent; row++) take(clause, { kind, row });
        }
      }
      return found;
    },
  };
}

/** The shortest list of concepts that a clause can hold, where a filter or the clause itself gives one. */
function candidatesOf(clause: Clause): readonly Ref[] | undefined {
  const lists = clause.filters.flatMap((filter) => (filter.candidates === undefined ? [] : [filter.candidates]));
  if (clause.listed !== undefined) lists.push(clause.listed);
  if (lists.length === 0) return undefined;
  return lists.reduce((shortest, list) => (list.length < shortest.length ? list : shortest));
}
