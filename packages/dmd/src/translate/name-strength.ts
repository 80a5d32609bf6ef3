/**
 * The exact strength out of a product's name. dm+d stores strengths rounded to two or three decimals (5 mg in 15 ml is
 * held as 333.33 microgram per ml), while the name says what they are.
 */

import type { Dictionary, Strength, Vmp } from '../dictionary/dictionary.ts';
import { compare, divide, multiply, parseDecimal, type Rational, rational } from '../units/rational.ts';
import { type Amount, inUnit, type NamedUnit, namedUnit } from './amount.ts';

/** Units as names of products write them, singular or plural, and the dm+d code. */
const NAME_UNITS: readonly (readonly [written: string, code: string])[] = [
  ['million units?', '408165007'],
  ['micrograms?', '258685003'],
  ['nanograms?', '258686002'],
  ['mg', '258684004'],
  ['kg', '258683005'],
  ['g', '258682000'],
  ['microlitres?', '258774008'],
  ['nanolitres?', '282113003'],
  ['ml', '258773002'],
  ['litres?', '258770004'],
  ['units?', '767525000'],
  ['iu', '258997004'],
  ['mmol', '258718000'],
  ['micromol', '258719008'],
  ['MBq', '229034000'],
  ['GBq', '418931004'],
  ['kBq', '282143001'],
  ['hours?', '258702006'],
  ['doses?', '3317411000001100'],
  ['actuations?', '732981002'],
];

const NUMBER = '(\\d[\\d,]*(?:\\.\\d+)?)';
const UNIT = `(${NAME_UNITS.map(([written]) => written).join('|')})`;
const RATIO = new RegExp(`(?<![\\d.,])${NUMBER} ?${UNIT} ?/ ?(?:${NUMBER} ?)?${UNIT}(?![A-Za-z])`, 'gi');
const VOLUME = new RegExp(`(?<![\\d.,])${NUMBER} ?(ml|litres?)(?![A-Za-z/])`, 'gi');

/** A strength that a name states: `5mg/15ml`. */
interface NamedRatio {
  readonly text: string;
  readonly numerator: Amount;
  readonly denominator: Amount;
  /** Whether the name gives the denominator a number (`/15ml`, not `/ml`). */
  readonly counted: boolean;
}

/** All strengths that a name states as one amount per another, in the order of the name. */
function ratiosIn(dictionary: Dictionary, name: string): NamedRatio[] {
  return [...name.matchAll(RATIO)].flatMap((match): NamedRatio[] => {
    const [text, top = '', topUnit = '', below, belowUnit = ''] = match;
    const numerator = amount(dictionary, top, topUnit);
    const denominator = amount(dictionary, below ?? '1', belowUnit);
    if (numerator === undefined || denominator === undefined) return [];
    return [{ text, numerator, denominator, counted: below !== undefined }];
  });
}

/**
 * What a name says is in how much, where the dictionary holds the one without the other: `200mg/5ml` of a vial of 5 ml
 * whose strength is held as 200 mg.
 * @returns the strength in one unit of `size`; undefined where the name does not say just that
 */
export function namedFor(dictionary: Dictionary, name: string, held: Amount, size: Amount): Rational | undefined {
  const named = ratiosIn(dictionary, name).some(({ numerator, denominator }) => {
    const [top, below] = [inUnit(numerator, held.unit), inUnit(denominator, size.unit)];
    return top && below && compare(top.value, held.value) === 0 && compare(below.value, size.value) === 0;
  });
  return named ? divide(held.value, size.value) : undefined;
}

/** The one volume that a name gives a number for, in a unit of volume; undefined where it gives none or several. */
export function onlyVolumeIn(dictionary: Dictionary, name: string): Amount | undefined {
  const found = [...name.matchAll(VOLUME)].flatMap((match) => amount(dictionary, match[1] ?? '', match[2] ?? '') ?? []);
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const same = others.every((other) => {
    const converted = inUnit(other, first.unit);
    return converted !== undefined && compare(converted.value, first.value) === 0;
  });
  return same ? first : undefined;
}

function amount(dictionary: Dictionary, digits: string, written: string): Amount | undefined {
  const value = parseDecimal(digits.replaceAll(',', ''));
  // Case counts where it can: `Mg` and `G` are not written in dm+d names, `MBq` is.
  const row = NAME_UNITS.find(([pattern]) => new RegExp(`^${pattern}$`, 'i').test(written));
  const unit = row && namedUnit(dictionary, { code: row[1] });
  return value === undefined || unit === undefined ? undefined : { value, unit };
}

/** What is known of how exact a strength is. */
export type Exactness =
  /** The stored value is what the name says, or nothing speaks against it. */
  | { readonly kind: 'stored' }
  /** The stored value is the name's, rounded: the name's counts. */
  | { readonly kind: 'recovered'; readonly name: string }
  /** It looks rounded, or the name says something else; nothing says what is exact. */
  | { readonly kind: 'inexact'; readonly reason: string };

/** A strength as an exact ratio: numerator units per one denominator unit. */
export interface ExactStrength {
  readonly value: Rational;
  readonly exactness: Exactness;
  /** The ratio of the name that gives the strength, where it does. */
  readonly named: NamedRatio | undefined;
}

/**
 * The exact strength per one denominator unit. A ratio of the name counts where the stored value is that ratio to the
 * precision in which it is stored.
 */
export function exactStrength(
  dictionary: Dictionary,
  vmp: Vmp,
  strength: Strength,
  numeratorUnit: NamedUnit,
  denominatorUnit: NamedUnit,
): ExactStrength | undefined {
  const top = parseDecimal(strength.numeratorValue ?? '');
  const below = parseDecimal(strength.denominatorValue ?? '1');
  const stored = top && below && divide(top, below);
  if (top === undefined || below === undefined || stored === undefined) return undefined;
  const tolerance = divide(lastPlace(strength.numeratorValue ?? ''), below) ?? stored;
  let disagreeing: NamedRatio | undefined;
  for (const named of ratiosIn(dictionary, vmp.name)) {
    const numerator = inUnit(named.numerator, numeratorUnit);
    const denominator = inUnit(named.denominator, denominatorUnit);
    const value = numerator && denominator && divide(numerator.value, denominator.value);
    if (value === undefined) continue;
    if (compare(value, stored) === 0) return { value, exactness: { kind: 'stored' }, named };
    if (isWithin(value, stored, tolerance) || isWithin(value, stored, hundredthOf(stored))) {
      return { value, exactness: { kind: 'recovered', name: named.text }, named };
    }
    disagreeing ??= named;
  }
  const confirmed = percentagesIn(dictionary, vmp.name, denominatorUnit).some((named) => {
    const value = inUnit(named, numeratorUnit)?.value;
    return value !== undefined && compare(value, stored) === 0;
  });
  if (confirmed) return { value: stored, exactness: { kind: 'stored' }, named: undefined };
  const reason = whyInexact(strength.numeratorValue ?? '', disagreeing);
  return {
    value: stored,
    exactness: reason === undefined ? { kind: 'stored' } : { kind: 'inexact', reason },
    named: undefined,
  };
}

/**
 * A hundredth: the name and the stored strength of one product differ by that much where the volume in the name is
 * rounded (200 mg in 1.14 ml, held as 175 mg per ml) or the strength is held as a whole number (3,333 units per ml). What
 * differs by more is another strength, or a fault, and is refused.
 */
function hundredthOf({ numerator, denominator }: Rational): Rational {
  return { numerator, denominator: denominator * 100n };
}

/** What percentages of a name are in one of the unit: 61.24% is 61.24 g in 100 ml, or in 100 g. */
function percentagesIn(dictionary: Dictionary, name: string, per: NamedUnit): Amount[] {
  const base = PERCENT_OF[per.dimension];
  const gram = namedUnit(dictionary, { code: '258682000' });
  const unit = base === undefined ? undefined : namedUnit(dictionary, { code: base });
  const size = unit && divide(per.size, unit.size);
  if (gram === undefined || size === undefined) return [];
  return [...name.matchAll(PERCENT)].flatMap(([, digits = '']) => {
    const value = parseDecimal(digits);
    const share = value && divide(multiply(value, size), { numerator: 100n, denominator: 1n });
    return share === undefined ? [] : [{ value: share, unit: gram }];
  });
}

const PERCENT = /(?<![\d.,])(\d{1,3}(?:\.\d+)?)%/g;
/** What a percentage counts hundred of: ml of what is measured by volume, grams of what is weighed. */
const PERCENT_OF: Readonly<Record<string, string>> = { volume: '258773002', mass: '258682000' };

/** Less than one in the last place: dm+d rounds, and sometimes cuts off. */
function isWithin(a: Rational, b: Rational, tolerance: Rational): boolean {
  const low = {
    numerator: b.numerator * tolerance.denominator - tolerance.numerator * b.denominator,
    denominator: b.denominator * tolerance.denominator,
  };
  const high = {
    numerator: b.numerator * tolerance.denominator + tolerance.numerator * b.denominator,
    denominator: b.denominator * tolerance.denominator,
  };
  return compare(low, a) < 0 && compare(a, high) < 0;
}

/** One in the last place of a decimal that has places; nothing for a whole number, which is not rounded. */
function lastPlace(decimal: string): Rational {
  const places = decimal.split('.')[1]?.length ?? 0;
  return (places === 0 ? undefined : rational(1n, 10n ** BigInt(places))) ?? { numerator: 0n, denominator: 1n };
}

/** dm+d keeps three decimals at most, so a value with three may be rounded; so may thirds with two. */
function whyInexact(stored: string, disagreeing: NamedRatio | undefined): string | undefined {
  if (disagreeing !== undefined) {
    return `the name says ${disagreeing.text}, the dictionary holds ${stored} per unit of measure`;
  }
  const places = stored.split('.')[1] ?? '';
  if (places.length >= 3 || /^(33|66|67)$/.test(places)) {
    return `the dictionary holds ${stored}, which looks rounded, and the name does not say the exact strength`;
  }
  return undefined;
}
