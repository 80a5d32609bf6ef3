import { queryPairs } from '../../fhir/url.ts';
import type { Criterion } from '../../search/criteria.ts';
import { judgedOnItsOwn } from '../../search/on-its-own.ts';
import { parseSearch } from '../../search/parse.ts';
import { namedPatients } from '../../search/people.ts';
import { SearchRefusal } from '../../search/refusal.ts';
import type { Stored } from '../../store/stored.ts';
import type { Fault } from './fault.ts';
import type { People } from './people.ts';

/** Search criteria that versions are judged by as they come. */
export interface Criteria {
  type: string;
  passes: (entry: Stored, people: People) => boolean;
  /** Must it be known who the patients are? */
  usesPeople: boolean;
}

/** Parameters that say how a search is answered; a notification is no answer. */
const OF_THE_ANSWER = /^_(count|sort|total|summary|elements|include|revinclude|cursor|format|pretty)(:|$)/;
/** What codes these stand for changes with each release of the terminology. */
const BY_TERMINOLOGY = /:(below|above|in|not-in)$/;

/** No page is ever made. */
const LIMITS = { defaultCount: 1, maxCount: 1 };

/**
 * Reads search criteria for judging single versions.
 * @param query      what follows the `?`
 * @param base       this server's FHIR base, for references that are written with it
 * @param expression the element that they are from, for faults
 * @param only       the parameters that may be used; undefined for all that the type has
 * @returns the criteria, or what stands in their way
 */
export function readCriteria(
  type: string,
  query: string,
  base: string,
  expression: string,
  only?: readonly string[],
): Criteria | Fault[] {
  const faults: Fault[] = [];
  const fault = (code: Fault['code'], diagnostics: string) => faults.push({ code, expression, diagnostics });
  let pairs: [string, string][] = [];
  try {
    pairs = queryPairs(query);
  } catch (error) {
    fault('invalid', (error as Error).message);
  }
  const tests: ((entry: Stored, people: People) => boolean)[] = [];
  let usesPeople = false;
  for (const pair of pairs) {
    const [name] = pair;
    const code = name.split(/[:.]/)[0] as string;
    if (OF_THE_ANSWER.test(name)) {
      fault('not-supported', `${name} says how to answer a search; take it out: nothing is searched here.`);
    } else if (BY_TERMINOLOGY.test(name)) {
      fault('not-supported', `${name} asks the terminology, which changes: name the codes themselves.`);
    } else if (only !== undefined && !only.includes(code)) {
      fault('not-supported', `The topic is not filtered by "${code}". It is by ${only.join(', ')}.`);
    } else {
      const criterion = readOne(type, pair, base);
      if (criterion instanceof SearchRefusal) {
        fault(criterion.code, criterion.message);
        continue;
      }
      const named = namedPatients(criterion, type);
      const own = judgedOnItsOwn(criterion);
      if (named !== undefined) {
        usesPeople = true;
        tests.push((entry, people) => people.isAbout(named, entry));
      } else if (own !== undefined) tests.push(own);
      else {
        const message = `${name} depends on other resources. A version is judged by itself: use what it holds, and patient:identifier for who it is about.`;
        fault('not-supported', message);
      }
    }
  }
  if (faults.length > 0) return faults;
  return { type, usesPeople, passes: (entry, people) => tests.every((test) => test(entry, people)) };
}

function readOne(type: string, pair: [string, string], base: string): Criterion | SearchRefusal {
  try {
    const site = { base, now: Date.now() };
    const [criterion] = parseSearch(type, [pair], site, LIMITS, { lenient: false }).criteria;
    return criterion ?? new SearchRefusal(pair[0], 'not-supported', `${pair[0]} is no search parameter.`);
  } catch (error) {
    if (error instanceof SearchRefusal) return error;
    throw error;
  }
}
