/**
 * The dictionary of medicines and devices as the rest of Concord sees it: five levels (VTM, VMP, AMP, VMPP, AMPP),
 * ingredients and lookups, all read-only.
 *
 * Concepts are light views over the release held in memory: their properties are read on access, so taking a concept
 * costs well under a microsecond and reading one property decodes only that property. Two reads of the same id give
 * two equal views, not the same object: compare `id`s. A property that the release does not give is `undefined`.
 * Decimals (strengths, UDFS, pack sizes, DDD) are the exact text of the release, never a binary float.
 */

import type {
  Amp,
  Ampp,
  ConceptKind,
  Ingredient,
  Level,
  LookupEntry,
  LookupName,
  Product,
  ProductByLevel,
  Vmp,
  Vmpp,
  Vtm,
} from './products.ts';

export type * from './products.ts';

/** One row of the history file: the concept that is now `current` was known as `previous` from `start` to `end`. */
export interface HistoryRow {
  readonly kind: ConceptKind;
  readonly current: string;
  readonly previous: string;
  /** CCYY-MM-DD; undefined where the file says 1948-01-01, its mark for not known. */
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** What an id, current or not, leads to. `chain` starts with the id asked and ends with the current id. */
export type Resolution =
  | { readonly status: 'current'; readonly kind: ConceptKind; readonly id: string }
  | {
      readonly status: 'superseded';
      readonly kind: ConceptKind;
      readonly id: string;
      readonly chain: readonly string[];
      /** The day on which the id asked stopped being current, where recorded. */
      readonly since: string | undefined;
    }
  | {
      /** One old id of two or more current concepts: a person must choose. */
      readonly status: 'ambiguous';
      readonly candidates: readonly { kind: ConceptKind; id: string; chain: readonly string[] }[];
    }
  | {
      /** History knows the id, but what it leads to is not in this release. */
      readonly status: 'withdrawn';
      readonly kind: ConceptKind;
      readonly chain: readonly string[];
    }
  | { readonly status: 'unknown' };

/** One row of a release file, values by XML element name; an element that is missing is missing here too. */
export interface RawRow {
  /** Name of the row's table, e.g. `VMP`, `VPI`, `AMPP`, `PRICE_INFO`. */
  readonly table: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Which release this is. */
export interface ReleaseInfo {
  /** `CCYY-MM-DD` of publication where the archive name tells it, else the data date. */
  readonly date: string;
  /** TRUD's number and date, e.g. `10.1.0_20251013`, where the archive name tells it. */
  readonly version: string | undefined;
  /** Names of the files that were read. */
  readonly files: readonly string[];
  /** Rows by table name. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The dictionary. All functions are total: an id that is unknown, or not an id at all, gives undefined or nothing. */
export interface Dictionary {
  readonly release: ReleaseInfo;

  /** Number of rows of a level. */
  count(level: Level): number;
  /** The product at a dense row of a level; undefined outside 0 to count - 1. */
  at<L extends Level>(level: L, row: number): ProductByLevel[L] | undefined;
  /** All products of a level in row order, invalid ones included. */
  all<L extends Level>(level: L): IterableIterator<ProductByLevel[L]>;

  /** The product with this current id, at whatever level; old ids are not followed (see `resolve`). */
  product(id: string): Product | undefined;
  vtm(id: string): Vtm | undefined;
  vmp(id: string): Vmp | undefined;
  amp(id: string): Amp | undefined;
  vmpp(id: string): Vmpp | undefined;
  ampp(id: string): Ampp | undefined;
  ingredient(id: string): Ingredient | undefined;
  ingredients(): IterableIterator<Ingredient>;
  /** What this current id stands for. */
  kindOf(id: string): ConceptKind | undefined;
  /** The text to show for any current id: description of an AMP, name of other products, text of a lookup. */
  displayOf(id: string): string | undefined;

  /**
   * Follows an id, current or superseded, to what it stands for now. A current id wins over history. `kind` leaves out
   * ways to concepts of another kind, for callers that know what they look for: a few old ids lead to two kinds.
   */
  resolve(id: string, kind?: ConceptKind): Resolution;
  /** All ids that a current concept ever had, from the history file and the release's own previous id, oldest first. */
  previousIds(id: string): readonly string[];
  /** History rows of a current concept, its own current row included, in file order. */
  history(id: string): readonly HistoryRow[];

  vmpsOfVtm(vtmId: string): readonly Vmp[];
  ampsOfVmp(vmpId: string): readonly Amp[];
  vmppsOfVmp(vmpId: string): readonly Vmpp[];
  amppsOfAmp(ampId: string): readonly Ampp[];
  amppsOfVmpp(vmppId: string): readonly Ampp[];
  /** One step up: VMP to VTM, AMP and VMPP to VMP, AMPP to AMP and VMPP. */
  parents(id: string): readonly Product[];
  /** One step down: VTM to VMPs, VMP to AMPs and VMPPs, AMP and VMPP to AMPPs. */
  children(id: string): readonly Product[];
  /** The VMP of a VMP, AMP, VMPP or AMPP. */
  vmpOf(id: string): Vmp | undefined;
  /** The VTM of any product, where it has one. */
  vtmOf(id: string): Vtm | undefined;
  /** Packs inside a combination pack (VMPP or AMPP). */
  componentPacks(id: string): readonly (Vmpp | Ampp)[];
  /** Combination packs that hold this pack (VMPP or AMPP). */
  combinationPacks(id: string): readonly (Vmpp | Ampp)[];

  /** Ingredients of a VTM (supplementary file); empty where the release has none. */
  ingredientsOfVtm(vtmId: string): readonly Ingredient[];
  vtmsWithIngredient(ingredientId: string): readonly Vtm[];
  /** VMPs with this substance as ingredient or as base substance. */
  vmpsWithIngredient(ingredientId: string): readonly Vmp[];
  /** VMPs whose BNF code starts with the given digits. */
  vmpsInBnf(prefix: string): readonly Vmp[];
  /** VMPs whose ATC code starts with the given text. */
  vmpsInAtc(prefix: string): readonly Vmp[];
  /** AMPPs that carry or carried this GTIN. Leading zeros to 14 digits are ignored. */
  amppsWithGtin(gtin: string): readonly Ampp[];

  /** All rows of a lookup group, in file order. */
  lookup(name: LookupName): readonly LookupEntry[];
  /** One lookup row; zero padding does not matter (`1` finds `0001`). */
  lookupEntry(name: LookupName, code: string): LookupEntry | undefined;

  /** Every row of the release that belongs to a current id, as in the XML. First the concept's own row. */
  rows(id: string): readonly RawRow[];
}

/** The code system that Concord writes for dm+d. */
export const DMD_SYSTEM = 'https://dmd.nhs.uk';

/** The code system that Concord writes for dm+d's routes, forms and units: UK Core binds those to SNOMED CT. */
export const SNOMED_SYSTEM = 'http://snomed.info/sct';

/** Code systems accepted as dm+d; the first is the one written. dm+d ids are SNOMED CT ids. */
export const DMD_SYSTEMS: readonly string[] = [DMD_SYSTEM, 'http://dmd.nhs.uk', SNOMED_SYSTEM];

/** Whether a coding's system may hold a dm+d code. */
export function isDmdSystem(system: string | undefined): boolean {
  return system !== undefined && DMD_SYSTEMS.includes(system);
}
