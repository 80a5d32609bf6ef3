import { compareDecimals } from '../decimal.ts';
import type { TimeUnit } from '../dosage.ts';
import { type CompiledWords, fill, fillBoth } from '../words/compiled-words.ts';
import type { RepeatElements } from './elements.ts';
import { timeRangeText } from './quantity-text.ts';
import type { Reading } from './reading.ts';
import { readTimeUnit } from './time-unit.ts';
import { notNegative, positiveWhole } from './whole-number.ts';

/** How often: frequency, frequencyMax, period, periodMax as canonical text, and the unit of the period. */
interface Frequency {
  readonly f: string | undefined;
  readonly F: string | undefined;
  readonly p: string | undefined;
  readonly P: string | undefined;
  readonly unit: TimeUnit;
}

interface Rule {
  readonly id: string;
  readonly when: (how: Frequency) => boolean;
  /** The text; undefined when it refuses. */
  readonly text: (how: Frequency, reading: Reading) => string | undefined;
}

/** Section 4 of the rules, evaluated top to bottom: the first that matches wins. */
const rules: readonly Rule[] = [
  {
    id: 'D-030', // and D-030a: hourly
    when: ({ f, F, p, P }) => f === undefined && F === undefined && p === '1' && P === undefined,
    text: ({ unit }, reading) =>
      reading.compiled.words.everySingle[unit] ??
      reading.refuse(
        'D-030a',
        'timing.repeat.periodUnit',
        'Every second or every minute is not a plausible frequency.',
      ),
  },
  {
    id: 'D-031',
    when: ({ f, F }) => f === undefined && F === undefined,
    text: (how, reading) => {
      reading.warn('D-031', 'timing.repeat.period', 'A period without a frequency: read as once in each period.');
      return fill(reading.compiled.every, periodText(how, reading));
    },
  },
  {
    id: 'D-032', // and D-033, D-034, D-041, D-042 without a period
    when: ({ p }) => p === undefined,
    text: (how, { compiled }) => timesText(how, compiled),
  },
  {
    id: 'D-035', // and D-037, D-038, D-041, D-042, D-044: the period is one unit
    when: ({ p, P }) => p === '1' && P === undefined,
    text: (how, { compiled }) =>
      fillBoth(compiled.timesPer, timesText(how, compiled), compiled.words.perUnit[how.unit]),
  },
  {
    id: 'D-036',
    when: ({ f, F }) => f === '1' && F === undefined,
    text: (how, reading) => fill(reading.compiled.every, periodText(how, reading)),
  },
  {
    id: 'D-039', // and D-040, D-041, D-042, D-043
    when: () => true,
    text: (how, reading) =>
      fillBoth(reading.compiled.timesEvery, timesText(how, reading.compiled), periodText(how, reading)),
  },
];

/** `once`, `twice`, `3 times`, `2 to 3 times`, `up to 3 times`. */
function timesText({ f, F }: Frequency, compiled: CompiledWords): string {
  if (F === undefined) return countText(f ?? '', compiled);
  return f === undefined
    ? (compiled.timesUpTo.exact.get(F) ?? fill(compiled.timesUpToOther, F))
    : fillBoth(compiled.timesRange, f, F);
}

/** D-032 to D-034, D-064: a number of times. */
export function countText(count: string, compiled: CompiledWords): string {
  return compiled.times.exact.get(count) ?? fill(compiled.timesOther, count);
}

function periodText({ p, P, unit }: Frequency, reading: Reading): string {
  return timeRangeText(reading, p ?? '', P, unit);
}

/**
 * Section 4: the frequency component of `timing.repeat`. Undefined where there is none, or it was refused: a maximum
 * below its minimum, a period without a unit or of zero, or a unit without a period.
 */
export function frequencyText(reading: Reading, repeat: RepeatElements): string | undefined {
  const f = positiveWhole(reading, repeat.frequency, 'timing.repeat.frequency');
  let F = positiveWhole(reading, repeat.frequencyMax, 'timing.repeat.frequencyMax');
  const p = notNegative(reading, repeat.period, 'timing.repeat.period');
  let P = notNegative(reading, repeat.periodMax, 'timing.repeat.periodMax');
  if (f === undefined && repeat.frequency !== undefined) return undefined;
  if (F === undefined && repeat.frequencyMax !== undefined) return undefined;
  if (p === undefined && (repeat.period !== undefined || P !== undefined)) {
    return repeat.period === undefined
      ? reading.refuse('R-050', 'timing.repeat.periodMax', 'A longest period without a period.')
      : undefined;
  }
  if (P === undefined && repeat.periodMax !== undefined) return undefined;
  if (p === '0') return reading.refuse('FHIR', 'timing.repeat.period', 'A period of zero has no meaning.');
  if (F !== undefined && f !== undefined) {
    const order = compareDecimals(f, F);
    if (order > 0) return reading.refuse('R-053', 'timing.repeat.frequencyMax', 'The most times is below the least.');
    if (order === 0) {
      reading.leaveOut('D-043', 'timing.repeat.frequencyMax', 'equal-maximum', F);
      F = undefined;
    }
  }
  if (P !== undefined && p !== undefined) {
    const order = compareDecimals(p, P);
    if (order > 0)
      return reading.refuse('R-053', 'timing.repeat.periodMax', 'The longest period is below the shortest.');
    if (order === 0) {
      reading.leaveOut('D-043', 'timing.repeat.periodMax', 'equal-maximum', P);
      P = undefined;
    }
  }
  if (repeat.periodUnit === undefined) {
    if (p !== undefined) return reading.refuse('R-050', 'timing.repeat.period', 'A period without its unit.');
    if (f === undefined && F === undefined) return undefined;
    return firstMatch({ f, F, p, P, unit: 'd' }, reading);
  }
  if (p === undefined) {
    return reading.refuse('R-050', 'timing.repeat.periodUnit', 'A unit of a period without the period.');
  }
  const unit = readTimeUnit(reading, repeat.periodUnit, 'timing.repeat.periodUnit');
  return unit === undefined ? undefined : firstMatch({ f, F, p, P, unit }, reading);
}

function firstMatch(how: Frequency, reading: Reading): string | undefined {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (rule?.when(how)) return rule.text(how, reading);
  }
  return undefined;
}
