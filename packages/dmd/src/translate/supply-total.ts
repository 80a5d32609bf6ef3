/** What the steps of a dosage need together (S1, S2). */

import { canonicalDecimal, type Dosage } from '@concord/dosage';
import { add, compare, multiply, type Rational, rational } from '../units/rational.ts';
import { type Amount, amountText, inUnit } from './amount.ts';
import { done, type Outcome, refused } from './remark.ts';
import { boundsOf, dosesIn } from './supply-timing.ts';

const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** A dosage, and one dose of it as a quantity of the product. */
export interface SupplyStep {
  readonly amount: Amount;
  readonly dosage: Dosage;
  readonly path: string;
}

/**
 * Steps follow one another by sequence; those of one sequence run together.
 * @returns the sum, how it was found, and how many days the steps take where they say so
 */
export function totalOf(
  steps: readonly SupplyStep[],
  asked: Rational | undefined,
): Outcome<{ amount: Amount; arithmetic: string[]; days: Rational | undefined }> {
  if (steps.length > 1 && steps.some(({ dosage }) => dosage.sequence === undefined)) {
    return refused(
      'S2',
      'timing',
      'Of several dosages without sequence it is not known whether they run together.',
      'dosage',
    );
  }
  const groups = new Map<number, SupplyStep[]>();
  for (const step of steps) {
    const sequence = Number(canonicalDecimal(step.dosage.sequence ?? 0));
    groups.set(sequence, [...(groups.get(sequence) ?? []), step]);
  }
  const ordered = [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
  let used = ZERO;
  // Dates and counts say by themselves how many doses there are: how many days they take is not known.
  let isTimed = true;
  let sum: Amount | undefined;
  const arithmetic: string[] = [];
  for (const [index, group] of ordered.entries()) {
    let longest = ZERO;
    for (const { amount, dosage, path } of group) {
      const own = boundsOf(dosage, `${path}.timing.repeat`);
      if (!own.ok) return own;
      const remaining = asked && add(asked, { numerator: -used.numerator, denominator: used.denominator });
      const rest = remaining && compare(remaining, ZERO) > 0 ? remaining : remaining && ZERO;
      const last = index === ordered.length - 1;
      const days =
        own.value === undefined ? (last ? rest : undefined) : rest && compare(rest, own.value) < 0 ? rest : own.value;
      const doses = dosesIn(dosage, days, `${path}.timing`);
      if (!doses.ok) return doses;
      if (days === undefined) isTimed = false;
      else if (compare(days, longest) > 0) longest = days;
      const value = multiply(amount.value, rational(doses.value.doses) ?? ZERO);
      const part = { value, unit: amount.unit };
      arithmetic.push(`${amountText(amount)} x ${doses.value.doses} (${doses.value.said}) = ${amountText(part)}`);
      const converted = sum && inUnit(part, sum.unit);
      if (sum && !converted)
        return refused('S1', 'different-dimension', 'The dosages are in units that do not add.', path);
      sum = sum && converted ? { value: add(sum.value, converted.value), unit: sum.unit } : part;
    }
    used = add(used, longest);
  }
  const days = isTimed ? used : undefined;
  return sum ? done({ amount: sum, arithmetic, days }) : refused('S1', 'no-dose', 'There is no dosage.', 'dosage');
}
