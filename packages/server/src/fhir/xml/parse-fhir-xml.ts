import {
  type ElementKey,
  type ElementTable,
  elementTable,
  numberText,
  resourceTypes,
  xhtmlFault,
} from '@concord/conformance';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { FhirXmlError } from './fhir-xml-error.ts';

/** How much XML is read. */
export interface XmlLimits {
  /** Elements within elements; default 128. */
  maxDepth?: number;
  /** Characters of text; default 16 million. */
  maxLength?: number;
}

type JsonObject = Record<string, unknown>;

const fhir = 'http://hl7.org/fhir';
const xhtml = 'http://www.w3.org/1999/xhtml';
const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';
const namespaces = 'http://www.w3.org/2000/xmlns/';
const jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const numberTypes = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);
const rawJSON = (JSON as typeof JSON & { rawJSON: (text: string) => unknown }).rawJSON;

/** An open element. */
interface Frame {
  /** How the element is named in an expression: `dosageInstruction[0]`. */
  readonly step: string;
  /** Its children; undefined for a slot, which holds one resource. */
  readonly table: ElementTable | undefined;
  /** Where its children go; for a primitive, its `_` object. */
  readonly node: JsonObject;
  /** The property it came from; undefined for a resource element. */
  readonly entry: ElementKey | undefined;
  /** A primitive's value, where it has one. */
  readonly value: unknown;
  /** Repeating primitives with a null, to be dropped where they are nulls only. */
  nulls: Set<string> | undefined;
  /** A slot's resource. */
  resource: JsonObject | undefined;
}

/**
 * Reads one resource from FHIR XML. Numbers whose text a double would change (`1.10`) come as `JSON.rawJSON`. A narrative
 * is kept as it stands. Throws FhirXmlError, which names the place, for anything that is not FHIR XML: malformed
 * text, a DTD or processing instruction, unknown elements or attributes, wrong namespaces, stray text, or a breach of
 * the limits. Whether the values are right is not asked here: that is conformance's.
 */
export function parseFhirXml(text: string, limits: XmlLimits = {}): { resource: JsonObject } {
  return new FhirXmlReader(text, limits).read();
}

class FhirXmlReader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #maxLength: number;
  readonly #parser = new SaxesParser({ xmlns: true, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  readonly #frames: Frame[] = [];
  #root: JsonObject | undefined;
  /** While within a narrative's div: where it starts and how many of its elements are open. */
  #narrative: { start: number; depth: number; entry: ElementKey } | undefined;
  #tagStart = 0;

  constructor(text: string, limits: XmlLimits) {
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#maxDepth = limits.maxDepth ?? 128;
    this.#maxLength = limits.maxLength ?? 16_000_000;
  }

  read(): { resource: JsonObject } {
    if (this.#text.length > this.#maxLength) this.#fail(`The XML is longer than ${this.#maxLength} characters.`);
    const parser = this.#parser;
    parser.on('error', (error) => this.#fail(`Not well-formed XML: ${error.message.replace(/^\d+:\d+: /, '')}`));
    parser.on('doctype', () => this.#fail('FHIR XML has no document type declaration: remove it.'));
    parser.on('processinginstruction', () => this.#fail('FHIR XML has no processing instructions: remove it.'));
    parser.on('opentagstart', () => {
      this.#tagStart = this.#text.lastIndexOf('<', parser.position - 1);
    });
    parser.on('opentag', (tag) => this.#open(tag));
    parser.on('closetag', () => this.#close());
    parser.on('text', (words) => this.#words(words));
    parser.on('cdata', (words) => this.#words(words));
    parser.write(this.#text).close();
    if (!this.#root) this.#fail('The XML holds no resource.');
    return { resource: this.#root };
  }

  #fail(message: string, below = ''): never {
    const steps = this.#frames.map((frame) => frame.step).filter((step) => step !== '');
    throw new FhirXmlError(message, steps.join('.') + below, this.#parser.line, this.#parser.column + 1);
  }

  #words(words: string): void {
    if (this.#narrative || /^[ \t\r\n]*$/.test(words)) return;
    this.#fail(`Text ${JSON.stringify(words.trim().slice(0, 40))} outside a value attribute or a narrative's div.`);
  }

  #open(tag: SaxesTagNS): void {
    if (this.#frames.length + (this.#narrative?.depth ?? 0) >= this.#maxDepth) {
      this.#fail(`Elements nested more than ${this.#maxDepth} deep.`);
    }
    if (this.#narrative) {
      if (tag.uri !== xhtml || tag.prefix !== '') this.#fail(`<${tag.name}> within a narrative is not plain xhtml.`);
      this.#narrative.depth++;
      return;
    }
    const parent = this.#frames.at(-1);
    if (!parent) this.#frames.push(this.#resourceFrame(tag));
    else if (!parent.table) {
      if (parent.resource) this.#fail('Holds more than one resource.');
      const frame = this.#resourceFrame(tag);
      parent.resource = frame.node;
      this.#frames.push(frame);
    } else this.#openMember(tag, parent, parent.table);
  }

  #resourceFrame(tag: SaxesTagNS): Frame {
    const table = resourceTypes.has(tag.local) ? elementTable(tag.local) : undefined;
    if (tag.uri !== fhir) this.#fail(`<${tag.name}> is not in the namespace ${fhir}: write xmlns="${fhir}".`);
    if (!table) this.#fail(`<${tag.local}> is no R4 resource type.`);
    const node: JsonObject = { resourceType: tag.local };
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.uri !== namespaces && attribute.uri !== schemaInstance) {
        this.#fail(`<${tag.local}> takes no attribute ${attribute.name}.`);
      }
    }
    const step = this.#frames.length ? '' : tag.local;
    return { step, table, node, entry: undefined, value: undefined, nulls: undefined, resource: undefined };
  }

  #openMember(tag: SaxesTagNS, parent: Frame, table: ElementTable): void {
    const entry = tag.local.startsWith('_') ? undefined : table.byKey.get(tag.local);
    if (!entry || entry.element.attribute) {
      this.#fail(`${table.name} has no element <${tag.local}>.`, `.${tag.local}`);
    }
    const { type, element } = entry;
    if (tag.uri !== (type.kind === 'xhtml' ? xhtml : fhir)) {
      this.#fail(`<${tag.name}> is in the wrong namespace ${JSON.stringify(tag.uri)}.`, `.${element.name}`);
    }
    const held = parent.node[entry.key] ?? parent.node[entry.pair];
    if (element.max === 1 && held !== undefined) this.#fail(`<${tag.local}> may stand once only.`, `.${element.name}`);
    if (type.kind === 'xhtml') {
      this.#narrative = { start: this.#tagStart, depth: 1, entry };
      return;
    }
    const at = element.max === 1 ? '' : `[${Array.isArray(held) ? held.length : 0}]`;
    const node: JsonObject = {};
    const frame = {
      step: element.name + at,
      table: type.kind === 'resource' ? undefined : elementTable(type.table ?? 'Element'),
      node,
      entry,
      value: undefined as unknown,
      nulls: undefined,
      resource: undefined,
    };
    this.#frames.push(frame);
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.uri === namespaces) continue;
      const taken = attribute.uri === '' && frame.table?.byKey.get(attribute.name)?.element.attribute;
      if (taken) node[attribute.name] = attribute.value;
      else if (attribute.uri === '' && attribute.name === 'value' && type.kind === 'primitive') {
        frame.value = this.#primitive(type.code, attribute.value);
      } else this.#fail(`<${tag.local}> takes no attribute ${attribute.name}.`);
    }
  }

  #primitive(type: string, text: string): unknown {
    if (type === 'boolean') {
      if (text === 'true' || text === 'false') return text === 'true';
      this.#fail(`${JSON.stringify(text.slice(0, 40))} is no boolean: write true or false.`);
    }
    if (!numberTypes.has(type)) return text;
    if (!jsonNumber.test(text)) {
      this.#fail(`${JSON.stringify(text.slice(0, 40))} is no ${type}: write a number in digits, as 1 or 2.5.`);
    }
    const number = Number(text);
    return numberText(number) === text ? number : rawJSON(text);
  }

  #close(): void {
    if (this.#narrative) {
      if (--this.#narrative.depth === 0) this.#closeNarrative(this.#narrative.entry, this.#narrative.start);
      return;
    }
    const frame = this.#frames.at(-1);
    if (!frame) return;
    for (const key of frame.nulls ?? []) {
      const list = frame.node[key];
      if (Array.isArray(list) && list.every((item) => item === null)) delete frame.node[key];
    }
    const parent = this.#frames.at(-2);
    if (!frame.entry) {
      if (!parent) this.#root = frame.node;
    } else if (parent) this.#attach(frame, frame.entry, parent);
    this.#frames.pop();
  }

  #attach(frame: Frame, entry: ElementKey, parent: Frame): void {
    const { type, element, key } = entry;
    if (type.kind === 'primitive') {
      this.#attachPrimitive(frame, entry, parent);
      return;
    }
    const value = type.kind === 'resource' ? frame.resource : frame.node;
    if (!value) this.#fail('Holds no resource.');
    if (element.max === 1) parent.node[key] = value;
    else {
      const list = parent.node[key];
      if (Array.isArray(list)) list.push(value);
      else parent.node[key] = [value];
    }
  }

  /** Sets `key` and `_key`; in repeating primitives, nulls keep the two lists aligned. */
  #attachPrimitive(frame: Frame, entry: ElementKey, parent: Frame): void {
    const { element, key, pair } = entry;
    const shadow = Object.keys(frame.node).length ? frame.node : undefined;
    if (frame.value === undefined && !shadow) this.#fail('Has neither a value nor an extension.');
    if (element.max === 1) {
      if (frame.value !== undefined) parent.node[key] = frame.value;
      if (shadow) parent.node[pair] = shadow;
      return;
    }
    const held = parent.node[key];
    const values: unknown[] = Array.isArray(held) ? held : [];
    parent.node[key] = values;
    values.push(frame.value ?? null);
    if (frame.value === undefined) {
      parent.nulls ??= new Set();
      parent.nulls.add(key);
    }
    const shadows = parent.node[pair];
    if (Array.isArray(shadows)) shadows.push(shadow ?? null);
    else if (shadow) parent.node[pair] = [...new Array(values.length - 1).fill(null), shadow];
  }

  #closeNarrative(entry: ElementKey, start: number): void {
    this.#narrative = undefined;
    const div = this.#text.slice(start, this.#parser.position);
    const fault = xhtmlFault(div);
    if (fault && fault.kind !== 'blank') this.#fail(`${fault.message}.`, `.${entry.element.name}`);
    const parent = this.#frames.at(-1);
    if (parent) parent.node[entry.key] = div;
  }
}
