import { demandedVersion, demandVersion } from '../preconditions.ts';
import { refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Resource, Session } from '../request.ts';
import { accept } from './accept.ts';
import { answerWritten } from './answers.ts';
import { soleMatch } from './conditional.ts';
import { untilWon } from './race.ts';
import { resourceOf } from './resource-of.ts';

/**
 * update: `PUT [base]/[type]/[id]`, which also creates under an id of the client's choice. `If-Match` demands the
 * version that the client has seen; `If-None-Match: *` that there is none.
 * @see https://hl7.org/fhir/R4/http.html#update
 */
export async function update(session: Session, request: FhirRequest, type: string, id: string): Promise<FhirAnswer> {
  const resource = resourceOf(request, type);
  if (resource.id !== id) {
    const has = resource.id === undefined ? 'has no id' : `has the id "${resource.id}"`;
    throw refuse(400, 'invalid', `The body ${has}, but the address says "${id}": they must be the same.`, {
      expression: `${type}.id`,
    });
  }
  return untilWon(session, `${type}/${id}`, () => put(session, request, resource, id));
}

async function put(session: Session, request: FhirRequest, resource: Resource, id: string): Promise<FhirAnswer> {
  const demanded = demandedVersion(request.headers['if-match']);
  const current = await session.record.read(resource.resourceType, id);
  const isCurrent = current !== undefined && current.content !== null;
  demandVersion(demanded, isCurrent ? current.version : 0);
  const isNew = request.headers['if-none-match']?.trim() === '*';
  if (isNew && isCurrent) {
    throw refuse(412, 'conflict', 'If-None-Match: * asks that there be none, but the resource exists.', {
      expression: 'If-None-Match',
    });
  }
  const expected = isNew ? (current?.version ?? 0) : demanded;
  return answerWritten(
    await accept(session, resource, {
      interaction: isCurrent ? 'update' : 'create',
      id,
      current,
      expected,
      copies: true,
    }),
  );
}

/**
 * conditional update: `PUT [base]/[type]?criteria`. No match creates, one match updates, more is refused; requests by
 * the same criteria take turns.
 * @see https://hl7.org/fhir/R4/http.html#cond-update
 */
export async function conditionalUpdate(
  session: Session,
  request: FhirRequest,
  type: string,
  criteria: string,
): Promise<FhirAnswer> {
  const resource = resourceOf(request, type);
  return session.atomically(async (inside) => {
    const message = 'More than one resource meets the criteria: they must name one.';
    const match = await soleMatch(inside, type, criteria, 'The address', { message });
    if (match === undefined) {
      if (resource.id !== undefined) return put(inside, request, resource, resource.id);
      demandVersion(demandedVersion(request.headers['if-match']), 0);
      return answerWritten(await accept(inside, resource, { interaction: 'create', expected: 0, copies: true }));
    }
    if (resource.id !== undefined && resource.id !== match.id) {
      throw refuse(
        400,
        'invalid',
        `The criteria lead to ${match.reference}, but the body has the id "${resource.id}".`,
        { expression: `${type}.id` },
      );
    }
    return put(inside, request, { ...resource, id: match.id }, match.id);
  });
}
