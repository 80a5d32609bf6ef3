import { siteFor } from '../../dmd/code-search.ts';
import type { Search } from '../../search/criteria.ts';
import { included } from '../../search/includes.ts';
import { parseSearch } from '../../search/parse.ts';
import { count, find } from '../../search/search.ts';
import type { Stored } from '../../store/stored.ts';
import { bundleText, outcomeEntry, type TextEntry } from '../bundle.ts';
import { readPrefer } from '../prefer.ts';
import type { FhirAnswer, FhirRequest, Session } from '../request.ts';
import { type Subset, subset } from '../subset.ts';
import { asRefusal } from './conditional.ts';

/**
 * search: `GET [base]/[type]?criteria` and `POST [base]/[type]/_search`. What is not understood is refused by name, or,
 * with `Prefer: handling=lenient`, left out and named in an OperationOutcome entry.
 * @see https://hl7.org/fhir/R4/search.html
 */
export async function search(session: Session, request: FhirRequest, type: string): Promise<FhirAnswer> {
  const { lenient } = readPrefer(request.headers.prefer);
  try {
    const asked = parseSearch(type, request.query, await siteFor(session), session.limits, { lenient });
    return { status: 200, text: await searchset(session, asked) };
  } catch (error) {
    throw asRefusal(error);
  }
}

async function searchset(session: Session, asked: Search): Promise<string> {
  const outcomes = asked.ignored.map(({ name, reason }) => ({
    severity: 'warning' as const,
    code: 'not-supported' as const,
    diagnostics: `Ignored ${name}: ${reason}`,
    expression: [name],
  }));
  const remarks: TextEntry[] =
    outcomes.length > 0 ? [outcomeEntry({ resourceType: 'OperationOutcome', issue: outcomes })] : [];
  const link = (relation: string, cursor?: string) => ({ relation, url: address(session.base, asked, cursor) });
  if (asked.summary === 'count') {
    const total = await count(session.record, asked);
    return bundleText('searchset', remarks, { total, links: [link('self')], now: session.now });
  }
  const found = await find(session.record, asked);
  const beside = await included(session.record, asked, found.matches, session.base);
  const wanted = subsetOf(asked);
  const entry = (stored: Stored, mode: 'match' | 'include'): TextEntry => ({
    fullUrl: `${session.base}/${stored.reference}`,
    text: wanted === undefined ? stored.text : subset(stored.text, stored.type, wanted),
    search: { mode },
  });
  const entries = [
    ...found.matches.map((stored) => entry(stored, 'match')),
    ...beside.map((stored) => entry(stored, 'include')),
    ...remarks,
  ];
  const links = [
    link('self', asked.cursor),
    link('first'),
    ...(found.next === undefined ? [] : [link('next', found.next)]),
  ];
  return bundleText('searchset', entries, { total: found.total, links, now: session.now });
}

function subsetOf({ summary, elements }: Search): Subset | undefined {
  if (elements !== undefined) return { elements };
  return summary === 'true' || summary === 'text' || summary === 'data' ? { summary } : undefined;
}

/** The address of a page: the parameters that were used, as they were given, and where the page begins. */
function address(base: string, { type, used }: Search, cursor?: string): string {
  const pairs = cursor === undefined ? used : [...used, ['_cursor', cursor] as const];
  const query = pairs.map(([name, value]) => `${plain(name)}=${plain(value)}`).join('&');
  return `${base}/${type}${query === '' ? '' : `?${query}`}`;
}

/** Percent-encodes what a query must not hold, and leaves readable what FHIR's values are full of. */
function plain(text: string): string {
  return encodeURIComponent(text).replace(/%(3A|2F|7C|2C|24)/g, (code) => decodeURIComponent(code));
}
