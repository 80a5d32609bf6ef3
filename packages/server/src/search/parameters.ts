import { readFileSync } from 'node:fs';
import { compile, type Selector } from './expression.ts';

export type ParameterType = 'token' | 'string' | 'reference' | 'date' | 'quantity' | 'uri' | 'composite' | 'special';

/** A search parameter of one resource type, ready for use. */
export interface Parameter {
  code: string;
  type: ParameterType;
  /** The canonical URL of its definition. */
  url: string;
  /** Which types a reference may be to; empty means any. */
  targets: readonly string[];
  select: Selector;
  /** A composite's parts, each selected from what `select` finds. */
  components: readonly { type: ParameterType; select: Selector }[];
}

interface Definition {
  code: string;
  type: string;
  base: string[];
  expression?: string;
  url: string;
  target?: string[];
  component?: { definition: string; expression: string }[];
}

const definitions = JSON.parse(
  readFileSync(new URL('./generated/search-parameters.json', import.meta.url), 'utf8'),
) as Definition[];

const typeOfDefinition = new Map(definitions.map((each) => [each.url, each.type as ParameterType]));
const byType = new Map<string, ReadonlyMap<string, Parameter>>();

/** R4's definition names the two components' definitions the wrong way round: `code` is the token, `target` the reference. */
const CORRECTED: ReadonlyMap<string, readonly ParameterType[]> = new Map([
  ['http://hl7.org/fhir/SearchParameter/DocumentReference-relationship', ['token', 'reference']],
]);

/** Every search parameter of a resource type, by code, those of all resources (`_id`, `_lastUpdated`...) included. */
export function parametersOf(type: string): ReadonlyMap<string, Parameter> {
  let parameters = byType.get(type);
  if (parameters === undefined) {
    parameters = new Map(
      definitions
        .filter(
          (each) => each.base.includes(type) || each.base.includes('Resource') || each.base.includes('DomainResource'),
        )
        .filter((each) => each.expression !== undefined)
        .map((each) => [each.code, parameter(each, type)]),
    );
    byType.set(type, parameters);
  }
  return parameters;
}

function parameter(definition: Definition, type: string): Parameter {
  return {
    code: definition.code,
    type: definition.type as ParameterType,
    url: definition.url,
    targets: definition.target ?? [],
    select: compile(definition.expression as string, type),
    components: (definition.component ?? []).map((component, i) => ({
      type: CORRECTED.get(definition.url)?.[i] ?? typeOfDefinition.get(component.definition) ?? 'token',
      select: compile(component.expression, ''),
    })),
  };
}
