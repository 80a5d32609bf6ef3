/** The second list: strengths of one form together, fewest units first (T6). */

import { compare, divide, multiply, type Rational, rational } from '../units/rational.ts';
import { type ExactQuantity, exactQuantity, exactText, inUnit, type NamedUnit } from './amount.ts';
import { compareText, prescribingStatus } from './candidates.ts';
import type { ProductReference } from './concept.ts';
import type { DoseAmount } from './dose.ts';
import type { DoseQuestion } from './dose-question.ts';
import type { ProductFacts } from './facts.ts';
import { perUnitOfTime } from './quantity-for-dose.ts';
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
/** Three strengths together only of forms that have no more strengths than this: the rest is work for no gain. */
const MOST_FOR_THREE = 10;
/** Forms with more strengths than this need no sums: one of them is at hand for every dose (capsules of iodine-131 have hundreds). */
const MOST_STRENGTHS = 60;
const ZERO: Rational = { numerator: 0n, denominator: 1n };

interface Strength {
  readonly product: ProductReference;
  readonly value: Rational;
  readonly unit: NamedUnit;
}

/** Whole units of two or more strengths of one form that make the dose: of patches the rates add up. */
export function combinationsOf(
  candidates: readonly { readonly facts: ProductFacts; readonly reading: StrengthReading }[],
  dose: DoseAmount,
  question: Pick<DoseQuestion, 'setting'>,
): CombinationOffer[] {
  const byForm = new Map<string, Strength[]>();
  for (const { facts, reading } of candidates) {
    const { unit, measure, perTime, exactness } = reading;
    const { offering } = prescribingStatus(facts, question.setting ?? 'primary');
    if (unit === undefined || measure !== undefined || exactness.kind === 'inexact' || offering !== 'vmp') continue;
    if ((perTime === undefined) !== (dose.per === undefined)) continue;
    const amount = perTime && dose.per ? perUnitOfTime(dose, dose.per, perTime.whole) : dose;
    const target = inUnit(amount, reading.substanceUnit);
    const share = target && divide(unit.strength, target.value);
    if (share === undefined) continue;
    const key = `${reading.place}|${unit.unit.dimension}|${reading.substance.id}`;
    const group = byForm.get(key) ?? [];
    // Of products of one strength, the first as ranked and named stands for all.
    if (!group.some(({ value }) => compare(value, share) === 0))
      group.push({ product: facts.product, value: share, unit: unit.unit });
    byForm.set(key, group);
  }
  return [...byForm.values()]
    .filter((group) => group.length <= MOST_STRENGTHS)
    .flatMap((group) => offersOf(group, dose))
    .sort((a, b) => a.units - b.units || compareText(names(a), names(b)));
}

const names = (offer: CombinationOffer): string => offer.parts.map(({ product }) => product.name).join('\n');

function offersOf(group: readonly Strength[], dose: DoseAmount): CombinationOffer[] {
  const unit = dose.per === undefined ? dose.unit.name : `${dose.unit.name} per ${dose.per.name}`;
  // Shares of the dose as whole numbers of one grain, so that what follows is plain counting.
  const grain = group.reduce((product, { value }) => leastMultiple(product, value.denominator), 1n);
  const strengths = group
    .map((strength) => ({ ...strength, grains: (strength.value.numerator * grain) / strength.value.denominator }))
    .filter(({ grains }) => grains < grain)
    .sort((a, b) => compare(b.value, a.value));
  const found: { counts: Map<Strength, number>; units: number }[] = [];
  for (const [at, first] of strengths.entries()) {
    if (first.grains * BigInt(MOST_UNITS) < grain) break;
    for (let most = 1; most < MOST_UNITS && first.grains * BigInt(most) < grain; most++) {
      const rest = grain - first.grains * BigInt(most);
      for (const [index, second] of strengths.entries()) {
        if (index <= at) continue;
        // Strengths go down from here: none of them can fill what is left any more.
        if (second.grains * BigInt(MOST_UNITS - most) < rest) break;
        if (rest % second.grains === 0n) {
          const count = Number(rest / second.grains);
          found.push({
            counts: new Map([
              [first, most],
              [second, count],
            ]),
            units: most + count,
          });
        }
        if (strengths.length > MOST_FOR_THREE) continue;
        for (let more = 1; most + more < MOST_UNITS && second.grains * BigInt(more) < rest; more++) {
          const left = rest - second.grains * BigInt(more);
          for (const third of strengths.slice(index + 1)) {
            if (third.grains * BigInt(MOST_UNITS - most - more) < left) break;
            if (left % third.grains !== 0n) continue;
            const count = Number(left / third.grains);
            found.push({
              counts: new Map([
                [first, most],
                [second, more],
                [third, count],
              ]),
              units: most + more + count,
            });
          }
        }
      }
    }
  }
  return found
    .sort((a, b) => a.units - b.units)
    .slice(0, MOST_OF_A_FORM)
    .map(({ counts, units }) => {
      const parts = [...counts].map(([{ product, value, unit: handled }, count]) => {
        const quantity = exactQuantity({ value: rational(BigInt(count)) ?? ZERO, unit: handled });
        const each = `${exactText(multiply(value, dose.value))} ${unit}`;
        return { product, quantity, said: count === 1 ? each : `${count} x ${each}` };
      });
      const arithmetic = `${parts.map(({ said }) => said).join(' + ')} = ${exactText(dose.value)} ${unit}`;
      return { parts: parts.map(({ product, quantity }) => ({ product, quantity })), units, arithmetic };
    });
}

function leastMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
