/** `CodeSystem/$lookup`: what a code stands for, with its properties. */

import type { Parameters, ParametersParameter } from 'fhir/r4';
import {
  askedCodes,
  askedSystem,
  checkSystemVersions,
  type FoundCode,
  findCode,
  formerSentence,
} from './asked-code.ts';
import type { Concept } from './concepts.ts';
import type { Given } from './parameters.ts';
import { COMMON_PROPERTIES, PROPERTY_CODES } from './properties.ts';
import { asParameter, conceptProperties, formerProperties } from './property-values.ts';
import { Refusal } from './refusal.ts';
import { codeSystemVersion, DMD_NAME, type KnownSystem, systemUri } from './systems.ts';
import type { Terminology } from './terminology.ts';

/** Parts of the answer that may be asked for as if they were properties; they are always given. */
const ALWAYS_GIVEN: ReadonlySet<string> = new Set(['code', 'display', 'name', 'system', 'version', 'designation']);
const USUAL: ReadonlySet<string> = new Set(['inactive', 'parent', 'replacedBy']);
const DISPLAY_USE = { system: 'http://terminology.hl7.org/CodeSystem/designation-usage', code: 'display' };
const SYNONYM_USE = { system: 'http://snomed.info/sct', code: '900000000000013009', display: 'Synonym' };

/** Looks a code up. Without `property`, gives `inactive` and `parent`; with `*`, everything. */
export function lookup(terminology: Terminology, given: Given): Parameters | Refusal {
  const asked = askedCodes(given, 'system');
  if (asked instanceof Refusal) return asked;
  const versions = checkSystemVersions(terminology, given);
  if (versions !== undefined) return versions;
  const [code] = asked;
  if (code === undefined) return new Refusal('terminology-missing-parameter', 'Give a code');
  const system = askedSystem(terminology, code);
  if (system instanceof Refusal) return system;
  const wanted = wantedProperties(given.texts('property'));
  if (wanted instanceof Refusal) return wanted;
  const found = findCode(terminology, system, code.code);
  if (found.status === 'unknown') {
    const shown = code.code.slice(0, 80);
    return new Refusal('terminology-unknown-code', `Code ${shown} is not in ${systemUri(system)}`);
  }
  return found.status === 'current'
    ? currentAnswer(terminology, system, found.concept, wanted)
    : formerAnswer(terminology, system, found, wanted);
}

function wantedProperties(asked: readonly string[]): ReadonlySet<string> | undefined | Refusal {
  if (asked.length === 0) return USUAL;
  const wanted = new Set<string>();
  for (const name of asked) {
    if (name === '*') return undefined;
    if (ALWAYS_GIVEN.has(name) || name.startsWith('lang.')) continue;
    if (!COMMON_PROPERTIES.includes(name) && !PROPERTY_CODES.has(name)) {
      return new Refusal('terminology-unknown-property', `The code system has no property ${name.slice(0, 80)}`);
    }
    wanted.add(name);
  }
  return wanted;
}

function head(terminology: Terminology, system: KnownSystem, code: string, display: string): ParametersParameter[] {
  return [
    { name: 'code', valueCode: code },
    { name: 'display', valueString: display },
    { name: 'name', valueString: system.kind === 'dmd' ? DMD_NAME : `dm+d ${system.lookup}` },
    { name: 'system', valueUri: systemUri(system) },
    { name: 'version', valueString: codeSystemVersion(terminology.dictionary) },
  ];
}

function designation(value: string, use: ParametersParameter['valueCoding']): ParametersParameter {
  return {
    name: 'designation',
    part: [
      { name: 'use', ...(use === undefined ? {} : { valueCoding: use }) },
      { name: 'value', valueString: value },
    ],
  };
}

function currentAnswer(
  terminology: Terminology,
  system: KnownSystem,
  concept: Concept,
  wanted: ReadonlySet<string> | undefined,
): Parameters {
  const parameter = head(terminology, system, concept.code, concept.display);
  for (const property of conceptProperties(terminology.concepts, concept, wanted))
    parameter.push(asParameter(property));
  parameter.push(designation(concept.display, DISPLAY_USE));
  for (const synonym of concept.synonyms) parameter.push(designation(synonym, SYNONYM_USE));
  return { resourceType: 'Parameters', parameter };
}

/** A former code is inactive, shows the name of what it is now, and names it as `replacedBy`. */
function formerAnswer(
  terminology: Terminology,
  system: KnownSystem,
  found: Extract<FoundCode, { status: 'former' }>,
  wanted: ReadonlySet<string> | undefined,
): Parameters {
  const { dictionary } = terminology;
  const [only] = found.current;
  const display = found.current.length === 1 && only !== undefined ? dictionary.displayOf(only) : undefined;
  const parameter = head(terminology, system, found.code, display ?? found.code);
  for (const property of formerProperties(found, wanted, dictionary)) parameter.push(asParameter(property));
  parameter.push({ name: 'message', valueString: formerSentence(terminology, found) });
  return { resourceType: 'Parameters', parameter };
}
