/** Quantities that are added up: exactly, and only where their units measure the same. */

import { type ExactQuantity, findUnit, fraction, type Rational, UCUM_SYSTEM } from '@concord/dmd';
import { canonicalDecimal } from '@concord/dosage';
import { object, text } from '../tolerant-reading.ts';

/** An exact amount as data. */
export interface ExactAmount {
  /** A decimal, or a fraction where no decimal is exact. */
  readonly value: string;
  /** The unit's name, or its code where it was sent without one. */
  readonly unit: string;
  readonly system?: string;
  readonly code?: string;
}

/** A Quantity that was read. */
export interface ReadAmount {
  readonly value: Rational;
  /** What its coded unit measures; undefined where the unit is only words. */
  readonly dimension: string | undefined;
  /** How many base units of its dimension the unit is. */
  readonly size: Rational;
  /** The unit's own words, made alike. */
  readonly words: string | undefined;
  readonly label: Omit<ExactAmount, 'value'>;
}

/** Reads a FHIR Quantity; a sentence fragment that says what is wrong where it cannot be counted. */
export function readAmount(quantity: unknown): ReadAmount | string {
  const q = object(quantity);
  const value = exactNumber(q.value);
  if (value === undefined) return 'has no value that is zero or more';
  if (q.comparator !== undefined) return 'is not exact: it has a comparator';
  const code = text(q.code);
  const words = text(q.unit);
  const system = text(q.system);
  if (code === undefined && words === undefined) return 'has no unit';
  const unit = code === undefined ? undefined : findUnit({ system, code });
  const shown = (words ?? unit?.name ?? code ?? '').slice(0, LONGEST_UNIT);
  const label = { unit: shown, ...(system && { system }), ...(code && { code }) };
  const dimension = unit?.dimension ?? (code === undefined ? undefined : `code ${system ?? ''}|${code}`);
  return { value, dimension, size: unit?.size ?? ONE, words: words === undefined ? undefined : alike(words), label };
}

/** An amount that dm+d's translation has counted. */
export function countedAmount({ value, unit: { system, code }, unitName }: ExactQuantity): ReadAmount {
  const unit = findUnit({ system, code });
  const dimension = unit?.dimension ?? `code ${system}|${code}`;
  return { value, dimension, size: unit?.size ?? ONE, words: alike(unitName), label: { unit: unitName, system, code } };
}

/** Days, of a quantity of time in a unit that has an exact length; undefined otherwise. */
export function daysOf(quantity: unknown, bareIsDays = false): Rational | undefined {
  const q = object(quantity);
  const value = exactNumber(q.value);
  if (value === undefined || q.comparator !== undefined) return undefined;
  const code = text(q.code);
  const words = text(q.unit);
  if (code === undefined && words === undefined) return bareIsDays ? value : undefined;
  const ucum = code ?? TIME_WORDS[alike(words ?? '')];
  const unit = ucum === undefined ? undefined : findUnit({ system: UCUM_SYSTEM, code: ucum });
  if (unit?.dimension !== 'time') return undefined;
  return fraction.divide(fraction.multiply(value, unit.size), SECONDS_A_DAY);
}

/** Amounts of one kind are added; amounts of different kinds stand side by side. The order changes nothing. */
export class Sums {
  /** The coded unit that goes by some words, where there is exactly one. */
  readonly #named = new Map<string, ReadAmount | undefined>();
  /** The unit in which each kind is shown. */
  readonly #shown = new Map<string, ReadAmount>();

  /** @param all every amount that will be added or compared, the one asked for among them */
  constructor(all: readonly ReadAmount[]) {
    for (const amount of all) {
      if (amount.dimension === undefined || amount.words === undefined) continue;
      const known = this.#named.get(amount.words);
      const one = !this.#named.has(amount.words) || (known !== undefined && sameUnit(known, amount));
      this.#named.set(amount.words, one ? amount : undefined);
    }
    for (const amount of all) {
      const kind = this.kind(amount);
      const shown = this.#shown.get(kind);
      if (shown === undefined || labelKey(amount) < labelKey(shown)) this.#shown.set(kind, amount);
    }
  }

  /** What kind an amount is of: amounts of two kinds are never added. */
  kind(amount: ReadAmount): string {
    return amount.dimension ?? this.#coded(amount)?.dimension ?? `words ${amount.words}`;
  }

  /** The sum of those of the amounts that are of a kind, in base units. */
  sum(amounts: readonly ReadAmount[], kind: string): Rational {
    return amounts.reduce((sum, a) => (this.kind(a) === kind ? fraction.add(sum, this.base(a)) : sum), ZERO);
  }

  /** An amount in base units of its kind. */
  base(amount: ReadAmount): Rational {
    return fraction.multiply(amount.value, this.#size(amount));
  }

  /** The sums of amounts, one for each kind, as data; in the unit of `like` where it is of the kind. */
  totals(amounts: readonly ReadAmount[], like?: ReadAmount): ExactAmount[] {
    const sums = new Map<string, Rational>();
    for (const amount of amounts) {
      const kind = this.kind(amount);
      sums.set(kind, fraction.add(sums.get(kind) ?? ZERO, this.base(amount)));
    }
    return [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([kind, sum]) => {
        const unit = like !== undefined && this.kind(like) === kind ? like : this.#shown.get(kind);
        return unit === undefined ? [] : [this.shown(sum, unit)];
      });
  }

  /** A sum in base units as data, in a unit of its kind. */
  shown(sum: Rational, unit: ReadAmount): ExactAmount {
    return { value: numberText(fraction.divide(sum, this.#size(unit)) ?? ZERO), ...unit.label };
  }

  #size(amount: ReadAmount): Rational {
    return amount.dimension === undefined ? (this.#coded(amount)?.size ?? ONE) : amount.size;
  }

  #coded({ words }: ReadAmount): ReadAmount | undefined {
    return words === undefined ? undefined : this.#named.get(words);
  }
}

function sameUnit(a: ReadAmount, b: ReadAmount): boolean {
  return a.dimension === b.dimension && fraction.compare(a.size, b.size) === 0;
}

/** `12.5`, or `10/3` where no decimal is exact. */
export function numberText(value: Rational): string {
  return fraction.toDecimal(value) ?? `${value.numerator}/${value.denominator}`;
}

/** A number as sent that is zero or more, exactly. */
export function exactNumber(value: unknown): Rational | undefined {
  const written = canonicalDecimal(value);
  const exact = written === undefined ? undefined : fraction.parseDecimal(written);
  return exact === undefined || exact.numerator < 0n ? undefined : exact;
}

/** A longer name of a unit is none, and is cut where it is shown. */
const LONGEST_UNIT = 60;

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };
const SECONDS_A_DAY: Rational = { numerator: 86400n, denominator: 1n };
const TIME_WORDS: Readonly<Record<string, string | undefined>> = {
  __proto__: null as never,
  day: 'd',
  week: 'wk',
  hour: 'h',
};

function labelKey({ label }: ReadAmount): string {
  return `${label.system ?? ''}|${label.code ?? ''}|${label.unit}`;
}

const alike = (words: string): string => words.trim().toLowerCase().replace(/s$/, '');
