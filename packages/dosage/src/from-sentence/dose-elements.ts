import type { DoseAndRate } from '../dosage.ts';
import { snomed } from '../words/units.ts';
import { compareAmounts, doseElement, rateElement, sameUnit } from './amounts.ts';
import type { Group } from './groups.ts';
import type { PartOf, Stretch } from './parts.ts';
import { UNCOUNTED_METHODS } from './vocabulary/methods.ts';
import { type DoseUnit, isMeasured, MEASURES, SOLID_FORMS } from './vocabulary/units.ts';
import { explain, explainOtherwise, ofKind, type Placed, refuse, type Work, wordsOf } from './work.ts';

type Dose = Placed<PartOf<'dose'>>;

/** What one group hands on to the next step: the course is of the same medicine, in the same way and place. */
export interface Carried {
  method?: Placed<PartOf<'method'>>;
  route?: Placed<PartOf<'route'>>;
  site?: Placed<PartOf<'site'>>;
  dose?: Dose;
  otherwise?: Dose;
  unit?: DoseUnit;
  /** The last dose was measured and not counted. */
  measured?: boolean;
}

/** A dose as a unit, for a maximum of so many doses. */
export const DOSE: DoseUnit = { unit: 'dose', system: snomed, code: '3317411000001100' };

/** The unit of a dose: as written, else as for the other doses, else what the medicine comes in, else none. */
export function unitOfDose(work: Work, dose: Dose, carried: Carried): DoseUnit | undefined {
  if (dose.part.unit !== undefined) return dose.part.unit.unit;
  if (carried.unit !== undefined && !isMeasured(carried.unit)) return carried.unit;
  return ownUnit(work, dose.stretch);
}

/** What one of the medicine is, where that is known. Refuses to count a medicine that is measured. */
export function ownUnit(work: Work, stretch: Stretch): DoseUnit | undefined {
  const own = work.medicine.unitDose;
  if (own === undefined) return undefined;
  if (MEASURES.has(own.unit.toLowerCase())) {
    refuse(work, 'ambiguous', `The medicine is measured in ${own.unit}, and the number has no unit.`, [stretch]);
    return undefined;
  }
  explainOtherwise(work, 'doseAndRate', 'medicine', `one is one ${own.unit}`);
  return { unit: own.unit, system: own.system ?? snomed, code: own.code };
}

/**
 * Whether "daily" can only be once a day. One of something cannot be shared out over the day, and a measured amount is
 * a dose; "six daily" may be six at once or six in all, so how often is left unsaid, which D-030 words as "daily".
 */
export function unsaidIsOnce(dose: Dose | undefined, unit: DoseUnit | undefined): boolean {
  if (dose === undefined) return false;
  return isMeasured(unit) || compareAmounts(dose.part.amount.high, '1') <= 0;
}

/** Doubts a sentence that counts one solid form for a medicine of another. */
export function checkMedicine(work: Work, dose: Dose): void {
  const own = work.medicine.unitDose?.unit.toLowerCase();
  const said = dose.part.unit?.unit.unit;
  if (own !== undefined && said !== undefined && said !== own && SOLID_FORMS.has(own) && SOLID_FORMS.has(said)) {
    work.doubts.push({
      code: 'unit-contradicts-medicine',
      message: `The sentence says ${said}, and the medicine is a ${own}.`,
      words: [wordsOf(work.text, dose.stretch)],
    });
  }
}

/** "1-2 daily" is one or two once, or one once or twice. */
export function checkBareDose(work: Work, group: Group, method: Placed<PartOf<'method'>> | undefined): void {
  const { dose } = group;
  if (dose === undefined || dose.part.unit !== undefined) return;
  const range = dose.part.amount.low !== dose.part.amount.high;
  const uncounted = method !== undefined && UNCOUNTED_METHODS.has(method.part.method.display);
  const unsaid = ofKind(group.placed, 'frequency').some(({ part }) => part.unsaid);
  if (unsaid && ((range && (method === undefined || uncounted)) || (uncounted && dose.part.amount.high !== '1'))) {
    refuse(work, 'ambiguous', 'The number may be how many or how often.', [dose.stretch]);
  }
}

/** The dose as elements of `doseAndRate`: one, or two where it is said two ways (D-026). */
export function doseElements(work: Work, group: Group, unit: DoseUnit | undefined): DoseAndRate[] {
  const { dose, otherwise } = group;
  if (dose === undefined) return [];
  explain(work, 'doseAndRate', dose.stretch);
  const first = doseElement(dose.part.amount, unit, dose.part.upTo === true);
  if (otherwise === undefined) return [first];
  explain(work, 'doseAndRate', otherwise.stretch);
  const secondUnit = otherwise.part.unit?.unit;
  const second = doseElement(otherwise.part.amount, secondUnit, false);
  if (secondUnit === undefined || sameUnit(unit, secondUnit)) {
    refuse(work, 'contradictory', 'The dose is given twice in the same unit.', [dose.stretch, otherwise.stretch]);
  }
  // D-026a: what is counted leads, and its strength follows.
  return secondUnit?.system === snomed && unit?.system !== snomed ? [second, first] : [first, second];
}

/** A rate stands beside the dose in the same element. */
export function addRate(work: Work, doses: DoseAndRate[], rates: readonly Placed<PartOf<'rate'>>[]): void {
  const [placed, other] = rates;
  if (placed === undefined) return;
  const { amount, unit, per } = placed.part;
  const rate = rateElement(amount, unit.unit, per);
  if (rate === undefined || other !== undefined || doses.length > 1) {
    refuse(
      work,
      'not-expressible',
      'The rate cannot be held.',
      rates.map(({ stretch }) => stretch),
    );
    return;
  }
  explain(work, 'doseAndRate', placed.stretch);
  doses[0] = { ...doses[0], ...rate };
}
