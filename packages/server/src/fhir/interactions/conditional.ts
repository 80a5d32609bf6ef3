import { siteFor } from '../../dmd/code-search.ts';
import { parseSearch } from '../../search/parse.ts';
import { SearchRefusal } from '../../search/refusal.ts';
import { findAll } from '../../search/search.ts';
import type { Stored } from '../../store/stored.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';
import { queryPairs } from '../url.ts';

/**
 * The resources that meet the criteria of a conditional interaction: none, one, or two for "more than one".
 * @param criteria search parameters as in a URL, without the `?`
 * @param source   what to name in a refusal: the header, or the URL
 * @throws Refusal 400 when there are no criteria or they are not search criteria; 412 when they cannot be followed
 */
export async function matchesOf(session: Session, type: string, criteria: string, source: string): Promise<Stored[]> {
  const pairs = queryPairs(criteria.replace(/^[^?]*\?/, ''));
  const site = await siteFor(session);
  const search = searchOrRefuse(() => parseSearch(type, pairs, site, session.limits, { lenient: false }));
  if (search.criteria.length === 0) {
    throw refuse(400, 'required', `${source} has no search criteria: name what makes the resource the one meant.`, {
      expression: source,
    });
  }
  return findAll(session.record, type, search.criteria, 2);
}

/**
 * The one resource that a conditional write is about, or none. Those who write by the same criteria take turns until
 * their transactions end, which the session must be in.
 * @param tooMany what to say when several meet the criteria, and of which header
 * @throws Refusal 412 when several do; and as {@link matchesOf}
 */
export async function soleMatch(
  session: Session,
  type: string,
  criteria: string,
  source: string,
  tooMany: { message: string; expression?: string },
): Promise<Stored | undefined> {
  await session.record.lock(`${type}?${criteria}`);
  const matches = await matchesOf(session, type, criteria, source);
  const { message, expression } = tooMany;
  if (matches.length > 1) throw refuse(412, 'multiple-matches', message, expression ? { expression } : {});
  return matches[0];
}

/** Turns a search's refusal into a FHIR one: a 400 that names the parameter. */
function searchOrRefuse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asRefusal(error);
  }
}

/** A SearchRefusal as a Refusal; anything else as it is. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof SearchRefusal)) return error;
  return refuse(400, error.code, error.message, { expression: error.parameter });
}
