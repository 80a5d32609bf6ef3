import type { BundleEntry, FhirResource } from 'fhir/r4';
import { JSON_PATCH, readJson } from '../body.ts';
import { withRemarks } from '../conformance.ts';
import { readPrefer } from '../prefer.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { isStorable } from '../storable-text.ts';
import { pathSegments, queryPairs } from '../url.ts';

/** The headers that an entry carries as elements of its request. */
const HEADERS = {
  ifMatch: 'if-match',
  ifNoneMatch: 'if-none-match',
  ifNoneExist: 'if-none-exist',
  ifModifiedSince: 'if-modified-since',
} as const;

/**
 * The interaction that an entry of a batch or transaction asks for.
 * @param outer the request that brought the Bundle: its `Prefer` holds for each entry
 * @throws Refusal 400 when the entry cannot be read as a request
 */
export function entryRequest(
  session: Session,
  entry: BundleEntry | null | undefined,
  index: number,
  outer: FhirRequest,
): FhirRequest {
  const where = `Bundle.entry[${index}]`;
  const { method, url } = entry?.request ?? {};
  if (typeof method !== 'string' || typeof url !== 'string') {
    throw refuse(400, 'required', `${where} needs request.method and request.url.`, { expression: `${where}.request` });
  }
  const relative = url.startsWith(`${session.base}/`) ? url.slice(session.base.length + 1) : url.replace(/^\//, '');
  const [path = '', query = ''] = splitOnce(relative, '?');
  const segments = /^[a-z]+:/i.test(path) ? undefined : pathSegments(path);
  if (segments === undefined)
    throw refuse(400, 'value', `${where}.request.url is not an address on this server.`, {
      expression: `${where}.request.url`,
    });
  const resource = entry?.resource;
  const patch =
    method === 'PATCH' ? patchOf(resource as FhirResource | undefined, where, session.limits.nesting) : undefined;
  return {
    method,
    path: segments,
    query: queryPairs(query),
    headers: { ...headersOf({ ...entry?.request }, where), prefer: outer.headers.prefer },
    ...(patch ?? (resource === undefined ? {} : { body: resource, contentType: 'application/fhir+json' })),
  };
}

function headersOf(request: { [name: string]: unknown }, where: string): FhirRequest['headers'] {
  const headers: FhirRequest['headers'] = {};
  for (const [element, header] of Object.entries(HEADERS)) {
    const value = request[element];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !isStorable(value)) {
      throw refuse(400, 'value', `${where}.request.${element} must be a string, as the header ${header} would be.`, {
        expression: `${where}.request.${element}`,
      });
    }
    headers[header] = value;
  }
  return headers;
}

/** A patch in a Bundle is a Binary with the JSON Patch inside. */
function patchOf(resource: FhirResource | undefined, where: string, nesting: number) {
  const data = resource?.resourceType === 'Binary' && resource.contentType === JSON_PATCH ? resource.data : undefined;
  if (typeof data !== 'string') {
    throw refuse(
      400,
      'structure',
      `${where}: a PATCH entry's resource is a Binary with contentType ${JSON_PATCH} and the patch as data.`,
      { expression: `${where}.resource` },
    );
  }
  return { body: readJson(Buffer.from(data, 'base64').toString('utf8'), nesting), contentType: JSON_PATCH };
}

/** The text before and after the first separator. */
export function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Deletes first, then creates, then updates and patches, then reads: the order that FHIR gives. */
const ORDER: ReadonlyMap<string, number> = new Map(
  Object.entries({ DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 }),
);

/** When its turn comes, as a number that rises. */
export function order(request: FhirRequest | Refusal | undefined): number {
  if (request instanceof Refusal) return 4;
  return ORDER.get(request?.method ?? '') ?? 4;
}

/** What `Prefer: return=` asks of each entry: the resource, an OperationOutcome in the response, or neither. */
export function preferred(request: FhirRequest, answer: FhirAnswer): FhirAnswer {
  const { text, outcome: _outcome, ...rest } = answer;
  if (!answer.wrote) return text === undefined ? rest : { ...rest, text };
  const wanted = readPrefer(request.headers.prefer).return;
  if (wanted === 'representation') return text === undefined ? rest : { ...rest, text };
  const outcome = wanted === 'OperationOutcome' ? withRemarks(answer) : undefined;
  return outcome ? { ...rest, outcome } : rest;
}

/** Does an entry ask for another Bundle to be run? */
export function isNested({ path }: FhirRequest): boolean {
  return path.length === 0;
}

export function refusedNesting(): Promise<FhirAnswer> {
  return Promise.reject(refuse(400, 'not-supported', 'A Bundle cannot hold another batch or transaction.'));
}
