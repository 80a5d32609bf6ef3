/** How long to wait before trying again. */
export interface BackOff {
  /** After the first failure, in seconds. */
  first: number;
  /** Never longer than this, in seconds. */
  most: number;
}

/**
 * Doubles with each failure, up to the most, and spreads by up to a fifth, so that those who failed together do not all
 * come back together.
 * @param failures how many in a row, from 1
 * @param chance   0 to 1
 * @returns seconds
 */
export function backOff({ first, most }: BackOff, failures: number, chance: number = Math.random()): number {
  const doubled = Math.min(most, first * 2 ** Math.min(failures - 1, 30));
  return doubled * (0.8 + 0.4 * chance);
}
