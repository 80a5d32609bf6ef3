/** The code that an operation is asked about, given in any of the ways the operations allow. */

import type { Coding } from 'fhir/r4';
import type { ConceptKind } from '../dictionary/dictionary.ts';
import type { Concept } from './concepts.ts';
import type { Given } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { canonicalUri, codeSystemVersion, isThisVersion, type KnownSystem, knownSystem, systemUri } from './systems.ts';
import type { Terminology } from './terminology.ts';

/** A code with its system and the wording that came with it. */
export interface AskedCode {
  readonly system: string | undefined;
  readonly version: string | undefined;
  readonly code: string;
  readonly display: string | undefined;
}

/** The codes given as `code` and `system`, `coding`, or `codeableConcept`. At least one, or a refusal. */
export function askedCodes(given: Given, systemParameter: string): AskedCode[] | Refusal {
  const coding = given.coding('coding');
  const concept = given.codeableConcept('codeableConcept');
  const code = given.text('code');
  const ways = [coding, concept, code].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    const rule = ways === 0 ? 'terminology-missing-parameter' : 'terminology-wrong-parameter';
    return new Refusal(rule, 'Give exactly one of code, coding and codeableConcept', 'Parameters.parameter');
  }
  if (code !== undefined) {
    return [
      {
        system: given.text(systemParameter),
        version: given.text('version') ?? given.text('systemVersion'),
        code,
        display: given.text('display'),
      },
    ];
  }
  const codings: readonly Coding[] = coding === undefined ? (concept?.coding ?? []) : [coding];
  const asked = (Array.isArray(codings) ? codings : []).slice(0, 50).flatMap((entry) =>
    typeof entry?.code === 'string'
      ? [
          {
            system: entry.system,
            version: entry.version ?? given.text('version') ?? given.text('systemVersion'),
            code: entry.code,
            display: entry.display ?? given.text('display'),
          },
        ]
      : [],
  );
  if (asked.length > 0) return asked;
  return new Refusal('terminology-missing-parameter', 'The coding has no code', 'Parameters.parameter');
}

/** The known system of a code, its version checked. */
export function askedSystem(terminology: Terminology, asked: AskedCode): KnownSystem | Refusal {
  if (asked.system === undefined) {
    return new Refusal('terminology-missing-parameter', 'The code needs a system', 'Parameters.parameter');
  }
  const [uri = '', versionInUri] = asked.system.split('|');
  const system = knownSystem(uri);
  if (system === undefined) {
    return new Refusal('terminology-unknown-system', `Code system ${uri.slice(0, 200)} is not one of dm+d's`);
  }
  const version = asked.version ?? versionInUri;
  if (version !== undefined && !isThisVersion(terminology.dictionary, version)) {
    return unheldVersion(terminology, systemUri(system), version);
  }
  return system;
}

/** Refuses a version that is not the release at hand. */
export function unheldVersion(terminology: Terminology, uri: string, version: string): Refusal {
  const held = codeSystemVersion(terminology.dictionary);
  return new Refusal(
    'terminology-unknown-version',
    `Version ${version.slice(0, 80)} of ${uri} is not held; ${held} is`,
  );
}

/**
 * Checks `system-version`, `check-system-version` and `force-system-version`: each names a system and the version of it
 * to use. Other people's systems have no bearing here.
 */
export function checkSystemVersions(terminology: Terminology, given: Given): Refusal | undefined {
  for (const name of ['system-version', 'check-system-version', 'force-system-version']) {
    for (const canonical of given.texts(name)) {
      const [uri = '', version] = canonical.split('|');
      const system = knownSystem(canonicalUri(uri));
      if (system === undefined || version === undefined) continue;
      if (!isThisVersion(terminology.dictionary, version))
        return unheldVersion(terminology, systemUri(system), version);
    }
  }
  return undefined;
}

/** A code as it was found. */
export type FoundCode =
  | { readonly status: 'current'; readonly concept: Concept }
  | {
      /** A former code: one current concept, or several where an old id was given to two. */
      readonly status: 'former';
      readonly code: string;
      readonly kind: ConceptKind;
      readonly current: readonly string[];
      readonly since: string | undefined;
    }
  | { readonly status: 'unknown' };

/** Finds a code in its system; a former dm+d code leads to what it is now. */
export function findCode(terminology: Terminology, system: KnownSystem, code: string): FoundCode {
  const { concepts } = terminology;
  if (system.kind === 'lookup') {
    const concept = concepts.ofLookup(system.lookup, code);
    return concept === undefined ? { status: 'unknown' } : { status: 'current', concept };
  }
  const concept = concepts.byCode(code);
  if (concept !== undefined) return { status: 'current', concept };
  const resolution = concepts.resolve(code);
  switch (resolution.status) {
    case 'superseded':
      return { status: 'former', code, kind: resolution.kind, current: [resolution.id], since: resolution.since };
    case 'ambiguous': {
      const kind = resolution.candidates[0]?.kind ?? 'VMP';
      return { status: 'former', code, kind, current: resolution.candidates.map(({ id }) => id), since: undefined };
    }
    case 'withdrawn':
      return { status: 'former', code, kind: resolution.kind, current: [], since: undefined };
    default:
      return { status: 'unknown' };
  }
}

/** What a former code is now, as a sentence. */
export function formerSentence(terminology: Terminology, found: Extract<FoundCode, { status: 'former' }>): string {
  const named = found.current.map((id) => `${id} (${terminology.dictionary.displayOf(id) ?? 'name not known'})`);
  if (named.length === 0) return `${found.code} is a former code; what it led to is not in this release`;
  if (named.length > 1) return `${found.code} is a former code of ${named.join(' and of ')}: choose which is meant`;
  return `${found.code} was superseded by ${named[0]}`;
}
