/** What matches on a shelf, best first, as far as the levels and filters asked for allow. */

import type { Level } from '../dictionary/dictionary.ts';
import { eachMatch, type Match, type ReadWord } from './matching.ts';
import { keyOf, VIA_BRAND } from './ranking.ts';
import type { PackShelf, ProductShelf, Section } from './shelves.ts';
import { type Setting, standingIn } from './standing.ts';
import type { Top } from './top.ts';

/** One product found. */
export interface Found {
  readonly level: Level;
  readonly row: number;
  readonly misspelt: boolean;
  /** Row of the AMP by whose name a VMP was found. */
  readonly brandRow: number | undefined;
}

/** What may be collected. */
interface Wanted {
  readonly levels: ReadonlySet<Level>;
  readonly setting: Setting;
  accept(level: Level, row: number): boolean;
}

/** Generics offered for the AMPs of one brand search at most. */
const MOST_GENERICS = 5000;

/**
 * Collects products that have the words. When only actual products do, a brand was typed: each VMP of which one was
 * found follows its best brand. Returns how many match.
 */
export function collectProducts(
  shelf: ProductShelf,
  words: readonly ReadWord[],
  { levels, setting, accept }: Wanted,
  top: Top<Found>,
): number {
  const { standings, sections } = shelf;
  const [vtms, vmps, amps] = sections as [Section, Section, Section];
  let total = 0;
  let generic = false;
  /** Best key and AMP for each VMP of which only brands match. */
  const brands = new Map<number, { key: number; amp: number }>();
  const wantsGenerics = levels.has('VMP');
  const from = levels.has('VTM') ? 0 : vmps.from;
  const to = levels.has('AMP') || wantsGenerics ? amps.to : vmps.to;
  eachMatch(shelf.index, words, from, to, (match: Match) => {
    const section = match.row < vmps.from ? vtms : match.row < amps.from ? vmps : amps;
    const level = section.kind as Level;
    const row = match.row - section.from;
    const standing = standingIn(standings, match.row, setting);
    // `Generic Microgynon 30 tablets` may never be prescribed: it does not stand in for what the brand is made of.
    if (level !== 'AMP' && standing !== 'not prescribable') generic = true;
    const key = keyOf(match, level, standing, standings.rarity[match.row] as number);
    if (level === 'AMP' && wantsGenerics && !generic && brands.size < MOST_GENERICS) {
      const vmp = standings.vmpOfAmp[row] as number;
      const best = brands.get(vmp);
      if (best === undefined || key < best.key) brands.set(vmp, { key, amp: row });
    }
    if (!levels.has(level) || !accept(level, row)) return;
    total += 1;
    if (top.takes(key)) top.add(key, { level, row, misspelt: match.edits > 0, brandRow: undefined });
  });
  if (generic) return total;
  for (const [vmp, { key, amp }] of brands) {
    if (!accept('VMP', vmp)) continue;
    total += 1;
    const value: Found = { level: 'VMP', row: vmp, misspelt: false, brandRow: amp };
    if (top.takes(key + VIA_BRAND)) top.add(key + VIA_BRAND, value);
  }
  return total;
}

/** Collects packs that have the words. Returns how many match. */
export function collectPacks(
  shelf: PackShelf,
  words: readonly ReadWord[],
  { levels, accept }: Wanted,
  top: Top<Found>,
): number {
  const [vmpps, ampps] = shelf.sections as [Section, Section];
  let total = 0;
  const from = levels.has('VMPP') ? 0 : ampps.from;
  const to = levels.has('AMPP') ? ampps.to : vmpps.to;
  eachMatch(shelf.index, words, from, to, (match) => {
    const section = match.row < ampps.from ? vmpps : ampps;
    const level = section.kind as Level;
    const row = match.row - section.from;
    if (!accept(level, row)) return;
    total += 1;
    const standing = shelf.unusable[match.row] === 1 ? 'not prescribable' : 'prescribable';
    const key = keyOf(match, level, standing, 0);
    if (top.takes(key)) top.add(key, { level, row, misspelt: match.edits > 0, brandRow: undefined });
  });
  return total;
}
