/** Which products of a moiety may be offered, and as what (T1). */

import type { Amp, Dictionary, Vmp, Vtm } from '../dictionary/dictionary.ts';
import { type Remark, type RemarkCode, remark } from './remark.ts';
import { type StrengthReading, strengthOf } from './strength.ts';

/** Where the person prescribing works. */
export type CareSetting = 'primary' | 'secondary';

/** What of a VMP is offered: itself, itself and its AMPs, only its AMPs, nothing. */
export type Offering = 'vmp' | 'vmp and amps' | 'amps' | 'nothing';

interface StatusRow {
  readonly primary: Offering;
  readonly secondary: Offering;
  readonly code: RemarkCode | undefined;
  readonly says: string;
}

const ADVISED = 'Caution: prescribing of the actual product (AMP) is advised.';

/** VIRTUAL_PRODUCT_PRES_STATUS. 6, 7 and 8 are the cautions that became 9 in 2019. */
const STATUSES: Readonly<Record<string, StatusRow>> = {
  '1': { primary: 'vmp', secondary: 'vmp', code: undefined, says: '' },
  '2': {
    primary: 'nothing',
    secondary: 'vmp',
    code: 'secondary-care-only',
    says: 'Invalid to prescribe in NHS primary care.',
  },
  '3': {
    primary: 'amps',
    secondary: 'amps',
    code: 'never-as-vmp',
    says: 'Prescribable as an actual product (AMP) only.',
  },
  '4': { primary: 'amps', secondary: 'amps', code: 'never-as-vmp', says: 'Never valid to prescribe as a VMP.' },
  '5': {
    primary: 'amps',
    secondary: 'vmp and amps',
    code: 'not-recommended',
    says: 'Not recommended to prescribe as a VMP.',
  },
  '6': { primary: 'vmp and amps', secondary: 'vmp and amps', code: 'amp-level-advised', says: ADVISED },
  '7': { primary: 'vmp and amps', secondary: 'vmp and amps', code: 'amp-level-advised', says: ADVISED },
  '8': { primary: 'vmp and amps', secondary: 'vmp and amps', code: 'amp-level-advised', says: ADVISED },
  '9': { primary: 'vmp and amps', secondary: 'vmp and amps', code: 'amp-level-advised', says: ADVISED },
};

const UNKNOWN_STATUS: StatusRow = {
  primary: 'vmp and amps',
  secondary: 'vmp and amps',
  code: 'status-not-known',
  says: 'Caution: the prescribing status is one that is not known.',
};

/** What a VMP's prescribing status says. */
export function prescribingStatus(
  vmp: Pick<Vmp, 'prescribingStatus'>,
  setting: CareSetting,
): { offering: Offering; remark: Remark | undefined } {
  const row = STATUSES[String(Number(vmp.prescribingStatus.code))] ?? UNKNOWN_STATUS;
  const said = row.code === undefined ? undefined : remark('T1', row.code, row.says);
  return { offering: row[setting], remark: said };
}

/** Whether a VMP is one that is offered by its AMPs only, or with them. */
export function isBrandSensitive(vmp: Vmp): boolean {
  return prescribingStatus(vmp, 'secondary').offering.includes('amps');
}

/** Why a VMP may not be offered at all, if it may not. */
export function whyNotUsable(vmp: Vmp): Remark | undefined {
  if (vmp.invalid) return remark('T1', 'invalid', `${vmp.name} is invalid in dm+d: it must not be used.`);
  if (!vmp.available) {
    return remark('T1', 'not-available', `${vmp.name} has no actual products available.`);
  }
  return undefined;
}

/** The AMPs of a VMP that may be offered, by description. */
export function usableAmps(dictionary: Dictionary, vmp: Vmp): Amp[] {
  return dictionary
    .ampsOfVmp(vmp.id)
    .filter((amp) => !amp.invalid && amp.available)
    .sort((a, b) => compareText(a.description, b.description) || compareText(a.id, b.id));
}

/** What is to be said of an AMP that is not freely available (specials, imports, trials). */
export function supplyRemark(amp: Amp): Remark | undefined {
  const { code, display } = amp.availabilityRestriction;
  if (Number(code) === 1) return undefined;
  return remark('T1', 'restricted-supply', `${amp.description}: ${display ?? `availability ${code}`}.`);
}

/** Plain order of text, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How the substance of a strength stands to the moiety (T2). */
export type SubstanceStanding = 'own' | 'salt' | 'other';

const substances = new WeakMap<Dictionary, Map<string, ReadonlySet<string>>>();

/**
 * Strengths of one moiety are stated for different substances: the moiety (salbutamol) or a salt of it (salbutamol
 * sulfate). `own` where all say the same or it is the moiety's own ingredient, `salt` where the name is of the moiety,
 * `other` where the products of the moiety mix substances that its name does not tell to be the same.
 */
export function substanceStanding(dictionary: Dictionary, vtm: Vtm, reading: StrengthReading): SubstanceStanding {
  if (substancesOf(dictionary, vtm).size <= 1) return 'own';
  if (dictionary.ingredientsOfVtm(vtm.id).some(({ id }) => id === reading.substance.id)) return 'own';
  const [word = ''] = vtm.name.toLowerCase().split(/[ ,]/);
  const name = reading.substance.name.toLowerCase();
  if (name === vtm.name.toLowerCase()) return 'own';
  return word.length >= 4 && name.split(/[ ,]/).includes(word) ? 'salt' : 'other';
}

function substancesOf(dictionary: Dictionary, vtm: Vtm): ReadonlySet<string> {
  const known = substances.get(dictionary) ?? new Map<string, ReadonlySet<string>>();
  if (known.size === 0) substances.set(dictionary, known);
  const found =
    known.get(vtm.id) ??
    new Set(
      dictionary.vmpsOfVtm(vtm.id).flatMap((vmp) => {
        const reading = vmp.invalid ? undefined : strengthOf(dictionary, vmp);
        return reading?.ok === true ? [reading.value.substance.id] : [];
      }),
    );
  known.set(vtm.id, found);
  return found;
}

/** Whether a moiety is of several ingredients, so that a dose of it says nothing of each (T2, U6). */
export function isCombinationVtm(dictionary: Dictionary, vtm: Vtm): boolean {
  return dictionary.ingredientsOfVtm(vtm.id).length > 1 || / \+ /.test(vtm.name);
}
