import type { Finding } from '../finding.ts';
import { checkInvariants } from '../invariants/interpreter.ts';
import { isRawJson } from '../raw-json.ts';
import { checkCodeBinding, checkConceptBinding } from './bindings.ts';
import {
  type ElementKey,
  type ElementRow,
  type ElementTable,
  type ElementType,
  elementTable,
  resourceTypes,
} from './element-table.ts';
import { checkNarrative } from './narrative.ts';
import type { PrimitiveFault } from './primitive-formats.ts';
import { checkReference } from './references.ts';
import { type CheckLimits, isObject, type JsonObject, shown, Walk } from './walk.ts';

/** What `checkStructure` may be told. */
export interface StructureOptions extends CheckLimits {
  /** A data type (`Dosage`, `Timing`) to check the value as, instead of as a resource. */
  type?: string;
}

/**
 * Every fault of a value against FHIR R4's definition of its type: unknown elements, JSON types, cardinality, formats,
 * choices, references, required bindings and invariants. An empty list is a clean resource. Takes any JSON value as
 * parsed (numbers may be `JSON.rawJSON`) and never throws.
 */
export function checkStructure(resource: unknown, options: StructureOptions = {}): Finding[] {
  const walk = new Walk(options);
  if (options.type === undefined) {
    walk.enter(resourceTypeOf(resource) ?? 'Resource');
    checkResource(walk, resource);
    return walk.findings;
  }
  walk.enter(options.type);
  const table = elementTable(options.type);
  if (!table) walk.add('error', 'not-supported', 'FHIR-type-unknown', 'R4 has no such data type.');
  else if (table.resource) checkResource(walk, resource);
  else checkObject(walk, resource, table, true);
  return walk.findings;
}

function resourceTypeOf(value: unknown): string | undefined {
  const type = isObject(value) ? value.resourceType : undefined;
  return typeof type === 'string' && resourceTypes.has(type) ? type : undefined;
}

function checkResource(walk: Walk, value: unknown): void {
  if (!isObject(value)) {
    walk.add('error', 'structure', 'FHIR-json-type', `A resource must be a JSON object, not ${shown(value)}.`);
    return;
  }
  const type = resourceTypeOf(value);
  const table = type === undefined ? undefined : elementTable(type);
  if (!table) {
    const given =
      value.resourceType === undefined ? 'is missing' : `${shown(value.resourceType)} is no R4 resource type`;
    walk.add('error', 'structure', 'FHIR-resource-type', `resourceType ${given}. Name one, e.g. "MedicationRequest".`);
    return;
  }
  const { root, contained, containedTypes } = walk;
  if (!contained) {
    walk.root = value;
    walk.containedTypes = undefined;
  }
  checkObject(walk, value, table, true);
  walk.root = root;
  walk.containedTypes = containedTypes;
}

/** Checks an object against a table. `alone` is false for a `_` object whose primitive has a value. */
function checkObject(walk: Walk, node: unknown, table: ElementTable, alone: boolean): void {
  if (!isObject(node)) {
    walk.add('error', 'structure', 'FHIR-json-type', `Must be a JSON object, not ${shown(node)}.`);
    return;
  }
  if (walk.depth >= walk.maxDepth) {
    walk.add('error', 'too-costly', 'FHIR-limit-depth', `Nested more than ${walk.maxDepth} deep: not checked further.`);
    return;
  }
  walk.depth++;
  let members = 0;
  let identified = false;
  let chosen: ElementKey[] | undefined;
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (value === undefined) continue;
    if (key === 'resourceType' && table.resource) continue;
    const entry = table.byKey.get(key);
    if (!entry) {
      members++;
      if (isRawJson(node)) {
        walk.add('error', 'structure', 'FHIR-json-type', `Must be a JSON object, not ${shown(node)}.`);
        walk.depth--;
        return;
      }
      unknownElement(walk, key, table);
      continue;
    }
    if (key === 'id') identified = true;
    else members++;
    if (entry.element.choice) {
      chosen ??= [];
      chosen.push(entry);
    }
    walk.enter(entry.element.name);
    checkMember(walk, node, value, entry);
    walk.leave();
  }
  if (chosen) checkChoices(walk, chosen);
  for (const element of table.required) {
    if (!isPresent(node, element)) missing(walk, element);
  }
  if (members === 0 && (alone || !identified) && !table.resource) {
    walk.add('error', 'invariant', 'FHIR-ele-1', 'Has neither a value nor children: give it content or leave it out.');
  }
  checkInvariants(walk, node, table);
  walk.depth--;
}

function unknownElement(walk: Walk, key: string, table: ElementTable): void {
  const named = /^[A-Za-z_]\w{0,63}$/.test(key);
  const base = key.replace(/^_/, '');
  const choice = table.elements.find((item) => item.choice && base.startsWith(item.name));
  let hint = 'Remove it, or carry it in an extension.';
  if (choice && base === choice.name) hint = `Name its type, as in ${choice.keys.slice(0, 4).join(', ')}.`;
  else if (choice) hint = `${choice.name}[x] takes ${choice.keys.slice(0, 8).join(', ')}.`;
  else if (key === 'resourceType') hint = 'Only resources have a resourceType: remove it.';
  walk.add(
    'error',
    'structure',
    'FHIR-element-unknown',
    `${table.name} has no element ${shown(key)}. ${hint}`,
    named ? `.${key}` : '',
  );
}

function isPresent(node: JsonObject, element: ElementRow): boolean {
  for (const key of element.keys) {
    if (node[key] !== undefined || node[`_${key}`] !== undefined) return true;
  }
  return false;
}

function missing(walk: Walk, element: ElementRow): void {
  const name = element.choice ? `${element.name}[x] (${element.keys.slice(0, 4).join(', ')})` : element.name;
  walk.add('error', 'required', 'FHIR-cardinality-min', `${name} is missing: R4 requires it.`, `.${element.name}`);
}

function checkChoices(walk: Walk, chosen: readonly ElementKey[]): void {
  for (const [i, { element, key, pair, shadow }] of chosen.entries()) {
    const first = chosen.findIndex((item) => item.element === element);
    if (first === i || (shadow ? pair : key) === chosen[first]?.key || key === chosen[first]?.pair) continue;
    walk.add(
      'error',
      'structure',
      'FHIR-choice',
      `Both ${chosen[first]?.key} and ${key} are given: keep only one ${element.name}[x].`,
      `.${element.name}`,
    );
  }
}

function checkMember(walk: Walk, node: JsonObject, value: unknown, entry: ElementKey): void {
  if (entry.element.max === 1) {
    if (Array.isArray(value)) {
      const message = `${entry.key} takes one value: write it without an array.`;
      walk.add('error', 'structure', 'FHIR-cardinality-max', message);
    } else checkValue(walk, value, entry, node[entry.pair]);
    return;
  }
  if (!Array.isArray(value)) {
    walk.add('error', 'structure', 'FHIR-json-type', `${entry.key} repeats: write a JSON array, even of one item.`);
    if (value !== null) checkValue(walk, value, entry, undefined);
    return;
  }
  if (value.length === 0) {
    walk.add('error', 'structure', 'FHIR-empty', `${entry.key} is an empty array: leave it out.`);
    return;
  }
  const pairs = node[entry.pair];
  for (let i = 0; i < value.length; i++) {
    walk.enter(i);
    checkValue(walk, value[i], entry, Array.isArray(pairs) ? pairs[i] : undefined);
    walk.leave();
  }
}

/** Checks one value; `pair` is the other half where it is a primitive: its `_` object, or the value of a `_` object. */
function checkValue(walk: Walk, value: unknown, entry: ElementKey, pair: unknown): void {
  const { type, element } = entry;
  const paired = pair !== undefined && pair !== null;
  if (value === null) {
    // A null may only hold the place of one half of a repeating primitive while the other half is there.
    if (type.kind === 'primitive' && element.max !== 1 && paired) return;
    if (entry.shadow && pair === null) return; // the value's own null has been reported
    walk.add('error', 'structure', 'FHIR-null', 'null is not allowed here: leave the element out.');
    return;
  }
  if (entry.shadow) {
    const table = elementTable('Element');
    if (table) checkObject(walk, value, table, !paired);
  } else if (type.fault) {
    const fault = type.fault(value);
    if (fault) primitiveFinding(walk, value, type, fault);
    else if (element.binding?.listed) checkCodeBinding(walk, value, element.binding);
  } else if (type.kind === 'xhtml') {
    checkNarrative(walk, value);
  } else if (type.kind === 'resource') {
    const { contained } = walk;
    walk.contained = contained || element.name === 'contained';
    checkResource(walk, value);
    walk.contained = contained;
  } else checkComplex(walk, value, element, type);
}

function checkComplex(walk: Walk, value: unknown, element: ElementRow, type: ElementType): void {
  const table = type.elements();
  if (!table) return;
  checkObject(walk, value, table, true);
  if (!isObject(value)) return;
  if (type.code === 'Reference') checkReference(walk, value, type);
  if (element.binding?.listed) checkConceptBinding(walk, value, type, element.binding);
  if (type.profile === 'SimpleQuantity' && value.comparator !== undefined) {
    walk.add('error', 'invariant', 'FHIR-sqty-1', 'A simple quantity has no comparator: remove it.', '.comparator');
  }
}

function primitiveFinding(walk: Walk, value: unknown, type: ElementType, fault: PrimitiveFault): void {
  const given = `${shown(value)} is no ${type.code}: write ${fault.need}.`;
  if (fault.kind === 'type') walk.add('error', 'structure', 'FHIR-json-type', given);
  else if (fault.kind === 'empty') walk.add('error', 'structure', 'FHIR-empty', `Empty: write ${fault.need}.`);
  else if (fault.kind === 'blank') walk.add('warning', 'value', 'FHIR-blank', `Only white space: write ${fault.need}.`);
  else if (fault.kind === 'size') walk.add('error', 'too-long', 'FHIR-size', `Too long: write ${fault.need}.`);
  else walk.add('error', 'value', `FHIR-format-${type.code}`, given);
}
