import { checkStructure, outcome } from '@concord/conformance';
import type { FhirResource } from 'fhir/r4';
import { answerOutcome } from '../interactions/answers.ts';
import { refuse } from '../refusal.ts';
import type { FhirRequest, Session } from '../request.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import type { Operation } from './operation.ts';
import { parametersIn } from './parameters-in.ts';

/**
 * `$validate`: is this resource right? Checks FHIR R4 structure, required bindings and invariants, as a write does, and
 * writes nothing. `POST [base]/[type]/$validate` with the resource, or with Parameters that hold it as `resource`;
 * `GET [base]/[type]/[id]/$validate` for one that is stored.
 * @see https://hl7.org/fhir/R4/resource-operation-validate.html
 */
export const validateOperation: Operation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  on: { system: false, types: [...RESOURCE_TYPES], instances: [...RESOURCE_TYPES] },
  get: true,
  async run(session, request, target) {
    const resource = await subjectOf(session, request, target);
    const findings = checkStructure(resource);
    return answerOutcome(200, outcome(findings));
  },
};

async function subjectOf(
  session: Session,
  request: FhirRequest,
  { type, id }: { type?: string; id?: string },
): Promise<unknown> {
  const [unused] = request.query.find(([name]) => name !== '_format' && name !== '_pretty') ?? [];
  if (unused !== undefined) {
    throw refuse(400, 'not-supported', `$validate takes no parameter ${unused} in the address.`, {
      expression: unused,
    });
  }
  const body = request.body as FhirResource | null | undefined;
  if (body === undefined && type !== undefined && id !== undefined) {
    const row = await session.record.read(type, id);
    if (!row?.content) throw refuse(404, 'not-found', `There is no ${type}/${id} here.`);
    return JSON.parse(row.content);
  }
  if (body === undefined)
    throw refuse(400, 'required', 'Send the resource to validate, or Parameters with it as "resource".');
  if (body?.resourceType !== 'Parameters') return body;
  const parameters = parametersIn(body);
  const unknown = parameters.find((each) => each.name !== 'resource');
  if (unknown !== undefined) {
    throw refuse(400, 'not-supported', `$validate takes the parameter resource; "${unknown.name}" is not supported.`, {
      expression: unknown.name,
    });
  }
  const resource = parameters.find((each) => each.name === 'resource')?.resource;
  if (resource === undefined)
    throw refuse(400, 'required', 'The Parameters have no "resource".', { expression: 'resource' });
  return resource;
}
