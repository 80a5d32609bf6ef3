import { canonicalDecimal } from '../decimal.ts';
import type { Reading } from './reading.ts';
import type { JsonObject } from './unread-elements.ts';

/** A whole number above zero as canonical text; undefined where absent, or refused. */
export function positiveWhole(reading: Reading, parent: JsonObject, name: string, path: string): string | undefined {
  const value = parent[name];
  if (value === undefined) return undefined;
  const text = canonicalDecimal(value);
  if (text === undefined || text === '0' || text.charCodeAt(0) === 45 || text.includes('.')) {
    return reading.refuse('FHIR', path, `${name} must be a whole number above zero.`);
  }
  return text;
}

/** A decimal not below zero as canonical text; undefined where absent, or refused. */
export function notNegative(reading: Reading, parent: JsonObject, name: string, path: string): string | undefined {
  const value = parent[name];
  if (value === undefined) return undefined;
  const text = canonicalDecimal(value);
  if (text === undefined || text.charCodeAt(0) === 45) {
    return reading.refuse('R-050', path, `${name} must be a decimal number, zero or above.`);
  }
  return text;
}
