import { type Dictionary, DMD_SYSTEMS, isSctid, type LookupName } from '@concord/dmd';
import { text } from '../invariants/reading.ts';
import { codings } from '../rules/reading.ts';
import { rowOf } from '../rules/row-of.ts';
import type { JsonObject } from '../structure/walk.ts';
import table from './value-sets.json' with { type: 'json' };

/** A value set as UK Core defines it. */
export interface UkCoreValueSet {
  readonly version: string;
  /** Codes by system, complete. */
  readonly codes?: Readonly<Record<string, readonly string[]>>;
  /** The levels of dm+d that it takes. */
  readonly dmd?: readonly string[];
  /** The expression on SNOMED CT whose concepts it takes; they cannot be listed here. */
  readonly snomed?: string;
  /** Systems of which it takes more than is listed here. */
  readonly open?: readonly string[];
}

/** UK Core's value sets by their short name, as far as a profile or extension of these binds one. */
export const valueSets: ReadonlyMap<string, UkCoreValueSet> = new Map(Object.entries<UkCoreValueSet>(table));

/** Reference sets of SNOMED CT that dm+d lists too. */
const dmdLookups: Readonly<Record<string, LookupName>> = {
  'memberOf 999000051000001100': 'ROUTE',
  'memberOf 999000781000001107': 'FORM',
};

/**
 * How a concept stands to a value set: `in` it; `out` of it; `no-code` where the system of a coding has no such code;
 * `unchecked` where it takes SNOMED CT; `text` where there is nothing coded.
 */
export type Membership = 'in' | 'out' | 'no-code' | 'unchecked' | 'text';

const sct = 'http://snomed.info/sct';
const uk = 'https://fhir.hl7.org.uk/';

function ofCoding(coding: JsonObject, set: UkCoreValueSet, dictionary: Dictionary | undefined): Membership {
  const system = text(coding, 'system');
  const code = text(coding, 'code');
  if (system === undefined || code === undefined) return 'out';
  const listed = rowOf(set.codes, system);
  if (listed?.includes(code)) return 'in';
  if (listed && system.startsWith(uk)) return 'no-code';
  if (set.open?.includes(system)) return 'in';
  // Whether dm+d has the code is for the layer dmd to say.
  if (set.dmd && DMD_SYSTEMS.includes(system)) return 'in';
  if (set.snomed === undefined || system !== sct) return 'out';
  if (!isSctid(code)) return 'out';
  if (/^\d+( OR \d+)*$/.test(set.snomed)) return set.snomed.split(' OR ').includes(code) ? 'in' : 'out';
  const lookup = dmdLookups[set.snomed];
  return lookup && dictionary?.lookupEntry(lookup, code) ? 'in' : 'unchecked';
}

const best: readonly Membership[] = ['in', 'unchecked', 'no-code', 'out'];

/** How a CodeableConcept or Coding stands to a value set: as the best of its codings does. */
export function membership(concept: JsonObject, set: UkCoreValueSet, dictionary: Dictionary | undefined): Membership {
  const all = concept.coding === undefined && concept.code !== undefined ? [concept] : codings(concept);
  const found = all.map((coding) => ofCoding(coding, set, dictionary));
  return best.find((each) => found.includes(each)) ?? 'text';
}

/** The codes to choose from, in words. */
export function choices(name: string, set: UkCoreValueSet): string {
  const lists = Object.entries(set.codes ?? {}).map(([system, codes]) => {
    const shown = codes.length > 12 ? `${codes.slice(0, 12).join(', ')}… (${codes.length} codes)` : codes.join(', ');
    return `${shown} of ${system}`;
  });
  if (set.dmd) lists.push(`dm+d (${set.dmd.join(', ')})`);
  if (set.snomed !== undefined) lists.push(`SNOMED CT (${set.snomed})`);
  for (const system of set.open ?? []) lists.push(system);
  return `${name}: ${lists.join('; ')}`;
}
