import type { TimeUnit } from '../dosage.ts';
import { britishEnglish } from './british-english.ts';
import type { Forms, Words } from './words.ts';

/** A template with one slot, split once so that filling it is two concatenations. */
export interface OneSlot {
  before: string;
  after: string;
}

/** A template with two slots, in either order. */
export interface TwoSlots {
  before: string;
  between: string;
  after: string;
  swapped: boolean;
}

/** The words of a language with its templates split, ready to fill. */
export type CompiledWords = ReturnType<typeof compile>;

const cache = new WeakMap<Words, CompiledWords>();

/**
 * Splits the templates of a language, once per Words value. Throws a RangeError naming the template when a slot is
 * missing: that is a fault in the wording data, never in a Dosage.
 */
export function compileWords(words: Words): CompiledWords {
  let compiled = cache.get(words);
  if (compiled === undefined) {
    compiled = compile(words);
    cache.set(words, compiled);
  }
  return compiled;
}

/** The text of a one-slot template. */
export function fill({ before, after }: OneSlot, value: string): string {
  // Most templates are open at one end, and joining nothing is not free.
  const text = before === '' ? value : before + value;
  return after === '' ? text : text + after;
}

/** The text of a two-slot template, values in the order the template was declared with. */
export function fillBoth({ before, between, after, swapped }: TwoSlots, first: string, second: string): string {
  const middle = swapped ? second + between + first : first + between + second;
  const text = before === '' ? middle : before + middle;
  return after === '' ? text : text + after;
}

function compile(words: Words) {
  return {
    words,
    times: forms(words.times),
    timesUpTo: forms(words.timesUpTo),
    timeUnits: new Map(Object.entries(words.timeUnits).map(([unit, one]) => [unit as TimeUnit, forms(one)])),
    units: new Map(Object.entries(words.units)),
    when: new Map<unknown, string>(Object.entries(words.when)),
    whenAfterOffset: new Map<unknown, string>(Object.entries(words.whenAfterOffset)),
    days: new Map<unknown, string>(Object.entries(words.days)),
    timesOther: one(words.times.other, 'count'),
    wholeAndFraction: {
      25: one(words.wholeAndFraction[25], 'whole'),
      5: one(words.wholeAndFraction[5], 'whole'),
      75: one(words.wholeAndFraction[75], 'whole'),
    },
    unitThatBeginsWithDigit: two(words.unitThatBeginsWithDigit, 'amount', 'unit'),
    amountOfUnit: two(words.amountOfUnit, 'amount', 'unit'),
    range: two(words.range, 'low', 'high'),
    upTo: one(words.upTo, 'high'),
    twoDoses: two(words.twoDoses, 'first', 'second'),
    rate: one(words.rate, 'rate'),
    ratePer: two(words.ratePer, 'amount', 'unit'),
    rateEvery: two(words.rateEvery, 'amount', 'time'),
    over: one(words.over, 'time'),
    overWithMaximum: two(words.overWithMaximum, 'time', 'maximum'),
    timesRange: two(words.timesRange, 'low', 'high'),
    timesUpToOther: one(words.timesUpTo.other, 'high'),
    timesPer: two(words.timesPer, 'times', 'unit'),
    every: one(words.every, 'period'),
    timesEvery: two(words.timesEvery, 'times', 'period'),
    offsetWhen: two(words.offsetWhen, 'offset', 'when'),
    onDays: one(words.onDays, 'list'),
    atTimes: one(words.atTimes, 'list'),
    onDates: one(words.onDates, 'list'),
    dateAtTime: two(words.dateAtTime, 'date', 'time'),
    asRequiredFor: one(words.asRequiredFor, 'reason'),
    forTime: one(words.forTime, 'time'),
    forAtLeast: one(words.forAtLeast, 'time'),
    forUpTo: one(words.forUpTo, 'time'),
    fromTo: two(words.fromTo, 'start', 'end'),
    from: one(words.from, 'start'),
    until: one(words.until, 'end'),
    maximumPerPeriod: two(words.maximumPerPeriod, 'amount', 'time'),
    maximumPerDose: one(words.maximumPerDose, 'amount'),
    maximumPerLifetime: one(words.maximumPerLifetime, 'amount'),
  };
}

/** The form for a number, by a lookup that does not care how the number's text was made. */
export function formFor(of: CompiledForms | undefined, count: string): string {
  return of === undefined ? '' : (of.exact.get(count) ?? of.other);
}

interface CompiledForms {
  readonly exact: ReadonlyMap<string, string>;
  readonly other: string;
}

function forms({ other, ...exact }: Forms): CompiledForms {
  return { exact: new Map(Object.entries(exact)), other };
}

function one(template: string, slot: string): OneSlot {
  const [before, after, ...rest] = template.split(`{${slot}}`);
  if (before === undefined || after === undefined || rest.length > 0) throw badTemplate(template, slot);
  return { before, after };
}

function two(template: string, first: string, second: string): TwoSlots {
  const swapped = template.indexOf(`{${second}}`) < template.indexOf(`{${first}}`);
  const left = one(template, swapped ? second : first);
  const right = one(left.after, swapped ? first : second);
  return { before: left.before, between: right.before, after: right.after, swapped };
}

function badTemplate(template: string, slot: string): RangeError {
  return new RangeError(`The template "${template}" must hold the slot {${slot}} exactly once.`);
}

/** British English, compiled. */
export const compiledBritishEnglish: CompiledWords = compileWords(britishEnglish);
