import { children, text } from '../invariants/reading.ts';
import type { Fault, Here, Rule } from '../rules/rule.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { type ExtensionValue, extensions, type UkCoreExtension } from './extensions.ts';
import { choices, membership, valueSets } from './value-sets.ts';

const layer = 'uk-core';
const on = ['Extension'];
/** Where R4's own extensions are defined, which are not listed here. */
const hl7 = 'http://hl7.org/fhir/StructureDefinition/';
const ukCore = 'https://fhir.hl7.org.uk/StructureDefinition/';

const definition = (node: JsonObject) => extensions.get(text(node, 'url') ?? '');
const valueKey = (node: JsonObject) =>
  Object.keys(node)
    .find((key) => /^_?value[A-Z]/.test(key))
    ?.replace('_', '');
const propertyOf = (type: string) => `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;

/** The ways in which a definition may name where an extension stands. */
function names(here: Here): string[] {
  const below = here.path
    .slice(here.resourcePath.length)
    .replace(/\[\d+\]/g, '')
    .replace(/\.(modifierE|e)xtension$/, '');
  return [here.owner, `${String(here.resource.resourceType)}${below}`, 'Element', 'Resource'];
}

/** The places whose value is of none of the types that the definition has. */
function wrongValues(node: JsonObject, { value, parts }: UkCoreExtension): Fault[] {
  if (value) return wrongValue(node, value, '');
  const given = valueKey(node);
  const list: Fault[] = given
    ? [{ at: '.value', says: 'This extension has parts, each an extension, and no value.' }]
    : [];
  for (const [i, part] of children(node, 'extension').entries()) {
    const known = parts.find(({ name }) => name === text(part, 'url'));
    if (part && known) list.push(...wrongValue(part, known, `.extension[${i}]`));
  }
  return list;
}

function wrongValue(node: JsonObject, { types }: ExtensionValue, at: string): Fault[] {
  const key = valueKey(node);
  if (key !== undefined && types.map(propertyOf).includes(key)) return [];
  return [
    {
      at: `${at}.value`,
      says: `${key ?? 'No value'} is given; this extension takes ${types.map(propertyOf).join(' or ')}.`,
    },
  ];
}

/** The parts that are missing, too many, or unknown. */
function wrongParts(node: JsonObject, { parts }: UkCoreExtension): Fault[] {
  if (parts.length === 0) return [];
  const given = children(node, 'extension').map((part) => text(part, 'url'));
  const list: Fault[] = given.flatMap((url, i) => {
    // An absolute url is an extension of its own.
    if (url === undefined || url.includes(':') || parts.some(({ name }) => name === url)) return [];
    const says = `There is no part "${url.slice(0, 64)}": it has ${parts.map(({ name }) => name).join(', ')}.`;
    return [{ at: `.extension[${i}].url`, says }];
  });
  for (const { name, min, max } of parts) {
    const times = given.filter((url) => url === name).length;
    if (times < min) list.push({ at: '.extension', says: `The part ${name} is missing: send it.` });
    if (times > max) list.push({ at: '.extension', says: `The part ${name} is there ${times} times: keep ${max}.` });
  }
  return list;
}

function wrongCodes(node: JsonObject, here: Here, { value, parts }: UkCoreExtension): Fault[] {
  if (value) return wrongCode(node, here, value, '');
  return children(node, 'extension').flatMap((part, i) => {
    const known = parts.find(({ name }) => name === text(part, 'url'));
    return part && known ? wrongCode(part, here, known, `.extension[${i}]`) : [];
  });
}

function wrongCode(node: JsonObject, here: Here, { binding }: ExtensionValue, at: string): Fault[] {
  const set = binding ? valueSets.get(binding.valueSet) : undefined;
  const value = node[valueKey(node) ?? ''];
  if (!binding || !set || !isObject(value)) return [];
  const stands = membership(value, set, here.dictionary);
  const isWrong = stands === 'out' || stands === 'no-code' || (stands === 'text' && binding.strength === 'required');
  if (!isWrong || (binding.strength === 'preferred' && stands === 'out')) return [];
  const severity = binding.strength === 'required' || stands === 'no-code' ? 'error' : 'warning';
  return [
    {
      at: `${at}.value`,
      severity,
      says: `No coding is in the value set. Use one of ${choices(binding.valueSet, set)}.`,
    },
  ];
}

/** UK Core's extensions, by their table. */
export const extensionRules: readonly Rule[] = [
  {
    ...{ id: 'R-281a', on, layer, severity: 'error', code: 'structure' },
    says: 'The value of the extension is of another type than its definition has.',
    holds: (node) => {
      const known = definition(node);
      return known === undefined || wrongValues(node, known);
    },
  },
  {
    ...{ id: 'R-281b', on, layer, severity: 'error', code: 'structure' },
    says: 'The extension does not belong here.',
    holds: (node, here) => {
      const known = definition(node);
      if (known === undefined) return true;
      if (here.element === 'modifierExtension')
        return [{ says: 'This extension modifies nothing: send it as extension.' }];
      if (names(here).some((name) => known.on.includes(name))) return true;
      return [{ says: `This extension belongs on ${known.on.join(', ')}: move it there.` }];
    },
  },
  {
    ...{ id: 'UKC-extension-parts', on, layer, severity: 'error', code: 'structure' },
    says: 'A part of the extension is missing, there too often, or unknown.',
    holds: (node) => {
      const known = definition(node);
      return known === undefined || wrongParts(node, known);
    },
  },
  {
    ...{ id: 'UKC-extension-code', on, layer, severity: 'warning', code: 'code-invalid' },
    says: 'The code is not in the value set of the extension (an error where that is required).',
    holds: (node, here) => {
      const known = definition(node);
      return known === undefined || wrongCodes(node, here, known);
    },
  },
  {
    ...{ id: 'R-280', on, layer, severity: 'warning', code: 'business-rule' },
    says: 'This extension is retired: it is kept where it comes in, but do not send it.',
    holds: (node) => definition(node)?.status !== 'retired',
  },
  {
    ...{ id: 'R-282', on, layer, severity: 'error', code: 'not-supported' },
    says: 'A modifier extension that is not known here may turn the meaning round: it cannot be accepted.',
    holds: (node, here) => here.element !== 'modifierExtension' || definition(node) !== undefined,
  },
  {
    ...{ id: 'UKC-extension-unknown', on, layer, severity: 'information', code: 'informational', at: 'url' },
    says: 'No extension of UK Core: it is kept and given back, but only a claimed profile of a package checks what it says.',
    holds: (node, { owner, element }) => {
      const url = text(node, 'url');
      const isPart = owner === 'Extension';
      if (url === undefined || element !== 'extension' || isPart || definition(node) || url.startsWith(hl7))
        return true;
      if (!url.includes(':')) return [{ at: '.url', severity: 'error', says: 'The url of an extension is absolute.' }];
      if (!url.startsWith(ukCore)) return false;
      return [{ at: '.url', severity: 'warning', says: 'UK Core has no such extension: look for a slip in its url.' }];
    },
  },
];
