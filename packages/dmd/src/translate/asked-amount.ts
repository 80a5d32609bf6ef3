/** A dose as asked, taken apart: how much, of what unit, and what it is per (T3). */

import type { FhirDecimal } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { parseDecimal } from '../units/rational.ts';
import { dmdToUcum, UCUM_SYSTEM, type UnitReference } from '../units/units.ts';
import { type Amount, exactValue, type NamedUnit, namedUnit, ONE, timesAsLong } from './amount.ts';
import { done, type Outcome, refused } from './remark.ts';
import { unitSaidOtherwise } from './unit-said.ts';

/** A quantity asked, as FHIR or a form sends it. The system may be left out: UCUM codes and dm+d codes differ. */
export interface AskedQuantity {
  readonly value: FhirDecimal | string;
  readonly unit: UnitReference;
  /** The unit in words, where both were sent: they must be one unit. */
  readonly said?: string | undefined;
}

/** A dose as asked, taken apart: the amount, and what it is per. */
export interface AskedAmount extends Amount {
  readonly per: { readonly weight: boolean; readonly area: boolean; readonly time: NamedUnit | undefined };
}

/** UCUM codes of what a dose may be per. */
const WEIGHT = 'kg';
const AREA = 'm2';

/** Reads a dose with its unit, also per kilogram, per square metre, per time, in any order (`ug/kg/min`). */
export function readAsked(dictionary: Dictionary, asked: AskedQuantity, path: string): Outcome<AskedAmount> {
  const value = exactValue(asked?.value);
  if (value === undefined) {
    return refused('T2', 'not-a-number', 'The dose has no value that is a decimal of zero or more.', path);
  }
  const reference = asked.unit;
  if (typeof reference?.code !== 'string' || reference.code === '') {
    return refused('T3', 'unknown-unit', `There is no unit: ${SEND_UNIT}.`, path);
  }
  const otherwise = unitSaidOtherwise(dictionary, { code: reference.code, unit: asked.said });
  if (otherwise !== undefined) return refused('T3', 'disagrees', otherwise, path);
  const ucum = isDmdCode(reference) ? dmdToUcum(reference.code) : reference.code;
  const parts = ucum === undefined || !ucum.includes('/') ? undefined : takeApart(dictionary, ucum);
  if (parts !== undefined) return done({ value, unit: parts.unit, per: parts.per });
  const unit = annotated(dictionary, reference.code) ?? namedUnit(dictionary, reference);
  if (unit === undefined) {
    return refused('T3', 'unknown-unit', `Unit "${reference.code.slice(0, 40)}" is not known: ${SEND_UNIT}.`, path);
  }
  return done({ value, unit, per: { weight: false, area: false, time: undefined } });
}

const SEND_UNIT = 'send its UCUM code (mg, ug, g, mL, mg/kg, ug/h, {unit}/h) or its dm+d code';

/** UCUM has no code for dm+d's unit, which heparin and insulin are dosed in; what it has is a word in braces. */
function annotated(dictionary: Dictionary, code: string): NamedUnit | undefined {
  return /^\{units?\}$/.test(code) ? namedUnit(dictionary, { code: '767525000' }) : undefined;
}

function isDmdCode({ code }: UnitReference): boolean {
  return /^\d{6,18}$/.test(code);
}

function takeApart(dictionary: Dictionary, code: string): { unit: NamedUnit; per: AskedAmount['per'] } | undefined {
  const [top = '', ...below] = code.slice(0, 60).split('/');
  const unit = annotated(dictionary, top) ?? namedUnit(dictionary, { system: UCUM_SYSTEM, code: top });
  if (unit === undefined) return undefined;
  let [weight, area]: [boolean, boolean] = [false, false];
  let time: NamedUnit | undefined;
  for (const each of below.flatMap(partsBelow)) {
    const [, count = '1', one = ''] = /^(?:([1-9]\d{0,3})\.)?(.+)$/.exec(each) ?? [];
    const per = namedUnit(dictionary, { system: UCUM_SYSTEM, code: one });
    if (per?.dimension === 'time' && time === undefined) time = timesAsLong(per, parseDecimal(count) ?? ONE);
    else if (count !== '1') return undefined;
    else if (each === WEIGHT && !weight) weight = true;
    else if (each === AREA && !area) area = true;
    else return undefined;
  }
  return { unit, per: { weight, area, time } };
}

/** `(24.h)` is one part, `(kg.h)` is two. */
function partsBelow(code: string): string[] {
  const inside = code.replace(/^\((.*)\)$/, '$1');
  return /^\d+\.[^.]+$/.test(inside) ? [inside] : inside.split('.');
}
