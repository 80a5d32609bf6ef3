import type { OperationOutcomeIssue } from 'fhir/r4';
import { bundleText, outcomeEntry, type TextEntry } from '../fhir/bundle.ts';
import { readPrefer } from '../fhir/prefer.ts';
import { refuse } from '../fhir/refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../fhir/request.ts';
import { subset, subsetOf } from '../fhir/subset.ts';
import { releaseOf } from './release-of.ts';
import type { KeptResource, TerminologyType } from './resources.ts';
import { matches, searchParameters } from './search-parameters.ts';

/**
 * Read and search of the resources that describe dm+d: `GET [base]/CodeSystem/dmd`, `GET [base]/ValueSet?url=...`. They
 * come with the release, so nothing else can be done to them.
 * @throws Refusal
 */
export async function terminologyInteraction(
  session: Session,
  request: FhirRequest,
  method: string,
  type: TerminologyType,
): Promise<FhirAnswer> {
  const [, second, ...more] = request.path;
  if (more.length > 0) throw refuse(404, 'not-found', `There is nothing at this address: ${type} has no history here.`);
  const isSearch = second === undefined || second === '_search';
  if (method !== 'GET' && !(second === '_search' && method === 'POST')) {
    throw refuse(405, 'not-supported', `${type} comes with the dm+d release: it can be read and searched only.`);
  }
  const { resources } = await releaseOf(session);
  const all = resources.of(type);
  return isSearch ? search(session, request, type, [...all.values()]) : read(request, type, second, all.get(second));
}

function read(request: FhirRequest, type: TerminologyType, id: string, kept: KeptResource | undefined): FhirAnswer {
  const wanted = subsetOf(request.query, type);
  if (kept === undefined) throw refuse(404, 'not-found', `There is no ${type}/${id.slice(0, 64)} here.`);
  const etag = `W/"${kept.resource.version}"`;
  if (request.headers['if-none-match'] === etag) return { status: 304, etag };
  return { status: 200, etag, text: wanted === undefined ? kept.text : subset(kept.text, type, wanted) };
}

/** Parameters of a search that are no criteria. */
const SETTINGS: ReadonlySet<string> = new Set(['_count', '_offset', '_total', '_summary', '_elements']);

function search(
  session: Session,
  request: FhirRequest,
  type: TerminologyType,
  all: readonly KeptResource[],
): FhirAnswer {
  const { lenient } = readPrefer(request.headers.prefer);
  const ignored: OperationOutcomeIssue[] = [];
  const used: [string, string][] = [];
  let found = all;
  for (const [name, value] of request.query) {
    if (name === '_format' || name === '_pretty') continue;
    if (SETTINGS.has(name)) {
      used.push([name, value]);
      continue;
    }
    const parameter = searchParameters(type).get(name);
    if (parameter === undefined) {
      const known = [...searchParameters(type).keys()].join(', ');
      const diagnostics = `${type} has no search parameter "${name.slice(0, 64)}" here. It has ${known}.`;
      if (!lenient) throw refuse(400, 'not-supported', diagnostics, { expression: name });
      ignored.push({ severity: 'warning', code: 'not-supported', diagnostics, expression: [name] });
      continue;
    }
    used.push([name, value]);
    found = found.filter(({ resource }) => matches(resource, parameter, value));
  }
  return { status: 200, text: searchset(session, type, found, used, ignored) };
}

function searchset(
  session: Session,
  type: TerminologyType,
  found: readonly KeptResource[],
  used: readonly [string, string][],
  ignored: OperationOutcomeIssue[],
): string {
  const offset = wholeNumber(used, '_offset', 0, Number.MAX_SAFE_INTEGER);
  const count = wholeNumber(used, '_count', session.limits.defaultCount, session.limits.maxCount);
  const summary = setting(used, '_summary');
  const isCount = summary === 'count' || count === 0;
  const wanted = subsetOf(
    used.filter(([name, value]) => name === '_elements' || (name === '_summary' && value !== 'count')),
    type,
  );
  const address = (from: number) => {
    const own = used.filter(([name]) => name !== '_offset');
    const pairs = from === 0 ? own : [...own, ['_offset', String(from)] as const];
    const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return `${session.base}/${type}${query === '' ? '' : `?${query}`}`;
  };
  const page: TextEntry[] = found.slice(offset, isCount ? offset : offset + count).map(({ resource, text }) => ({
    fullUrl: `${session.base}/${type}/${resource.id}`,
    text: wanted === undefined ? text : subset(text, type, wanted),
    search: { mode: 'match' },
  }));
  if (ignored.length > 0) page.push(outcomeEntry({ resourceType: 'OperationOutcome', issue: ignored }));
  const links = [{ relation: 'self', url: address(offset) }];
  if (!isCount && offset + count < found.length) links.push({ relation: 'next', url: address(offset + count) });
  return bundleText('searchset', page, { total: found.length, links, now: session.now });
}

function setting(used: readonly [string, string][], name: string): string | undefined {
  return used.findLast(([each]) => each === name)?.[1];
}

function wholeNumber(used: readonly [string, string][], name: string, otherwise: number, most: number): number {
  const given = setting(used, name);
  if (given === undefined) return otherwise;
  if (/^\d{1,9}$/.test(given)) return Math.min(Number(given), most);
  throw refuse(400, 'value', `${name} takes a number of 0 or more; "${given.slice(0, 64)}" is not one.`, {
    expression: name,
  });
}
