/** Values of properties as FHIR writes them, in `$lookup` (parameter parts) and in `$expand` (extensions). */

import type { Coding, Extension, ParametersParameter } from 'fhir/r4';
import type { ConceptKind, Dictionary, LookupName } from '../dictionary/dictionary.ts';
import { DMD_SYSTEM } from '../dictionary/dictionary.ts';
import { type Concept, type Concepts, isOwnSystem } from './concepts.ts';
import { PROPERTIES, type Property, type PropertyType } from './properties.ts';
import { classOf, lookupSystem, unpadded } from './systems.ts';

/** A value with its FHIR type, as parts and extensions carry it. */
type TypedValue =
  | { readonly valueCode: string }
  | { readonly valueCoding: Coding }
  | { readonly valueString: string }
  | { readonly valueInteger: number }
  | { readonly valueDecimal: number }
  | { readonly valueBoolean: boolean }
  | { readonly valueDateTime: string };

/** One property of a concept: a value, or the parts of a group. */
export type ConceptProperty =
  | { readonly code: string; readonly value: TypedValue }
  | { readonly code: string; readonly parts: readonly { readonly code: string; readonly value: TypedValue }[] };

/**
 * The properties of a current concept.
 * @param wanted which to give; undefined for all. A wanted member of a group brings its group with only the wanted
 * members; a wanted group brings all its members.
 */
export function conceptProperties(
  concepts: Concepts,
  concept: Concept,
  wanted: ReadonlySet<string> | undefined,
): ConceptProperty[] {
  const { dictionary } = concepts;
  const found: ConceptProperty[] = [];
  const wants = (code: string) => wanted === undefined || wanted.has(code);
  if (wants('inactive')) found.push({ code: 'inactive', value: { valueBoolean: concept.inactive } });
  if (wants('parent')) {
    for (const parent of concepts.parents(concept)) found.push({ code: 'parent', value: { valueCode: parent } });
  }
  if (wants('child')) {
    for (const child of concepts.children(concept)) found.push({ code: 'child', value: { valueCode: child } });
  }
  if (concept.kind === 'CLASS' || isOwnSystem(concept.kind)) return found;
  const { properties, groups } = PROPERTIES[concept.kind];
  for (const property of properties) {
    if (!wants(property.code)) continue;
    for (const value of property.values(concept.view, dictionary)) {
      found.push({ code: property.code, value: typedValue(dictionary, property.type, property.lookup, value) });
    }
  }
  for (const group of groups) {
    const whole = wants(group.code);
    const members = whole ? group.members : group.members.filter((member) => wanted?.has(member.code));
    if (members.length === 0) continue;
    for (const item of group.items(concept.view, dictionary)) {
      const parts = members.flatMap((member) => memberParts(dictionary, member, item));
      if (parts.length > 0) found.push({ code: group.code, parts });
    }
  }
  return found;
}

function memberParts(dictionary: Dictionary, member: Property<unknown>, item: unknown) {
  return member
    .values(item, dictionary)
    .map((value) => ({ code: member.code, value: typedValue(dictionary, member.type, member.lookup, value) }));
}

/** A value of the release as a FHIR value. Codes of lookups lose their zero padding, as the code systems have them. */
function typedValue(
  dictionary: Dictionary,
  type: PropertyType,
  lookup: LookupName | undefined,
  value: string,
): TypedValue {
  switch (type) {
    case 'Coding': {
      const display =
        lookup === undefined ? dictionary.displayOf(value) : dictionary.lookupEntry(lookup, value)?.display;
      const coding: Coding =
        lookup === undefined
          ? { system: DMD_SYSTEM, code: value }
          : { system: lookupSystem(lookup), code: unpadded(value) };
      if (display !== undefined && display.trim() !== '') coding.display = display;
      return { valueCoding: coding };
    }
    case 'integer':
      return /^-?\d{1,9}$/.test(value) ? { valueInteger: Number(value) } : { valueString: value };
    case 'decimal':
      return Number.isFinite(Number(value)) ? { valueDecimal: Number(value) } : { valueString: value };
    case 'dateTime':
      return { valueDateTime: value };
    case 'string':
      return { valueString: value };
  }
}

/** The properties of a former code: what it is now, whether that was asked or not. */
export function formerProperties(
  resolution: { readonly kind: ConceptKind; readonly current: readonly string[] },
  wanted: ReadonlySet<string> | undefined,
  dictionary: Dictionary,
): ConceptProperty[] {
  const wants = (code: string) => wanted === undefined || wanted.has(code);
  const found: ConceptProperty[] = [];
  if (wants('inactive')) found.push({ code: 'inactive', value: { valueBoolean: true } });
  if (wants('parent')) {
    found.push({ code: 'parent', value: { valueCode: classOf(resolution.kind) } });
  }
  for (const code of resolution.current) {
    found.push({ code: 'replacedBy', value: typedValue(dictionary, 'Coding', undefined, code) });
  }
  return found;
}

/** A property as a part of `$lookup`; members of groups carry their value twice, as the NHS server does. */
export function asParameter(property: ConceptProperty): ParametersParameter {
  const part: ParametersParameter[] = [{ name: 'code', valueCode: property.code }];
  if ('value' in property) part.push({ name: 'value', ...property.value });
  else {
    for (const { code, value } of property.parts) {
      const type = Object.keys(value)[0] as string;
      part.push({
        name: 'subproperty',
        part: [
          { name: 'code', valueCode: code },
          { name: 'value', ...value },
          { name: type, ...value },
        ],
      });
    }
  }
  return { name: 'property', part };
}

/** The extension that carries R5's `ValueSet.expansion.contains.property` in R4. */
const CONTAINS_PROPERTY = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property';

/** A property as an extension of an expansion's entry. */
export function asExtension(property: ConceptProperty): Extension {
  const extension: Extension[] = [{ url: 'code', valueCode: property.code }];
  if ('value' in property) extension.push({ url: 'value', ...property.value });
  else {
    for (const { code, value } of property.parts) {
      extension.push({
        url: 'subproperty',
        extension: [
          { url: 'code', valueCode: code },
          { url: 'value', ...value },
        ],
      });
    }
  }
  return { url: CONTAINS_PROPERTY, extension };
}
