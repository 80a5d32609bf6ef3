import { rowOf } from '../rules/row-of.ts';

/** What a phrase of a dosage comes to, so that two can be compared: an estimate, never to dose by. */
interface Measure {
  readonly kind: 'mass' | 'volume' | 'times' | 'length';
  /** In micrograms, millilitres, times an hour, hours. */
  readonly amount: number;
}

const numbers: Readonly<Record<string, string>> = {
  ...{ half: '0.5', one: '1', two: '2', three: '3', four: '4', five: '5', six: '6' },
  ...{ seven: '7', eight: '8', nine: '9', ten: '10', eleven: '11', twelve: '12' },
  ...{ once: '1 times', twice: '2 times', thrice: '3 times' },
  ...{ hourly: '1 times a hour', daily: '1 times a day', weekly: '1 times a week', monthly: '1 times a month' },
};

const masses: Readonly<Record<string, number>> = {
  ...{ nanogram: 0.001, microgram: 1, mcg: 1, milligram: 1000, mg: 1000 },
  ...{ gram: 1_000_000, g: 1_000_000, kilogram: 1_000_000_000, kg: 1_000_000_000 },
};
const volumes: Readonly<Record<string, number>> = { millilitre: 1, ml: 1, litre: 1000, l: 1000 };
const hours: Readonly<Record<string, number>> = {
  minute: 1 / 60,
  hour: 1,
  day: 24,
  week: 168,
  month: 730.5,
  year: 8766,
};
/** A month is no whole number of days: that much apart may still be the same. */
const leeway = 1.15;

const number = '\\d+(?:\\.\\d+)?';
const amount = new RegExp(`^(${number}) ([a-z]+)$`);
const length = new RegExp(`^for (?:a |(${number}) )([a-z]+)$`);
const often = new RegExp(`^(?:(${number}) times? (?:a|per|each|every|in) |every )(?:(${number}) )?([a-z]+)$`);

/** Lower case, numbers as digits, words without their s. */
export function plainWords(words: string): string {
  return words
    .toLowerCase()
    .replace(/(?<=\d)(?=[a-z])/g, ' ')
    .replace(/[a-z]+/g, (word) => rowOf(numbers, word) ?? word.replace(/(?<=[a-z]{3})s$/, ''))
    .replace(/\s+/g, ' ')
    .trim();
}

/** What a phrase comes to; undefined where it is no plain amount, frequency or length of time. */
function measureOf(words: string): Measure | undefined {
  const plain = plainWords(words).replace(/\btime\b/, 'times');
  const [, value = '', unit = ''] = amount.exec(plain) ?? [];
  const [mass, volume] = [rowOf(masses, unit), rowOf(volumes, unit)];
  if (mass !== undefined) return { kind: 'mass', amount: Number(value) * mass };
  if (volume !== undefined) return { kind: 'volume', amount: Number(value) * volume };
  const [, lasts = '1', lastsUnit = ''] = length.exec(plain) ?? [];
  const long = rowOf(hours, lastsUnit);
  if (long !== undefined) return { kind: 'length', amount: Number(lasts) * long };
  const [, times = '1', every = '1', period = ''] = often.exec(plain) ?? [];
  const each = rowOf(hours, period);
  return each === undefined ? undefined : { kind: 'times', amount: Number(times) / (Number(every) * each) };
}

/** How two phrases stand, where both are measured alike: the same, nearly the same, or not. */
export function compareMeasures(a: string, b: string): 'same' | 'near' | 'other' | undefined {
  const [first, second] = [measureOf(a), measureOf(b)];
  if (first === undefined || second === undefined || first.kind !== second.kind) return undefined;
  const [less, more] = [Math.min(first.amount, second.amount), Math.max(first.amount, second.amount)];
  if (more <= less * 1.000_001) return 'same';
  const isMonths = /month|year/i.test(a + b);
  return isMonths && more <= less * leeway ? 'near' : 'other';
}
