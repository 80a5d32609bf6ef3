import { sameDose, sameUnit } from './amounts.ts';
import type { PartOf, Stretch } from './parts.ts';
import { ofKind, type Placed, refuse, type Work } from './work.ts';

/** One dose with all that is said of it. Becomes one Dosage, rarely two. */
export interface Group {
  readonly placed: Placed[];
  dose?: Placed<PartOf<'dose'>>;
  /** The same dose said another way: "15mg (six tablets)". */
  otherwise?: Placed<PartOf<'dose'>>;
  /** The sign or word that stands before it. */
  readonly joint: string;
}

const isBreak = (joint: string | undefined): boolean => joint === '.' || joint === ';';

interface SplitStep {
  readonly stretches: Stretch[];
  readonly taper?: Placed<PartOf<'taper'>>;
  /** "Then" or the like stands before it. */
  said: boolean;
}

/** Splits stretches at "then" and its like. */
export function splitSteps(stretches: readonly Stretch[]): SplitStep[] {
  const steps: SplitStep[] = [{ stretches: [], said: false }];
  for (const stretch of stretches) {
    const first = stretch.parts[0];
    const current = steps.at(-1) as SplitStep;
    if (first?.kind === 'then') {
      // "then reduce to": two phrases, one step.
      if (current.stretches.some(({ is }) => is !== 'joint')) steps.push({ stretches: [], said: true });
      else current.said = true;
    } else if (first?.kind === 'taper') {
      steps.push({ stretches: [], taper: { part: first, stretch }, said: true });
      steps.push({ stretches: [], said: false });
    } else current.stretches.push(stretch);
  }
  return steps.filter(({ stretches: all, taper }) => taper !== undefined || all.some(({ is }) => is !== 'joint'));
}

/** In house wording `, and ` before a method or dose starts a Dosage that runs at the same time (D-081). */
export function splitConcurrent(work: Work, stretches: readonly Stretch[]): Stretch[][] {
  if (!work.house) return [[...stretches]];
  const runs: Stretch[][] = [[]];
  stretches.forEach((stretch, index) => {
    const [comma, and] = [stretches[index - 2], stretches[index - 1]];
    const kind = stretch.parts[0]?.kind;
    if (comma?.joint === ',' && and?.joint === 'and' && (kind === 'method' || kind === 'dose')) runs.push([]);
    runs.at(-1)?.push(stretch);
  });
  return runs;
}

/** The dose is at once followed by ")" and came straight after "(": it repeats the one before in another unit. */
function restates(stretches: readonly Stretch[], index: number, group: Group): boolean {
  const before = stretches[index - 1];
  if (group.dose === undefined || group.otherwise !== undefined) return false;
  const doseBefore = group.dose.stretch === stretches[index - 2];
  if (before?.joint === '=') return doseBefore;
  if (before?.joint !== '(' || stretches[index + 1]?.joint !== ')') return false;
  if (doseBefore) return true;
  // "20mg per day (four pump actuations)": apart from the dose, but in another unit.
  const [part] = stretches[index]?.parts ?? [];
  const own = group.dose.part.unit?.unit;
  return part?.kind === 'dose' && part.unit !== undefined && own !== undefined && !sameUnit(part.unit.unit, own);
}

/** Gathers the stretches of a step into groups, a new one at each new dose. */
export function gather(work: Work, stretches: readonly Stretch[]): Group[] {
  const groups: Group[] = [{ placed: [], joint: '' }];
  stretches.forEach((stretch, index) => {
    for (const part of stretch.parts) {
      let group = groups.at(-1) as Group;
      if (part.kind !== 'dose') {
        group.placed.push({ part, stretch });
        continue;
      }
      const placed: Placed<PartOf<'dose'>> = { part, stretch };
      if (restates(stretches, index, group)) {
        group.otherwise = placed;
        continue;
      }
      if (group.dose !== undefined) {
        const joint = stretches[index - 1]?.joint ?? '';
        const comma = stretches[index - 2]?.joint ?? '';
        if (joint === '' && stretches[index - 1]?.parts[0]?.kind !== 'method') {
          refuse(work, 'ambiguous', 'Two amounts stand side by side.', [group.dose.stretch, stretch]);
        }
        group = { placed: [], joint: joint === '(' && comma !== '' ? '(' : joint };
        groups.push(group);
      }
      group.dose = placed;
    }
  });
  return groups;
}

const TIMES: ReadonlySet<string> = new Set(['when', 'clock', 'days']);
const hasTimes = (group: Group): boolean => group.placed.some(({ part }) => TIMES.has(part.kind));

/** Whether a group says no more than its dose and at what times of day. */
function onlyTimes(group: Group): boolean {
  return (
    group.otherwise === undefined &&
    group.placed.every(
      ({ part }) =>
        (part.kind === 'when' && part.recurring && part.offset === undefined) ||
        part.kind === 'method' ||
        part.kind === 'silent',
    ) &&
    group.placed.some(({ part }) => part.kind === 'when')
  );
}

/** "Twice a day (one in the morning and one at night)", "one each morning and one at lunchtime": the same dose. */
function mergeEqual(groups: readonly Group[]): Group[] {
  const [first, ...rest] = groups;
  if (first?.dose === undefined || rest.length === 0) return [...groups];
  const { dose } = first;
  if (!rest.every((group) => group.dose !== undefined && sameDose(group.dose.part, dose.part))) return [...groups];
  const last = rest.at(-1) as Group;
  // What follows the last group ("for 7 days") is said of all.
  const shared = last.placed.filter(({ part }) => SHARED.has(part.kind));
  const bare = rest.map((group) => ({ ...group, placed: group.placed.filter((each) => !shared.includes(each)) }));
  const often = ofKind(first.placed, 'frequency');
  const restated = !hasTimes(first) && often.length === 1 && often[0]?.part.unsaid !== true;
  if (!bare.every(onlyTimes) || !(restated || onlyTimes(first))) return [...groups];
  const withUnit = groups.find((group) => group.dose?.part.unit !== undefined)?.dose ?? dose;
  const placed = [...first.placed, ...bare.flatMap((group) => group.placed), ...shared];
  return [{ ...first, dose: withUnit, placed }];
}

/** What is said after the last of several doses is said of them all. */
const SHARED: ReadonlySet<string> = new Set(['bounds', 'period', 'route', 'site', 'instruction', 'maximum']);

/** Checks that several doses in one step belong together, and shares out what is said of all. */
export function settle(work: Work, groups: readonly Group[]): Group[] {
  const needed = groups.filter((group) => ofKind(group.placed, 'asNeeded').length > 0);
  if (groups.length > 1 && needed.length > 0 && needed.length < groups.length) {
    refuse(
      work,
      'ambiguous',
      'It is not clear which of the doses are only when required.',
      needed.flatMap((group) => ofKind(group.placed, 'asNeeded').map(({ stretch }) => stretch)),
    );
  }
  const merged = mergeEqual(groups);
  if (merged.length < 2) return merged;
  const doses = merged.flatMap(({ dose }) => (dose === undefined ? [] : [dose.stretch]));
  const seen = new Set<string>();
  for (const group of merged) {
    const own = group.placed.filter(({ part }) => TIMES.has(part.kind));
    const keys = own.map(({ part }) => JSON.stringify(part));
    if (keys.some((key) => seen.has(key)) && keys.length === 1) {
      refuse(work, 'contradictory', 'Two doses are given for the same time.', doses);
    }
    for (const key of keys) seen.add(key);
    const often = ofKind(group.placed, 'frequency');
    if (
      own.length === 0 &&
      (often.every(({ part }) => part.unsaid) || merged.filter(hasTimes).length < merged.length - 1)
    ) {
      refuse(work, 'contradictory', 'Several doses are given, and not each has its own time.', doses);
    }
    if (isBreak(group.joint)) refuse(work, 'ambiguous', 'It is not clear whether the doses are alternatives.', doses);
  }
  const last = merged.at(-1) as Group;
  const shared = last.placed.filter(({ part }) => SHARED.has(part.kind));
  return merged.map((group) =>
    group === last
      ? group
      : { ...group, placed: [...group.placed, ...shared.filter((each) => !group.placed.includes(each))] },
  );
}

/** "8 daily for 3 days, 6 daily for 3 days": doses in a row that each have their own length are steps. */
export function asCourse(groups: readonly Group[]): boolean {
  return (
    groups.length > 1 &&
    groups.slice(0, -1).every((group) => ofKind(group.placed, 'bounds').length === 1) &&
    groups.slice(1).every(({ joint }) => joint === ',' || isBreak(joint))
  );
}
