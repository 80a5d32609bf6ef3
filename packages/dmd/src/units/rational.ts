/** Exact fractions: what doses, strengths and unit factors are calculated with. Never a binary float. */

/** A fraction in lowest terms, the denominator positive. Make one with `rational` or `parseDecimal`. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

// No amount in medicine needs more digits, and work stays small on hostile input.
const LONGEST = 60;

/** The fraction numerator / denominator in lowest terms; undefined where the denominator is zero. */
export function rational(numerator: bigint, denominator = 1n): Rational | undefined {
  if (denominator === 0n) return undefined;
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  const sign = denominator < 0n ? -1n : 1n;
  return { numerator: (sign * numerator) / abs(divisor), denominator: (sign * denominator) / abs(divisor) };
}

/** The exact value of a decimal such as `0.5`, `12` or `1e3`; undefined where the text is no decimal. */
export function parseDecimal(text: string): Rational | undefined {
  if (text.length > LONGEST) return undefined;
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  const power = Number(exponent) - fraction.length;
  return power >= 0 ? rational(digits * 10n ** BigInt(power)) : rational(digits, 10n ** BigInt(-power));
}

/** a + b. */
export function add(a: Rational, b: Rational): Rational {
  return lowest(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

/** a × b. */
export function multiply(a: Rational, b: Rational): Rational {
  return lowest(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** a ÷ b; undefined where b is zero. */
export function divide(a: Rational, b: Rational): Rational | undefined {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative where a < b, zero where equal, positive where a > b. */
export function compare(a: Rational, b: Rational): number {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether the value is a whole number. */
export function isWhole(value: Rational): boolean {
  return value.denominator === 1n;
}

/** The value as a decimal without exponent or trailing zeros; undefined where no finite decimal is exact (1/3). */
export function toDecimal(value: Rational): string | undefined {
  let rest = value.denominator;
  let places = 0;
  while (rest % 10n === 0n) {
    rest /= 10n;
    places++;
  }
  const twos = countFactor(rest, 2n);
  const fives = countFactor(rest, 5n);
  if (rest !== 2n ** BigInt(twos) * 5n ** BigInt(fives)) return undefined;
  places += Math.max(twos, fives);
  const scaled = (value.numerator * 10n ** BigInt(places)) / value.denominator;
  return placePoint(scaled, places);
}

/** The value rounded half away from zero to a number of decimal places, for showing only. */
export function toRounded(value: Rational, places: number): string {
  const scaled = value.numerator * 10n ** BigInt(places) * 2n;
  const half = scaled < 0n ? -value.denominator : value.denominator;
  return placePoint((scaled + half) / (value.denominator * 2n), places);
}

function placePoint(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? '-' : '';
  const digits = abs(scaled)
    .toString()
    .padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function countFactor(value: bigint, factor: bigint): number {
  let count = 0;
  for (let rest = value; rest % factor === 0n; rest /= factor) count++;
  return count;
}

function lowest(numerator: bigint, denominator: bigint): Rational {
  const divisor = greatestCommonDivisor(abs(numerator), denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, abs(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
