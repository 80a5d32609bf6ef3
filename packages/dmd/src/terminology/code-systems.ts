/** The code systems as CodeSystem resources: dm+d without its concepts, each lookup with all of its own. */

import type { CodeSystem, CodeSystemConcept, CodeSystemFilter, CodeSystemProperty } from 'fhir/r4';
import type { Dictionary, LookupEntry, LookupName } from '../dictionary/dictionary.ts';
import { DMD_SYSTEM } from '../dictionary/dictionary.ts';
import { Concepts, DMD_KINDS } from './concepts.ts';
import { type KindProperties, PROPERTIES } from './properties.ts';
import { codeSystemVersion, DMD_COPYRIGHT, DMD_NAME, lookupSystem, OWN_SYSTEM_LOOKUPS, unpadded } from './systems.ts';

/** Properties that are not in the release's own columns. */
const EXTRA: readonly CodeSystemProperty[] = [
  {
    code: 'parent',
    uri: 'http://hl7.org/fhir/concept-properties#parent',
    type: 'code',
    description: 'The class of the concept, and the concepts one step up',
  },
  {
    code: 'child',
    uri: 'http://hl7.org/fhir/concept-properties#child',
    type: 'code',
    description: 'The products one step down',
  },
  {
    code: 'inactive',
    uri: 'http://hl7.org/fhir/concept-properties#inactive',
    type: 'boolean',
    description: 'Marked invalid, or a former code',
  },
  { code: 'replacedBy', type: 'Coding', description: 'The current concept that a former code stands for' },
];

function properties(): CodeSystemProperty[] {
  const found = new Map<string, CodeSystemProperty>(EXTRA.map((property) => [property.code, property]));
  for (const { properties: own, groups } of Object.values(PROPERTIES) as KindProperties[]) {
    for (const { code, type } of own) found.set(code, { code, type, description: code });
    for (const group of groups) {
      found.set(group.code, { code: group.code, type: 'string', description: `${group.code}: see its subproperties` });
      for (const { code, type } of group.members) found.set(code, { code, type, description: code });
    }
  }
  return [...found.values()];
}

function filters(): CodeSystemFilter[] {
  return properties()
    .filter(({ code }) => code !== 'child' && code !== 'replacedBy')
    .map(({ code, type }) => ({
      code,
      description: `Property filter for ${code}`,
      operator:
        code === 'inactive'
          ? ['=']
          : code === 'parent'
            ? ['=', 'in', 'exists']
            : ['=', 'in', 'not-in', 'exists', ...(type === 'string' ? (['regex'] as const) : [])],
      value: `Property filter for ${code}`,
    }));
}

function base(dictionary: Dictionary): Pick<CodeSystem, 'resourceType' | 'version' | 'status' | 'experimental'> {
  return {
    resourceType: 'CodeSystem',
    version: codeSystemVersion(dictionary),
    status: 'active',
    experimental: false,
  };
}

function dmdCodeSystem(dictionary: Dictionary): CodeSystem {
  const concepts = new Concepts(dictionary);
  return {
    ...base(dictionary),
    id: 'dmd',
    url: DMD_SYSTEM,
    name: DMD_NAME,
    title: DMD_NAME,
    date: dictionary.release.date,
    description:
      'The NHS dictionary of medicines and devices as a FHIR code system. Concepts are not listed here: look them up, or expand a value set.',
    copyright: DMD_COPYRIGHT,
    caseSensitive: true,
    valueSet: `${DMD_SYSTEM}/vs`,
    hierarchyMeaning: 'is-a',
    compositional: false,
    content: 'not-present',
    count: DMD_KINDS.reduce((sum, kind) => sum + concepts.count(kind), 0),
    filter: filters(),
    property: properties(),
  };
}

/** One lookup has a row whose text is blank: FHIR has no empty strings. */
function conceptOf({ code, display }: LookupEntry): CodeSystemConcept {
  return { code: unpadded(code), ...(display.trim() === '' ? {} : { display }) };
}

function lookupCodeSystem(dictionary: Dictionary, lookup: LookupName): CodeSystem {
  const entries = dictionary.lookup(lookup);
  const url = lookupSystem(lookup);
  return {
    ...base(dictionary),
    id: `dmd-${lookup.replaceAll('_', '-')}`,
    url,
    name: `dm+d ${lookup}`,
    title: `dm+d ${lookup}`,
    date: dictionary.release.date,
    copyright: DMD_COPYRIGHT,
    caseSensitive: true,
    valueSet: `${url}/vs`,
    content: 'complete',
    count: entries.length,
    ...(entries.length === 0 ? {} : { concept: entries.map(conceptOf) }),
  };
}

/** All code systems; the lookups with their concepts. */
export function codeSystems(dictionary: Dictionary): CodeSystem[] {
  return [dmdCodeSystem(dictionary), ...OWN_SYSTEM_LOOKUPS.map((lookup) => lookupCodeSystem(dictionary, lookup))];
}

/** The URI of a code system by its logical id. */
export function codeSystemUrlById(id: string): string | undefined {
  if (id === 'dmd') return DMD_SYSTEM;
  const lookup = OWN_SYSTEM_LOOKUPS.find((name) => id === `dmd-${name.replaceAll('_', '-')}`);
  return lookup === undefined ? undefined : lookupSystem(lookup);
}
