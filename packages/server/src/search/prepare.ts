import type { List } from 'fhir/r4';
import type { Compartment } from '../store/compartments.ts';
import { isPatientOwned, localReference } from '../store/patients.ts';
import type { Record } from '../store/record.ts';
import type { Stored } from '../store/stored.ts';
import type { Criterion, Wanted } from './criteria.ts';
import type { Interval } from './dates.ts';
import { matches } from './match.ts';
import type { Parameter } from './parameters.ts';
import { parametersOf } from './parameters.ts';
import { aboutAnyOf, namedPatients } from './people.ts';
import { SearchRefusal } from './refusal.ts';
import { narrowingOf } from './tokens.ts';
import { type SearchValue, valuesOf } from './values.ts';

/** A criterion ready to judge resources, with what it asks of the index. */
export interface Test {
  passes: (entry: Stored) => boolean;
  anyOf: number[][];
  noneOf: number[];
  /** Does the index decide it alone? */
  exact: boolean;
  /** When a match was last written, at the earliest and the latest: milliseconds since 1970. */
  updated?: Interval;
}

/** How many resources a chained search may go through before it is refused as too costly. */
const CHAIN_LIMIT = 1000;

/** Finds everything of a type that meets criteria, at most `limit`; the way a chain looks at the other end. */
export type FindAll = (type: string, criteria: Criterion[], limit: number) => Promise<Stored[]>;

/**
 * Makes a criterion ready: what it needs to know of other resources (chains, lists) is read once, before any resource
 * is judged.
 * @param compartments where the search is already known to be, if it names patients
 */
export async function prepare(
  record: Record,
  type: string,
  criterion: Criterion,
  compartments: readonly Compartment[] | undefined,
  findAll: FindAll,
): Promise<Test> {
  const patients = namedPatients(criterion, type);
  if (patients !== undefined && compartments !== undefined) {
    return test(aboutAnyOf(patients, compartments));
  }
  switch (criterion.kind) {
    case 'missing': {
      const { parameter, missing } = criterion;
      return test((entry) => (valuesIn(entry, parameter).length === 0) === missing);
    }
    case 'chain': {
      const found = await findAll(criterion.type, [criterion.criterion], CHAIN_LIMIT + 1);
      if (compartments !== undefined) found.push(...(await beyond(record, type, criterion, compartments, findAll)));
      limitChain(criterion.source, found.length);
      return referring(type, criterion.parameter, found, logical(criterion.criterion));
    }
    case 'has': {
      const found = await findAll(criterion.type, [criterion.criterion], CHAIN_LIMIT + 1);
      limitChain(criterion.source, found.length);
      const named = new Set(
        found.flatMap((entry) =>
          valuesIn(entry, criterion.parameter).flatMap((value) =>
            value.kind === 'reference' && value.reference !== undefined ? [value.reference] : [],
          ),
        ),
      );
      return among(named);
    }
    case 'list': {
      const row = await record.read('List', criterion.id);
      if (row === undefined || row.content === null) {
        throw new SearchRefusal(criterion.source, 'value', `There is no List/${criterion.id} here.`);
      }
      const entries = (JSON.parse(row.content) as List).entry ?? [];
      return among(new Set(entries.flatMap((each) => (each.deleted ? [] : (each.item.reference ?? [])))));
    }
    case 'value': {
      const { parameter, modifier, values } = criterion;
      if (modifier?.name === 'identifier') return byIdentifier(type, criterion, findAll);
      const narrowing = narrowingOf(type, criterion);
      const some = (entry: Stored) =>
        valuesIn(entry, parameter).some((value) => values.some((wanted) => matches(value, wanted, modifier)));
      if (modifier?.name !== 'not') {
        return {
          ...test(some, narrowing?.map((each) => each.anyOf) ?? []),
          exact: narrowing !== undefined && isExact(criterion),
          ...(parameter.code === '_lastUpdated' && values.length === 1 ? { updated: bounds(values[0] as Wanted) } : {}),
        };
      }
      const positive = narrowingOf(type, { ...criterion, modifier: undefined } as typeof criterion);
      return {
        passes: (entry) => !some(entry),
        anyOf: [],
        noneOf: positive?.length === 1 ? (positive[0]?.anyOf ?? []) : [],
        exact: false,
      };
    }
  }
}

function test(passes: (entry: Stored) => boolean, anyOf: number[][] = []): Test {
  return { passes, anyOf, noneOf: [], exact: false };
}

/** Values that the index files whole, so that what it finds needs no second look when only the number is asked for. */
function isExact({ parameter, values }: Extract<Criterion, { kind: 'value' }>): boolean {
  const whole = ['token', 'reference', 'uri'].includes(parameter.type);
  return whole && values.every((each) => each.kind !== 'token' || each.typeCode === undefined);
}

/** The instants between which `_lastUpdated` must lie. */
function bounds(wanted: Wanted): Interval {
  const any = { lo: -Infinity, hi: Infinity };
  if (wanted.kind !== 'date') return any;
  switch (wanted.prefix) {
    case 'eq':
    case 'ap':
      return { lo: wanted.lo, hi: wanted.hi };
    case 'gt':
    case 'ge':
    case 'sa':
      return { lo: wanted.lo, hi: Infinity };
    case 'lt':
    case 'le':
    case 'eb':
      return { lo: -Infinity, hi: wanted.hi };
    case 'ne':
      return any;
  }
}

/** The other ends of a chain that are in other patients' records: a resource may well refer to one. */
async function beyond(
  record: Record,
  type: string,
  chain: Extract<Criterion, { kind: 'chain' }>,
  compartments: readonly Compartment[],
  findAll: FindAll,
): Promise<Stored[]> {
  if (!isPatientOwned(chain.type)) return [];
  const entries = compartments.flatMap((each) => each.entries);
  const own = new Set(entries.map((entry) => entry.reference));
  const outside = new Map<string, { type: string; id: string }>();
  for (const entry of entries) {
    if (entry.type !== type) continue;
    for (const value of valuesIn(entry, chain.parameter)) {
      const reference = value.kind === 'reference' ? localReference(value.reference) : undefined;
      if (reference?.type !== chain.type || own.has(`${reference.type}/${reference.id}`)) continue;
      outside.set(reference.id, reference);
    }
  }
  if (outside.size === 0) return [];
  const { passes } = await prepare(record, chain.type, chain.criterion, undefined, findAll);
  return (await record.readMany([...outside.values()])).filter(passes);
}

function limitChain(source: string, found: number) {
  if (found <= CHAIN_LIMIT) return;
  throw new SearchRefusal(
    source,
    'too-costly',
    `${source} leads through more than ${CHAIN_LIMIT} resources. Name a patient, or search the other end first.`,
  );
}

/** The resources of which others hold the references. */
function among(references: ReadonlySet<string>): Test {
  return test((entry) => references.has(entry.reference));
}

/** `reference:identifier=s|v` also finds a literal reference to a resource that has the identifier. */
async function byIdentifier(
  type: string,
  criterion: Extract<Criterion, { kind: 'value' }>,
  findAll: FindAll,
): Promise<Test> {
  const { parameter, values, source } = criterion;
  const found: Stored[] = [];
  for (const target of parameter.targets) {
    const identifier = parametersOf(target).get('identifier');
    if (identifier === undefined) continue;
    const wanted = values.flatMap((each) =>
      each.kind === 'identifier' && each.value !== undefined
        ? [{ kind: 'token' as const, ...(each.system === undefined ? {} : { system: each.system }), code: each.value }]
        : [],
    );
    if (wanted.length === 0) continue;
    found.push(
      ...(await findAll(target, [{ kind: 'value', source, parameter: identifier, values: wanted }], CHAIN_LIMIT + 1)),
    );
    limitChain(source, found.length);
  }
  return referring(type, parameter, found, criterion);
}

/** `prescription.identifier=s|v` also finds a reference that gives just that identifier. */
function logical(inner: Criterion): Extract<Criterion, { kind: 'value' }> | undefined {
  if (inner.kind !== 'value' || inner.modifier || inner.parameter.code !== 'identifier') return undefined;
  const values = inner.values.flatMap((each) =>
    each.kind === 'token'
      ? [
          {
            kind: 'identifier' as const,
            ...(each.system === undefined ? {} : { system: each.system }),
            ...(each.code === undefined ? {} : { value: each.code }),
          },
        ]
      : [],
  );
  return { ...inner, modifier: { name: 'identifier' }, values };
}

/** The resources that refer by a parameter to any of those found, or that name them by an identifier. */
function referring(
  type: string,
  parameter: Parameter,
  found: readonly Stored[],
  named: Extract<Criterion, { kind: 'value' }> | undefined,
): Test {
  const references = [...new Set(found.map((entry) => entry.reference))];
  const literal = {
    kind: 'value' as const,
    source: '',
    parameter,
    values: [{ kind: 'reference' as const, references }],
  };
  const set = new Set(references);
  const passes = (entry: Stored) =>
    valuesIn(entry, parameter).some(
      (value) =>
        value.kind === 'reference' &&
        ((value.reference !== undefined && set.has(value.reference)) ||
          (named?.values.some((wanted) => matches(value, wanted, named.modifier)) ?? false)),
    );
  const hashes = [
    ...(narrowingOf(type, literal)?.[0]?.anyOf ?? []),
    ...(named === undefined ? [] : namedHashes(type, { ...named, parameter })),
  ];
  return test(passes, [hashes]);
}

function namedHashes(type: string, criterion: Extract<Criterion, { kind: 'value' }>): number[] {
  return criterion.values.flatMap((wanted) => narrowingOf(type, { ...criterion, values: [wanted] })?.[0]?.anyOf ?? []);
}

/** A resource's values under a parameter, worked out once for as long as that version is kept in memory. */
export function valuesIn(entry: Stored, parameter: Parameter): SearchValue[] {
  let values = entry.memo.get(parameter) as SearchValue[] | undefined;
  if (values === undefined) {
    values =
      parameter.code === '_lastUpdated' || parameter.code === '_id'
        ? metaValues(entry, parameter)
        : valuesOf(entry.resource, parameter);
    entry.memo.set(parameter, values);
  }
  return values;
}

/** What the row itself tells, without parsing. */
function metaValues(entry: Stored, parameter: Parameter): SearchValue[] {
  if (parameter.code === '_id') return [{ kind: 'token', code: entry.id, implied: true, texts: [] }];
  const instant = Date.parse(entry.lastUpdated);
  return [{ kind: 'date', lo: instant, hi: instant }];
}
