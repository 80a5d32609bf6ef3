/** `ConceptMap/$translate`: other codes for a code. */

import type { Parameters, ParametersParameter } from 'fhir/r4';
import { isUcumSystem, UCUM_SYSTEM } from '../units/units.ts';
import { askedCodes, unheldVersion } from './asked-code.ts';
import { CODE_MAPS, type CodeMap, type MapTarget } from './concept-maps.ts';
import type { Given } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { canonicalUri, isThisVersion, knownSystem, systemUri } from './systems.ts';
import type { Terminology } from './terminology.ts';

/** Equivalences that do not count as a translation. */
const NO_MATCH: ReadonlySet<string> = new Set(['unmatched', 'disjoint']);
/** A BNF chapter has thousands of products: no more are listed. */
const MOST_MATCHES = 5000;

/** A system as the maps write it. */
function mapSystem(uri: string): string {
  const known = knownSystem(uri);
  if (known !== undefined) return systemUri(known);
  return isUcumSystem(uri) ? UCUM_SYSTEM : uri;
}

/** Translates through the map named, or through every map between the systems given. */
export function translate(terminology: Terminology, given: Given, instance: string | undefined): Parameters | Refusal {
  const codes = askedCodes(given, 'system');
  if (codes instanceof Refusal) return codes;
  const reverse = given.boolean('reverse') === true;
  const target = given.text('targetsystem');
  const named = namedMaps(terminology, given, instance);
  if (named instanceof Refusal) return named;
  const matches: ParametersParameter[] = [];
  let asked = 0;
  for (const code of codes) {
    const system = mapSystem((code.system ?? '').split('|')[0] ?? '');
    if (code.system === undefined) {
      return new Refusal('terminology-missing-parameter', 'The code needs a system', 'Parameters.parameter');
    }
    for (const map of named) {
      // A map is asked from whichever of its ends the code is of; `reverse` turns it round where both are the same.
      const directions = directionsOf(map, system, target === undefined ? undefined : mapSystem(target), reverse);
      for (const direction of directions) {
        asked += 1;
        for (const match of map[direction](terminology.dictionary, code.code)) {
          if (matches.length >= MOST_MATCHES) {
            const diagnostics = `More than ${MOST_MATCHES} translations: ask for a narrower code`;
            return new Refusal('terminology-too-costly', diagnostics);
          }
          matches.push(asMatch(map, match, direction === 'forward' ? map.target : map.source));
        }
      }
    }
  }
  if (asked === 0) {
    const from = codes.map(({ system }) => system).join(', ');
    const diagnostics = `No map leads from ${from}${target === undefined ? '' : ` to ${target.slice(0, 200)}`}`;
    return new Refusal('terminology-unknown-map', diagnostics);
  }
  const result = matches.some((match) => {
    const equivalence = match.part?.find((part) => part.name === 'equivalence')?.valueCode;
    return equivalence !== undefined && !NO_MATCH.has(equivalence);
  });
  const message = result ? [] : [{ name: 'message', valueString: 'No translation is known for the code' }];
  return { resourceType: 'Parameters', parameter: [{ name: 'result', valueBoolean: result }, ...message, ...matches] };
}

function namedMaps(terminology: Terminology, given: Given, instance: string | undefined): readonly CodeMap[] | Refusal {
  const url = given.text('url');
  if (instance === undefined && url === undefined) return CODE_MAPS;
  const [bare = '', versionInUrl] = (url ?? '').split('|');
  const map = CODE_MAPS.find((one) => (instance === undefined ? one.url === canonicalUri(bare) : one.id === instance));
  if (map === undefined) {
    const name = (instance ?? bare).slice(0, 200);
    return new Refusal('terminology-unknown-map', `No concept map ${name} is held`);
  }
  const version = given.text('conceptMapVersion') ?? versionInUrl;
  if (version !== undefined && !isThisVersion(terminology.dictionary, version)) {
    return unheldVersion(terminology, map.url, version);
  }
  return [map];
}

function directionsOf(
  map: CodeMap,
  system: string,
  target: string | undefined,
  reverse: boolean,
): ('forward' | 'backward')[] {
  if (map.source === map.target) {
    if (system !== map.source || (target !== undefined && target !== map.target)) return [];
    return [reverse ? 'backward' : 'forward'];
  }
  if (system === map.source && (target === undefined || target === map.target)) return ['forward'];
  if (system === map.target && (target === undefined || target === map.source)) return ['backward'];
  return [];
}

function asMatch(map: CodeMap, match: MapTarget, system: string): ParametersParameter {
  const { code, display, equivalence, product } = match;
  return {
    name: 'match',
    part: [
      { name: 'equivalence', valueCode: equivalence },
      { name: 'concept', valueCoding: { system, code, ...(display === undefined ? {} : { display }) } },
      ...(product ?? []).map(({ property, value }) => ({
        name: 'product',
        part: [
          { name: 'element', valueUri: property },
          { name: 'concept', valueCoding: { code: value } },
        ],
      })),
      { name: 'source', valueUri: map.url },
    ],
  };
}
