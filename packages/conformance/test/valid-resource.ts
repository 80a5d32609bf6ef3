import { type ElementRow, type ElementTable, type ElementType, elementTable, resourceTypes } from '../src/index.ts';

/** Draws a whole number from 0 to `count` - 1: fast-check's generator in tests. */
export type Pick = (count: number) => number;

const rawJSON = (JSON as typeof JSON & { rawJSON: (text: string) => unknown }).rawJSON;
const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p title="a &amp; b">One &lt; two.<br/>Ω 💊</p></div>';

/** Values that R4 allows of each primitive type, plain and awkward. */
const values: Record<string, readonly unknown[]> = {
  base64Binary: ['QQ==', 'TWVkaWNpbmU='],
  boolean: [true, false],
  canonical: ['https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient|2.5.0', 'urn:x:1'],
  code: ['active', 'two words', 'a-b'],
  date: ['2024', '2024-02', '2024-02-29', '1999-12-31'],
  dateTime: ['2024', '2024-02-29', '2024-06-30T23:59:60Z', '2024-03-31T01:30:00.123+01:00'],
  decimal: [0, 2.5, -1, 1e-7, rawJSON('1.10'), rawJSON('0.30000000000000000001'), rawJSON('1e5')],
  id: ['a', 'A-1.b', 'x'.repeat(64)],
  instant: ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.5-05:00'],
  integer: [0, -2147483648, 2147483647],
  markdown: ['*One* tablet\n\n- daily', 'plain'],
  oid: ['urn:oid:1.2.36.1'],
  positiveInt: [1, 2147483647],
  string: ['x', ' led and trailed ', 'tab\tline\nend\r', '<&"\'>', 'naïve 💊 Ω', ']]>'],
  time: ['08:00:00', '23:59:59.999'],
  unsignedInt: [0, 7],
  uri: ['urn:uuid:0b1b9c3e-6e3c-4c07-9f5e-0a6f4b7f3f10', 'https://example.org/a?b=1&c=2'],
  url: ['https://example.org/'],
  uuid: ['urn:uuid:0b1b9c3e-6e3c-4c07-9f5e-0a6f4b7f3f10'],
};

/**
 * Builds a resource that R4's structure and required bindings allow, from the element tables. Its invariants may not
 * hold: the tables do not know them.
 */
export function validResource(type: string, pick: Pick): Record<string, unknown> {
  return new Builder(pick).resource(type, 0);
}

class Builder {
  readonly #pick: Pick;

  constructor(pick: Pick) {
    this.#pick = pick;
  }

  resource(type: string, depth: number): Record<string, unknown> {
    const table = elementTable(type);
    return { resourceType: type, ...(table ? this.#members(table, depth) : {}) };
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#pick(list.length)] as T;
  }

  #members(table: ElementTable, depth: number, profile?: string): Record<string, unknown> {
    const node: Record<string, unknown> = {};
    const optional = table.elements.filter(
      (element) => element.min === 0 && !(profile === 'SimpleQuantity' && element.name === 'comparator'),
    );
    const wanted = new Set(table.elements.filter((element) => element.min > 0));
    const many = depth === 0 ? 5 : depth < 4 ? 2 : 0;
    for (let i = this.#pick(many + 1); i > 0 && optional.length; i--) wanted.add(this.#one(optional));
    // Something other than an id must be there: the plainest choice ends the nesting.
    if (![...wanted].some((element) => element.name !== 'id')) {
      const plain = optional.filter((element) => element.name !== 'id' && element.types[0]?.kind === 'primitive');
      const rest = optional.filter((element) => element.name !== 'id' && element.name !== 'extension');
      wanted.add((plain.length ? this.#one(plain) : rest[0]) as ElementRow);
    }
    for (const element of table.elements) if (wanted.has(element)) this.#element(node, element, depth);
    return node;
  }

  #element(node: Record<string, unknown>, element: ElementRow, depth: number): void {
    const at = this.#pick(element.types.length);
    const type = element.types[at] as ElementType;
    const key = element.keys[at] as string;
    if (element.max === 1) {
      node[key] = this.#value(type, element, depth + 1);
      if (type.kind === 'primitive' && !element.attribute && this.#pick(12) === 0) node[`_${key}`] = this.#shadow();
      return;
    }
    const count = 1 + this.#pick(2);
    const list = Array.from({ length: count }, () => this.#value(type, element, depth + 1));
    node[key] = list;
    if (type.kind === 'primitive' && this.#pick(3) === 0) {
      const holed = this.#pick(count);
      node[`_${key}`] = list.map((_, i) => (i === holed ? this.#shadow() : null));
      if (count === 2) list[holed] = null;
    }
  }

  #shadow(): unknown {
    const note = { url: 'https://example.org/note', valueString: 'x' };
    return this.#one([{ extension: [note] }, { id: 'n1', extension: [note, { ...note }] }]);
  }

  #value(type: ElementType, element: ElementRow, depth: number): unknown {
    const { binding } = element;
    if (type.kind === 'xhtml') return div;
    if (type.kind === 'resource')
      return this.resource(this.#one(depth < 3 ? [...resourceTypes] : ['Basic']), depth + 1);
    if (type.kind === 'primitive') {
      return this.#one(binding?.listed ? [...binding.codes] : (values[type.code] ?? []));
    }
    const coded = binding?.listed && (type.code === 'CodeableConcept' || type.code === 'Coding');
    if (binding && coded) {
      const [system, codes] = this.#one([...binding.bySystem]);
      const coding = { system, code: this.#one([...codes]) };
      return type.code === 'Coding' ? coding : { coding: [coding] };
    }
    if (type.code === 'Reference') {
      const target = this.#one([...(type.targets ?? resourceTypes)]);
      return this.#one([
        { reference: `${target}/a-1` },
        { type: target, display: 'x' },
        { identifier: { value: '1' } },
      ]);
    }
    const table = type.elements();
    if (!table) throw new Error(`No table for ${type.code}`);
    return this.#members(table, depth, type.profile);
  }
}
