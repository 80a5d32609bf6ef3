import type { Parameters, ParametersParameter } from 'fhir/r4';
import { refuse } from '../refusal.ts';

/**
 * The parameters in an operation's body.
 * @throws Refusal 400 when they are not a list of named parameters
 */
export function parametersIn(body: Parameters): ParametersParameter[] {
  const parameters: unknown = body.parameter ?? [];
  const isNamed = (each: unknown) => typeof (each as { name?: unknown } | null)?.name === 'string';
  if (!Array.isArray(parameters) || !parameters.every(isNamed)) {
    throw refuse(400, 'structure', 'Parameters.parameter must be a list of objects, each with a "name".', {
      expression: 'Parameters.parameter',
    });
  }
  return parameters;
}
