/**
 * How each product stands for a person choosing one: may it be prescribed, how common is it. Worked out once for the
 * whole release, a few bytes a product.
 */

import type { Dictionary, Vmp } from '../dictionary/dictionary.ts';

/** Where a VMP or AMP stands; the lower the sooner it is offered. */
export type Standing = 'prescribable' | 'caution' | 'not prescribable';

/** Why a product is not simply prescribable. */
export type StandingReason =
  | 'invalid'
  | 'no actual products available'
  | 'not available'
  | 'never valid to prescribe as a VMP'
  | 'prescribe by AMP'
  | 'not recommended to prescribe as a VMP'
  | 'caution, AMP level prescribing advised'
  | 'invalid to prescribe in NHS primary care'
  | 'prescribing status not known';

/** The care setting of the person prescribing. */
export type Setting = 'primary' | 'secondary';

interface StatusRule {
  readonly status: string;
  readonly primary: Standing;
  readonly secondary: Standing;
  readonly reason: StandingReason | undefined;
}

/**
 * VIRTUAL_PRODUCT_PRES_STATUS by care setting. Primary care pick lists keep VMPs with status 1 or 9 (dm+d guidance for
 * primary care; rules T1). 6, 7 and 8 are the cautions that became 9 in 2019.
 */
const STATUS_RULES: readonly StatusRule[] = [
  { status: '0001', primary: 'prescribable', secondary: 'prescribable', reason: undefined },
  {
    status: '0002',
    primary: 'not prescribable',
    secondary: 'prescribable',
    reason: 'invalid to prescribe in NHS primary care',
  },
  { status: '0003', primary: 'not prescribable', secondary: 'not prescribable', reason: 'prescribe by AMP' },
  {
    status: '0004',
    primary: 'not prescribable',
    secondary: 'not prescribable',
    reason: 'never valid to prescribe as a VMP',
  },
  {
    status: '0005',
    primary: 'not prescribable',
    secondary: 'caution',
    reason: 'not recommended to prescribe as a VMP',
  },
  { status: '0006', primary: 'caution', secondary: 'caution', reason: 'caution, AMP level prescribing advised' },
  { status: '0007', primary: 'caution', secondary: 'caution', reason: 'caution, AMP level prescribing advised' },
  { status: '0008', primary: 'caution', secondary: 'caution', reason: 'caution, AMP level prescribing advised' },
  { status: '0009', primary: 'caution', secondary: 'caution', reason: 'caution, AMP level prescribing advised' },
];

/** Where a product stands in a setting, with the reasons. AMPs stand regardless of their VMP's status. */
export function standingOf(
  product: {
    readonly level: string;
    readonly invalid: boolean;
    readonly available?: boolean;
    readonly discontinued?: boolean;
    readonly prescribingStatus?: { readonly code: string };
  },
  setting: Setting,
): { readonly standing: Standing; readonly reasons: readonly StandingReason[] } {
  const reasons: StandingReason[] = [];
  let standing: Standing = 'prescribable';
  if (product.invalid) reasons.push('invalid');
  if (product.available === false) {
    reasons.push(product.level === 'VMP' ? 'no actual products available' : 'not available');
  }
  if (product.discontinued === true) reasons.push('not available');
  if (reasons.length > 0) standing = 'not prescribable';
  if (product.prescribingStatus !== undefined) {
    const status = product.prescribingStatus.code;
    const rule = STATUS_RULES.find((row) => row.status === status);
    const ruled = rule === undefined ? 'caution' : rule[setting];
    if (rule === undefined) reasons.push('prescribing status not known');
    else if (rule.reason !== undefined && ruled !== 'prescribable') reasons.push(rule.reason);
    if (standing !== 'not prescribable') standing = ruled;
  }
  return { standing, reasons };
}

/**
 * Forms in the order in which prescribers reach for them, by words of the form's name; the first row that fits counts.
 * A product of none of these comes last.
 */
const COMMON_FORMS: readonly (readonly [rank: number, words: RegExp])[] = [
  [5, /effervescent|dispersible|soluble|chewable|orodispersible|sublingual|buccal|powder for oral|granules/i],
  [0, /^(oral )?tablet$|^(oral )?capsule$/i],
  [1, /modified-release (tablet|capsule)|gastro-resistant (tablet|capsule)/i],
  [1, /pressurised inhalation|inhalation powder|^cutaneous cream$|eye drops|nasal spray/i],
  [2, /oral solution|oral suspension|cutaneous (ointment|gel|lotion)|transdermal patch/i],
  [3, /solution for injection|suspension for injection|nebuliser|ear drops/i],
  [4, /tablet|capsule|suppository|pessary|infusion|cream|ointment|gel|drops|spray|inhal/i],
];

/** 0 (most common) to 6. */
function formRank(vmp: Vmp): number {
  const form = vmp.forms[0]?.display;
  if (form === undefined) return 6;
  return COMMON_FORMS.find(([, words]) => words.test(form))?.[0] ?? 6;
}

/** Bits of a product's standing in the arrays. */
const SECONDARY_SHIFT = 2;
const CODES: readonly Standing[] = ['prescribable', 'caution', 'not prescribable'];

/** Standing and commonness of every VTM, VMP and AMP, in that order of rows. */
export interface Standings {
  /** Standing in primary care (two low bits) and in secondary care (two next bits). */
  readonly standing: Uint8Array;
  /** 0 (most common) to 63 (least). */
  readonly rarity: Uint8Array;
  /** Row of the VMP of each AMP. */
  readonly vmpOfAmp: Uint32Array;
}

/** The standing that `standingOf` would give, out of the arrays. */
export function standingIn(standings: Standings, at: number, setting: Setting): Standing {
  const bits = standings.standing[at] as number;
  return CODES[setting === 'primary' ? bits & 3 : (bits >> SECONDARY_SHIFT) & 3] as Standing;
}

const USABLE = 0;
const UNUSABLE = 2 | (2 << SECONDARY_SHIFT);

/** The same as `standingOf` in both settings, without making objects: there are hundreds of thousands of products. */
function standingBits(usable: boolean, status: string | undefined): number {
  if (!usable) return UNUSABLE;
  if (status === undefined) return USABLE;
  const rule = STATUS_RULES.find((row) => row.status === status);
  if (rule === undefined) return 1 | (1 << SECONDARY_SHIFT);
  return CODES.indexOf(rule.primary) | (CODES.indexOf(rule.secondary) << SECONDARY_SHIFT);
}

/**
 * Works the standings out. How common a product is: by the number of valid, available AMPs that suppliers keep of its
 * VMP (many suppliers make what is prescribed much), then by form.
 */
export function standingsOf(dictionary: Dictionary): Standings {
  const vtms = dictionary.count('VTM');
  const vmps = dictionary.count('VMP');
  const amps = dictionary.count('AMP');
  const standing = new Uint8Array(vtms + vmps + amps);
  const rarity = new Uint8Array(vtms + vmps + amps);
  const vmpOfAmp = new Uint32Array(amps);
  const rowOfVmp = new Map<string, number>();
  for (const vmp of dictionary.all('VMP')) rowOfVmp.set(vmp.id, vmp.row);
  const made = new Uint32Array(vmps);
  const ampRarity = new Uint8Array(amps);
  for (const amp of dictionary.all('AMP')) {
    const vmpRow = rowOfVmp.get(amp.vmpId) ?? 0;
    vmpOfAmp[amp.row] = vmpRow;
    const usable = !amp.invalid && amp.available;
    standing[vtms + vmps + amp.row] = standingBits(usable, undefined);
    if (usable) made[vmpRow] = (made[vmpRow] as number) + 1;
    // Specials, imports and parallel imports after ordinary licensed products.
    ampRarity[amp.row] = (amp.availabilityRestriction.code === '0001' ? 0 : 8) + (amp.parallelImport ? 4 : 0);
  }
  const rowOfVtm = new Map<string, number>();
  for (const vtm of dictionary.all('VTM')) {
    rowOfVtm.set(vtm.id, vtm.row);
    standing[vtm.row] = standingBits(!vtm.invalid, undefined);
  }
  const madeOfVtm = new Uint32Array(vtms);
  for (const vmp of dictionary.all('VMP')) {
    standing[vtms + vmp.row] = standingBits(!vmp.invalid && vmp.available, vmp.prescribingStatus.code);
    const number = made[vmp.row] as number;
    rarity[vtms + vmp.row] = Math.min(63, few(number) * 5 + formRank(vmp) * 3 + combined(vmp.name));
    const vtmRow = vmp.vtmId === undefined ? undefined : rowOfVtm.get(vmp.vtmId);
    if (vtmRow !== undefined) madeOfVtm[vtmRow] = (madeOfVtm[vtmRow] as number) + number;
  }
  for (const { row, name } of dictionary.all('VTM')) {
    rarity[row] = few((madeOfVtm[row] as number) >> 2) * 5 + combined(name);
  }
  for (let row = 0; row < amps; row++) {
    const ofVmp = rarity[vtms + (vmpOfAmp[row] as number)] as number;
    rarity[vtms + vmps + row] = Math.min(63, (ofVmp >> 1) + (ampRarity[row] as number));
  }
  return { standing, rarity, vmpOfAmp };
}

/** Combinations after the single medicine: `Paracetamol 500mg / Ibuprofen 200mg tablets`, `Paracetamol + Ibuprofen`. */
function combined(name: string): number {
  return name.includes(' / ') || name.includes(' + ') ? 12 : 0;
}

/** 0 for many suppliers (64 and more) to 7 for none, halving. */
function few(number: number): number {
  return 7 - Math.min(7, 32 - Math.clz32(number));
}
