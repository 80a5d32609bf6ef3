import type { FhirResource } from 'fhir/r4';
import { terminologyInteraction } from '../dmd/interactions.ts';
import { isTerminologyType } from '../dmd/resources.ts';
import { withRemarks } from './conformance.ts';
import { batchOrTransaction } from './interactions/bundle.ts';
import { metadata } from './interactions/capabilities.ts';
import { create } from './interactions/create.ts';
import { conditionalDelete, deleteResource } from './interactions/delete.ts';
import { history } from './interactions/history.ts';
import { conditionalPatch, patch } from './interactions/patch.ts';
import { read, vread } from './interactions/read.ts';
import { search } from './interactions/search.ts';
import { conditionalUpdate, update } from './interactions/update.ts';
import { answerCurrentMedication } from './operations/current-medication.ts';
import { definitionInteraction } from './operations/definitions.ts';
import { operationAt, operations } from './operations/index.ts';
import { readPrefer } from './prefer.ts';
import { refuse } from './refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from './request.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { isId } from './url.ts';

/**
 * Answers one interaction, from HTTP or from a Bundle's entry.
 * @throws Refusal
 */
export async function dispatch(session: Session, request: FhirRequest): Promise<FhirAnswer> {
  const { path } = request;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const [first, second, third, fourth] = path;
  const last = path.at(-1);
  if (last?.startsWith('$')) return operate(session, request, method);
  if (first === undefined) return system(session, request, method);
  if (path.length === 1 && first === 'metadata' && method === 'GET') return metadata(session, request);
  if (path.length === 1 && first === 'currentmedication' && method === 'GET')
    return answerCurrentMedication(session, request);
  if (path.length === 1 && first === '_history' && method === 'GET') return history(session, request);
  if (first === 'OperationDefinition') return definitionInteraction(session, request, method, operations);
  if (isTerminologyType(first)) return terminologyInteraction(session, request, method, first);
  if (!RESOURCE_TYPES.has(first)) {
    throw refuse(
      404,
      'not-found',
      `"${first.slice(0, 64)}" is not a type of resource that this server keeps. See [base]/metadata for those that it does.`,
    );
  }
  if (second === undefined) return ofType(session, request, method, first);
  if (path.length === 2 && second === '_search') {
    demandMethod(method, ['POST'], 'A search by POST');
    return searchOrList(session, request, first);
  }
  if (path.length === 2 && second === '_history') {
    demandMethod(method, ['GET'], 'A history');
    return history(session, request, first);
  }
  if (!isId(second)) {
    throw refuse(404, 'not-found', 'There is no such resource: an id has 1 to 64 letters, digits, "-" and ".".');
  }
  if (third === undefined) return ofResource(session, request, method, first, second);
  if (third === '_history' && path.length <= 4) {
    demandMethod(method, ['GET'], 'A history');
    if (fourth === undefined) return history(session, request, first, second);
    refuseParameters(request, 'A read of one version');
    return vread(session, first, second, fourth);
  }
  throw refuse(404, 'not-found', 'There is nothing at this address.');
}

/** An interaction without parameters takes none, rather than ignore what a client believes it heeds. */
function refuseParameters({ query }: FhirRequest, what: string) {
  const [name] = query.find(([each]) => each !== '_format' && each !== '_pretty') ?? [];
  if (name === undefined) return;
  throw refuse(400, 'not-supported', `${what} does not take ${name}. It takes _format and _pretty.`, {
    expression: name,
  });
}

async function system(session: Session, request: FhirRequest, method: string): Promise<FhirAnswer> {
  if (method !== 'POST') {
    throw refuse(
      405,
      'not-supported',
      'The base takes POST of a batch or transaction Bundle. To search, name a type: [base]/[type]?...',
    );
  }
  refuseParameters(request, 'A batch or transaction');
  return batchOrTransaction(session, request);
}

async function ofType(session: Session, request: FhirRequest, method: string, type: string): Promise<FhirAnswer> {
  const criteria = request.query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  switch (method) {
    case 'GET':
      return searchOrList(session, request, type);
    case 'POST':
      if (criteria !== '')
        throw refuse(400, 'invalid', 'A create takes no parameters. To search by POST, use [type]/_search.');
      return create(session, request, type);
    case 'PUT':
      return conditionalUpdate(session, request, type, criteria);
    case 'PATCH':
      return conditionalPatch(session, request, type, criteria);
    case 'DELETE':
      return conditionalDelete(session, request, type, criteria);
    default:
      throw wrongMethod(method, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'A type');
  }
}

/** A search, unless it asks for the functional list of current medication. */
function searchOrList(session: Session, request: FhirRequest, type: string): Promise<FhirAnswer> {
  const isList =
    type === 'MedicationStatement' && request.query.some(([n, v]) => n === '_list' && v === '$current-medications');
  return isList ? answerCurrentMedication(session, request) : search(session, request, type);
}

async function ofResource(
  session: Session,
  request: FhirRequest,
  method: string,
  type: string,
  id: string,
): Promise<FhirAnswer> {
  if (method !== 'GET') refuseParameters(request, 'A write to a resource');
  switch (method) {
    case 'GET':
      return read(session, request, type, id);
    case 'PUT':
      return update(session, request, type, id);
    case 'PATCH':
      return patch(session, request, type, id);
    case 'DELETE':
      return deleteResource(session, request, type, id);
    default:
      throw wrongMethod(method, ['GET', 'PUT', 'PATCH', 'DELETE'], 'A resource');
  }
}

async function operate(session: Session, request: FhirRequest, method: string): Promise<FhirAnswer> {
  const { path } = request;
  const name = (path.at(-1) as string).slice(1);
  const [type, id] = path.slice(0, -1);
  const operation = path.length <= 3 ? operationAt(name, type, id) : undefined;
  if (operation === undefined) {
    throw refuse(
      404,
      'not-supported',
      `There is no operation $${name.slice(0, 64)} here. See [base]/metadata for those that there are.`,
    );
  }
  if (id !== undefined && !isId(id)) throw refuse(404, 'not-found', 'There is no such resource.');
  demandMethod(method, operation.get ? ['GET', 'POST'] : ['POST'], `$${name}`);
  return operation.run(session, request, {
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
  });
}

function demandMethod(method: string, allowed: string[], what: string) {
  if (!allowed.includes(method)) throw wrongMethod(method, allowed, what);
}

function wrongMethod(method: string, allowed: string[], what: string) {
  return refuse(405, 'not-supported', `${what} takes ${allowed.join(', ')}; ${method} is not supported here.`);
}

/** The answer that `Prefer: return=` asks for. */
export function asPreferred(request: FhirRequest, answer: FhirAnswer): FhirAnswer {
  if (!answer.wrote) return answer;
  const { return: wanted } = readPrefer(request.headers.prefer);
  if (wanted === 'representation') return answer;
  const { text: _text, ...rest } = answer;
  return wanted === 'minimal' ? rest : { ...rest, text: JSON.stringify(withRemarks(answer) ?? DONE) };
}

const DONE: FhirResource = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'information', code: 'informational', diagnostics: 'Done.' }],
};
