/** Asking the terminology operations in tests, over the sample release. */

import assert from 'node:assert/strict';
import type { OperationOutcome, Parameters, ParametersParameter, ValueSet } from 'fhir/r4';
import { createProductSearch } from '../../src/search/search.ts';
import { type OperationAnswer, terminologyOperations } from '../../src/terminology/operations.ts';
import { createTerminology, type Terminology } from '../../src/terminology/terminology.ts';
import { sampleDictionary } from '../releases.ts';

export const NOW = '2025-10-13T09:00:00Z';
export const dictionary = await sampleDictionary();
export const terminology = createTerminology(dictionary, createProductSearch(dictionary));

/** What a parameter may be written as in a test: text, number, flag, a coding or resource, or several. */
export type Value = string | number | boolean | object;

/** Parameters as a query string would give them: every simple value as text. */
export function parameters(values: Record<string, Value | Value[]>): Parameters {
  const parameter = Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): ParametersParameter => {
      if (typeof one !== 'object') return { name, valueString: String(one) };
      if ('resourceType' in one) return { name, resource: one as ValueSet };
      return 'coding' in one ? { name, valueCodeableConcept: one } : { name, valueCoding: one };
    }),
  );
  return { resourceType: 'Parameters', parameter };
}

/** Asks an operation, `CodeSystem/$lookup` or `ValueSet/dmd-VMP/$expand`. */
export function ask(
  path: string,
  values: Record<string, Value | Value[]>,
  of: Terminology = terminology,
): OperationAnswer {
  const parts = path.split('/');
  const instance = parts.length === 3 ? parts[1] : undefined;
  const operation = terminologyOperations.find(
    ({ name, resourceType, level }) =>
      resourceType === parts[0] &&
      `$${name}` === parts.at(-1) &&
      level === (instance === undefined ? 'type' : 'instance'),
  );
  assert.ok(operation, path);
  return operation.run(of, {
    parameters: parameters(values),
    now: NOW,
    ...(instance === undefined ? {} : { instance }),
  });
}

/** The answer of an operation that must succeed. */
export function answer<R extends Parameters | ValueSet = Parameters>(
  path: string,
  values: Record<string, Value | Value[]>,
  of: Terminology = terminology,
): R {
  const result = ask(path, values, of);
  assert.ok(result.ok, result.ok ? '' : result.resource.issue[0]?.diagnostics);
  return result.resource as R;
}

/** The refusal of an operation that must refuse: rule, status, and the outcome. */
export function refused(
  path: string,
  values: Record<string, Value | Value[]>,
): { rule: string | undefined; status: number; outcome: OperationOutcome; text: string } {
  const result = ask(path, values);
  assert.ok(!result.ok, `${path} should have been refused`);
  const [issue] = result.resource.issue;
  return {
    rule: issue?.details?.coding?.[0]?.code,
    status: result.status,
    outcome: result.resource,
    text: issue?.diagnostics ?? '',
  };
}

/** The value of the first parameter of that name. */
export function part(from: Parameters, name: string): unknown {
  const found = from.parameter?.find((one) => one.name === name);
  return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1];
}

/** Codes of an expansion. */
export const codesOf = (expanded: ValueSet): string[] =>
  (expanded.expansion?.contains ?? []).map(({ code }) => code ?? '');

/** A value set with one include of dm+d by filters, and possibly one exclude. */
export function filtered(
  include: readonly (readonly [property: string, op: string, value: unknown])[],
  exclude?: readonly (readonly [property: string, op: string, value: unknown])[],
): ValueSet {
  const clause = (filters: NonNullable<typeof exclude>) => ({
    system: 'https://dmd.nhs.uk',
    filter: filters.map(([property, op, value]) => ({ property, op, value })),
  });
  return {
    resourceType: 'ValueSet',
    status: 'draft',
    compose: { include: [clause(include)], ...(exclude === undefined ? {} : { exclude: [clause(exclude)] }) },
  } as ValueSet;
}
