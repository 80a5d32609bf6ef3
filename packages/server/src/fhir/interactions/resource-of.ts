import { refuse } from '../refusal.ts';
import type { FhirRequest, Resource } from '../request.ts';

/**
 * The resource in a request's body, when it is one of the type that the URL names.
 * @throws Refusal 400
 */
export function resourceOf(request: FhirRequest, type: string): Resource {
  const { body } = request;
  const found =
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as { resourceType?: unknown }).resourceType
      : undefined;
  if (typeof found !== 'string') {
    throw refuse(400, 'structure', `The body is not a resource: send a ${type}, with "resourceType": "${type}".`, {
      expression: 'resourceType',
    });
  }
  if (found !== type) {
    throw refuse(
      400,
      'invalid',
      `The body is a ${found}, but the address is of ${type}: send it to the address of its type.`,
      {
        expression: 'resourceType',
      },
    );
  }
  return body as Resource;
}
