import { etag, isNoneMatch } from '../preconditions.ts';
import { refuse } from '../refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { subset, subsetOf } from '../subset.ts';
import { answerWith } from './answers.ts';

/**
 * read: `GET [base]/[type]/[id]`, with `_summary` and `_elements`, `If-None-Match` and `If-Modified-Since`.
 * @see https://hl7.org/fhir/R4/http.html#read
 */
export async function read(session: Session, request: FhirRequest, type: string, id: string): Promise<FhirAnswer> {
  const wanted = subsetOf(request.query, type);
  const row = await session.record.read(type, id);
  if (row === undefined) throw refuse(404, 'not-found', `There is no ${type}/${id} here.`);
  if (row.content === null) {
    throw refuse(410, 'deleted', `${type}/${id} was deleted (version ${row.version}). Its history has what it was.`);
  }
  const since = request.headers['if-modified-since'];
  const isUnchanged =
    isNoneMatch(request.headers['if-none-match'], row.version) ||
    (since !== undefined && Math.floor(Date.parse(row.lastUpdated) / 1000) * 1000 <= Date.parse(since));
  if (isUnchanged) return { status: 304, etag: etag(row.version), lastModified: row.lastUpdated };
  const answer = answerWith(row);
  return wanted === undefined ? answer : { ...answer, text: subset(row.content, type, wanted) };
}

/**
 * vread: `GET [base]/[type]/[id]/_history/[vid]`.
 * @see https://hl7.org/fhir/R4/http.html#vread
 */
export async function vread(session: Session, type: string, id: string, version: string): Promise<FhirAnswer> {
  const row = /^\d{1,9}$/.test(version) ? await session.record.readVersion(type, id, Number(version)) : undefined;
  if (row === undefined) throw refuse(404, 'not-found', `There is no version ${version} of ${type}/${id} here.`);
  if (row.content === null) throw refuse(410, 'deleted', `Version ${version} of ${type}/${id} is its deletion.`);
  return answerWith(row);
}
