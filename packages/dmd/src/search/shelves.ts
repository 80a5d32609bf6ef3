/**
 * The indexed names in three shelves, each built when it is first needed: products (VTM, VMP, AMP) for prescribing,
 * packs (VMPP, AMPP), and everything else that has a code (ingredients, units, forms, routes, suppliers).
 */

import type { ConceptKind, Dictionary, LookupName } from '../dictionary/dictionary.ts';
import { type Standings, standingOf, standingsOf } from './standing.ts';
import { buildWordIndex, type IndexedNames, openWordIndex, type WordIndex, type WordIndexParts } from './word-index.ts';

/** A run of rows of one kind on a shelf. */
export interface Section {
  readonly kind: ConceptKind;
  /** Row of the shelf at which this kind's row 0 stands. */
  readonly from: number;
  readonly to: number;
}

/** One shelf. */
export interface Shelf {
  readonly index: WordIndex;
  readonly sections: readonly Section[];
}

/** The shelf of products, with how they stand. */
export interface ProductShelf extends Shelf {
  readonly standings: Standings;
}

/** The shelf of packs; `standing` has 1 for packs that are invalid or discontinued. */
export interface PackShelf extends Shelf {
  readonly unusable: Uint8Array;
}

/** The shelf of coded things that are not products. */
export interface CodeShelf extends Shelf {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly invalid: readonly boolean[];
}

function sections(counts: readonly (readonly [ConceptKind, number])[]): Section[] {
  let from = 0;
  return counts.map(([kind, count]) => {
    const section = { kind, from, to: from + count };
    from += count;
    return section;
  });
}

/** Which kind and row of that kind stands at a row of the shelf. */
export function sectionAt(shelf: Shelf, row: number): Section {
  for (const section of shelf.sections) if (row < section.to) return section;
  return shelf.sections.at(-1) as Section;
}

/** Builds the shelf of products, or takes the kept one into use. */
export function productShelf(dictionary: Dictionary, kept?: KeptProductShelf): ProductShelf {
  const vtms = dictionary.count('VTM');
  const vmps = dictionary.count('VMP');
  const parts = sections([
    ['VTM', vtms],
    ['VMP', vmps],
    ['AMP', dictionary.count('AMP')],
  ]);
  if (kept !== undefined && kept.index.ownWords.length === (parts[2] as Section).to) {
    return { index: openWordIndex(kept.index), sections: parts, standings: kept.standings };
  }
  const standings = standingsOf(dictionary);
  const moieties = moietyNames(dictionary);
  const names: IndexedNames = {
    count: (parts[2] as Section).to,
    name(row) {
      if (row < vtms) return dictionary.at('VTM', row)?.name ?? '';
      if (row < vtms + vmps) return dictionary.at('VMP', row - vtms)?.name ?? '';
      return dictionary.at('AMP', row - vtms - vmps)?.description ?? '';
    },
    alsoKnownAs(row) {
      if (row < vtms) return dictionary.at('VTM', row)?.abbreviatedName;
      if (row < vtms + vmps) return dictionary.at('VMP', row - vtms)?.previousName;
      return moieties[standings.vmpOfAmp[row - vtms - vmps] as number];
    },
  };
  return { index: buildWordIndex(names), sections: parts, standings };
}

/** For each VMP the name of its moiety, by which its brands can be found. */
function moietyNames(dictionary: Dictionary): (string | undefined)[] {
  const nameOf = new Map<string, string>();
  for (const vtm of dictionary.all('VTM')) nameOf.set(vtm.id, vtm.name);
  const names: (string | undefined)[] = [];
  for (const vmp of dictionary.all('VMP')) names.push(vmp.vtmId === undefined ? undefined : nameOf.get(vmp.vtmId));
  return names;
}

/** Builds the shelf of packs, or takes the kept one into use. */
export function packShelf(dictionary: Dictionary, kept?: KeptPackShelf): PackShelf {
  const vmpps = dictionary.count('VMPP');
  const parts = sections([
    ['VMPP', vmpps],
    ['AMPP', dictionary.count('AMPP')],
  ]);
  const count = (parts[1] as Section).to;
  if (kept !== undefined && kept.index.ownWords.length === count) {
    return { index: openWordIndex(kept.index), sections: parts, unusable: kept.unusable };
  }
  const unusable = new Uint8Array(count);
  for (const vmpp of dictionary.all('VMPP')) unusable[vmpp.row] = vmpp.invalid ? 1 : 0;
  for (const ampp of dictionary.all('AMPP')) {
    unusable[vmpps + ampp.row] = standingOf(ampp, 'primary').standing === 'prescribable' ? 0 : 1;
  }
  const names: IndexedNames = {
    count,
    name: (row) => (row < vmpps ? dictionary.at('VMPP', row)?.name : dictionary.at('AMPP', row - vmpps)?.name) ?? '',
    alsoKnownAs: () => undefined,
  };
  return { index: buildWordIndex(names), sections: parts, unusable };
}

const CODED: readonly LookupName[] = ['UNIT_OF_MEASURE', 'FORM', 'ROUTE', 'SUPPLIER'];

/** Builds the shelf of ingredients and coded lookups. */
export function codeShelf(dictionary: Dictionary): CodeShelf {
  const ids: string[] = [];
  const names: string[] = [];
  const invalid: boolean[] = [];
  const counts: [ConceptKind, number][] = [];
  for (const ingredient of dictionary.ingredients()) {
    ids.push(ingredient.id);
    names.push(ingredient.name);
    invalid.push(ingredient.invalid);
  }
  counts.push(['INGREDIENT', ids.length]);
  for (const lookup of CODED) {
    const entries = dictionary.lookup(lookup);
    for (const entry of entries) {
      ids.push(entry.code);
      names.push(entry.display);
      invalid.push(entry.invalid);
    }
    counts.push([lookup as ConceptKind, entries.length]);
  }
  const indexed: IndexedNames = {
    count: names.length,
    name: (row) => names[row] ?? '',
    alsoKnownAs: () => undefined,
  };
  return { index: buildWordIndex(indexed), sections: sections(counts), ids, names, invalid };
}

interface KeptProductShelf {
  readonly index: WordIndexParts;
  readonly standings: Standings;
}

interface KeptPackShelf {
  readonly index: WordIndexParts;
  readonly unusable: Uint8Array;
}

/** What of the shelves is worth keeping beside a release, so that opening it needs little work. */
export interface KeptShelves {
  readonly products: KeptProductShelf;
  readonly packs: KeptPackShelf;
}
