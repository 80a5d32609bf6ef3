/** The terminology operations as a table that a server can mount: what each takes, where it lives, what runs it. */

import type { OperationOutcome, Parameters, ValueSet } from 'fhir/r4';
import { expand } from './expand.ts';
import { lookup } from './lookup.ts';
import { type Given, type ParameterDefinition, readParameters } from './parameters.ts';
import { Refusal, refusalOutcome } from './refusal.ts';
import { subsumes } from './subsumes.ts';
import type { Terminology } from './terminology.ts';
import { translate } from './translate.ts';
import { validateCodeInSystem, validateCodeInValueSet } from './validate-code.ts';

/** A request to an operation. */
export interface OperationRequest {
  /** In-parameters. A query string may be handed over with every value as `valueString`. */
  readonly parameters: Parameters;
  /** Logical id of the resource asked, at instance level. */
  readonly instance?: string;
  /** The present instant, to stamp expansions with. */
  readonly now: string;
}

/** The answer, or a refusal with its HTTP status. */
export type OperationAnswer =
  | {
      readonly ok: true;
      readonly status: 200;
      readonly resource: Parameters | ValueSet;
      /** Parameters that were taken but change nothing here: worth a warning to the caller. */
      readonly ignored: readonly string[];
    }
  | { readonly ok: false; readonly status: number; readonly resource: OperationOutcome; readonly refusal: Refusal };

/** One operation at one level. */
export interface TerminologyOperation {
  /** Name without the dollar sign. */
  readonly name: 'lookup' | 'validate-code' | 'subsumes' | 'expand' | 'translate';
  readonly resourceType: 'CodeSystem' | 'ValueSet' | 'ConceptMap';
  readonly level: 'type' | 'instance';
  readonly parameters: readonly ParameterDefinition[];
  /** Total: never throws for any input. */
  run(terminology: Terminology, request: OperationRequest): OperationAnswer;
}

type Row = readonly [
  name: string,
  type: ParameterDefinition['type'],
  max: '1' | '*',
  documentation: string,
  handling?: ParameterDefinition['handling'],
];

function define(rows: readonly Row[]): ParameterDefinition[] {
  return rows.map(([name, type, max, documentation, handling]) =>
    handling === undefined ? { name, type, max, documentation } : { name, type, max, documentation, handling },
  );
}

const SYSTEM_VERSIONS: readonly Row[] = [
  ['system-version', 'canonical', '*', 'System and version to use, system|version; only the release at hand is held'],
  ['check-system-version', 'canonical', '*', 'System and version that must be used'],
  ['force-system-version', 'canonical', '*', 'System and version that must be used'],
];
const LANGUAGE: Row = ['displayLanguage', 'code', '1', 'dm+d is in English only', 'harmless'];
const DATE: Row = ['date', 'dateTime', '1', 'Only the release at hand can be asked', 'unsupported'];
const FORMAT: readonly Row[] = [
  ['_format', 'any', '*', 'Belongs to the transport', 'harmless'],
  ['_pretty', 'any', '*', 'Belongs to the transport', 'harmless'],
];

const CODE: readonly Row[] = [
  ['code', 'code', '1', 'The code; its system goes with it'],
  ['coding', 'Coding', '1', 'The code as a coding'],
];

const LOOKUP = define([
  ...CODE,
  ['system', 'uri', '1', 'System of code'],
  ['version', 'string', '1', 'Version of the system; only the release at hand is held'],
  ['property', 'code', '*', 'Properties to give; * for all; without it, inactive and parent'],
  ...SYSTEM_VERSIONS,
  LANGUAGE,
  DATE,
  ...FORMAT,
]);

const VALIDATE_IN_SYSTEM = define([
  ...CODE,
  ['codeableConcept', 'CodeableConcept', '1', 'Good when one of its codings is'],
  ['url', 'uri', '1', 'The code system'],
  ['version', 'string', '1', 'Version of the system; only the release at hand is held'],
  ['display', 'string', '1', 'Wording to check; case and spaces do not matter'],
  ['abstract', 'boolean', '1', 'No concept of dm+d is abstract', 'harmless'],
  ['codeSystem', 'any', '1', 'A code system cannot be sent along', 'unsupported'],
  LANGUAGE,
  DATE,
  ...FORMAT,
]);

const VALUE_SET: readonly Row[] = [
  ['url', 'uri', '1', 'Canonical URL of the value set'],
  ['valueSet', 'ValueSet', '1', 'The value set itself'],
  ['valueSetVersion', 'string', '1', 'Version of the value set'],
  ['context', 'uri', '1', 'A value set must be named itself', 'unsupported'],
  ['contextDirection', 'code', '1', 'A value set must be named itself', 'unsupported'],
];

const VALIDATE_IN_VALUE_SET = define([
  ...VALUE_SET,
  ...CODE,
  ['codeableConcept', 'CodeableConcept', '1', 'Good when one of its codings is'],
  ['system', 'uri', '1', 'System of code'],
  ['systemVersion', 'string', '1', 'Version of the system; only the release at hand is held'],
  ['display', 'string', '1', 'Wording to check; case and spaces do not matter'],
  ['abstract', 'boolean', '1', 'No concept of dm+d is abstract', 'harmless'],
  ...SYSTEM_VERSIONS,
  LANGUAGE,
  DATE,
  ...FORMAT,
]);

const SUBSUMES = define([
  ['codeA', 'code', '1', 'The code that may subsume'],
  ['codeB', 'code', '1', 'The code that may be subsumed'],
  ['system', 'uri', '1', 'System of both codes'],
  ['version', 'string', '1', 'Version of the system; only the release at hand is held'],
  ['codingA', 'Coding', '1', 'codeA as a coding'],
  ['codingB', 'Coding', '1', 'codeB as a coding'],
  ...FORMAT,
]);

const EXPAND = define([
  ...VALUE_SET,
  ['filter', 'string', '1', 'Beginnings of words of the name, in any order; or a code'],
  ['count', 'integer', '1', 'Concepts in a page'],
  ['offset', 'integer', '1', 'Concepts before the page'],
  ['property', 'string', '*', 'Properties to give with each concept; * for all'],
  ['activeOnly', 'boolean', '1', 'Without inactive concepts'],
  ['includeDesignations', 'boolean', '1', 'With other wordings'],
  ['designation', 'any', '*', 'Which wordings: there is one other at most', 'harmless'],
  ['includeDefinition', 'boolean', '1', 'The definition is not repeated', 'harmless'],
  ['excludeNested', 'boolean', '1', 'Expansions are flat', 'harmless'],
  ['excludeNotForUI', 'boolean', '1', 'Every concept is for people', 'harmless'],
  ['excludePostCoordinated', 'boolean', '1', 'dm+d has no post-coordination', 'harmless'],
  ['exclude-system', 'canonical', '*', 'Exclude in the value set instead', 'unsupported'],
  ...SYSTEM_VERSIONS,
  LANGUAGE,
  DATE,
  ...FORMAT,
]);

const TRANSLATE = define([
  ...CODE,
  ['codeableConcept', 'CodeableConcept', '1', 'Each of its codings is translated'],
  ['system', 'uri', '1', 'System of code'],
  ['version', 'string', '1', 'Version of the system; only the release at hand is held'],
  ['url', 'uri', '1', 'The concept map; without it every map from the system to the target system'],
  ['conceptMapVersion', 'string', '1', 'Version of the map'],
  ['targetsystem', 'uri', '1', 'System of the translations wanted'],
  ['reverse', 'boolean', '1', 'Current to former codes rather than former to current'],
  ['source', 'uri', '1', 'Narrowing by value set is not done; give system', 'unsupported'],
  ['target', 'uri', '1', 'Narrowing by value set is not done; give targetsystem', 'unsupported'],
  ['conceptMap', 'any', '1', 'A concept map cannot be sent along', 'unsupported'],
  ['dependency', 'any', '*', 'The maps have no dependencies', 'unsupported'],
  ...FORMAT,
]);

type Handler = (
  terminology: Terminology,
  given: Given,
  instance: string | undefined,
  now: string,
) => Parameters | ValueSet | Refusal;

function operation(
  name: TerminologyOperation['name'],
  resourceType: TerminologyOperation['resourceType'],
  level: TerminologyOperation['level'],
  parameters: readonly ParameterDefinition[],
  handler: Handler,
): TerminologyOperation {
  return {
    name,
    resourceType,
    level,
    parameters,
    run(terminology, { parameters: input, instance, now }) {
      const given = readParameters(parameters, input);
      const answer = given instanceof Refusal ? given : handler(terminology, given, instance, now);
      if (answer instanceof Refusal) {
        return { ok: false, status: answer.status, resource: refusalOutcome(answer), refusal: answer };
      }
      return { ok: true, status: 200, resource: answer, ignored: given instanceof Refusal ? [] : given.ignored };
    },
  };
}

/** At an instance the resource is named by its id, so it cannot be named again. */
function without(parameters: readonly ParameterDefinition[], names: readonly string[]): ParameterDefinition[] {
  return parameters.filter((parameter) => !names.includes(parameter.name));
}

const NAMES_OF_VALUE_SET = ['url', 'valueSet', 'valueSetVersion'];

/** Every operation, ready to mount. */
export const terminologyOperations: readonly TerminologyOperation[] = [
  operation('lookup', 'CodeSystem', 'type', LOOKUP, lookup),
  operation('validate-code', 'CodeSystem', 'type', VALIDATE_IN_SYSTEM, validateCodeInSystem),
  operation('validate-code', 'CodeSystem', 'instance', without(VALIDATE_IN_SYSTEM, ['url']), validateCodeInSystem),
  operation('subsumes', 'CodeSystem', 'type', SUBSUMES, subsumes),
  operation('subsumes', 'CodeSystem', 'instance', without(SUBSUMES, ['system']), subsumes),
  operation('expand', 'ValueSet', 'type', EXPAND, expand),
  operation('expand', 'ValueSet', 'instance', without(EXPAND, NAMES_OF_VALUE_SET), expand),
  operation('validate-code', 'ValueSet', 'type', VALIDATE_IN_VALUE_SET, validateCodeInValueSet),
  operation(
    'validate-code',
    'ValueSet',
    'instance',
    without(VALIDATE_IN_VALUE_SET, NAMES_OF_VALUE_SET),
    validateCodeInValueSet,
  ),
  operation('translate', 'ConceptMap', 'type', TRANSLATE, translate),
  operation('translate', 'ConceptMap', 'instance', without(TRANSLATE, ['url']), translate),
];
