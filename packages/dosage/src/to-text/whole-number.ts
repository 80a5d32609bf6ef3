import type { Reading } from './reading.ts';

/** A whole number above zero as canonical text; undefined where absent, or refused. */
export function positiveWhole(reading: Reading, value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  const text = reading.decimal(value, path);
  if (text === undefined || text === '0' || text.charCodeAt(0) === 45 || text.includes('.')) {
    return reading.refuse('FHIR', path, 'This must be a whole number above zero.');
  }
  return text;
}

/** A decimal not below zero as canonical text; undefined where absent, or refused. */
export function notNegative(reading: Reading, value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  const text = reading.decimal(value, path);
  if (text === undefined || text.charCodeAt(0) === 45) {
    return reading.refuse('R-050', path, 'This must be a decimal number, zero or above.');
  }
  return text;
}
