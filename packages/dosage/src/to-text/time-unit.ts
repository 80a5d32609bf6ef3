import type { TimeUnit } from '../dosage.ts';
import { timeUnitOf } from '../words/units.ts';
import type { Reading } from './reading.ts';

/**
 * the unit of time of a Timing. A word such as `hour` in the place of its code is understood with a warning;
 * anything else is refused (`m` could be minutes or months).
 */
export function readTimeUnit(reading: Reading, value: unknown, path: string): TimeUnit | undefined {
  const unit = typeof value === 'string' ? timeUnitOf.get(value) : undefined;
  if (unit === undefined) return reading.refuse('R-051', path, 'The unit of time must be one of s min h d wk mo a.');
  if (unit !== value)
    reading.warn('R-051', path, `"${value}" is not the code of a unit of time; it is read as "${unit}".`);
  return unit;
}
