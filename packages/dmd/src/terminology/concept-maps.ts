/** Maps between dm+d and other codes: units and UCUM, products and GTIN, BNF and ATC, former codes and current ones. */

import type { ConceptMap, ConceptMapGroupElementTarget } from 'fhir/r4';
import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';
import { DMD_SYSTEM } from '../dictionary/dictionary.ts';
import { dmdToUcum, UCUM_SYSTEM, ucumToDmd } from '../units/units.ts';
import { ATC_SYSTEM, BNF_SYSTEM, codeSystemVersion, DMD_COPYRIGHT, GTIN_SYSTEM } from './systems.ts';

/** One target of a mapping. */
export interface MapTarget {
  readonly code: string;
  readonly display?: string;
  readonly equivalence: ConceptMapGroupElementTarget['equivalence'];
  /** Facts about the mapping: its status, the days it is in force. */
  readonly product?: readonly { readonly property: string; readonly value: string }[];
}

/** A map that can be asked, in either direction. */
export interface CodeMap {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly source: string;
  readonly target: string;
  forward(dictionary: Dictionary, code: string): readonly MapTarget[];
  backward(dictionary: Dictionary, code: string): readonly MapTarget[];
}

function withDisplay(dictionary: Dictionary, code: string): { code: string; display?: string } {
  const display = dictionary.displayOf(code);
  return display === undefined ? { code } : { code, display };
}

/** The VMP whose classification speaks for a product. */
function vmpFor(dictionary: Dictionary, code: string): Vmp | undefined {
  return dictionary.vmpOf(code);
}

/** All maps. */
export const CODE_MAPS: readonly CodeMap[] = [
  {
    id: 'dmd-history',
    url: `${DMD_SYSTEM}/conceptmap/history`,
    title: 'Dictionary of medicines and devices (dm+d) history Concept Map',
    source: DMD_SYSTEM,
    target: DMD_SYSTEM,
    forward(dictionary, code) {
      const resolution = dictionary.resolve(code);
      switch (resolution.status) {
        case 'current':
          return [{ ...withDisplay(dictionary, code), equivalence: 'equal' }];
        case 'superseded':
          return [{ ...withDisplay(dictionary, resolution.id), equivalence: 'relatedto' }];
        case 'ambiguous':
          return resolution.candidates.map(({ id }) => ({ ...withDisplay(dictionary, id), equivalence: 'relatedto' }));
        default:
          return [];
      }
    },
    backward: (dictionary, code) =>
      dictionary
        .previousIds(code)
        .filter((former) => former !== code)
        .map((former) => ({ code: former, equivalence: 'relatedto' })),
  },
  {
    id: 'dmd-gtin',
    url: `${DMD_SYSTEM}/conceptmap/gtin`,
    title: 'Dictionary of medicines and devices (dm+d) to GTIN Map',
    source: DMD_SYSTEM,
    target: GTIN_SYSTEM,
    forward(dictionary, code) {
      const gtins = dictionary.ampp(code)?.gtins ?? [];
      // Those in force first.
      const sorted = [...gtins].sort((a, b) => Number(a.end !== undefined) - Number(b.end !== undefined));
      return sorted.map(({ gtin, start, end }) => ({
        code: gtin,
        equivalence: 'relatedto',
        product: [
          { property: 'mapping_status', value: end === undefined ? 'active' : 'retired' },
          { property: 'start', value: start },
          ...(end === undefined ? [] : [{ property: 'end', value: end }]),
        ],
      }));
    },
    backward: (dictionary, code) =>
      dictionary.amppsWithGtin(code).map(({ id, name }) => ({ code: id, display: name, equivalence: 'relatedto' })),
  },
  {
    id: 'dmd-ucum',
    url: 'urn:concord:conceptmap:dmd-ucum',
    title: 'dm+d units of measure to UCUM',
    source: DMD_SYSTEM,
    target: UCUM_SYSTEM,
    forward(_, code) {
      const ucum = dmdToUcum(code);
      return ucum === undefined ? [] : [{ code: ucum, equivalence: 'equivalent' }];
    },
    backward(dictionary, code) {
      const unit = ucumToDmd(code);
      return unit === undefined ? [] : [{ ...withDisplay(dictionary, unit.code), equivalence: 'equivalent' }];
    },
  },
  {
    id: 'dmd-bnf',
    url: 'urn:concord:conceptmap:dmd-bnf',
    title: 'dm+d to BNF sections',
    source: DMD_SYSTEM,
    target: BNF_SYSTEM,
    forward(dictionary, code) {
      const bnf = vmpFor(dictionary, code)?.bnf;
      return bnf === undefined ? [] : [{ code: bnf, equivalence: 'wider' }];
    },
    backward: (dictionary, code) =>
      /^\d{2,8}$/.test(code)
        ? dictionary.vmpsInBnf(code).map(({ id, name }) => ({ code: id, display: name, equivalence: 'narrower' }))
        : [],
  },
  {
    id: 'dmd-atc',
    url: 'urn:concord:conceptmap:dmd-atc',
    title: 'dm+d to ATC',
    source: DMD_SYSTEM,
    target: ATC_SYSTEM,
    forward(dictionary, code) {
      const atc = vmpFor(dictionary, code)?.atc;
      return atc === undefined ? [] : [{ code: atc, equivalence: 'wider' }];
    },
    backward: (dictionary, code) =>
      /^[A-Z][A-Z0-9]{0,6}$/.test(code)
        ? dictionary.vmpsInAtc(code).map(({ id, name }) => ({ code: id, display: name, equivalence: 'narrower' }))
        : [],
  },
];

/** The maps as resources. Only the small one lists its elements; the others are asked with `$translate`. */
export function conceptMaps(dictionary: Dictionary): ConceptMap[] {
  return CODE_MAPS.map((map) => ({
    resourceType: 'ConceptMap',
    id: map.id,
    url: map.url,
    version: codeSystemVersion(dictionary),
    name: map.id.replaceAll('-', '_'),
    title: map.title,
    status: 'active',
    experimental: false,
    date: dictionary.release.date,
    copyright: DMD_COPYRIGHT,
    ...(map.id === 'dmd-ucum'
      ? {
          group: [
            {
              source: map.source,
              target: map.target,
              element: dictionary.lookup('UNIT_OF_MEASURE').flatMap(({ code, display }) => {
                const ucum = dmdToUcum(code);
                if (ucum === undefined) return [];
                return [{ code, display, target: [{ code: ucum, equivalence: 'equivalent' as const }] }];
              }),
            },
          ],
        }
      : { description: `Elements are not listed here: ask with $translate. From ${map.source} to ${map.target}.` }),
  }));
}
