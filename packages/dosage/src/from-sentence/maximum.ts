import type { CodeableConcept, Dosage } from '../dosage.ts';
import { compareAmounts, product, quantity, sameUnit, timeQuantity } from './amounts.ts';
import { DOSE, ownUnit } from './dose-elements.ts';
import type { Group } from './groups.ts';
import { sentenceCase } from './instruction.ts';
import type { PartOf } from './parts.ts';
import { type DoseUnit, isMeasured } from './vocabulary/units.ts';
import { explain, type Placed, refuse, type Work, wordsOf } from './work.ts';

/** Writes a maximum (D-067 to D-069). Refuses one without a unit beside a measured dose, or less than one dose. */
export function addMaximum(
  work: Work,
  dosage: Dosage,
  placed: Placed<PartOf<'maximum'>>,
  group: Group,
  unit: DoseUnit | undefined,
): void {
  const { part, stretch } = placed;
  const own = part.unit?.unit ?? unit ?? ownUnit(work, stretch);
  if (part.unit === undefined && isMeasured(unit)) {
    refuse(work, 'ambiguous', 'A maximum without a unit beside a measured dose.', [stretch]);
  }
  const high = group.dose?.part.amount.high;
  if (high !== undefined && sameUnit(own, unit) && compareAmounts(part.amount, high) < 0) {
    refuse(work, 'contradictory', 'The maximum is less than one dose.', [stretch]);
  }
  const most = quantity(part.amount, own);
  if (part.per === 'dose') dosage.maxDosePerAdministration = most;
  else if (part.per === 'lifetime') dosage.maxDosePerLifetime = most;
  else if (part.period !== undefined) {
    if (part.period.low !== part.period.high) refuse(work, 'ambiguous', 'A maximum in a range of time.', [stretch]);
    dosage.maxDosePerPeriod = { numerator: most, denominator: timeQuantity(part.period.low, part.period.unit) };
  }
  explain(
    work,
    part.per === 'dose'
      ? 'maxDosePerAdministration'
      : part.per === 'lifetime'
        ? 'maxDosePerLifetime'
        : 'maxDosePerPeriod',
    stretch,
  );
}

/** "Every 4-6 hours up to four times a day": the most is as many doses as that comes to. */
export function addMostTimes(
  work: Work,
  dosage: Dosage,
  atMost: Placed<PartOf<'frequency'>>,
  group: Group,
  unit: DoseUnit | undefined,
  instructions: CodeableConcept[],
): void {
  const { high, period } = atMost.part;
  const denominator = timeQuantity(period.low, period.unit);
  const amount = group.dose?.part.amount;
  explain(work, 'maxDosePerPeriod', atMost.stretch);
  if (amount !== undefined && amount.low === amount.high) {
    dosage.maxDosePerPeriod = { numerator: quantity(product(amount.high, high), unit), denominator };
    return;
  }
  if (amount === undefined) {
    dosage.maxDosePerPeriod = { numerator: quantity(high, DOSE), denominator };
    return;
  }
  // Of a range only the sum can be held; that it is so many times stays in words.
  dosage.maxDosePerPeriod = { numerator: quantity(product(amount.high, high), unit), denominator };
  instructions.push({ text: sentenceCase(wordsOf(work.text, atMost.stretch)) });
}
