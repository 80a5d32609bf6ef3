import type { FhirAnswer, FhirRequest, Resource, Session } from '../request.ts';
import { accept } from './accept.ts';
import { answerExisting, answerWritten } from './answers.ts';
import { soleMatch } from './conditional.ts';
import { resourceOf } from './resource-of.ts';
import { firstOf, holderOf, KeyInUse } from './retry.ts';

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

/** A create of what was created before, word for word, is a retry: it gets the first answer. */
async function createNew(session: Session, resource: Resource): Promise<FhirAnswer> {
  // A transaction ends with the first statement that fails: there, who has the key is asked before.
  const holder = session.transacting ? await holderOf(session, resource) : undefined;
  if (holder !== undefined) return answerExisting(await firstOf(session, holder, resource));
  try {
    return answerWritten(await accept(session, resource, { interaction: 'create', expected: 0 }));
  } catch (error) {
    if (!(error instanceof KeyInUse)) throw error;
    return answerExisting(await firstOf(session, error.reference, resource));
  }
}
