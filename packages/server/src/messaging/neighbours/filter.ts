import { judgedOnItsOwn } from '../../search/on-its-own.ts';
import { parseSearch } from '../../search/parse.ts';
import { SearchRefusal } from '../../search/refusal.ts';
import { Stored } from '../../store/stored.ts';
import type { Change } from '../subscriber.ts';

/** Does a version meet the criteria? */
export type Filter = (change: Pick<Change, 'key' | 'type' | 'id' | 'version' | 'at'>, text: string) => boolean;

/** No page is ever made. */
const LIMITS = { defaultCount: 1, maxCount: 1 };

/**
 * Reads `deliver.filter`: search criteria that a resource meets or not by itself, whatever else there is.
 * @throws with what is wrong with them
 */
export function readFilter(text: string): Filter {
  const at = text.indexOf('?');
  const type = text.slice(0, at);
  const tests = criteriaOf(text, type, text.slice(at + 1)).map((criterion) => {
    const test = judgedOnItsOwn(criterion);
    if (test !== undefined) return test;
    throw new Error(
      `The filter ${text} looks at other resources (${criterion.source}): it can only ask what is in one.`,
    );
  });
  return (change, content) => {
    if (change.type !== type) return false;
    const entry = new Stored({ ...change, lastUpdated: change.at, interaction: 'update', content });
    return tests.every((test) => test(entry));
  };
}

function criteriaOf(text: string, type: string, query: string) {
  try {
    const site = { base: '', now: Date.now() };
    return parseSearch(type, new URLSearchParams(query), site, LIMITS, { lenient: false }).criteria;
  } catch (error) {
    if (!(error instanceof SearchRefusal)) throw error;
    throw new Error(`The filter ${text} cannot be followed: ${error.message}`);
  }
}
