import { isObject, type JsonObject } from '../structure/walk.ts';
import { objectsIn, withoutVersion } from './definitions.ts';

/** The codes of a value set, by system. */
export type CodesBySystem = ReadonlyMap<string, ReadonlySet<string>>;

type Find = (type: 'ValueSet' | 'CodeSystem', url: string) => JsonObject | undefined;

/**
 * The codes of a value set, where they can all be listed from what is at hand: an expansion, listed concepts, whole code
 * systems, other value sets. Undefined where not: a filter, or a system that is not whole or not there.
 */
export function codesOfValueSet(url: string, find: Find, above: readonly string[] = []): CodesBySystem | undefined {
  const set = find('ValueSet', withoutVersion(url));
  if (set === undefined || above.includes(url) || above.length > 20) return undefined;
  const codes = new Map<string, Set<string>>();
  const add = (system: unknown, code: unknown) => {
    if (typeof system !== 'string' || typeof code !== 'string') return;
    const known = codes.get(system);
    if (known) known.add(code);
    else codes.set(system, new Set([code]));
  };
  const { compose, expansion } = set;
  if (!isObject(compose)) {
    if (!isObject(expansion)) return undefined;
    for (const each of flatten(expansion.contains, 'contains')) if (each.abstract !== true) add(each.system, each.code);
    return codes;
  }
  for (const part of objectsIn(compose.include)) {
    const included = codesOfPart(part, find, [...above, url]);
    if (included === undefined) return undefined;
    for (const [system, list] of included) for (const code of list) add(system, code);
  }
  for (const part of objectsIn(compose.exclude)) {
    const excluded = codesOfPart(part, find, [...above, url]);
    if (excluded === undefined) return undefined;
    for (const [system, list] of excluded) for (const code of list) codes.get(system)?.delete(code);
  }
  return codes;
}

function codesOfPart(part: JsonObject, find: Find, above: readonly string[]): CodesBySystem | undefined {
  const { system, concept, filter, valueSet } = part;
  if (Array.isArray(filter) && filter.length > 0) return undefined;
  const sets = (Array.isArray(valueSet) ? valueSet : []).map((url) => codesOfValueSet(String(url), find, above));
  let own: CodesBySystem | undefined;
  if (typeof system === 'string') {
    const listed = Array.isArray(concept) ? objectsIn(concept) : conceptsOf(find('CodeSystem', withoutVersion(system)));
    if (listed === undefined) return undefined;
    own = new Map([[system, new Set(listed.map(({ code }) => String(code)))]]);
  }
  // Several value sets in one part are what all of them have.
  let both = own;
  for (const set of sets) {
    if (set === undefined) return undefined;
    both = both === undefined ? set : intersection(both, set);
  }
  return both ?? new Map();
}

function intersection(one: CodesBySystem, other: CodesBySystem): CodesBySystem {
  return new Map(
    [...one].map(([system, codes]) => [system, codes.intersection(other.get(system) ?? new Set<string>())]),
  );
}

function conceptsOf(system: JsonObject | undefined): JsonObject[] | undefined {
  return system?.content === 'complete' ? flatten(system.concept, 'concept') : undefined;
}

function flatten(list: unknown, child: string): JsonObject[] {
  const found: JsonObject[] = [];
  const waiting = objectsIn(list);
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    found.push(each);
    waiting.push(...objectsIn(each[child]));
  }
  return found;
}
