/** The second list: strengths of one form together, fewest units first (T6). */

import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { add, compare, divide, isWhole, multiply, type Rational, rational } from '../units/rational.ts';
import { type ExactQuantity, exactQuantity, exactText, inUnit, type NamedUnit } from './amount.ts';
import { compareText, prescribingStatus } from './candidates.ts';
import { type ProductReference, referenceTo } from './concept.ts';
import type { ReadDose } from './dose.ts';
import type { DoseQuestion } from './dose-to-products.ts';
import type { StrengthReading } from './strength.ts';

/** Several products together that make a dose. */
export interface CombinationOffer {
  readonly parts: readonly { readonly product: ProductReference; readonly quantity: ExactQuantity }[];
  /** How many units in all. */
  readonly units: number;
  /** `50 mg + 25 mg = 75 mg`. */
  readonly arithmetic: string;
}

/** More units than this together are not offered: nobody should count out so many. */
const MOST_UNITS = 8;
/** More combinations than this of one form are not listed. */
const MOST_OF_A_FORM = 3;
const ZERO: Rational = { numerator: 0n, denominator: 1n };

interface Strength {
  readonly vmp: Vmp;
  readonly value: Rational;
  readonly unit: NamedUnit;
}

/** Whole units of two or more strengths of one form that make the dose. Only for single doses that are amounts. */
export function combinationsOf(
  _dictionary: Dictionary,
  candidates: readonly { readonly vmp: Vmp; readonly reading: StrengthReading }[],
  dose: ReadDose,
  question: Pick<DoseQuestion, 'setting'>,
): CombinationOffer[] {
  if (dose.high !== undefined) return [];
  const byForm = new Map<string, Strength[]>();
  for (const { vmp, reading } of candidates) {
    const { unit, measure, perTime, exactness } = reading;
    const { offering } = prescribingStatus(vmp, question.setting ?? 'primary');
    if (unit === undefined || measure !== undefined || exactness.kind === 'inexact' || offering !== 'vmp') continue;
    if ((perTime === undefined) !== (dose.low.per === undefined)) continue;
    const target = inUnit(dose.low, reading.substanceUnit);
    const share = target && divide(unit.strength, target.value);
    if (share === undefined) continue;
    const key = [
      vmp.forms.map(({ code }) => code).join(),
      vmp.routes
        .map(({ code }) => code)
        .sort()
        .join(),
      unit.unit.dimension,
      reading.substance.id,
    ].join('|');
    const group = byForm.get(key) ?? [];
    // Of products of one strength, the first as ranked and named stands for all.
    if (!group.some(({ value }) => compare(value, share) === 0)) group.push({ vmp, value: share, unit: unit.unit });
    byForm.set(key, group);
  }
  if (dose.low.per !== undefined) return [];
  return [...byForm.values()]
    .flatMap((group) => offersOf(group, dose))
    .sort((a, b) => a.units - b.units || compareText(names(a), names(b)));
}

const names = (offer: CombinationOffer): string => offer.parts.map(({ product }) => product.name).join('\n');

const WHOLE: Rational = { numerator: 1n, denominator: 1n };

function offersOf(group: readonly Strength[], dose: ReadDose): CombinationOffer[] {
  const strengths = [...group].sort((a, b) => compare(b.value, a.value));
  if (strengths.length < 2) return [];
  const found: { counts: number[]; units: number }[] = [];
  const take = (at: number, counts: readonly number[], units: number, sum: Rational): void => {
    const rest = add(WHOLE, { numerator: -sum.numerator, denominator: sum.denominator });
    const strength = strengths[at];
    if (rest.numerator === 0n) {
      if (counts.filter((count) => count > 0).length > 1) found.push({ counts: [...counts], units });
      return;
    }
    if (strength === undefined) return;
    if (at === strengths.length - 1) {
      // The smallest strength makes up the rest, or nothing does.
      const left = divide(rest, strength.value);
      if (left === undefined || !isWhole(left) || left.numerator > BigInt(MOST_UNITS - units)) return;
      take(at + 1, [...counts, Number(left.numerator)], units + Number(left.numerator), WHOLE);
      return;
    }
    for (let count = 0; units + count <= MOST_UNITS; count++) {
      const next = add(sum, multiply(strength.value, rational(BigInt(count)) ?? ZERO));
      if (compare(next, WHOLE) > 0) break;
      take(at + 1, [...counts, count], units + count, next);
    }
  };
  take(0, [], 0, ZERO);
  return found
    .sort((a, b) => a.units - b.units)
    .slice(0, MOST_OF_A_FORM)
    .map(({ counts, units }) => {
      const parts = strengths.flatMap(({ vmp, value, unit }, index) => {
        const count = counts[index] ?? 0;
        if (count === 0) return [];
        const quantity = exactQuantity({ value: rational(BigInt(count)) ?? ZERO, unit });
        const each = `${exactText(multiply(value, dose.low.value))} ${dose.low.unit.name}`;
        return [{ product: referenceTo(vmp), quantity, said: count === 1 ? each : `${count} x ${each}` }];
      });
      const arithmetic = `${parts.map(({ said }) => said).join(' + ')} = ${exactText(dose.low.value)} ${dose.low.unit.name}`;
      return { parts: parts.map(({ product, quantity }) => ({ product, quantity })), units, arithmetic };
    });
}
