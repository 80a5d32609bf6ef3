import { refuse } from './refusal.ts';
import { isStorable } from './storable-text.ts';

/**
 * The names and values of a query string, decoded, in order.
 * @throws Refusal 400 for bad percent-encoding, or characters that no value may have
 */
export function queryPairs(query: string): [string, string][] {
  if (query === '') return [];
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [decoded(name, 'The query'), decoded(value, name)];
    });
}

function decoded(text: string, source: string): string {
  if (!/[%+]/.test(text)) return clean(text, source);
  try {
    return clean(decodeURIComponent(text.replace(/\+/g, ' ')), source);
  } catch (error) {
    if (error instanceof URIError)
      throw refuse(400, 'invalid', 'The query has a % that does not begin a valid UTF-8 escape.');
    throw error;
  }
}

/** @throws Refusal 400 for text that no FHIR value takes */
function clean(text: string, source: string): string {
  if (!isStorable(text)) {
    throw refuse(400, 'invalid', 'The query has a character that no value may have (NUL, or half a pair).', {
      expression: source.slice(0, 40),
    });
  }
  return text;
}

/** The segments of a path, decoded; undefined when it is not well formed. */
export function pathSegments(path: string): string[] | undefined {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

/** Is this a logical id that FHIR allows? */
export function isId(text: string): boolean {
  return /^[A-Za-z0-9\-.]{1,64}$/.test(text);
}
