import { type TerminologyOperation, terminologyOperations } from '@concord/dmd';
import type { Parameters, ParametersParameter } from 'fhir/r4';
import type { Operation } from '../fhir/operations/operation.ts';
import { Refusal, refuse } from '../fhir/refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../fhir/request.ts';
import { releaseOf } from './release-of.ts';

/** The terminology operations as rows of the server's table: `$lookup`, `$expand` and so on, each on its type. */
export const terminologyRows: readonly Operation[] = [
  ...new Map(terminologyOperations.map((each) => [`${each.resourceType}-${each.name}`, each])).values(),
].map(({ name, resourceType }) => row(name, resourceType));

function row(name: TerminologyOperation['name'], resourceType: TerminologyOperation['resourceType']): Operation {
  const own = terminologyOperations.filter((each) => each.name === name && each.resourceType === resourceType);
  const atType = own.find(({ level }) => level === 'type');
  const atInstance = own.find(({ level }) => level === 'instance');
  return {
    name,
    definition: `http://hl7.org/fhir/OperationDefinition/${resourceType}-${name}`,
    on: {
      system: false,
      types: atType === undefined ? [] : [resourceType],
      instances: atInstance === undefined ? [] : [resourceType],
    },
    get: true,
    run: (session, request, { id }) =>
      answerWith((id === undefined ? atType : atInstance) as TerminologyOperation, session, request, id),
  };
}

async function answerWith(
  operation: TerminologyOperation,
  session: Session,
  request: FhirRequest,
  instance: string | undefined,
): Promise<FhirAnswer> {
  const { terminology } = await releaseOf(session);
  const answer = operation.run(terminology, {
    parameters: parametersOf(request, operation),
    ...(instance === undefined ? {} : { instance }),
    now: new Date(session.now).toISOString(),
  });
  if (!answer.ok) throw new Refusal(answer.status, answer.resource);
  const text = JSON.stringify(answer.resource);
  if (answer.ignored.length === 0) return { status: 200, text };
  return { status: 200, text, warnings: answer.ignored.map((name) => warning(operation, name)) };
}

/** What a parameter that was taken and changes nothing is answered with. */
function warning({ parameters }: TerminologyOperation, name: string): string {
  const why = parameters.find((each) => each.name === name)?.documentation ?? 'it has no bearing here';
  return `${name} changes nothing: ${why}`;
}

/** The parameters of the query and of the body together. */
function parametersOf({ query, body }: FhirRequest, operation: TerminologyOperation): Parameters {
  const parameter: ParametersParameter[] = [];
  for (const [name, valueString] of query) {
    if (name !== '_format' && name !== '_pretty') parameter.push({ name, valueString });
  }
  if (body === undefined) return { resourceType: 'Parameters', parameter };
  const sent = body as { resourceType?: unknown; parameter?: unknown } | null;
  if (sent?.resourceType === 'Parameters') {
    const own = sent.parameter ?? [];
    if (!Array.isArray(own)) {
      throw refuse(400, 'structure', 'Parameters.parameter must be a list.', { expression: 'Parameters.parameter' });
    }
    return { resourceType: 'Parameters', parameter: [...parameter, ...own] };
  }
  // A resource that an operation takes may be the whole body, as FHIR allows.
  if (sent?.resourceType === 'ValueSet' && operation.parameters.some(({ name }) => name === 'valueSet')) {
    parameter.push({ name: 'valueSet', resource: body as ParametersParameter['resource'] & object });
    return { resourceType: 'Parameters', parameter };
  }
  throw refuse(400, 'structure', `POST $${operation.name} takes Parameters.`, { expression: 'resourceType' });
}
