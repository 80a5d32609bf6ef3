import type { WhenCode } from '../dosage.ts';
import type { PartOf } from './parts.ts';
import { type Placed, refuse, type Work } from './work.ts';

type When = Placed<PartOf<'when'>>;

const list = (codes: string): ReadonlySet<string> => new Set(codes.split(' '));

/** Codes of one part of the day: what is named within it, by the clock and by its meal. */
const PARTS_OF_DAY: readonly ReadonlySet<string>[] = [
  list('MORN MORN.early MORN.late WAKE CM ACM PCM'),
  list('NOON AFT AFT.early AFT.late CD ACD PCD'),
  list('EVE EVE.early EVE.late CV ACV PCV'),
  list('NIGHT HS PHS'),
];
const ANY_MEAL = list('C AC PC');
const MEALS = list('CM ACM PCM CD ACD PCD CV ACV PCV');

/** "In the morning with breakfast", "at night before food": two names of one time. */
function sameTime(a: WhenCode, b: WhenCode): boolean {
  if (a === b) return true;
  if (ANY_MEAL.has(a) !== ANY_MEAL.has(b)) return true;
  if (MEALS.has(a) && MEALS.has(b)) return false;
  return PARTS_OF_DAY.some((part) => part.has(a) && part.has(b));
}

/** What stands between two times: "and" or the like, a comma, or neither. */
function between(work: Work, a: When, b: When): 'and' | 'comma' | 'nothing' {
  const words = work.text.tokens.slice(a.stretch.to, b.stretch.from).map(({ text }) => text);
  if (words.some((word) => word === 'and' || word === '&' || word === '+')) return 'and';
  return words.includes(',') ? 'comma' : 'nothing';
}

/**
 * The times of day that are named, each with all its names. "And" parts two times, nothing between them joins two
 * names of one time; where that cannot be so, the sentence is refused rather than counted.
 */
export function eventsOf(work: Work, whens: readonly When[]): When[][] {
  const events: When[][] = [];
  for (const when of whens) {
    const event = events.at(-1);
    const last = event?.at(-1);
    if (event === undefined || last === undefined) {
      events.push([when]);
      continue;
    }
    const same = event.every(({ part }) => sameTime(part.code, when.part.code));
    const joint = last.stretch === when.stretch ? 'and' : between(work, last, when);
    if (joint !== 'and' && same) event.push(when);
    else {
      const generic = event.some(({ part }) => ANY_MEAL.has(part.code)) || ANY_MEAL.has(when.part.code);
      if (joint === 'and' && same && !generic && last.stretch !== when.stretch) {
        refuse(work, 'ambiguous', 'Two names of one time are counted as two.', [last.stretch, when.stretch]);
      }
      if (joint === 'nothing' && last.stretch !== when.stretch) {
        refuse(work, 'ambiguous', 'Two times are named side by side.', [last.stretch, when.stretch]);
      }
      events.push([when]);
    }
  }
  return events;
}
