/** `ValueSet/$expand`: the concepts of a value set, filtered by text, in pages, with the properties asked for. */

import type { ValueSet, ValueSetExpansionContains, ValueSetExpansionParameter } from 'fhir/r4';
import { checkSystemVersions } from './asked-code.ts';
import { compileCompose, type Membership } from './compose.ts';
import { type Concept, isOwnSystem, type Kind } from './concepts.ts';
import { Budget, type Ref, type Replacements } from './filters.ts';
import type { Given } from './parameters.ts';
import { COMMON_PROPERTIES, PROPERTY_CODES } from './properties.ts';
import { asExtension, conceptProperties } from './property-values.ts';
import { Refusal } from './refusal.ts';
import { codeSystemVersion, systemUri } from './systems.ts';
import type { Page, Terminology } from './terminology.ts';
import { valueSetById, valueSetByUrl } from './value-sets.ts';

/** Units of work for one enumeration: about a second. */
const BUDGET = 2_000_000;
/** Longest description of an expansion that is remembered. */
const LONGEST_KEY = 4000;
/** Concepts in one page at most. */
const LONGEST_PAGE = 30_000;

/** The value set asked about, compiled. */
export interface AskedValueSet {
  readonly valueSet: ValueSet;
  readonly membership: Membership;
  readonly replacements: Replacements;
}

/** The value set given by instance, `url` or `valueSet`: exactly one. */
export function askedValueSet(
  terminology: Terminology,
  given: Given,
  instance: string | undefined,
): AskedValueSet | Refusal {
  const { dictionary, concepts } = terminology;
  const inline = given.valueSet('valueSet');
  const url = given.text('url');
  const ways = [instance, inline, url].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    const rule = ways === 0 ? 'terminology-missing-parameter' : 'terminology-wrong-parameter';
    return new Refusal(rule, 'Name one value set: by url, as valueSet, or by its id', 'Parameters.parameter');
  }
  let valueSet: ValueSet | Refusal | undefined = inline;
  if (instance !== undefined) {
    valueSet =
      valueSetById(dictionary, instance) ??
      new Refusal('terminology-unknown-value-set', `No value set ${instance.slice(0, 64)} is held`);
  }
  if (url !== undefined) {
    const version = given.text('valueSetVersion');
    valueSet = valueSetByUrl(dictionary, version === undefined || url.includes('|') ? url : `${url}|${version}`);
  }
  if (valueSet === undefined || valueSet instanceof Refusal) {
    return valueSet ?? new Refusal('terminology-missing-parameter', 'Name a value set');
  }
  // A value set sent by its canonical URL alone stands for the one held.
  if (valueSet.compose === undefined && typeof valueSet.url === 'string') {
    valueSet = valueSetByUrl(dictionary, valueSet.url);
    if (valueSet instanceof Refusal) return valueSet;
  }
  const replacements: Replacements = new Map();
  const membership = compileCompose(
    { concepts, valueSet: (canonical) => valueSetByUrl(dictionary, canonical), replacements, depth: 0 },
    valueSet,
    'ValueSet',
  );
  if (membership instanceof Refusal) return membership;
  return { valueSet, membership, replacements };
}

/** Expands a value set. `now` is the instant to stamp the expansion with. */
export function expand(
  terminology: Terminology,
  given: Given,
  instance: string | undefined,
  now: string,
): ValueSet | Refusal {
  const versions = checkSystemVersions(terminology, given);
  if (versions !== undefined) return versions;
  const asked = askedValueSet(terminology, given, instance);
  if (asked instanceof Refusal) return asked;
  const properties = wantedProperties(given.texts('property'));
  if (properties instanceof Refusal) return properties;
  const count = given.integer('count');
  const offset = given.integer('offset') ?? 0;
  if (count !== undefined && count > LONGEST_PAGE) return tooLong(`count may be at most ${LONGEST_PAGE}`);
  const page = members(terminology, asked, given, offset, count ?? LONGEST_PAGE);
  if (page instanceof Refusal) return page;
  if (count === undefined && page.total - offset > LONGEST_PAGE) {
    return tooLong(`The expansion has ${page.total} concepts: ask for it in pages with count and offset`);
  }
  const designations = given.boolean('includeDesignations') === true;
  const { url, version, name, title } = asked.valueSet;
  const expansion: NonNullable<ValueSet['expansion']> = {
    timestamp: now,
    total: page.total,
    ...(count === undefined && offset === 0 ? {} : { offset }),
    parameter: usedParameters(terminology, given, asked),
  };
  if (page.refs.length > 0) {
    expansion.contains = page.refs.map(({ kind, row }) =>
      entry(terminology, terminology.concepts.at(kind, row), properties, designations),
    );
  }
  return {
    resourceType: 'ValueSet',
    // Only texts are repeated from a value set that was sent along.
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    status: 'active',
    expansion,
  };
}

function tooLong(diagnostics: string): Refusal {
  return new Refusal('terminology-too-costly', diagnostics, 'Parameters.parameter');
}

function wantedProperties(asked: readonly string[]): ReadonlySet<string> | 'all' | undefined | Refusal {
  if (asked.length === 0) return undefined;
  const wanted = new Set<string>();
  for (const property of asked) {
    if (property === '*') return 'all';
    // These are elements of every entry already.
    if (['code', 'display', 'system', 'version', 'name', 'designation'].includes(property)) continue;
    if (!COMMON_PROPERTIES.includes(property) && !PROPERTY_CODES.has(property)) {
      return new Refusal('terminology-unknown-property', `The code system has no property ${property.slice(0, 80)}`);
    }
    wanted.add(property);
  }
  return wanted;
}

function members(
  terminology: Terminology,
  asked: AskedValueSet,
  given: Given,
  offset: number,
  count: number,
): Page | Refusal {
  const { concepts } = terminology;
  const text = (given.text('filter') ?? '').trim();
  const activeOnly = given.boolean('activeOnly') === true;
  const budget = new Budget(BUDGET);
  const overspent = () => tooLong('The value set takes too long to work out: narrow its filters');
  const { expansions } = terminology;
  const key = JSON.stringify([asked.valueSet.compose, activeOnly, ...(text === '' ? [] : [text, offset, count])]);
  const keeps = key.length <= LONGEST_KEY;
  const kept = expansions.get(key);
  if (text !== '') {
    const page = kept ?? byText(terminology, asked.membership, text, activeOnly, budget, offset, count);
    if (budget.spent) return overspent();
    if (keeps) expansions.keep(key, page);
    return page;
  }
  let refs = kept?.refs;
  if (refs === undefined) {
    const all = asked.membership.all(budget);
    if (budget.spent) return overspent();
    refs = activeOnly ? all.filter(({ kind, row }) => !concepts.at(kind, row).inactive) : all;
    if (!asked.membership.few && keeps) expansions.keep(key, { total: refs.length, refs });
  }
  return { total: refs.length, refs: refs.slice(offset, offset + count) };
}

function byText(
  terminology: Terminology,
  membership: Membership,
  text: string,
  activeOnly: boolean,
  budget: Budget,
  offset: number,
  count: number,
): Page {
  const { concepts, search } = terminology;
  const accept = (kind: string, row: number) =>
    membership.has({ kind: kind as Kind, row }, budget) && (!activeOnly || !concepts.at(kind as Kind, row).inactive);
  const digits = text.replace(/\s/g, '');
  if (/^\d{6,18}$/.test(digits)) {
    const resolution = concepts.resolve(digits);
    const id = resolution.status === 'superseded' ? resolution.id : digits;
    const concept = concepts.byCode(id);
    if (concept !== undefined) {
      const found = accept(concept.kind, concept.row) ? [{ kind: concept.kind, row: concept.row }] : [];
      return { total: found.length, refs: found.slice(offset, offset + count) };
    }
  }
  const searched = new Set<string>([...membership.kinds].filter((kind) => kind !== 'CLASS' && !isOwnSystem(kind)));
  const result = searched.size === 0 ? undefined : search.textMatches(text, searched, accept, offset, count);
  const refs: Ref[] = (result?.matches ?? []).map(({ section, row }) => ({ kind: section.kind, row }));
  let total = result?.total ?? 0;
  // Classes and small lookups are not indexed: few enough to read.
  for (const kind of membership.kinds) {
    if (searched.has(kind)) continue;
    for (let row = 0; row < concepts.count(kind); row++) {
      if (!hasWords(concepts.at(kind, row).display, text) || !accept(kind, row)) continue;
      if (total >= offset && refs.length < count) refs.push({ kind, row });
      total += 1;
    }
  }
  return { total, refs };
}

/** Whether every word of the text begins some word of the name. */
function hasWords(name: string, text: string): boolean {
  const words = (from: string) => from.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const own = words(name);
  const typed = words(text);
  return typed.length > 0 && typed.every((word) => own.some((other) => other.startsWith(word)));
}

function entry(
  terminology: Terminology,
  concept: Concept,
  properties: ReadonlySet<string> | 'all' | undefined,
  designations: boolean,
): ValueSetExpansionContains {
  const wanted = properties === 'all' ? undefined : properties;
  const extension =
    properties === undefined ? [] : conceptProperties(terminology.concepts, concept, wanted).map(asExtension);
  return {
    ...(extension.length > 0 ? { extension } : {}),
    system: concept.system,
    ...(concept.inactive ? { inactive: true } : {}),
    code: concept.code,
    display: concept.display,
    ...(designations && concept.synonyms.length > 0
      ? { designation: concept.synonyms.map((value) => ({ value })) }
      : {}),
  };
}

/** What the expansion was made from, as R4 asks: every parameter that had a bearing on it. */
function usedParameters(terminology: Terminology, given: Given, asked: AskedValueSet): ValueSetExpansionParameter[] {
  const version = codeSystemVersion(terminology.dictionary);
  const used: ValueSetExpansionParameter[] = [];
  const systems = new Set([...asked.membership.kinds].map((kind) => systemOf(kind)));
  for (const uri of systems) used.push({ name: 'version', valueUri: `${uri}|${version}` });
  const filter = given.text('filter');
  if (filter !== undefined) used.push({ name: 'filter', valueString: filter });
  for (const name of ['count', 'offset']) {
    const value = given.integer(name);
    if (value !== undefined) used.push({ name, valueInteger: value });
  }
  for (const name of ['activeOnly', 'includeDesignations']) {
    const value = given.boolean(name);
    if (value !== undefined) used.push({ name, valueBoolean: value });
  }
  for (const property of given.texts('property')) used.push({ name: 'property', valueString: property });
  for (const [former, current] of asked.replacements) {
    used.push({ name: 'warning', valueString: `${former} is a former code; ${current} was used` });
  }
  return used;
}

function systemOf(kind: Kind): string {
  return systemUri(isOwnSystem(kind) ? { kind: 'lookup', lookup: kind } : { kind: 'dmd' });
}
