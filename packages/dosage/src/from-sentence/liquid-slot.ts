import { type Slot, type SlotMatch, slotAt } from './pattern.ts';
import type { Token } from './tokens.ts';

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const HOW_MUCH = list('at least about up to minimum of');
const MEASURE = list('a the some plenty little full large small drink glass glassful of amount tumbler');
const VESSEL = list('glass glasses glassful cup cups tumbler');
const KIND = list('of warm cold tap boiled cooled hot bath the ,');
const DRINK = list('water liquid fluid fluids milk juice bath');
const OTHER_DRINK = list('juice milk squash');

/** More words than this describe no drink; and work stays small on hostile input. */
const MOST_WORDS = 6;

/** The place after as many words of a set as stand at `at`. */
function pass(tokens: readonly Token[], at: number, words: ReadonlySet<string>): number {
  let next = at;
  while (next - at < MOST_WORDS && words.has(tokens[next]?.text ?? '')) next += 1;
  return next;
}

/** A bracketed measure: "half a glass (125mL) of water". */
function afterBracket(text: Parameters<Slot>[0], at: number): number {
  const { tokens } = text;
  if (tokens[at]?.text !== '(') return at;
  for (const amount of slotAt(text, 'amount', at + 1)) {
    for (const unit of slotAt(text, 'unit', amount.next)) if (tokens[unit.next]?.text === ')') return unit.next + 1;
  }
  return at;
}

/** What a medicine is taken in or with: "200ml of water", "half a glass (125mL) of water", "milk or juice". */
export const liquid: Slot = (text, at) => {
  const { tokens } = text;
  const from = pass(tokens, at, HOW_MUCH);
  const starts = [at, from, pass(tokens, from, MEASURE)];
  for (const amount of slotAt(text, 'amount', from)) {
    const unit = slotAt(text, 'unit', amount.next).at(-1);
    const vessel = pass(tokens, amount.next, MEASURE);
    if (unit !== undefined) starts.push(afterBracket(text, unit.next));
    else if (VESSEL.has(tokens[vessel - 1]?.text ?? '') || VESSEL.has(tokens[vessel - 2]?.text ?? ''))
      starts.push(afterBracket(text, vessel));
  }
  const found: SlotMatch[] = [];
  for (const start of starts) {
    const drink = pass(tokens, start, KIND);
    if (!DRINK.has(tokens[drink]?.text ?? '')) continue;
    const other = tokens[drink + 1]?.text === 'or' && OTHER_DRINK.has(tokens[drink + 2]?.text ?? '');
    const next = other ? drink + 3 : drink + 1;
    if (!found.some((match) => match.next === next)) found.push({ next, value: { from: at, to: next } });
  }
  return found;
};
