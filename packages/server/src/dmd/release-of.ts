import { refuse } from '../fhir/refusal.ts';
import type { Session } from '../fhir/request.ts';
import type { Release } from './release.ts';

/**
 * The dm+d release of a request: the same for all of it, a whole batch included.
 * @throws Refusal 503 where the site has none that can be opened
 */
export async function releaseOf(session: Session): Promise<Release> {
  session.release ??= await session.dmd?.find();
  if (session.release !== undefined) return session.release;
  throw refuse(503, 'transient', 'No dm+d release is in use here. Load one: concord dmd load ARCHIVE...');
}
