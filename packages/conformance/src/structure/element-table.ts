import generated from '../generated/elements.json' with { type: 'json' };
import { type PrimitiveCheck, primitiveCheck } from './primitive-formats.ts';
import { requiredSet, type ValueSetCodes } from './required-codes.ts';

/** One type that an element may have. */
export interface ElementType {
  /** FHIR's type code: `code`, `Quantity`, `Reference`, `Resource`, `BackboneElement`... */
  readonly code: string;
  /** `resource` is any resource, told by its `resourceType`. */
  readonly kind: 'primitive' | 'xhtml' | 'complex' | 'resource';
  /** For kind `complex`: the name of the table of its elements (`Dosage`, `MedicationRequest.dispenseRequest`). */
  readonly table: string | undefined;
  /** That table; undefined for the other kinds. */
  readonly elements: () => ElementTable | undefined;
  /** For Reference and canonical: the resource types it may point to; undefined is any. */
  readonly targets: ReadonlySet<string> | undefined;
  /** The profile that narrows the type: only ever `SimpleQuantity` in R4. */
  readonly profile: string | undefined;
  /** For kind `primitive`: why a JSON value is none of this type. */
  readonly fault: PrimitiveCheck | undefined;
}

/** One element of a type, as R4 defines it. */
export interface ElementRow {
  /** Its place in the definition's order. */
  readonly index: number;
  /** The element's name; for a choice without its `[x]`. */
  readonly name: string;
  readonly choice: boolean;
  readonly min: number;
  /** 1, or Infinity for `*`. R4 has no other. */
  readonly max: number;
  readonly types: readonly ElementType[];
  readonly modifier: boolean;
  readonly summary: boolean;
  /** Written as an XML attribute. */
  readonly attribute: boolean;
  /** The value set of a required binding. */
  readonly binding: ValueSetCodes | undefined;
  /** The element's JSON properties, without those with an underscore, in the order of `types`. */
  readonly keys: readonly string[];
}

/** What a JSON property of a type stands for. */
export interface ElementKey {
  readonly key: string;
  readonly element: ElementRow;
  readonly type: ElementType;
  /** True for `_key`, which carries the id and extensions of a primitive. */
  readonly shadow: boolean;
  /** The property of the other half of a primitive: `_status` for `status` and the reverse. */
  readonly pair: string;
}

/** The elements of a resource type, a data type, or an element with children. */
export interface ElementTable {
  /** `MedicationRequest`, `Dosage` or a path: `MedicationRequest.dispenseRequest`. */
  readonly name: string;
  readonly resource: boolean;
  /** In the order of the definition, inherited ones first: the order of XML. */
  readonly elements: readonly ElementRow[];
  /** By JSON property, `_` properties and every spelling of a choice included; not `resourceType`. */
  readonly byKey: ReadonlyMap<string, ElementKey>;
  /** The elements that must be there. */
  readonly required: readonly ElementRow[];
}

const rowsByName = new Map<string, readonly string[]>(Object.entries(generated.tables));
const primitives = new Set<string>(generated.primitives);
/** The names of R4's 146 concrete resource types. */
export const resourceTypes: ReadonlySet<string> = new Set<string>(generated.resources);
const compiled = new Map<string, ElementTable>();

/** Looks the table up once, and only when asked: types refer to each other in circles. */
function lazyTable(name: string | undefined): () => ElementTable | undefined {
  let table: ElementTable | undefined;
  return () => {
    if (table === undefined && name !== undefined) table = elementTable(name);
    return table;
  };
}

function elementType(text: string, path: string): ElementType {
  if (text.startsWith('#')) {
    const table = text.slice(1) || path;
    return {
      code: 'BackboneElement',
      kind: 'complex',
      table,
      elements: lazyTable(table),
      targets: undefined,
      profile: undefined,
      fault: undefined,
    };
  }
  const [, code = '', within] = /^(\w+)(?:\((.*)\))?$/.exec(text) ?? [];
  const reference = code === 'Reference' || code === 'canonical';
  let kind: ElementType['kind'] = 'complex';
  if (code === 'xhtml') kind = 'xhtml';
  else if (code === 'Resource') kind = 'resource';
  else if (primitives.has(code)) kind = 'primitive';
  const table = kind === 'complex' ? code : undefined;
  return {
    code,
    kind,
    table,
    elements: lazyTable(table),
    targets: reference && within ? new Set(within.split(',')) : undefined,
    profile: reference ? undefined : within,
    fault: kind === 'primitive' ? primitiveCheck(code) : undefined,
  };
}

function elementRow(text: string, owner: string, index: number): ElementRow {
  const [label = '', range = '', types = '', ...flags] = text.split(' ');
  const choice = label.endsWith('[x]');
  const name = choice ? label.slice(0, -3) : label;
  const [min = '0', max = '1'] = range.split('..');
  const parsed = types.split('|').map((item) => elementType(item, `${owner}.${label}`));
  const binding = flags.find((flag) => flag.startsWith('='));
  return {
    index,
    name,
    choice,
    min: Number(min),
    max: max === '*' ? Infinity : Number(max),
    types: parsed,
    modifier: flags.includes('?!'),
    summary: flags.includes('S'),
    attribute: flags.includes('@'),
    binding: binding ? requiredSet(binding.slice(1)) : undefined,
    keys: choice ? parsed.map(({ code }) => name + code.charAt(0).toUpperCase() + code.slice(1)) : [name],
  };
}

function compile(name: string, rows: readonly string[]): ElementTable {
  const elements: ElementRow[] = [];
  for (const row of rows) {
    if (row.startsWith('<')) elements.push(...(elementTable(row.slice(1))?.elements ?? []));
    else elements.push(elementRow(row, name, elements.length));
  }
  const byKey = new Map<string, ElementKey>();
  for (const element of elements) {
    for (const [i, key] of element.keys.entries()) {
      const type = element.types[i];
      if (!type) continue;
      byKey.set(key, { key, element, type, shadow: false, pair: `_${key}` });
      // R4 lets no extension stand on an id or a url that XML writes as an attribute, nor on xhtml.
      if (type.kind !== 'primitive' || element.attribute) continue;
      byKey.set(`_${key}`, { key: `_${key}`, element, type, shadow: true, pair: key });
    }
  }
  return {
    name,
    resource: resourceTypes.has(name),
    elements,
    byKey,
    required: elements.filter((item) => item.min > 0),
  };
}

/**
 * The table of a type's elements, or undefined where R4 has no such type: `elementTable('MedicationRequest')`,
 * `elementTable('Dosage')`, `elementTable('Timing.repeat')`. Made on first use and kept.
 */
export function elementTable(typeName: string): ElementTable | undefined {
  const known = compiled.get(typeName);
  if (known) return known;
  const rows = rowsByName.get(typeName);
  if (!rows) return undefined;
  const table = compile(typeName, rows);
  compiled.set(typeName, table);
  return table;
}
