/**
 * The in-parameters of an operation, read by their definitions. A parameter that is not defined, or defined but not
 * supported, is refused by name; one that cannot change the answer is taken and reported.
 */

import type { CodeableConcept, Coding, Parameters, ParametersParameter, Resource, ValueSet } from 'fhir/r4';
import { Refusal } from './refusal.ts';

/** Types that parameters have. */
type ParameterType =
  | 'code'
  | 'uri'
  | 'canonical'
  | 'string'
  | 'integer'
  | 'boolean'
  | 'dateTime'
  | 'Coding'
  | 'CodeableConcept'
  | 'ValueSet'
  | 'any';

/** One in-parameter, as an OperationDefinition says it. */
export interface ParameterDefinition {
  readonly name: string;
  readonly type: ParameterType;
  readonly max: '1' | '*';
  readonly documentation: string;
  /** `harmless`: taken and reported, cannot change the answer here. `unsupported`: refused by name. */
  readonly handling?: 'harmless' | 'unsupported';
}

/** The parameters given, by name. */
export class Given {
  readonly #values: ReadonlyMap<string, readonly unknown[]>;
  /** Parameters that were taken but change nothing. */
  readonly ignored: readonly string[];

  constructor(values: ReadonlyMap<string, readonly unknown[]>, ignored: readonly string[]) {
    this.#values = values;
    this.ignored = ignored;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0] as string | undefined;
  }
  texts(name: string): readonly string[] {
    return (this.#values.get(name) ?? []) as readonly string[];
  }
  integer(name: string): number | undefined {
    return this.#values.get(name)?.[0] as number | undefined;
  }
  boolean(name: string): boolean | undefined {
    return this.#values.get(name)?.[0] as boolean | undefined;
  }
  coding(name: string): Coding | undefined {
    return this.#values.get(name)?.[0] as Coding | undefined;
  }
  codeableConcept(name: string): CodeableConcept | undefined {
    return this.#values.get(name)?.[0] as CodeableConcept | undefined;
  }
  valueSet(name: string): ValueSet | undefined {
    return this.#values.get(name)?.[0] as ValueSet | undefined;
  }
}

const MOST_PARAMETERS = 500;

/**
 * Reads the parameters of a request. Primitive values are taken from whichever `value[x]` carries them, so that a query
 * string can be handed over as `valueString` throughout.
 */
export function readParameters(definitions: readonly ParameterDefinition[], input: Parameters): Given | Refusal {
  const values = new Map<string, unknown[]>();
  const ignored = new Set<string>();
  const unknown = new Set<string>();
  const list: unknown = input?.parameter ?? [];
  if (!Array.isArray(list)) {
    return new Refusal('terminology-wrong-parameter', 'parameter must be a list', 'Parameters.parameter');
  }
  if (list.length > MOST_PARAMETERS) {
    return new Refusal(
      'terminology-too-costly',
      `At most ${MOST_PARAMETERS} parameters are read`,
      'Parameters.parameter',
    );
  }
  for (let at = 0; at < list.length; at++) {
    const parameter = list[at] as ParametersParameter | null;
    const where = `Parameters.parameter[${at}]`;
    if (parameter === null || typeof parameter !== 'object' || typeof parameter.name !== 'string') {
      return new Refusal('terminology-wrong-parameter', 'A parameter needs a name', where);
    }
    const definition = definitions.find((known) => known.name === parameter.name);
    if (definition === undefined) {
      unknown.add(parameter.name);
      continue;
    }
    if (definition.handling === 'unsupported') {
      const diagnostics = `Parameter ${definition.name} is not supported: ${definition.documentation}`;
      return new Refusal('terminology-unsupported-parameter', diagnostics, where);
    }
    const value = parameterValue(parameter, definition, where);
    if (value instanceof Refusal) return value;
    if (definition.handling === 'harmless') {
      ignored.add(definition.name);
      continue;
    }
    const held = values.get(definition.name);
    if (held === undefined) values.set(definition.name, [value]);
    else if (definition.max === '1') {
      return new Refusal('terminology-wrong-parameter', `Parameter ${definition.name} may be given only once`, where);
    } else held.push(value);
  }
  if (unknown.size > 0) {
    const names = [...unknown].slice(0, 10).join(', ');
    const known = definitions.filter((definition) => definition.handling !== 'unsupported');
    return new Refusal(
      'terminology-unknown-parameter',
      `Unknown parameter ${names}. Known: ${known.map((definition) => definition.name).join(', ')}`,
      'Parameters.parameter',
    );
  }
  return new Given(values, [...ignored]);
}

function parameterValue(parameter: ParametersParameter, definition: ParameterDefinition, where: string): unknown {
  const wrong = (what: string) =>
    new Refusal('terminology-wrong-parameter', `Parameter ${definition.name} must be ${what}`, where);
  const { type } = definition;
  if (type === 'ValueSet') {
    const resource = parameter.resource as Resource | undefined;
    return resource?.resourceType === 'ValueSet' ? resource : wrong('a ValueSet resource');
  }
  const entry = Object.entries(parameter).find(([key]) => key.startsWith('value'));
  const value: unknown = entry?.[1];
  if (type === 'any') return value ?? parameter.resource ?? '';
  if (type === 'Coding') return isCoding(value) ? value : wrong('a Coding');
  if (type === 'CodeableConcept') {
    const codings = isRecord(value) ? (value.coding ?? []) : undefined;
    return Array.isArray(codings) && codings.every(isCoding) ? value : wrong('a CodeableConcept');
  }
  if (value === undefined || value === null || typeof value === 'object') return wrong(`a ${type}`);
  const text = String(value).trim();
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : wrong('true or false');
  if (type === 'integer') {
    return /^\d{1,9}$/.test(text) ? Number(text) : wrong('a whole number, zero or more');
  }
  return type === 'string' ? String(value) : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether what a coding says is said in text. */
function isCoding(value: unknown): value is Coding {
  if (!isRecord(value)) return false;
  return ['system', 'version', 'code', 'display'].every((key) => ['string', 'undefined'].includes(typeof value[key]));
}
