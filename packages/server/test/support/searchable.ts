import { type ElementRow, type ElementTable, type ElementType, elementTable } from '@concord/conformance';

/** One way in which a resource of a type can hold what a search parameter looks for. */
export interface Searchable {
  type: string;
  parameter: string;
  /** The path and the FHIR type of the value: `MedicationStatement.effective as Period`. */
  path: string;
  resource: { resourceType: string; [element: string]: unknown };
  /** A search value that finds it, and one that does not. */
  find: string;
  miss: string;
}

/** A search parameter as R4 defines it. */
export interface Definition {
  code: string;
  type: string;
  base: string[];
  expression?: string;
  target?: string[];
}

type Json = { [element: string]: unknown };
interface Leaf {
  value: unknown;
  find: string;
  miss: string;
}
interface Context {
  n: number;
  target: string;
  element: ElementRow;
  /** From `where(system='phone')`. */
  system: string | undefined;
}

function code({ element, n }: Context): [string, string] {
  const codes = element.binding?.listed ? [...element.binding.codes] : [`c${n}`, `other${n}`];
  return [codes[0] as string, codes[1] ?? `not-${codes[0]}`];
}

function coding(context: Context): Leaf {
  const { element, n } = context;
  if (!element.binding?.listed)
    return { value: { system: 'urn:codes', code: `c${n}` }, find: `urn:codes|c${n}`, miss: `urn:other|c${n}` };
  const [system, codes] = [...element.binding.bySystem][0] as [string, Set<string>];
  const [first] = codes;
  return { value: { system, code: first }, find: `${system}|${first}`, miss: `${system}|not-${first}` };
}

const plain = ({ n }: Context): Leaf => ({ value: `v${n}`, find: `v${n}`, miss: `w${n}` });
const coded = (context: Context): Leaf => {
  const [find, miss] = code(context);
  return { value: find, find, miss };
};
const quantity =
  (more: Json) =>
  ({ n }: Context): Leaf => ({
    value: { value: n + 0.5, ...more },
    find: `${n + 0.5}`,
    miss: `${n + 0.7}`,
  });
const day = (n: number) => new Date(Date.UTC(1990, 0, 1 + n)).toISOString().slice(0, 10);
const moment =
  (shape: (day: string) => unknown) =>
  ({ n }: Context): Leaf => ({
    value: shape(day(n)),
    find: day(n),
    miss: day(n + 1),
  });
const literal = ({ n, target }: Context): Leaf => ({
  value: { reference: `${target}/r${n}` },
  find: `${target}/r${n}`,
  miss: `${target}/other${n}`,
});
const uri = ({ n }: Context): Leaf => ({ value: `urn:x:${n}`, find: `urn:x:${n}`, miss: `urn:y:${n}` });

/** By the parameter's type and the element's: a value, what finds it and what does not. As FHIR's search page says. */
const LEAVES: { readonly [types: string]: (context: Context) => Leaf } = {
  'token code': coded,
  'token boolean': () => ({ value: true, find: 'true', miss: 'false' }),
  'token string': plain,
  'token id': plain,
  'token uri': uri,
  'token canonical': uri,
  'token Coding': coding,
  'token CodeableConcept': (context) => {
    const { value, find, miss } = coding(context);
    return { value: { coding: [value] }, find, miss };
  },
  'token Identifier': ({ n }) => ({
    value: { system: 'urn:ids', value: `v${n}` },
    find: `urn:ids|v${n}`,
    miss: `urn:ids|w${n}`,
  }),
  'token ContactPoint': ({ n, system = 'phone' }) => ({
    value: { system, value: `v${n}` },
    find: `v${n}`,
    miss: `w${n}`,
  }),
  'string string': plain,
  'string markdown': plain,
  'string HumanName': ({ n }) => ({ value: { family: `Family${n}x` }, find: `family${n}x`, miss: `amily${n}x` }),
  'string Address': ({ n }) => ({ value: { city: `City${n}x` }, find: `city${n}x`, miss: `ity${n}x` }),
  'reference Reference': literal,
  'reference canonical': uri,
  'reference uri': uri,
  'uri uri': uri,
  'uri url': uri,
  'uri canonical': uri,
  'date date': moment((text) => text),
  'date dateTime': moment((text) => text),
  'date instant': moment((text) => `${text}T12:00:00Z`),
  'date Period': moment((text) => ({ start: text, end: text })),
  'date Timing': moment((text) => ({ event: [text] })),
  'quantity Duration': quantity({ system: 'http://unitsofmeasure.org', code: 'h' }),
  'quantity Quantity': quantity({ unit: 'mg' }),
  'quantity Age': quantity({ system: 'http://unitsofmeasure.org', code: 'a' }),
  'quantity Range': ({ n }) => ({
    value: { low: { value: n }, high: { value: n + 0.5 } },
    find: `ge${n + 0.5}`,
    miss: `gt${n + 0.6}`,
  }),
  'quantity SampledData': ({ n }) => ({
    value: { origin: { value: n + 0.5 }, period: 1, dimensions: 1 },
    find: `${n + 0.5}`,
    miss: `${n + 0.7}`,
  }),
};

interface Segment {
  name: string;
  ofType?: string;
  resolves?: string;
  system?: string;
}

let counter = 0;

/** Every way in which a resource of `type` can be found by a parameter; empty for composites and those of the row itself. */
export function searchables(definition: Definition, type: string): Searchable[] {
  if (definition.type === 'composite') return [];
  const alternatives = split(definition.expression ?? '', '|').map((each) => ungrouped(each.trim()));
  return alternatives
    .map((path) => split(path, '.'))
    .filter(([root]) => root === type || root === 'Resource' || root === 'DomainResource')
    .flatMap(([, ...steps]) => leavesAt(definition, type, segments(steps)));
}

function leavesAt(definition: Definition, type: string, path: Segment[]): Searchable[] {
  const element = elementAt(type, path);
  const last = path.at(-1) as Segment;
  const kinds = element.types.filter((each) => last.ofType === undefined || each.code === last.ofType);
  return kinds.flatMap((kind) => {
    const leaf = LEAVES[`${definition.type} ${kind.code}`];
    if (leaf === undefined) return [];
    const n = ++counter;
    const target = last.resolves ?? definition.target?.[0] ?? 'Patient';
    const { value, find, miss } = leaf({ n, target, element, system: last.system });
    const resource = { resourceType: type, ...holding(tableOf(type), path, kind, value) };
    const name = path.map((each) => each.name).join('.');
    return [{ type, parameter: definition.code, path: `${type}.${name} as ${kind.code}`, resource, find, miss }];
  });
}

/** The least that a resource of a type, or an element with children, must have. */
export function least(table: ElementTable): Json {
  const node: Json = { ...COMPANIONS[table.name] };
  for (const element of table.required) {
    const [type, key] = [element.types[0] as ElementType, element.keys[0] as string];
    const value = leastValue(type, element);
    node[key] = element.max === 1 ? value : [value];
  }
  return node;
}

/** What R4's invariants want beside any other element. */
const COMPANIONS: { readonly [table: string]: Json } = {
  AllergyIntolerance: {
    clinicalStatus: coded1('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
  },
  Bundle: {},
  'Composition.section': {
    title: 'x',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
  },
  Condition: { clinicalStatus: coded1('http://terminology.hl7.org/CodeSystem/condition-clinical', 'resolved') },
  Consent: { policyRule: { text: 'x' } },
  Organization: { name: 'x' },
  ServiceRequest: { code: { text: 'x' } },
};

function coded1(system: string, code: string): Json {
  return { coding: [{ system, code }] };
}

const SAMPLES: { readonly [type: string]: unknown } = {
  ...{ string: 'x', markdown: 'x', code: 'x', id: 'x', uri: 'urn:x', url: 'urn:x', canonical: 'urn:x', boolean: true },
  ...{ dateTime: '2020-01-01', date: '2020-01-01', instant: '2020-01-01T00:00:00Z', decimal: 1, integer: 1 },
  ...{
    positiveInt: 1,
    unsignedInt: 1,
    base64Binary: 'QQ==',
    Reference: { display: 'x' },
    CodeableConcept: { text: 'x' },
  },
  ...{
    Coding: { system: 'urn:codes', code: 'x' },
    Attachment: { title: 'x' },
    Identifier: { value: 'x' },
    Period: { start: '2020-01-01' },
  },
};

function leastValue(type: ElementType, element: ElementRow): unknown {
  if (element.binding?.name === 'bundle-type') return 'collection';
  if (element.binding?.listed) {
    if (type.kind === 'primitive') return [...element.binding.codes][0];
    const { value } = coding({ n: 0, target: '', element, system: undefined });
    return type.code === 'Coding' ? value : { coding: [value] };
  }
  return SAMPLES[type.code] ?? least(type.elements() as ElementTable);
}

function holding(table: ElementTable, [step, ...rest]: Segment[], kind: ElementType, value: unknown): Json {
  const { name, ofType } = step as Segment;
  const element = table.elements.find((each) => each.name === name) as ElementRow;
  const wanted = rest.length === 0 ? kind.code : (ofType ?? element.types[0]?.code);
  const at = element.types.findIndex((each) => each.code === wanted);
  const type = element.types[at] as ElementType;
  const inner = rest.length === 0 ? value : holding(type.elements() as ElementTable, rest, kind, value);
  const node = least(table);
  for (const key of element.keys) delete node[key];
  return { ...node, [element.keys[at] as string]: element.max === 1 ? inner : [inner] };
}

function tableOf(type: string): ElementTable {
  return elementTable(type) as ElementTable;
}

function elementAt(type: string, path: Segment[]): ElementRow {
  let table: ElementTable | undefined = tableOf(type);
  let element: ElementRow | undefined;
  for (const { name, ofType } of path) {
    element = table?.elements.find((each) => each.name === name);
    if (element === undefined) throw new Error(`${type} has no ${path.map((each) => each.name).join('.')}`);
    table = (element.types.find((each) => each.code === ofType) ?? element.types[0])?.elements();
  }
  return element as ElementRow;
}

function segments(steps: string[]): Segment[] {
  const path: Segment[] = [];
  for (const step of steps) {
    const before = path.at(-1);
    const ofType = /^ofType\((\w+)\)$/.exec(step)?.[1];
    const resolves = /^where\(resolve\(\) is (\w+)\)$/.exec(step)?.[1];
    const system = /^where\(system='(\w+)'\)$/.exec(step)?.[1];
    if (before && ofType) before.ofType = ofType;
    else if (before && resolves) before.resolves = resolves;
    else if (before && system) before.system = system;
    else path.push({ name: step });
  }
  return path;
}

function ungrouped(path: string): string {
  return path.startsWith('(') ? path.replace(/^\((.*)\)(\.\w+)?$/, '$1$2') : path;
}

function split(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}
