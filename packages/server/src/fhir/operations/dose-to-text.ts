import { type Dosage, type DosageText, type DosageTextOptions, dosagesToText, partNames } from '@concord/dosage';
import type { OperationOutcome, OperationOutcomeIssue, Parameters, ParametersParameter } from 'fhir/r4';
import { refuse } from '../refusal.ts';
import type { FhirRequest } from '../request.ts';
import type { Operation } from './operation.ts';
import { readParameters, stringOf } from './parameters.ts';

/**
 * `$dose-to-text`: a Dosage, or several of one order, as the text that UK systems print.
 *
 * In: `dosage` (valueDosage, 1..*) or `resource` (with dosageInstruction or dosage); optional `times` (24h, 12h) and
 * `dates` (dd/mm/yyyy, dd-mmm-yyyy). Out: `text`; a `part` for each component, with `dosage` (its number, from 1),
 * `name` and `text`; `algorithm`; `outcome` with warnings and what was left out, or, instead of `text`, the refusal.
 */
export const doseToTextOperation: Operation = {
  name: 'dose-to-text',
  definition: 'https://concord.example/OperationDefinition/dose-to-text',
  on: { system: true, types: [], instances: [] },
  get: false,
  async run(_session, request) {
    const { dosages, options } = readQuestion(request);
    return { status: 200, text: JSON.stringify(answer(dosages, options)) };
  },
};

function readQuestion(request: FhirRequest): { dosages: Dosage[]; options: DosageTextOptions } {
  const dosages: Dosage[] = [];
  const options: { -readonly [K in keyof DosageTextOptions]: DosageTextOptions[K] } = {};
  for (const each of readParameters(request, 'dose-to-text', ['dosage', 'resource', 'times', 'dates'])) {
    switch (each.name) {
      case 'dosage':
        if (typeof each.valueDosage !== 'object')
          throw refuse(400, 'value', 'dosage needs a valueDosage.', { expression: 'dosage' });
        dosages.push(each.valueDosage as Dosage);
        break;
      case 'resource':
        dosages.push(...dosagesIn(each.resource));
        break;
      case 'times':
        options.times = oneOf(each, ['24h', '12h']);
        break;
      default:
        options.dates = oneOf(each, ['dd/mm/yyyy', 'dd-mmm-yyyy']);
    }
  }
  if (dosages.length === 0) {
    throw refuse(400, 'required', 'Send at least one dosage (valueDosage), or a resource that has some.', {
      expression: 'dosage',
    });
  }
  return { dosages, options };
}

function oneOf<const T extends string>(parameter: ParametersParameter, allowed: readonly T[]): T {
  const value = stringOf(parameter, 'valueCode');
  if (allowed.includes(value as T)) return value as T;
  throw refuse(400, 'value', `${parameter.name} takes ${allowed.join(' or ')}; "${value}" is neither.`, {
    expression: parameter.name,
  });
}

/** The Dosages of a MedicationRequest, MedicationDispense or MedicationStatement. */
function dosagesIn(resource: unknown): Dosage[] {
  const { dosageInstruction, dosage } = (resource ?? {}) as { dosageInstruction?: unknown; dosage?: unknown };
  const found = dosageInstruction ?? dosage;
  if (found === undefined) return [];
  if (Array.isArray(found)) return found as Dosage[];
  throw refuse(
    400,
    'value',
    'The resource must have its dosages as a list: MedicationRequest, MedicationDispense or MedicationStatement.',
    { expression: 'resource' },
  );
}

function answer(dosages: Dosage[], options: DosageTextOptions): Parameters {
  const result = dosagesToText(dosages, options);
  const parameter: ParametersParameter[] = [];
  if (result.outcome === 'text') parameter.push({ name: 'text', valueString: result.text });
  parameter.push(...result.dosages.flatMap(partsOf));
  parameter.push({ name: 'algorithm', valueString: `${result.algorithm.name} ${result.algorithm.version}` });
  const issues: OperationOutcomeIssue[] = [
    ...(result.outcome === 'refused' ? result.refusals.map((each) => issue('error', 'business-rule', each)) : []),
    ...result.warnings.map((each) => issue('warning', 'business-rule', each)),
    ...result.notRendered.map(({ rule, path, reason, value }) =>
      issue('information', 'informational', {
        rule,
        path,
        message: `Not in the text (${reason})${value === undefined ? '.' : `: ${value}`}`,
      }),
    ),
  ];
  const outcome: OperationOutcome = { resourceType: 'OperationOutcome', issue: issues };
  if (issues.length > 0) parameter.push({ name: 'outcome', resource: outcome });
  return { resourceType: 'Parameters', parameter };
}

function partsOf(result: DosageText, index: number): ParametersParameter[] {
  if (result.outcome !== 'text') return [];
  return partNames.flatMap((name) => {
    const text = result.parts[name];
    if (text === undefined) return [];
    const part = [
      { name: 'dosage', valuePositiveInt: index + 1 },
      { name: 'name', valueCode: name },
      { name: 'text', valueString: text },
    ];
    return [{ name: 'part', part }];
  });
}

function issue(
  severity: OperationOutcomeIssue['severity'],
  code: OperationOutcomeIssue['code'],
  { rule, path, message }: { rule: string; path: string; message: string },
): OperationOutcomeIssue {
  return {
    ...{ severity, code, details: { coding: [{ system: 'urn:concord:rule', code: rule }] }, diagnostics: message },
    ...(path === '' ? {} : { expression: [path] }),
  };
}
