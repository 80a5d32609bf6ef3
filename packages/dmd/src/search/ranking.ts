/**
 * The order of results as one number, smaller first. Each line decides only where the lines above leave a tie:
 *
 * 1. fewest letters corrected;
 * 2. what may be prescribed before what may not;
 * 3. virtual products (VTM, VMP) before actual ones (AMP), these before packs, packs before other codes;
 * 4. the score below.
 *
 * A brand name is in no virtual product's name, so a typed brand lists its AMPs, each new generic straight after.
 */

import type { Match } from './matching.ts';
import type { Standing } from './standing.ts';

const TIERS: Readonly<Record<string, number>> = { VTM: 0, VMP: 0, AMP: 1, VMPP: 2, AMPP: 3 };
const OTHER_TIER = 4;

/** What counts against a name within its tier. */
const SCORE = {
  /** For each point of how loosely the words matched (see `Match.cost`). */
  looseness: 4,
  /** The name begins with another word than the one typed first. */
  begins: 12,
  /** For each word of the name that was not typed, up to 20. */
  untyped: 2,
} as const;

const MOST_SCORE = 8191;
const ROWS = 2 ** 20;

/** Added to the key of a brand's AMP for its generic, so that it follows directly. */
export const VIA_BRAND = 0.5;

/** The sort key of a match. `rarity` is 0 (most common) to 63. */
export function keyOf(match: Match, kind: string, standing: Standing, rarity: number): number {
  const score =
    match.cost * SCORE.looseness +
    (match.begins ? 0 : SCORE.begins) +
    Math.min(match.untyped, 20) * SCORE.untyped +
    (rarity >> 1);
  const tier = TIERS[kind] ?? OTHER_TIER;
  const usable = standing === 'not prescribable' ? 1 : 0;
  return (((match.edits * 2 + usable) * 8 + tier) * (MOST_SCORE + 1) + Math.min(MOST_SCORE, score)) * ROWS + match.row;
}
