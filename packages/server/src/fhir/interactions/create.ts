import type { FhirAnswer, FhirRequest, Resource, Session } from '../request.ts';
import { accept } from './accept.ts';
import { answerExisting, answerWritten } from './answers.ts';
import { soleMatch } from './conditional.ts';
import { resourceOf } from './resource-of.ts';

/**
 * create: `POST [base]/[type]`. With `If-None-Exist`, at most one resource that meets the criteria ever comes to be,
 * however many ask at once: those who ask by the same criteria take turns.
 * @see https://hl7.org/fhir/R4/http.html#create
 */
export async function create(session: Session, request: FhirRequest, type: string): Promise<FhirAnswer> {
  const resource = resourceOf(request, type);
  const criteria = request.headers['if-none-exist'];
  if (criteria === undefined) return createNew(session, resource);
  return session.atomically(async (inside) => {
    const existing = await soleMatch(inside, type, criteria, 'If-None-Exist', {
      message: '2 resources meet the criteria of If-None-Exist: they must name one.',
      expression: 'If-None-Exist',
    });
    if (existing) return answerExisting(existing);
    return createNew(inside, resource);
  });
}

async function createNew(session: Session, resource: Resource): Promise<FhirAnswer> {
  return answerWritten(await accept(session, resource, { interaction: 'create', expected: 0 }));
}
