/** The code systems and value sets of dm+d by URI, and the version by which a release is known. */

import type { ConceptKind, Dictionary, LookupName } from '../dictionary/dictionary.ts';
import { DMD_SYSTEM, DMD_SYSTEMS } from '../dictionary/dictionary.ts';

/** The name under which the NHS publishes the dm+d code system. */
export const DMD_NAME = 'Dictionary of medicines and devices (dm+d)';
/** Attribution that goes with dm+d content. */
export const DMD_COPYRIGHT =
  'Contains public sector information licensed under the Open Government Licence v3.0 (NHS dm+d, NHSBSA)';
/** Code systems that dm+d is mapped to. */
export const ATC_SYSTEM = 'http://www.whocc.no/atc';
/** BNF codes have no published URI; this one is the project's own. */
export const BNF_SYSTEM = 'urn:concord:bnf';
export const GTIN_SYSTEM = 'https://www.gs1.org/gtin';

/**
 * Lookups that are code systems of their own, `https://dmd.nhs.uk/<lookup>`, codes without zero padding. The entries of
 * the other four (units, forms, routes, suppliers) are concepts of the dm+d code system itself.
 */
export const OWN_SYSTEM_LOOKUPS: readonly LookupName[] = [
  'AVAILABILITY_RESTRICTION',
  'BASIS_OF_NAME',
  'BASIS_OF_STRNTH',
  'COLOUR',
  'COMBINATION_PACK_IND',
  'COMBINATION_PROD_IND',
  'CONTROL_DRUG_CATEGORY',
  'DF_INDICATOR',
  'DISCONTINUED_IND',
  'DND',
  'DT_PAYMENT_CATEGORY',
  'FLAVOUR',
  'LEGAL_CATEGORY',
  'LICENSING_AUTHORITY',
  'LICENSING_AUTHORITY_CHANGE_REASON',
  'NAMECHANGE_REASON',
  'ONT_FORM_ROUTE',
  'PRICE_BASIS',
  'REIMBURSEMENT_STATUS',
  'SPEC_CONT',
  'VIRTUAL_PRODUCT_NON_AVAIL',
  'VIRTUAL_PRODUCT_PRES_STATUS',
];

/** A class of dm+d concepts: a concept itself, and the first parent of each of its members. */
export type ClassCode = 'VTM' | 'VMP' | 'AMP' | 'VMPP' | 'AMPP' | 'INGREDIENT' | 'UOM' | 'FORM' | 'ROUTE' | 'SUPPLIER';

/** The root of the classes. */
export const ROOT_CODE = 'dm+d';

/** The classes, with the words of the code system, in the order in which expansions list them. */
export const CLASSES: readonly { readonly code: ClassCode; readonly kind: ConceptKind; readonly display: string }[] = [
  { code: 'VTM', kind: 'VTM', display: 'Virtual Therapeutic Moiety' },
  { code: 'VMP', kind: 'VMP', display: 'Virtual Medicinal Product' },
  { code: 'AMP', kind: 'AMP', display: 'Actual Medicinal Product' },
  { code: 'VMPP', kind: 'VMPP', display: 'Virtual Medicinal Product Pack' },
  { code: 'AMPP', kind: 'AMPP', display: 'Actual Medicinal Product Pack' },
  { code: 'INGREDIENT', kind: 'INGREDIENT', display: 'Ingredient' },
  { code: 'UOM', kind: 'UNIT_OF_MEASURE', display: 'Unit of Measure' },
  { code: 'FORM', kind: 'FORM', display: 'Form' },
  { code: 'ROUTE', kind: 'ROUTE', display: 'Route' },
  { code: 'SUPPLIER', kind: 'SUPPLIER', display: 'Supplier' },
];

const CLASS_OF_KIND = new Map<string, ClassCode>(CLASSES.map(({ code, kind }) => [kind, code]));
const KIND_OF_CLASS = new Map<string, ConceptKind>(CLASSES.map(({ code, kind }) => [code, kind]));

/** The class code of a kind of concept. */
export function classOf(kind: ConceptKind): ClassCode {
  return CLASS_OF_KIND.get(kind) as ClassCode;
}

/** The kind of concept of a class code; undefined for any other code. */
export function kindOfClass(code: string): ConceptKind | undefined {
  return KIND_OF_CLASS.get(code);
}

/** A code system that can be asked about. */
export type KnownSystem = { readonly kind: 'dmd' } | { readonly kind: 'lookup'; readonly lookup: LookupName };

const DMD: KnownSystem = { kind: 'dmd' };
const LOOKUP_SYSTEMS: ReadonlyMap<string, KnownSystem> = new Map(
  OWN_SYSTEM_LOOKUPS.map((lookup) => [lookupSystem(lookup), { kind: 'lookup', lookup }]),
);

/** The URI of a lookup's own code system. */
export function lookupSystem(lookup: LookupName): string {
  return `${DMD_SYSTEM}/${lookup}`;
}

/** The URI as Concord writes it: `http://dmd.nhs.uk...` is taken for `https://dmd.nhs.uk...`. */
export function canonicalUri(uri: string): string {
  return uri.startsWith('http://dmd.nhs.uk') ? `https${uri.slice(4)}` : uri;
}

/** The code system of a URI, any of the accepted ones; undefined when it is none of dm+d's. */
export function knownSystem(uri: string): KnownSystem | undefined {
  if (DMD_SYSTEMS.includes(uri)) return DMD;
  return LOOKUP_SYSTEMS.get(canonicalUri(uri));
}

/** The URI under which a known system is written. */
export function systemUri(system: KnownSystem): string {
  return system.kind === 'dmd' ? DMD_SYSTEM : lookupSystem(system.lookup);
}

/**
 * The version of the code system as the NHS numbers it: year and release number, `202510.1.0` for release 10.1.0 of
 * 2025. The release's date where its number is not known.
 */
export function codeSystemVersion(dictionary: Dictionary): string {
  const { version, date } = dictionary.release;
  const match = /^(\d{1,2})\.(\d+)\.(\d+)_(\d{4})\d{4}$/.exec(version ?? '');
  if (match === null) return date;
  const [, month = '', week, patch, year] = match;
  return `${year}${month.padStart(2, '0')}.${week}.${patch}`;
}

/** Whether a requested version is the release at hand, by any of the names it goes by. */
export function isThisVersion(dictionary: Dictionary, version: string): boolean {
  const { version: number, date } = dictionary.release;
  return [codeSystemVersion(dictionary), number, date].includes(version);
}

/** A code without its zero padding: the code systems write `1` for the release's `0001`. */
export function unpadded(code: string): string {
  return /^0+\d+$/.test(code) ? code.replace(/^0+(?=\d)/, '') : code;
}
