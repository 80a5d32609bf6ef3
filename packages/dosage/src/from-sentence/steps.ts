import type { Dosage } from '../dosage.ts';
import { assemble } from './assemble.ts';
import type { Carried } from './dose-elements.ts';
import { asCourse, type Group, gather, settle, splitConcurrent, splitSteps } from './groups.ts';
import type { Stretch } from './parts.ts';
import { taperSteps } from './taper.ts';
import { isMeasured } from './vocabulary/units.ts';
import { refuse, type Work, wordsOf } from './work.ts';

/** The Dosages of all steps of a sentence, numbered in sequence where there are several. */
export function readSteps(work: Work, stretches: readonly Stretch[]): Dosage[] {
  const steps: Dosage[][] = [];
  const carried: Carried = {};
  const split = splitSteps(stretches);
  for (const step of split) {
    const prior = split[split.indexOf(step) - 1];
    if (prior?.taper !== undefined && !step.said) {
      refuse(work, 'ambiguous', 'What follows the reductions is not a step of its own.', step.stretches.slice(0, 1));
    }
    if (step.taper !== undefined) {
      const before = steps.at(-1);
      if (before?.length !== 1)
        refuse(work, 'ambiguous', 'A dose is reduced, and it is not clear from what.', [step.taper.stretch]);
      for (const dosage of taperSteps(work, before?.[0], step.taper)) steps.push([dosage]);
      continue;
    }
    const runs = splitConcurrent(work, step.stretches);
    const concurrent: Dosage[] = [];
    for (const run of runs) {
      const gathered = gather(work, run);
      const course = !work.house && asCourse(gathered);
      const groups = course ? gathered : settle(work, gathered);
      spreadUnit(work, groups, carried);
      const from = work.house ? {} : carried;
      for (const group of groups.flatMap((each) => splitOccasion(each, work))) {
        const found = assemble(work, group, from, steps.length > 0 || concurrent.length > 0);
        if (course) steps.push(found);
        else concurrent.push(...found);
      }
    }
    if (concurrent.length > 0) steps.push(concurrent);
    for (const dosage of concurrent) {
      if (split.length > 1) dosage.text = stepWords(work, step.stretches);
      if (steps.length > 1 && !saysSomething(dosage)) {
        refuse(work, 'words-not-understood', 'A step says neither dose nor time.', step.stretches.slice(0, 1));
      }
    }
  }
  const all = steps.flatMap((step, index) => step.map((dosage) => ({ dosage, sequence: index + 1 })));
  if (all.length < 2) return all.map(({ dosage }) => dosage);
  return all.map(({ dosage, sequence }) => ({ sequence, ...dosage }));
}

/** Whether a step says more than how long it lasts, and in what way and place the step before was taken. */
function saysSomething({
  doseAndRate,
  timing,
  additionalInstruction,
  asNeededBoolean,
  asNeededCodeableConcept,
}: Dosage): boolean {
  const { boundsDuration: _, boundsRange: __, boundsPeriod: ___, ...often } = timing?.repeat ?? {};
  const said = [doseAndRate, timing?.event, additionalInstruction, asNeededBoolean, asNeededCodeableConcept];
  return Object.keys(often).length > 0 || said.some((each) => each !== undefined);
}

/** The words of one step (D-085). */
function stepWords(work: Work, stretches: readonly Stretch[]): string {
  const said = stretches.filter(({ is }) => is !== 'joint');
  const [first, last] = [said[0], said.at(-1)];
  return first === undefined || last === undefined ? '' : wordsOf(work.text, { from: first.from, to: last.to });
}

/** One kind of thing is counted in one sentence: "two tablets in the morning and one at night". */
function spreadUnit(work: Work, groups: readonly Group[], carried: Carried): void {
  const named = groups.find(({ dose }) => dose?.part.unit !== undefined)?.dose;
  const bare = groups.filter(({ dose }) => dose !== undefined && dose.part.unit === undefined);
  const unit = named?.part.unit?.unit;
  if (unit === undefined) {
    if (bare.length > 0 && carried.measured) {
      refuse(
        work,
        'ambiguous',
        'One dose is measured and another has no unit.',
        bare.flatMap(({ dose }) => (dose === undefined ? [] : [dose.stretch])),
      );
    }
    return;
  }
  const measured = isMeasured(unit);
  if (bare.length > 0 && measured) {
    refuse(
      work,
      'ambiguous',
      'One dose is measured and another has no unit.',
      bare.flatMap(({ dose }) => (dose === undefined ? [] : [dose.stretch])),
    );
  }
  carried.measured = measured && !groups.some(({ otherwise }) => otherwise !== undefined);
  if (!measured) carried.unit = unit;
}

/** "Each morning and night and after a bowel movement": the occasion is a dose of its own. */
function splitOccasion(group: Group, work: Work): Group[] {
  if (work.house) return [group];
  const index = group.placed.findIndex(({ part }) => part.kind === 'instruction' && part.instruction.occasion);
  const occasion = group.placed[index];
  const timed = group.placed.slice(0, index).some(({ part }) => part.kind === 'when' || part.kind === 'frequency');
  if (occasion === undefined || !timed || work.text.tokens[occasion.stretch.from - 1]?.text !== 'and') return [group];
  const method = group.placed.filter(
    ({ part }) => part.kind === 'method' || part.kind === 'site' || part.kind === 'route',
  );
  return [
    { ...group, placed: group.placed.filter((each) => each !== occasion) },
    { ...group, placed: [...method, occasion] },
  ];
}
