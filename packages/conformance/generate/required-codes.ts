import type { CodeSystem, CodeSystemConcept, ValueSet, ValueSetComposeInclude } from 'fhir/r4';
import { ownElements, readDefinitions, structures } from './definitions.ts';

/** Codes by system: the first item of each list is the system, the others are its codes. */
type Codes = string[][];

/** The short name of a value set that a required binding names: `http://hl7.org/fhir/ValueSet/x|4.0.1` is `x`. */
export function requiredSetName(canonical: string): string {
  return canonical.replace(/\|.*$/, '').replace(/^http:\/\/(hl7\.org\/fhir|terminology\.hl7\.org)\/ValueSet\//, '');
}

interface Terminology {
  sets: Map<string, ValueSet>;
  systems: Map<string, CodeSystem>;
}

function terminology(folder: string): Terminology {
  const sets = new Map<string, ValueSet>();
  const systems = new Map<string, CodeSystem>();
  for (const file of ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json']) {
    for (const item of readDefinitions<ValueSet | CodeSystem>(folder, file)) {
      if (!item.url) continue;
      if (item.resourceType === 'ValueSet') sets.set(item.url, item);
      else if (item.resourceType === 'CodeSystem') systems.set(item.url, item);
    }
  }
  return { sets, systems };
}

function* descendants(concepts: readonly CodeSystemConcept[] | undefined): Generator<CodeSystemConcept> {
  for (const concept of concepts ?? []) {
    yield concept;
    yield* descendants(concept.concept);
  }
}

/** The codes under `code` in the system's tree, itself included. */
function isA(system: CodeSystem, code: string): Set<string> {
  const top = [...descendants(system.concept)].filter((concept) => concept.code === code);
  const found = new Set([...descendants(top)].map((concept) => concept.code));
  // HL7 v3 systems write some parents as a property instead of nesting.
  for (let grown = true; grown; ) {
    grown = false;
    for (const concept of descendants(system.concept)) {
      const parents = concept.property?.filter((item) => item.code === 'subsumedBy') ?? [];
      if (found.has(concept.code) || !parents.some((item) => found.has(item.valueCode ?? ''))) continue;
      found.add(concept.code);
      grown = true;
    }
  }
  return found;
}

function included(include: ValueSetComposeInclude, all: Terminology, seen: readonly string[]): Codes | undefined {
  let codes: Codes | undefined;
  if (include.system) {
    const system = all.systems.get(include.system);
    if (include.concept) codes = [[include.system, ...include.concept.map((concept) => concept.code)]];
    else if (system?.content !== 'complete') return undefined;
    else if (!include.filter) {
      codes = [[include.system, ...[...descendants(system.concept)].map((concept) => concept.code)]];
    } else {
      let kept = [...descendants(system.concept)].map((concept) => concept.code);
      for (const filter of include.filter) {
        if (filter.property !== 'concept' || (filter.op !== 'is-a' && filter.op !== 'descendent-of')) return undefined;
        const family = isA(system, filter.value);
        if (filter.op === 'descendent-of') family.delete(filter.value);
        kept = kept.filter((code) => family.has(code));
      }
      codes = [[include.system, ...kept]];
    }
  }
  for (const url of include.valueSet ?? []) {
    const imported = expand(url, all, seen);
    if (!imported) return undefined;
    codes = codes
      ? codes.map(([system = '', ...list]) => {
          const other = new Set(imported.filter((item) => item[0] === system).flatMap((item) => item.slice(1)));
          return [system, ...list.filter((code) => other.has(code))];
        })
      : imported;
  }
  return codes;
}

/** The codes of a value set, or undefined where they cannot be listed from the definitions alone. */
function expand(url: string, all: Terminology, seen: readonly string[] = []): Codes | undefined {
  const set = all.sets.get(url.replace(/\|.*$/, ''));
  if (!set?.compose || seen.includes(url)) return undefined;
  const bySystem = new Map<string, Set<string>>();
  for (const include of set.compose.include) {
    const codes = included(include, all, [...seen, url]);
    if (!codes) return undefined;
    for (const [system = '', ...list] of codes) {
      const known = bySystem.get(system) ?? new Set();
      for (const code of list) known.add(code);
      bySystem.set(system, known);
    }
  }
  for (const exclude of set.compose.exclude ?? []) {
    const codes = included(exclude, all, [...seen, url]);
    if (!codes) return undefined;
    for (const [system = '', ...list] of codes) for (const code of list) bySystem.get(system)?.delete(code);
  }
  return [...bySystem].map(([system, list]) => [system, ...list]);
}

/**
 * The codes of every value set that a required binding of R4's types and resources names; an empty list where they
 * cannot be listed offline (media types, languages, currencies, units), and so are not checked.
 */
function requiredCodes(folder: string): Record<string, Codes> {
  const all = terminology(folder);
  const urls = new Map<string, string>();
  for (const structure of structures(folder)) {
    for (const { binding } of ownElements(structure)) {
      if (binding?.strength === 'required' && binding.valueSet) {
        urls.set(requiredSetName(binding.valueSet), binding.valueSet);
      }
    }
  }
  return Object.fromEntries([...urls].sort().map(([name, url]) => [name, expand(url, all) ?? []]));
}

/** One value set a line. */
export function requiredCodesText(folder: string): string {
  const lines = Object.entries(requiredCodes(folder)).map(
    ([name, codes]) => `${JSON.stringify(name)}:${JSON.stringify(codes)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}
