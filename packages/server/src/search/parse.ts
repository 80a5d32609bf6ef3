import { isElement } from '../fhir/elements.ts';
import { RESOURCE_TYPES } from '../fhir/resource-types.ts';
import type { Criterion, Include, Modifier, Search } from './criteria.ts';
import { type Parameter, type ParameterType, parametersOf } from './parameters.ts';
import { SearchRefusal } from './refusal.ts';
import { isByTerminology, readCodes, readWanted, type Site } from './wanted.ts';

export interface SearchLimits {
  /** Matches on a page when `_count` is not given. */
  defaultCount: number;
  /** The most that `_count` gives. */
  maxCount: number;
}

/** The modifiers that each type of parameter takes, besides `:missing`, which all take. */
const MODIFIERS: Record<ParameterType, readonly string[]> = {
  token: ['not', 'text', 'of-type', 'below', 'above', 'in', 'not-in'],
  string: ['exact', 'contains'],
  reference: ['identifier'],
  date: [],
  quantity: [],
  uri: ['above', 'below'],
  composite: [],
  special: [],
};

/** Parameters of the request rather than of the search. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set(['_format', '_pretty']);

/**
 * Reads a search.
 * @param type    the resource type that is searched
 * @param pairs   the query's names and values, decoded, in order
 * @param options `lenient`: leave out what is not understood and say so in `ignored`, instead of refusing
 * @throws SearchRefusal naming the first parameter, modifier or value that cannot be honoured
 */
export function parseSearch(
  type: string,
  pairs: Iterable<[string, string]>,
  site: Site,
  limits: SearchLimits,
  options: { lenient: boolean },
): Search {
  const search: Search = {
    ...{ type, criteria: [], sort: [], count: limits.defaultCount, total: undefined, summary: undefined },
    ...{ elements: undefined, includes: [], revincludes: [], cursor: undefined, ignored: [], used: [] },
  };
  const given = new Set<string>();
  for (const [name, value] of pairs) {
    if (OF_THE_REQUEST.has(name)) continue;
    try {
      const setting = SETTINGS.get(name);
      if (setting) {
        if (given.has(name) && !REPEATABLE.has(name))
          throw new SearchRefusal(name, 'invalid', `${name} is given twice: which one is meant?`);
        given.add(name);
        setting(search, value, name, limits);
      } else search.criteria.push(readCriterion(type, name, value, site));
      if (name !== '_cursor') search.used.push([name, value]);
    } catch (error) {
      if (!(error instanceof SearchRefusal)) throw error;
      // What is wrong may be far along a chain: the client knows it by the whole name.
      if (!options.lenient) throw new SearchRefusal(name, error.code, error.message);
      search.ignored.push({ name, reason: error.message });
    }
  }
  return search;
}

type Setting = (search: Search, value: string, name: string, limits: SearchLimits) => void;

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw new SearchRefusal(name, 'value', `${name} takes ${allowed.join(', ')}; "${value}" is none of them.`);
}

const include: Setting = (search, value, name) => void search.includes.push(readInclude(name, value));
const revinclude: Setting = (search, value, name) => {
  if (value === '*')
    throw new SearchRefusal(name, 'value', `${name} takes Type:parameter, or Type:* for all references of a type.`);
  search.revincludes.push(readInclude(name, value));
};

/** Each of these adds to what the search asks; any other setting can be given once. */
const INCLUDES = {
  ...{ _include: include, '_include:iterate': include, '_include:recurse': include },
  ...{ _revinclude: revinclude, '_revinclude:iterate': revinclude, '_revinclude:recurse': revinclude },
};
const REPEATABLE: ReadonlySet<string> = new Set(Object.keys(INCLUDES));

/** The parameters that say how to answer, not what to find. A Map, since clients choose the names that are looked up. */
const SETTINGS: ReadonlyMap<string, Setting> = new Map(
  Object.entries<Setting>({
    ...INCLUDES,
    _count(search, value, name, limits) {
      if (!/^\d{1,9}$/.test(value))
        throw new SearchRefusal(name, 'value', `_count takes a number of 0 or more; "${value}" is not one.`);
      if (Number(value) === 0) search.summary = 'count';
      else search.count = Math.min(Number(value), limits.maxCount);
    },
    _sort(search, value, name) {
      search.sort = value.split(',').map((each) => {
        const code = each.replace(/^-/, '');
        const parameter = parametersOf(search.type).get(code);
        if (!parameter || parameter.type === 'composite') {
          throw new SearchRefusal(
            name,
            'not-supported',
            `_sort cannot sort ${search.type} by "${code}". It sorts by ${sortable(search.type)}.`,
          );
        }
        return { parameter, descending: each.startsWith('-') };
      });
    },
    _total(search, value, name) {
      search.total = oneOf(name, value, ['none', 'estimate', 'accurate']);
    },
    _summary(search, value, name) {
      search.summary = oneOf(name, value, ['true', 'text', 'data', 'count', 'false']);
    },
    _elements(search, value, name) {
      search.elements = value.split(',').map((each) => each.trim().replace(new RegExp(`^${search.type}\\.`), ''));
      const bad = search.elements.find((each) => !isElement(search.type, each));
      if (bad !== undefined)
        throw new SearchRefusal(
          name,
          'value',
          `_elements takes names of ${search.type}'s top-level elements; "${bad}" is not one.`,
        );
    },
    _cursor(search, value) {
      search.cursor = value;
    },
  }),
);

function sortable(type: string): string {
  return [...parametersOf(type).values()]
    .filter((each) => each.type !== 'composite')
    .map((each) => each.code)
    .join(', ');
}

function readInclude(name: string, value: string): Include {
  const iterate = name.endsWith(':iterate') || name.endsWith(':recurse');
  if (value === '*') return { type: '*', iterate };
  const [type = '', code = '', target] = value.split(':');
  if (!RESOURCE_TYPES.has(type))
    throw new SearchRefusal(
      name,
      'value',
      `${name} takes Type:parameter; "${type}" is not a type that this server keeps.`,
    );
  if (target !== undefined && !RESOURCE_TYPES.has(target))
    throw new SearchRefusal(name, 'value', `${name}: "${target}" is not a type that this server keeps.`);
  const of = { type, iterate, ...(target === undefined ? {} : { target }) };
  if (code === '*') return of;
  const parameter = parametersOf(type).get(code);
  if (parameter?.type !== 'reference') {
    const references = [...parametersOf(type).values()]
      .filter((each) => each.type === 'reference')
      .map((each) => each.code);
    throw new SearchRefusal(
      name,
      'value',
      `${name}: "${code}" is not a reference parameter of ${type}. It has ${references.join(', ')}.`,
    );
  }
  return { ...of, parameter };
}

/** One criterion, chains followed to their end. */
function readCriterion(type: string, name: string, value: string, site: Site, depth = 0): Criterion {
  if (depth > 4) throw new SearchRefusal(name, 'too-costly', `${name} chains more than four references.`);
  if (name.startsWith('_has:')) return readHas(name, value, site, depth);
  if (name === '_list') return { kind: 'list', source: name, id: value.replace(/^List\//, '') };
  const dot = name.indexOf('.');
  const [code = '', ...modifiers] = (dot < 0 ? name : name.slice(0, dot)).split(':');
  const parameter = parametersOf(type).get(code);
  if (!parameter) {
    const known = [...parametersOf(type).keys()].sort().join(', ');
    throw new SearchRefusal(name, 'not-supported', `${type} has no search parameter "${code}". It has ${known}.`);
  }
  if (modifiers.length > 1) throw new SearchRefusal(name, 'invalid', `${name} has more than one modifier.`);
  const modifier = modifiers[0];
  if (dot >= 0) return readChain(name, value, site, parameter, modifier, name.slice(dot + 1), depth);
  if (modifier === 'missing') {
    return { kind: 'missing', source: name, parameter, missing: oneOf(name, value, ['true', 'false']) === 'true' };
  }
  if (parameter.type === 'token' && isByTerminology(modifier)) {
    const values = readCodes(name, modifier, value, site);
    const not = modifier === 'not-in' ? { modifier: { name: 'not' } as const } : {};
    return { kind: 'value', source: name, parameter, ...not, values };
  }
  const read = readModifier(name, type, parameter, modifier);
  const values = readWanted(name, parameter, read, value, site);
  return { kind: 'value', source: name, parameter, ...(read ? { modifier: read } : {}), values };
}

function readModifier(
  name: string,
  type: string,
  parameter: Parameter,
  modifier: string | undefined,
): Modifier | undefined {
  if (modifier === undefined) return undefined;
  if (MODIFIERS[parameter.type].includes(modifier)) return { name: modifier } as Modifier;
  if (parameter.type === 'reference' && isTarget(parameter, modifier)) return { name: 'type', type: modifier };
  const allowed = [
    'missing',
    ...MODIFIERS[parameter.type],
    ...(parameter.type === 'reference' ? parameter.targets : []),
  ];
  throw new SearchRefusal(
    name,
    'not-supported',
    `The modifier :${modifier} is not supported on ${type}'s ${parameter.code} (a ${parameter.type}). It takes :${allowed.join(', :')}.`,
  );
}

function isTarget(parameter: Parameter, type: string): boolean {
  return RESOURCE_TYPES.has(type) && (parameter.targets.length === 0 || parameter.targets.includes(type));
}

function readChain(
  name: string,
  value: string,
  site: Site,
  parameter: Parameter,
  type: string | undefined,
  rest: string,
  depth: number,
): Criterion {
  if (parameter.type !== 'reference')
    throw new SearchRefusal(name, 'invalid', `${parameter.code} is not a reference, so nothing can be chained to it.`);
  if (type !== undefined && !isTarget(parameter, type)) {
    throw new SearchRefusal(
      name,
      'invalid',
      `${parameter.code} does not refer to ${type}. It refers to ${parameter.targets.join(', ')}.`,
    );
  }
  const first = rest.split(/[.:]/)[0] as string;
  const possible = (type === undefined ? parameter.targets : [type]).filter(
    (each) => RESOURCE_TYPES.has(each) && (rest.startsWith('_has:') || parametersOf(each).has(first)),
  );
  if (possible.length === 0) {
    throw new SearchRefusal(
      name,
      'not-supported',
      `Nothing that ${parameter.code} refers to has a search parameter "${first}".`,
    );
  }
  if (possible.length > 1) {
    const ways = possible.map((each) => `${parameter.code}:${each}.${rest}`).join(', ');
    throw new SearchRefusal(name, 'invalid', `${name} could mean several types. Say which: ${ways}.`);
  }
  const target = possible[0] as string;
  return {
    kind: 'chain',
    source: name,
    parameter,
    type: target,
    criterion: readCriterion(target, rest, value, site, depth + 1),
  };
}

function readHas(name: string, value: string, site: Site, depth: number): Criterion {
  const [, type = '', code = '', ...rest] = name.split(':');
  const parameter = RESOURCE_TYPES.has(type) ? parametersOf(type).get(code) : undefined;
  if (parameter?.type !== 'reference' || rest.length === 0) {
    throw new SearchRefusal(name, 'invalid', `${name}: the form is _has:Type:reference-parameter:parameter.`);
  }
  return {
    kind: 'has',
    source: name,
    type,
    parameter,
    criterion: readCriterion(type, rest.join(':'), value, site, depth + 1),
  };
}
