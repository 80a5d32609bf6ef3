/**
 * Exact decimals as canonical text: no exponent, no leading plus or zeros, no trailing zeros (`1.0` and `1` are the
 * same text), so that equality is string equality and a dose is never rounded (D-017).
 */

/** Longest plain form that is still a plausible clinical amount; beyond it a decimal is refused. */
const longestDecimal = 40;

/**
 * The canonical text of a FHIR decimal, e.g. `1.0` gives `1`, `5e-1` gives `0.5`.
 *
 * Takes a number, an object with `rawJSON` (the digits as sent), or the digits as a string, which is how they stand in
 * XML and, wrongly, in some JSON. Returns undefined for anything that is not a
 * finite decimal, or is longer than forty digits when written plainly. Never throws.
 */
export function canonicalDecimal(value: unknown): string | undefined {
  if (typeof value === 'number') {
    // Whole numbers below 2^53 print exactly and plainly, and are nearly all the doses there are.
    if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value);
    if (!Number.isFinite(value)) return undefined;
    const written = String(value);
    // Without an exponent this is the canonical text already: the shortest digits that name the number.
    return written.includes('e') || written.length > longestDecimal ? canonicalText(written) : written;
  }
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'object' && value !== null && 'rawJSON' in value && typeof value.rawJSON === 'string') {
    return canonicalText(value.rawJSON);
  }
  return undefined;
}

function canonicalText(written: string): string | undefined {
  // Bound before matching: nothing longer than this can be an amount, and work stays small on hostile input.
  if (written.length > 2 * longestDecimal) return undefined;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(written);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  if (/^0+$/.test(digits)) return '0';
  const point = whole.length + exponent;
  if (point > longestDecimal || point < -longestDecimal) return undefined;
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(Math.max(digits.length, point), '0');
  const split = point <= 0 ? 1 : point;
  const left = padded.slice(0, split).replace(/^0+(?=\d)/, '');
  const right = padded.slice(split).replace(/0+$/, '');
  const plain = right === '' ? left : `${left}.${right}`;
  return plain.length > longestDecimal ? undefined : sign + plain;
}

/**
 * Orders two canonical decimals: negative when `a` is the smaller, zero when equal, positive when `a` is the larger.
 * Both must come from `canonicalDecimal`.
 */
export function compareDecimals(a: string, b: string): number {
  if (a === b) return 0;
  const negativeA = a.charCodeAt(0) === 45;
  const negativeB = b.charCodeAt(0) === 45;
  if (negativeA !== negativeB) return negativeA ? -1 : 1;
  return negativeA ? -compareMagnitudes(a.slice(1), b.slice(1)) : compareMagnitudes(a, b);
}

function compareMagnitudes(a: string, b: string): number {
  const pointA = a.indexOf('.') === -1 ? a.length : a.indexOf('.');
  const pointB = b.indexOf('.') === -1 ? b.length : b.indexOf('.');
  if (pointA !== pointB) return pointA - pointB;
  // Same number of whole digits: digits then compare as text, and a longer fraction is the larger.
  return a < b ? -1 : 1;
}
