import { liquid } from './liquid-slot.ts';
import { type Amount, amount, count, limit, number, ordinal, times } from './numbers.ts';
import { type Slot, slotAt } from './pattern.ts';
import { bareClock, clock, date, dates, days, pluralSpan, span, strokeSpan, TIME_WORDS, time } from './time-slots.ts';
import { type Branch, measure, plant, unit, unitsFrom, unitTree } from './unit-slots.ts';
import { type DoseUnit, MEASURES } from './vocabulary/units.ts';
import { condition, done, meal, order, route, site } from './vocabulary-slots.ts';

/** Words that count or measure time or dose: unread, they may change an amount. */
export const isMeasuringWord = (word: string): boolean => Object.hasOwn(TIME_WORDS, word) || unitTree.next.has(word);

const AFTER_NOCTE: ReadonlySet<string> = new Set(['.', ',', ';', ')', 'prn', 'for', 'x', 'when', 'if', 'as']);

/**
 * "on" for omni nocte: at the end of a phrase, straight after a figure or a figure and its unit, or written as initials.
 * "One tablet on" is more likely a sentence cut short, and is not read.
 */
const nocte: Slot = (text, at) => {
  const { tokens, sentence } = text;
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.text !== 'on' || before === undefined || (after !== undefined && !AFTER_NOCTE.has(after.text))) return [];
  const initials = !/^[oO]n$/.test(sentence.slice(token.start, token.end));
  const counted =
    before.kind === 'number' ||
    (tokens[at - 2]?.kind === 'number' && slotAt(text, 'unit', at - 1).some(({ next }) => next === at));
  return initials || counted ? [{ next: at + 1, value: true }] : [];
};

/** A bare article means one before a unit: "a tablet", "an ampoule". */
export const one: Amount = { low: '1', high: '1', figures: false, stroke: false, spacedHyphen: false };

/** Slots by the names that phrases use. */
export const SLOTS: Readonly<Record<string, Slot>> = {
  amount,
  number,
  count,
  times,
  ordinal,
  time,
  span,
  unit,
  measure,
  days,
  clock,
  bareClock,
  date,
  dates,
  liquid,
  nocte,
  limit,
  condition,
  done,
  meal,
  order,
  route,
  site,
  pluralSpan,
  strokeSpan,
};

/** The slots, with a medicine's own unit of dose added under the name that the dictionary gives it. */
export function slotsWith(extra: DoseUnit | undefined): Readonly<Record<string, Slot>> {
  // Measured units are UCUM, whatever code the dictionary has for them.
  if (extra === undefined || MEASURES.has(extra.unit.toLowerCase())) return SLOTS;
  const tree: Branch = { next: new Map() };
  const words = extra.unit.toLowerCase().match(/\p{L}+|\d+(?:\.\d+)?|\S/gu);
  if (words === null || words.length === 0) return SLOTS;
  plant(tree, words.join(' '), { unit: extra, plural: false });
  plant(tree, `${words.join(' ')}s`, { unit: extra, plural: true });
  const own = unitsFrom(tree);
  const both: Slot = (text, at) => {
    const mine = own(text, at);
    return mine.length > 0
      ? [...mine, ...unit(text, at).filter(({ next }) => !mine.some((match) => match.next === next))]
      : unit(text, at);
  };
  return { ...SLOTS, unit: both };
}
