import type { TerminologyResource, TerminologyType } from './resources.ts';

/** One search parameter: the element it looks at, and how. */
export interface TerminologySearchParameter {
  readonly name: string;
  readonly type: 'token' | 'uri' | 'string';
  readonly definition: string;
  read(resource: TerminologyResource): string | undefined;
  /** Does what is read meet a wanted value? Both are as written. */
  test(held: string, wanted: string): boolean;
}

const same = (held: string, wanted: string) => held === wanted;
const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const STRING_TESTS = {
  '': (held: string, wanted: string) => folded(held).startsWith(folded(wanted)),
  ':exact': same,
  ':contains': (held: string, wanted: string) => folded(held).includes(folded(wanted)),
};

type Element = 'id' | 'url' | 'version' | 'name' | 'title' | 'status';
type Row = readonly [name: string, type: TerminologySearchParameter['type'], element: Element];

/** Parameters of all three types. */
const SHARED: readonly Row[] = [
  ['_id', 'token', 'id'],
  ['url', 'uri', 'url'],
  ['version', 'token', 'version'],
  ['name', 'string', 'name'],
  ['title', 'string', 'title'],
  ['status', 'token', 'status'],
];
/** What only one type has. */
const OWN: { readonly [type in TerminologyType]?: readonly Row[] } = {
  CodeSystem: [['system', 'uri', 'url']],
};

function table(type: TerminologyType): ReadonlyMap<string, TerminologySearchParameter> {
  const rows = [...SHARED, ...(OWN[type] ?? [])].flatMap(([name, kind, element]) => {
    const definition =
      name === '_id'
        ? 'http://hl7.org/fhir/SearchParameter/Resource-id'
        : `http://hl7.org/fhir/SearchParameter/${type === 'CodeSystem' && name === 'system' ? 'CodeSystem-system' : `conformance-${name}`}`;
    const read = (resource: TerminologyResource) => resource[element];
    const tests = kind === 'string' ? Object.entries(STRING_TESTS) : [['', same] as const];
    return tests.map(([modifier, test]) => ({ name: `${name}${modifier}`, type: kind, definition, read, test }));
  });
  return new Map(rows.map((row) => [row.name, row]));
}

const TABLES: Readonly<Record<TerminologyType, ReadonlyMap<string, TerminologySearchParameter>>> = {
  CodeSystem: table('CodeSystem'),
  ConceptMap: table('ConceptMap'),
  ValueSet: table('ValueSet'),
};

/** The search parameters of a type, by name with modifier. */
export function searchParameters(type: TerminologyType): ReadonlyMap<string, TerminologySearchParameter> {
  return TABLES[type];
}

/** Does a resource meet a criterion? Commas separate values of which one must match. */
export function matches(resource: TerminologyResource, parameter: TerminologySearchParameter, value: string): boolean {
  const held = parameter.read(resource);
  if (held === undefined) return false;
  return value.split(',').some((each) => {
    const [wanted = '', version] = parameter.type === 'uri' ? each.split('|') : [each];
    return parameter.test(held, wanted) && (version === undefined || version === resource.version);
  });
}
