import { RaceLost, VersionConflict } from '../../store/write.ts';
import { demandedVersion, demandVersion, etag } from '../preconditions.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { soleMatch } from './conditional.ts';
import { untilWon } from './race.ts';

/**
 * delete: `DELETE [base]/[type]/[id]`. Nothing is erased: a deletion is a version without content, and the history keeps
 * the rest. Deleting what is deleted, or never was, succeeds and changes nothing.
 * @see https://hl7.org/fhir/R4/http.html#delete
 */
export async function deleteResource(
  session: Session,
  request: FhirRequest,
  type: string,
  id: string,
): Promise<FhirAnswer> {
  const demanded = demandedVersion(request.headers['if-match']);
  return untilWon(session, `${type}/${id}`, async () => {
    const current = await session.record.read(type, id);
    const version = current?.content == null ? 0 : current.version;
    demandVersion(demanded, version);
    if (current === undefined || current.content === null) return { status: 204 };
    const { key } = current;
    const write = { key, type, id, interaction: 'delete' as const, expected: version, tokens: [], identities: [] };
    const written = await session.record.write(write).catch((error) => {
      throw error instanceof VersionConflict ? new RaceLost(error.message) : error;
    });
    return { status: 204, etag: etag(written.version), lastModified: written.lastUpdated };
  });
}

/**
 * conditional delete: `DELETE [base]/[type]?criteria`, of one resource at most.
 * @see https://hl7.org/fhir/R4/http.html#3.1.0.7.1
 */
export async function conditionalDelete(
  session: Session,
  request: FhirRequest,
  type: string,
  criteria: string,
): Promise<FhirAnswer> {
  return session.atomically(async (inside) => {
    const message = 'More than one resource meets the criteria; only one is deleted at a time.';
    const match = await soleMatch(inside, type, criteria, 'The address', { message });
    return match === undefined ? { status: 204 } : deleteResource(inside, request, type, match.id);
  });
}
