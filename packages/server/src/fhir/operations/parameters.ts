import type { Parameters, ParametersParameter } from 'fhir/r4';
import { refuse } from '../refusal.ts';
import type { FhirRequest } from '../request.ts';
import { parametersIn } from './parameters-in.ts';

/**
 * The parameters of an operation called with a Parameters resource.
 * @param known the names that the operation takes
 * @throws Refusal 400 when the body is not Parameters, or one is not known: none is ignored silently
 */
export function readParameters(
  request: FhirRequest,
  operation: string,
  known: readonly string[],
): ParametersParameter[] {
  const body = request.body as Parameters | undefined;
  if (body?.resourceType !== 'Parameters') {
    throw refuse(400, 'structure', `$${operation} takes a Parameters resource with ${known.join(', ')}.`, {
      expression: 'resourceType',
    });
  }
  const [query] = request.query.filter(([name]) => name !== '_format' && name !== '_pretty');
  const stranger = query?.[0] ?? parametersIn(body).find((each) => !known.includes(each?.name))?.name;
  if (stranger !== undefined) {
    throw refuse(400, 'not-supported', `$${operation} does not take "${stranger}". It takes ${known.join(', ')}.`, {
      expression: String(stranger),
    });
  }
  return parametersIn(body);
}

/** @throws Refusal 400 when the value is not a string of some kind */
export function stringOf(parameter: ParametersParameter, element: 'valueString' | 'valueCode'): string {
  const value = parameter[element] ?? parameter.valueString ?? parameter.valueCode;
  if (typeof value === 'string') return value;
  throw refuse(400, 'value', `${parameter.name} needs a ${element}.`, { expression: parameter.name });
}
