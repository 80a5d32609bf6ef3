/** What matches on a shelf, best first, as far as the levels and filters asked for allow. */

import type { Level } from '../dictionary/dictionary.ts';
import { countMatches, eachMatch, type Match, type ReadWord } from './matching.ts';
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
  /** The filter; undefined where everything passes. */
  readonly accept: ((level: Level, row: number) => boolean) | undefined;
}

/** The key below which no actual product can come. */
const BEST_AMP = keyOf({ row: 0, edits: 0, cost: 0, begins: true, untyped: 0 }, 'AMP', 'prescribable', 0);

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
  const { standings, sections, index } = shelf;
  const [, vmps, amps] = sections as [Section, Section, Section];
  const wantsGenerics = levels.has('VMP');
  let total = 0;
  let generic = false;
  /** Takes a match, where it is wanted; gives its key. */
  const take = (match: Match, level: Level, row: number): number => {
    const standing = standingIn(standings, match.row, setting);
    // `Generic Microgynon 30 tablets` may never be prescribed: it does not stand in for what the brand is made of.
    if (level !== 'AMP' && standing !== 'not prescribable') generic = true;
    const key = keyOf(match, level, standing, standings.rarity[match.row] as number);
    if (!levels.has(level) || !(accept?.(level, row) ?? true)) return key;
    total += 1;
    if (top.takes(key)) top.add(key, { level, row, misspelt: match.edits > 0, brandRow: undefined });
    return key;
  };
  if (levels.has('VTM') || wantsGenerics) {
    eachMatch(index, words, levels.has('VTM') ? 0 : vmps.from, vmps.to, (match) => {
      if (match.row < vmps.from) take(match, 'VTM', match.row);
      else take(match, 'VMP', match.row - vmps.from);
    });
  }
  if (generic) {
    if (!levels.has('AMP')) return total;
    top.settle();
    // Actual products come after: when the list is full of virtual ones, it is enough to count them.
    if (accept === undefined && !top.takes(BEST_AMP)) return total + countMatches(index, words, amps.from, amps.to);
  }
  /** Best key and AMP for each VMP of which only brands match. */
  const brands = new Map<number, { key: number; amp: number }>();
  eachMatch(index, words, amps.from, amps.to, (match) => {
    const row = match.row - amps.from;
    const key = take(match, 'AMP', row);
    if (!wantsGenerics || generic || brands.size >= MOST_GENERICS) return;
    const vmp = standings.vmpOfAmp[row] as number;
    const best = brands.get(vmp);
    if (best === undefined || key < best.key) brands.set(vmp, { key, amp: row });
  });
  for (const [vmp, { key, amp }] of brands) {
    if (!(accept?.('VMP', vmp) ?? true)) continue;
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
    if (!(accept?.(level, row) ?? true)) return;
    total += 1;
    const standing = shelf.unusable[match.row] === 1 ? 'not prescribable' : 'prescribable';
    const key = keyOf(match, level, standing, 0);
    if (top.takes(key)) top.add(key, { level, row, misspelt: match.edits > 0, brandRow: undefined });
  });
  return total;
}
