import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';
import { splitOnce } from './bundle-entry.ts';
import { matchesOf } from './conditional.ts';

/** What each fullUrl, and each conditional reference, of a Bundle is called here: `Type/id`. */
export type Names = Map<string, string>;

/** References to entries of the Bundle, and conditional ones (`Patient?identifier=...`), become references here. */
export async function resolveAll(session: Session, body: unknown, names: Names): Promise<unknown> {
  for (const reference of conditionalReferences(body)) {
    if (names.has(reference)) continue;
    const [type = '', criteria = ''] = splitOnce(reference, '?');
    const matches = await matchesOf(session, type, criteria, reference);
    const [match] = matches;
    if (match === undefined || matches.length > 1) {
      throw refuse(
        412,
        match ? 'multiple-matches' : 'not-found',
        `The reference "${type}?..." leads to ${match ? 'more than one resource' : 'none'}: it must lead to one.`,
      );
    }
    names.set(reference, match.reference);
  }
  return resolve(body, names, session);
}

const CONDITIONAL = /^[A-Z][A-Za-z]+\?./;

function conditionalReferences(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const each of node) conditionalReferences(each, found);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'reference' && typeof value === 'string' && CONDITIONAL.test(value)) found.push(value);
      else conditionalReferences(value, found);
    }
  }
  return found;
}

/** The elements that may hold the address of another entry: `Reference.reference`, and uri and url values as FHIR says. */
const ADDRESSES: ReadonlySet<string> = new Set(['reference', 'uri', 'url', 'valueUri', 'valueUrl']);

/** A copy in which the Bundle's own names (urn:uuid and others) are replaced. */
export function resolve(node: unknown, names: Names, session: Session): unknown {
  if (Array.isArray(node)) return node.map((each) => resolve(each, names, session));
  // An exact number (JSON.rawJSON) is an object without a prototype, and no node.
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (typeof value !== 'string') return [key, resolve(value, names, session)];
      return [key, ADDRESSES.has(key) ? renamed(value, key, names, session) : value];
    }),
  );
}

function renamed(value: string, key: string, names: Names, session: Session): string {
  const known = names.get(value);
  if (known !== undefined) return known;
  if (key !== 'reference') return value;
  return names.get(`${session.base}/${value}`) ?? value;
}
