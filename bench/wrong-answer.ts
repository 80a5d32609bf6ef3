import { isDeepStrictEqual } from 'node:util';
import type { Bundle, FhirResource } from 'fhir/r4';
import type { Answer, Request } from './http-connection.ts';

/** An answer that is not what it must be. It ends the run: a fast wrong answer is worth nothing. */
class WrongAnswer extends Error {
  constructor(request: Request, answer: Answer, why: string) {
    super(
      `WRONG ANSWER to ${request.method} ${request.path}: ${why}\n  status ${answer.status}\n  ${answer.body.slice(0, 1500)}`,
    );
  }
}

export function demand(holds: boolean, request: Request, answer: Answer, why: string) {
  if (!holds) throw new WrongAnswer(request, answer, why);
}

/**
 * Checks an answer that carries one resource: its id, version (in the ETag and in the resource) and all that was sent.
 * @param sent what the resource must say, besides id and meta
 */
export function demandResource(
  request: Request,
  answer: Answer,
  expected: { status: number; id: string; version: number; sent: FhirResource },
) {
  const { status, id, version, sent } = expected;
  demand(answer.status === status, request, answer, `the status must be ${status}`);
  demand(answer.headers.etag === `W/"${version}"`, request, answer, `the ETag must be W/"${version}"`);
  const got = JSON.parse(answer.body) as FhirResource;
  demand(got.id === id, request, answer, `the id must be ${id}`);
  demand(got.meta?.versionId === String(version), request, answer, `versionId must be ${version}`);
  demand(!Number.isNaN(Date.parse(got.meta?.lastUpdated ?? '')), request, answer, 'lastUpdated must be an instant');
  demand(isDeepStrictEqual(bare(got), bare(sent)), request, answer, `the content must be ${JSON.stringify(sent)}`);
}

/** Without what the server sets. */
function bare({ id: _id, meta, ...rest }: FhirResource & { id?: string }): object {
  return { ...rest, source: meta?.source };
}

/** The matches of a searchset, after a check that it is one with status 200 and the total. */
export function demandSearchset(request: Request, answer: Answer, total: number): FhirResource[] {
  demand(answer.status === 200, request, answer, 'the status must be 200');
  const bundle = JSON.parse(answer.body) as Bundle;
  demand(bundle.type === 'searchset', request, answer, 'it must be a searchset');
  demand(bundle.total === total, request, answer, `the total must be ${total}, not ${bundle.total}`);
  const matches = (bundle.entry ?? []).filter((entry) => entry.search?.mode === 'match');
  return matches.map((entry) => entry.resource as FhirResource);
}

/** Checks that two sets of names are one. */
export function demandSame(request: Request, answer: Answer, got: string[], expected: string[], what: string) {
  const [a, b] = [[...got].sort(), [...expected].sort()];
  demand(isDeepStrictEqual(a, b), request, answer, `${what} must be ${b.join(', ')}, not ${a.join(', ')}`);
}
