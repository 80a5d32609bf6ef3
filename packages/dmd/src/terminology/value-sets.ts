/** The value sets of dm+d: everything, each class, and each lookup that is a code system of its own. */

import type { ValueSet } from 'fhir/r4';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { DMD_SYSTEM } from '../dictionary/dictionary.ts';
import { Refusal } from './refusal.ts';
import {
  CLASSES,
  canonicalUri,
  codeSystemVersion,
  DMD_COPYRIGHT,
  DMD_NAME,
  isThisVersion,
  lookupSystem,
  OWN_SYSTEM_LOOKUPS,
} from './systems.ts';

interface ValueSetRow {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly compose: NonNullable<ValueSet['compose']>;
}

const ROWS: readonly ValueSetRow[] = [
  {
    id: 'dmd',
    url: `${DMD_SYSTEM}/vs`,
    title: DMD_NAME,
    compose: { include: [{ system: DMD_SYSTEM }] },
  },
  ...CLASSES.map(({ code, display }) => ({
    id: `dmd-${code}`,
    url: `${DMD_SYSTEM}/ValueSet/${code}`,
    title: `dm+d ${display}`,
    compose: { include: [{ system: DMD_SYSTEM, filter: [{ property: 'parent', op: '=' as const, value: code }] }] },
  })),
  ...OWN_SYSTEM_LOOKUPS.map((lookup) => ({
    id: `dmd-${lookup.replaceAll('_', '-')}`,
    url: `${lookupSystem(lookup)}/vs`,
    title: `dm+d ${lookup}`,
    compose: { include: [{ system: lookupSystem(lookup) }] },
  })),
];

const BY_URL = new Map(ROWS.map((row) => [row.url, row]));
const BY_ID = new Map(ROWS.map((row) => [row.id, row]));

function resource(dictionary: Dictionary, row: ValueSetRow): ValueSet {
  return {
    resourceType: 'ValueSet',
    id: row.id,
    url: row.url,
    version: codeSystemVersion(dictionary),
    name: row.id.replaceAll('-', '_'),
    title: row.title,
    status: 'active',
    experimental: false,
    date: dictionary.release.date,
    copyright: DMD_COPYRIGHT,
    compose: row.compose,
  };
}

/** All value sets, without expansions. */
export function valueSets(dictionary: Dictionary): ValueSet[] {
  return ROWS.map((row) => resource(dictionary, row));
}

/** A value set by logical id. */
export function valueSetById(dictionary: Dictionary, id: string): ValueSet | undefined {
  const row = BY_ID.get(id);
  return row === undefined ? undefined : resource(dictionary, row);
}

/** A value set by canonical URL, `|version` allowed; http for https is taken. */
export function valueSetByUrl(dictionary: Dictionary, canonical: string): ValueSet | Refusal {
  const [url = '', version] = canonical.split('|');
  const row = BY_URL.get(canonicalUri(url));
  if (row === undefined) {
    return new Refusal('terminology-unknown-value-set', `No value set ${url.slice(0, 200)} is held`);
  }
  if (version !== undefined && !isThisVersion(dictionary, version)) {
    const diagnostics = `Version ${version.slice(0, 80)} of ${row.url} is not held; ${codeSystemVersion(dictionary)} is`;
    return new Refusal('terminology-unknown-version', diagnostics);
  }
  return resource(dictionary, row);
}
