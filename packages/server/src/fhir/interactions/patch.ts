import type { Operation } from 'fast-json-patch';
import jsonPatch from 'fast-json-patch';
import { JSON_PATCH } from '../body.ts';
import { parseExact } from '../exact-json.ts';
import { hasMarks, markNumbers, unmarkNumbers } from '../marked-numbers.ts';
import { demandedVersion, demandVersion } from '../preconditions.ts';
import { refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Resource, Session } from '../request.ts';
import { accept } from './accept.ts';
import { answerWritten } from './answers.ts';
import { soleMatch } from './conditional.ts';
import { untilWon } from './race.ts';

/**
 * patch: `PATCH [base]/[type]/[id]` with a JSON Patch (RFC 6902). Whole or not at all; when another write comes between,
 * it is applied again to what is then current, unless `If-Match` forbids.
 * @see https://hl7.org/fhir/R4/http.html#patch
 */
export async function patch(session: Session, request: FhirRequest, type: string, id: string): Promise<FhirAnswer> {
  const operations = operationsOf(request);
  const demanded = demandedVersion(request.headers['if-match']);
  return untilWon(session, `${type}/${id}`, async () => {
    const current = await session.record.read(type, id);
    if (current === undefined) throw refuse(404, 'not-found', `There is no ${type}/${id} here.`);
    if (current.content === null) throw refuse(410, 'deleted', `${type}/${id} was deleted.`);
    demandVersion(demanded, current.version);
    const resource = apply(current.content, operations, type, id);
    const expected = current.version;
    return answerWritten(await accept(session, resource, { interaction: 'patch', id, current, expected }));
  });
}

/** conditional patch: `PATCH [base]/[type]?criteria`, of exactly one resource. */
export async function conditionalPatch(
  session: Session,
  request: FhirRequest,
  type: string,
  criteria: string,
): Promise<FhirAnswer> {
  return session.atomically(async (inside) => {
    const message = 'More than one resource meets the criteria: they must name one.';
    const match = await soleMatch(inside, type, criteria, 'The address', { message });
    if (match === undefined) throw refuse(404, 'not-found', 'No resource meets the criteria.');
    return patch(inside, request, type, match.id);
  });
}

function operationsOf(request: FhirRequest): Operation[] {
  if (request.contentType !== JSON_PATCH) {
    throw refuse(415, 'not-supported', `PATCH takes a JSON Patch with Content-Type ${JSON_PATCH}.`, {
      expression: 'Content-Type',
    });
  }
  const { body } = request;
  const isPatch =
    Array.isArray(body) && body.every((each) => typeof each?.op === 'string' && typeof each?.path === 'string');
  if (!isPatch)
    throw refuse(400, 'structure', 'The body is not a JSON Patch: an array of operations, each with "op" and "path".');
  if (hasMarks(body)) throw refuse(400, 'value', 'The patch has a character that no value may have (NUL).');
  return markNumbers(body) as Operation[];
}

function apply(content: string, operations: Operation[], type: string, id: string): Resource {
  const before = markNumbers(parseExact(content, Number.POSITIVE_INFINITY)) as Resource;
  let after: unknown;
  try {
    after = unmarkNumbers(jsonPatch.applyPatch(before, operations, true, true).newDocument);
  } catch (error) {
    const { name, index } = error as { name?: string; index?: number };
    const which =
      index === undefined
        ? 'An operation'
        : `Operation ${index + 1} (${operations[index]?.op} ${operations[index]?.path})`;
    throw refuse(
      422,
      'processing',
      `${which} cannot be applied: ${PATCH_FAULTS[name ?? ''] ?? 'it does not fit the resource as it is'}. Nothing was changed.`,
    );
  }
  const resource = after as Resource | null;
  if (typeof resource !== 'object' || resource?.resourceType !== type || resource.id !== id) {
    throw refuse(422, 'invariant', 'A patch must leave the resourceType and the id as they are.', {
      expression: `${type}.id`,
    });
  }
  return resource;
}

/** The faults that the library names, in words. */
const PATCH_FAULTS: Readonly<Record<string, string>> = {
  TEST_OPERATION_FAILED: 'the value tested for is not there',
  OPERATION_PATH_UNRESOLVABLE: 'its path leads nowhere',
  OPERATION_FROM_UNRESOLVABLE: 'its "from" leads nowhere',
  OPERATION_OP_INVALID: 'op must be add, remove, replace, move, copy or test',
  OPERATION_PATH_INVALID: 'path must be empty or begin with /',
  OPERATION_VALUE_REQUIRED: 'it needs a "value"',
  OPERATION_VALUE_OUT_OF_BOUNDS: 'its index is beyond the end of the list',
};
