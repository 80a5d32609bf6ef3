/** A dose as asked, for this patient: per kilogram and per square metre multiplied out, rates kept as rates (T2, T3, T7). */

import type { Dictionary } from '../dictionary/dictionary.ts';
import { compare, multiply, type Rational } from '../units/rational.ts';
import { type Amount, amountText, inUnit, type NamedUnit, namedUnit } from './amount.ts';
import { type AskedAmount, type AskedQuantity, readAsked } from './asked-amount.ts';
import { PEOPLE } from './measures.ts';
import { done, type Outcome, refused } from './remark.ts';

/** A dose: a quantity, or a range by its ends. Without a low end it is up to the high one; without a high end it is refused. */
export type AskedDose =
  | AskedQuantity
  | { readonly low?: AskedQuantity | undefined; readonly high?: AskedQuantity | undefined };

/** What a dose by body size needs. */
export interface Patient {
  /** In a unit of mass. */
  readonly weight?: AskedQuantity | undefined;
  /** In square metres. */
  readonly bodySurfaceArea?: AskedQuantity | undefined;
}

/** An amount of substance, or, with `per`, a rate of it. */
export interface DoseAmount extends Amount {
  readonly per: NamedUnit | undefined;
}

/** A dose read. */
export interface ReadDose {
  readonly low: DoseAmount;
  readonly high: DoseAmount | undefined;
}

/** Reads a dose. */
export function readDose(dictionary: Dictionary, asked: AskedDose, patient: Patient, path: string): Outcome<ReadDose> {
  if (typeof asked !== 'object' || asked === null) return refused('T2', 'no-dose', 'There is no dose.', path);
  if (!('value' in asked) && asked.low !== undefined && asked.high === undefined) {
    return refused('T2', 'range', 'A range with a low end only sets no limit: say its high end.', path);
  }
  const ends = 'value' in asked ? [asked] : [asked.low, asked.high].filter((end) => end !== undefined);
  const read: DoseAmount[] = [];
  for (const end of ends) {
    const amount = readAsked(dictionary, end, path);
    if (!amount.ok) return amount;
    const whole = forPatient(dictionary, amount.value, patient, path);
    if (!whole.ok) return whole;
    if (whole.value.value.numerator === 0n)
      return refused('T2', 'zero-dose', 'A dose of nothing is made by no product.', path);
    read.push(whole.value);
  }
  const [low, high] = read;
  if (low === undefined) return refused('T2', 'no-dose', 'There is no dose.', path);
  if (high === undefined) return done({ low, high });
  const top = inUnit(high, low.unit);
  if (top === undefined || low.per?.name !== high.per?.name) {
    return refused('T2', 'range', 'The ends of the range are in units that cannot be compared.', path);
  }
  if (compare(low.value, top.value) > 0) return refused('T2', 'range', 'The range ends below its start.', path);
  return done({ low, high });
}

const KILOGRAM = { system: 'http://unitsofmeasure.org', code: 'kg' };
const SQUARE_METRE = { system: 'http://unitsofmeasure.org', code: 'm2' };

function forPatient(dictionary: Dictionary, asked: AskedAmount, patient: Patient, path: string): Outcome<DoseAmount> {
  let value: Rational = asked.value;
  for (const { isAsked, size, of, reference, code, needed } of [
    { isAsked: asked.per.weight, size: patient.weight, of: PEOPLE.weight, reference: KILOGRAM, ...WEIGHT },
    { isAsked: asked.per.area, size: patient.bodySurfaceArea, of: PEOPLE.area, reference: SQUARE_METRE, ...AREA },
  ]) {
    if (!isAsked) continue;
    const read = sizeIn(dictionary, size, reference);
    if (read === undefined) return refused('T2', code, needed, path);
    if (compare(read.value, of.from) < 0 || compare(read.value, of.to) > 0) {
      return refused('T2', code, `${amountText(read)} is the size of nobody: check the number and its unit.`, path);
    }
    value = multiply(value, read.value);
  }
  return done({ value, unit: asked.unit, per: asked.per.time });
}

const WEIGHT = {
  code: 'weight-needed',
  needed: 'The dose is per kilogram: the weight is needed, more than zero, in a unit of mass such as kg.',
} as const;
const AREA = {
  code: 'area-needed',
  needed: 'The dose is per square metre: the body surface area is needed, more than zero, in square metres (m2).',
} as const;

function sizeIn(
  dictionary: Dictionary,
  asked: AskedQuantity | undefined,
  reference: { system: string; code: string },
): Amount | undefined {
  const unit = namedUnit(dictionary, reference);
  const read = asked && readAsked(dictionary, asked, '');
  if (unit === undefined || read?.ok !== true || read.value.per.weight || read.value.per.area || read.value.per.time)
    return undefined;
  const converted = inUnit(read.value, unit);
  return converted === undefined || converted.value.numerator === 0n ? undefined : converted;
}
