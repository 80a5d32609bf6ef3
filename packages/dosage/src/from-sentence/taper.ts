import Big from 'big.js';
import type { Dosage } from '../dosage.ts';
import { quantity, sameUnit, timeQuantity } from './amounts.ts';
import type { PartOf } from './parts.ts';
import { explain, type Placed, refuse, type Work } from './work.ts';

/** More steps than this is no course a person follows from a label. */
const MOST_STEPS = 60;

/**
 * The steps of "reduce by 5mg every 3 days until stopped", after a step of one dose: each lower by the same amount and
 * as long, down to the last above nothing. Refuses a dose that does not come out even, and a dose in another unit.
 */
export function taperSteps(work: Work, before: Dosage | undefined, taper: Placed<PartOf<'taper'>>): Dosage[] {
  const { part, stretch } = taper;
  const dose = before?.doseAndRate?.[0]?.doseQuantity;
  explain(work, 'doseAndRate', stretch);
  if (before === undefined || dose?.value === undefined || before.doseAndRate?.length !== 1) {
    refuse(work, 'ambiguous', 'A dose is reduced, and it is not clear from what.', [stretch]);
    return [];
  }
  const unit = part.unit?.unit;
  const from = { unit: dose.unit ?? '', ...(dose.code === undefined ? {} : { code: dose.code }) };
  if (dose.unit !== undefined && !sameUnit(unit, from)) {
    refuse(work, 'ambiguous', 'A dose is reduced in a unit that it is not given in.', [stretch]);
    return [];
  }
  const step = new Big(part.amount);
  const start = new Big(Number(dose.value));
  if (step.lte(0) || !start.mod(step).eq(0) || start.div(step).gt(MOST_STEPS)) {
    refuse(work, 'contradictory', 'The reductions do not come out even.', [stretch]);
    return [];
  }
  if (start.lte(step) || before.timing?.repeat?.period === undefined) {
    refuse(work, 'ambiguous', 'A dose is reduced, and it is not clear from what.', [stretch]);
    return [];
  }
  const steps: Dosage[] = [];
  for (let left = start.minus(step); left.gt(0); left = left.minus(step)) {
    const { boundsDuration: _, boundsRange: __, ...repeat } = before.timing?.repeat ?? {};
    steps.push({
      ...before,
      timing: { repeat: { ...repeat, boundsDuration: timeQuantity(part.every.low, part.every.unit) } },
      doseAndRate: [{ doseQuantity: quantity(left.toFixed(), unit) }],
    });
  }
  return steps;
}
