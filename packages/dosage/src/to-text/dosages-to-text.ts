import { canonicalDecimal, compareDecimals } from '../decimal.ts';
import type { Dosage } from '../dosage.ts';
import {
  type DosageText,
  type DosageTextAlgorithm,
  dosageTextAlgorithm,
  type Finding,
  type NotRendered,
} from './dosage-text.ts';
import { readDosage } from './dosage-to-text.ts';
import { type DosageTextOptions, readingOptions } from './reading.ts';

/** The text of all the Dosages of one order, or why there is none. */
export type DosagesText =
  | {
      readonly outcome: 'text';
      readonly text: string;
      /** The text of each Dosage, in the order given. */
      readonly dosages: readonly DosageText[];
      readonly algorithm: DosageTextAlgorithm;
      readonly warnings: readonly Finding[];
      readonly notRendered: readonly NotRendered[];
    }
  | {
      readonly outcome: 'refused';
      readonly refusals: readonly Finding[];
      readonly dosages: readonly DosageText[];
      readonly algorithm: DosageTextAlgorithm;
      readonly warnings: readonly Finding[];
      readonly notRendered: readonly NotRendered[];
    };

/**
 * The text of the Dosages of one order (D-080 to D-085): steps in sequence joined by ", then ", those with the same
 * sequence by ", and ", and, where a sequence is missing, on separate lines with a warning.
 *
 * One Dosage that is refused refuses them all: part of a regimen is not safe to read. Total, as `dosageToText`.
 * Paths in findings are `Dosage[i]`, or `path[i]` where the options name a path.
 */
export function dosagesToText(dosages: readonly Dosage[], options?: DosageTextOptions): DosagesText {
  const base = readingOptions(options);
  const given: readonly unknown[] = Array.isArray(dosages) ? dosages : [dosages];
  const refusals: Finding[] = [];
  const warnings: Finding[] = [];
  const notRendered: NotRendered[] = [];
  const texts: DosageText[] = [];
  const ordered = given.length > 1;
  for (let i = 0; i < given.length; i++) {
    const result = readDosage(given[i], { ...base, path: `${base.path}[${i}]` }, ordered);
    texts.push(result);
    if (result.outcome === 'refused') append(refusals, result.refusals);
    append(warnings, result.warnings);
    append(notRendered, result.notRendered);
  }
  if (given.length === 0) {
    refusals.push({ rule: 'D-006', path: base.path, message: 'There is no Dosage.' });
  }
  const text = join(given, texts, base, refusals, warnings, notRendered);
  const rest = { dosages: texts, algorithm: dosageTextAlgorithm, warnings, notRendered };
  return refusals.length > 0 ? { outcome: 'refused', refusals, ...rest } : { outcome: 'text', text, ...rest };
}

/** Not by spreading into push, which a list of a hundred thousand findings would overflow. */
function append<T>(to: T[], more: readonly T[]): void {
  for (const one of more) to.push(one);
}

interface Step {
  readonly sequence: string;
  readonly text: string;
}

function join(
  given: readonly unknown[],
  texts: readonly DosageText[],
  { compiled, path }: ReturnType<typeof readingOptions>,
  refusals: Finding[],
  warnings: Finding[],
  notRendered: NotRendered[],
): string {
  const words = compiled.words;
  const steps: Step[] = [];
  let missing = 0;
  for (let i = 0; i < given.length; i++) {
    const sent = (given[i] as { sequence?: unknown } | null | undefined)?.sequence;
    const result = texts[i];
    const sequence = canonicalDecimal(sent);
    if (sent === undefined) missing++;
    else if (sequence === undefined || sequence.includes('.')) {
      refusals.push({ rule: 'FHIR', path: `${path}[${i}].sequence`, message: 'sequence must be a whole number.' });
    }
    steps.push({ sequence: sequence ?? '', text: result?.outcome === 'text' ? result.text : '' });
  }
  if (steps.length > 1 && missing > 0) {
    // D-083: without an order, neither "then" nor "and" is known to be true.
    warnings.push({
      rule: 'D-083',
      path,
      message: 'Whether the Dosages are steps or concurrent is not known, because a sequence is missing.',
    });
    steps.forEach(({ sequence }, i) => {
      if (sequence === '') return;
      notRendered.push({ rule: 'D-083', path: `${path}[${i}].sequence`, reason: 'sequence', value: sequence });
    });
    return steps.map(({ text }) => text).join(words.unorderedSeparator);
  }
  // D-082: the sort is stable.
  const sorted = steps.length > 1 ? [...steps].sort((a, b) => compareDecimals(a.sequence, b.sequence)) : steps;
  let text = '';
  let last: Step | undefined;
  for (const step of sorted) {
    if (last === undefined) text = step.text;
    else text += (last.sequence === step.sequence ? words.andSeparator : words.thenSeparator) + step.text;
    last = step;
  }
  return text;
}
