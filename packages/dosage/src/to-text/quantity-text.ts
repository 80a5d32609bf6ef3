import { compareDecimals } from '../decimal.ts';
import type { TimeUnit } from '../dosage.ts';
import { fill, fillBoth, formFor } from '../words/compiled-words.ts';
import { readUnit, type UnitReading, unitWords } from '../words/unit-words.ts';
import type { Fraction } from '../words/words.ts';
import { quantityElements } from './elements.ts';
import type { Reading } from './reading.ts';
import { accountForUnread, isObject } from './unread-elements.ts';

/** A quantity read: its exact amount as canonical text, and its unit. */
export interface Amount {
  readonly value: string;
  readonly unit: UnitReading;
  /** The words of the unit (D-012, D-019). */
  readonly unitWords: string;
}

/**
 * Reads a Quantity that must have an amount and a unit. Returns undefined when refused: without an amount (D-022) or a
 * unit (D-019), negative, with a comparator (which a dose may not have), or with a unit that contradicts its code.
 */
export function readQuantity(reading: Reading, quantity: unknown, path: string): Amount | undefined {
  if (!isObject(quantity)) return reading.refuse('FHIR', path, 'A Quantity must be an object.');
  const { value: sent, comparator, unit: sentUnit, system, code } = quantityElements(reading, quantity, path);
  if (comparator !== undefined) {
    return reading.refuse('FHIR', `${path}.comparator`, 'A comparator is not allowed here, and must not be ignored.');
  }
  if (sent === undefined) return reading.refuse('D-022', path, 'There is no amount.');
  const value = reading.decimal(sent, path, '.value');
  if (value === undefined) return reading.refuse('D-017', `${path}.value`, 'The amount is not a decimal number.');
  if (value.charCodeAt(0) === 45) return reading.refuse('D-022', `${path}.value`, 'The amount is less than zero.');
  const unit = readUnit(sentUnit, system, code);
  if (unit.unsafe !== undefined) return reading.refuse(unit.unsafe.rule, path, unit.unsafe.message);
  const words = unitWords(unit, reading.compiled);
  if (words === undefined) {
    return reading.refuse(
      'D-019',
      path,
      'There is neither a unit nor a code that can be read, so the amount is unsafe.',
    );
  }
  for (const warning of unit.warnings) reading.warn(warning.rule, path, warning.message);
  return { value, unit, unitWords: words };
}

/** D-012 to D-017: an amount with its unit, e.g. `2 tablet`, `half tablet`, `0.75 mL`, `2 x 5ml spoonful`, `24 hours`. */
export function amountText(reading: Reading, amount: Amount): string {
  return withUnit(reading, numberText(reading, amount), amount);
}

/** D-010, D-013, D-013a: the number alone, a fraction in words where the unit is a thing that is counted. */
function numberText(reading: Reading, amount: Amount): string {
  const { value, unit } = amount;
  if (unit.measured || unit.time !== undefined) return value;
  const point = value.indexOf('.');
  if (point === -1) return value;
  const { compiled } = reading;
  const fraction = value.slice(point + 1);
  if (fraction !== '5' && fraction !== '25' && fraction !== '75') return value;
  const known: Fraction = fraction;
  return point === 1 && value.charCodeAt(0) === 48
    ? compiled.words.fractions[known]
    : fill(compiled.wholeAndFraction[known], value.slice(0, point));
}

function withUnit(reading: Reading, number: string, { value, unit, unitWords: words }: Amount): string {
  const { compiled } = reading;
  if (unit.time !== undefined) return fillBoth(compiled.amountOfUnit, number, timeWord(reading, value, unit.time));
  const first = words.charCodeAt(0);
  if (first < 48 || first > 57) return fillBoth(compiled.amountOfUnit, number, words);
  const small = reading.options.smallNumberWords ? compiled.words.smallNumbers[number] : undefined;
  return small === undefined
    ? fillBoth(compiled.unitThatBeginsWithDigit, number, words)
    : fillBoth(compiled.amountOfUnit, small, words);
}

/** D-015: the word for a unit of time after a number. */
function timeWord(reading: Reading, value: string, unit: TimeUnit): string {
  return formFor(reading.compiled.timeUnits.get(unit), value);
}

/** A number of a unit of time, e.g. `24 hours`. */
export function timeText(reading: Reading, value: string, unit: TimeUnit): string {
  return fillBoth(reading.compiled.amountOfUnit, value, timeWord(reading, value, unit));
}

/** D-016, D-036: a number or a range of a unit of time, which follows the high number, e.g. `3 to 4 weeks`. */
export function timeRangeText(reading: Reading, low: string, high: string | undefined, unit: TimeUnit): string {
  if (high === undefined) return timeText(reading, low, unit);
  const { compiled } = reading;
  return fillBoth(compiled.amountOfUnit, fillBoth(compiled.range, low, high), timeWord(reading, high, unit));
}

/** A Range read: either end may be absent, not both. */
export interface AmountRange {
  readonly low: Amount | undefined;
  readonly high: Amount | undefined;
}

/**
 * Reads a Range. Refused: without either end, ends in different units (only one unit is printed, D-016), or a low end
 * above the high. A low end without a unit of its own has that of the high, and the reverse.
 */
export function readRange(reading: Reading, range: unknown, path: string): AmountRange | undefined {
  if (!isObject(range)) return reading.refuse('FHIR', path, 'A Range must be an object.');
  for (const name in range) {
    if (name !== 'low' && name !== 'high') accountForUnread(reading, path, -1, name, range[name]);
  }
  if (range.low === undefined && range.high === undefined) {
    return reading.refuse('D-023', path, 'The range has neither a low nor a high end.');
  }
  const lowPath = `${path}.low`;
  const highPath = `${path}.high`;
  const low = range.low === undefined ? undefined : readQuantity(reading, unitFrom(range.low, range.high), lowPath);
  const high = range.high === undefined ? undefined : readQuantity(reading, unitFrom(range.high, range.low), highPath);
  if (range.low !== undefined && low === undefined) return undefined;
  if (range.high !== undefined && high === undefined) return undefined;
  if (low !== undefined && high !== undefined) {
    if (low.unit.identity !== high.unit.identity) {
      return reading.refuse('D-016', path, 'The low and high ends are in different units, and only one is printed.');
    }
    if (low.unitWords !== high.unitWords) reading.leaveOut('D-016', `${lowPath}.unit`, 'other-words', low.unitWords);
    const order = compareDecimals(low.value, high.value);
    if (order > 0) return reading.refuse('R-053', path, 'The low end is above the high end.');
    if (order === 0) {
      reading.leaveOut('D-043', lowPath, 'equal-maximum', low.value);
      return { low: high, high };
    }
  }
  return { low, high };
}

/** The quantity, with the other's unit where it has none at all. */
function unitFrom(quantity: unknown, other: unknown): unknown {
  if (!isObject(quantity) || !isObject(other)) return quantity;
  if (quantity.unit !== undefined || quantity.code !== undefined || quantity.system !== undefined) return quantity;
  return { ...quantity, unit: other.unit, system: other.system, code: other.code };
}

/** D-023: both ends, e.g. `1 to 2 tablet`; one text where they are equal. */
export function rangeText(reading: Reading, low: Amount, high: Amount): string {
  if (low.value === high.value) return amountText(reading, high);
  const { compiled } = reading;
  const numbers = fillBoth(compiled.range, numberText(reading, low), numberText(reading, high));
  return withUnit(reading, numbers, high);
}

/** A Ratio read. */
export interface AmountRatio {
  readonly numerator: Amount;
  readonly denominator: Amount;
}

/** Reads a Ratio that must have both parts, the lower above zero. */
export function readRatio(reading: Reading, ratio: unknown, path: string): AmountRatio | undefined {
  if (!isObject(ratio)) return reading.refuse('FHIR', path, 'A Ratio must be an object.');
  for (const name in ratio) {
    if (name !== 'numerator' && name !== 'denominator') accountForUnread(reading, path, -1, name, ratio[name]);
  }
  if (ratio.numerator === undefined || ratio.denominator === undefined) {
    return reading.refuse('FHIR', path, 'A Ratio must have a numerator and a denominator.');
  }
  const numerator = readQuantity(reading, ratio.numerator, `${path}.numerator`);
  const denominator = readQuantity(reading, ratio.denominator, `${path}.denominator`);
  if (numerator === undefined || denominator === undefined) return undefined;
  if (denominator.value === '0') return reading.refuse('FHIR', `${path}.denominator`, 'The denominator is zero.');
  return { numerator, denominator };
}
