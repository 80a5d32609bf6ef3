import {
  type ElementKey,
  type ElementTable,
  elementTable,
  isRawJson,
  numberText,
  resourceTypes,
  xhtmlFault,
  xmlCharacters,
} from '@concord/conformance';
import { FhirXmlError } from './fhir-xml-error.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const fhir = 'http://hl7.org/fhir';
const maxDepth = 128;

/**
 * Writes a resource as FHIR XML, its elements in the order of R4's definitions, numbers with their exact text. Throws
 * FhirXmlError where the resource holds what FHIR XML cannot carry (unknown elements, wrong JSON types, characters that
 * XML forbids): nothing is left out silently. A resource that conformance finds clean can always be written.
 */
export function writeFhirXml(resource: unknown): string {
  const type = resourceType(resource) ?? 'Resource';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeResource(resource, type, ` xmlns="${fhir}"`, 0)}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}

function resourceType(value: unknown): string | undefined {
  const type = isObject(value) ? value.resourceType : undefined;
  return typeof type === 'string' && resourceTypes.has(type) ? type : undefined;
}

function writeResource(value: unknown, place: string, namespace: string, depth: number): string {
  const type = resourceType(value);
  const table = type === undefined ? undefined : elementTable(type);
  if (!table || !isObject(value)) throw new FhirXmlError('Is no resource of a known resourceType.', place);
  const { children } = writeMembers(value, table, place, depth);
  return `<${type}${namespace}${children === '' ? '/>' : `>${children}</${type}>`}`;
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

function attribute(name: string, text: string, place: string): string {
  if (!xmlCharacters(text)) throw new FhirXmlError('Holds a character that XML cannot carry.', place);
  const written = /[&<>"\t\n\r]/.test(text) ? text.replace(/[&<>"\t\n\r]/g, (char) => escapes[char] ?? char) : text;
  return ` ${name}="${written}"`;
}

/** The attributes and child elements of an object, in the definition's order. */
function writeMembers(
  node: JsonObject,
  table: ElementTable,
  place: string,
  depth: number,
): { attributes: string; children: string } {
  if (depth > maxDepth) throw new FhirXmlError(`Nested more than ${maxDepth} deep.`, place);
  const members: ElementKey[] = [];
  for (const key of Object.keys(node)) {
    if (node[key] === undefined || (key === 'resourceType' && table.resource)) continue;
    const entry = table.byKey.get(key);
    if (!entry) throw new FhirXmlError(`${table.name} has no element ${JSON.stringify(key.slice(0, 64))}.`, place);
    // A primitive's two halves are one element: its value brings its `_` half along.
    if (!entry.shadow || node[entry.pair] === undefined) members.push(entry);
  }
  members.sort((a, b) => a.element.index - b.element.index);
  let attributes = '';
  let children = '';
  for (const entry of members) {
    const { element } = entry;
    const name = entry.shadow ? entry.pair : entry.key;
    const at = `${place}.${element.name}`;
    if (element.attribute) {
      const text = node[name];
      if (typeof text !== 'string') throw new FhirXmlError('Must be text.', at);
      attributes += attribute(name, text, at);
    } else if (element.max === 1) {
      children += writeElement(
        node[name],
        entry.type.kind === 'primitive' ? node[`_${name}`] : undefined,
        name,
        entry,
        at,
        depth,
      );
    } else children += writeList(node, name, entry, at, depth);
  }
  return { attributes, children };
}

function writeList(node: JsonObject, name: string, entry: ElementKey, place: string, depth: number): string {
  const values = node[name] ?? [];
  const shadows = (entry.type.kind === 'primitive' ? node[`_${name}`] : undefined) ?? [];
  if (!Array.isArray(values) || !Array.isArray(shadows)) throw new FhirXmlError('Must be an array.', place);
  let written = '';
  for (let i = 0; i < values.length || i < shadows.length; i++) {
    written += writeElement(values[i], shadows[i], name, entry, `${place}[${i}]`, depth);
  }
  return written;
}

function writeElement(
  value: unknown,
  shadow: unknown,
  name: string,
  { type }: ElementKey,
  place: string,
  depth: number,
): string {
  if (type.kind === 'primitive') return writePrimitive(value, shadow, name, type.code, place, depth);
  if (type.kind === 'resource') return `<${name}>${writeResource(value, place, '', depth + 1)}</${name}>`;
  if (type.kind === 'xhtml') return writeNarrative(value, place);
  const table = type.table === undefined ? undefined : elementTable(type.table);
  if (!isObject(value) || !table) throw new FhirXmlError('Must be an object.', place);
  const { attributes, children } = writeMembers(value, table, place, depth + 1);
  return `<${name}${attributes}${children === '' ? '/>' : `>${children}</${name}>`}`;
}

const numberTypes = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);

function primitiveText(value: unknown, type: string): string | undefined {
  if (type === 'boolean') return typeof value === 'boolean' ? String(value) : undefined;
  if (numberTypes.has(type)) return numberText(value);
  return typeof value === 'string' ? value : undefined;
}

function writePrimitive(
  value: unknown,
  shadow: unknown,
  name: string,
  type: string,
  place: string,
  depth: number,
): string {
  let attributes = '';
  let children = '';
  const noValue = value === undefined || value === null;
  const noShadow = shadow === undefined || shadow === null;
  if (noValue && noShadow) throw new FhirXmlError('Has neither a value nor an extension.', place);
  if (!noShadow) {
    const table = elementTable('Element');
    if (!isObject(shadow) || !table) throw new FhirXmlError('Must be an object.', place);
    const members = writeMembers(shadow, table, place, depth + 1);
    if (noValue && !members.children && !members.attributes) {
      throw new FhirXmlError('Has neither a value nor an extension.', place);
    }
    attributes = members.attributes;
    children = members.children;
  }
  if (!noValue) {
    const text = primitiveText(value, type);
    if (text === undefined) throw new FhirXmlError(`Is no ${type}.`, place);
    attributes += attribute('value', text, place);
  }
  return `<${name}${attributes}${children === '' ? '/>' : `>${children}</${name}>`}`;
}

function writeNarrative(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new FhirXmlError('Must be xhtml as text.', place);
  const fault = xhtmlFault(value);
  if (fault && fault.kind !== 'blank') throw new FhirXmlError(`${fault.message}.`, place);
  return value;
}
