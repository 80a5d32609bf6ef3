/** Which unit is meant, what it is called in UCUM and in dm+d, and exact conversion within a dimension. */

import { isDmdSystem } from '../dictionary/dictionary.ts';
import { divide, multiply, parseDecimal, type Rational, rational } from './rational.ts';
import { BIOLOGICAL, ratioRows, SAME_PRESENTATION, scaleRows } from './table.ts';

/** System of a Quantity in UCUM. */
export const UCUM_SYSTEM = 'http://unitsofmeasure.org';

/** A unit as FHIR writes it: system and code of a Quantity. No system counts as dm+d when the code is a number. */
export interface UnitReference {
  readonly system?: string | undefined;
  readonly code: string;
}

/** A unit that is known. Two units convert where their dimensions are equal. */
export interface Unit {
  /** `mass`, `mass/volume`, or for units that equal only themselves `unit:` and the dm+d code or UCUM code. */
  readonly dimension: string;
  /** How many base units of its dimension it is. */
  readonly size: Rational;
  /** UCUM code, where UCUM has the unit. */
  readonly ucum: string | undefined;
  /** dm+d unit of measure code, where dm+d has the unit. */
  readonly dmd: string | undefined;
  /** dm+d name, where known here; units of presentation take theirs from the dictionary. */
  readonly name: string | undefined;
}

/** The outcome of a conversion. */
export type Conversion =
  | { readonly ok: true; readonly value: Rational }
  | {
      readonly ok: false;
      readonly reason: 'unknown-unit' | 'different-dimension' | 'not-a-number';
      /** A sentence for a developer or clinician. */
      readonly detail: string;
    };

const ONE: Rational = { numerator: 1n, denominator: 1n };
const byUcum = new Map<string, Unit>();
const byDmd = new Map<string, Unit>();

for (const { dimension, code, name, ucum, size } of scaleRows) {
  const unit: Unit = { dimension, size: parseDecimal(size) ?? ONE, ucum: ucum[0], dmd: code, name };
  for (const written of ucum) byUcum.set(written, unit);
  if (code !== undefined) byDmd.set(code, unit);
}
for (const { code, name, numerator, count, denominator } of ratioRows) {
  const ucum = count === '1' ? `${numerator}/${denominator}` : `${numerator}/(${count}.${denominator})`;
  const unit = ratio(numerator, count, denominator, { ucum, dmd: code, name });
  if (unit === undefined) continue;
  byDmd.set(code, unit);
  byUcum.set(ucum, unit);
}
for (const [ucum, { code, name }] of Object.entries(BIOLOGICAL)) {
  const unit: Unit = { dimension: `unit:${code}`, size: ONE, ucum: '[iU]', dmd: code, name };
  byUcum.set(ucum, unit);
  byDmd.set(code, unit);
}

/** The unit that a reference means; undefined where the system is neither UCUM nor dm+d, or UCUM's code is not known. */
export function findUnit({ system, code }: UnitReference): Unit | undefined {
  const numeric = /^\d{6,18}$/.test(code);
  if (system === undefined ? !numeric : !isDmdSystem(system)) {
    return system === undefined || isUcumSystem(system) ? findUcum(code) : undefined;
  }
  if (!numeric) return undefined;
  const own = SAME_PRESENTATION[code] ?? code;
  return byDmd.get(own) ?? { dimension: `unit:${own}`, size: ONE, ucum: undefined, dmd: own, name: undefined };
}

/** Whether a Quantity's system is UCUM, with or without the trailing slash that some senders write. */
export function isUcumSystem(system: string | undefined): boolean {
  return system === UCUM_SYSTEM || system === `${UCUM_SYSTEM}/`;
}

/** The dm+d unit of a UCUM code, e.g. `mg` gives 258684004; undefined where dm+d has none. */
export function ucumToDmd(ucum: string): { code: string; name: string } | undefined {
  const unit = findUcum(ucum);
  return unit?.dmd === undefined ? undefined : { code: unit.dmd, name: unit.name ?? ucum };
}

/** The UCUM code of a dm+d unit, e.g. 258685003 gives `ug`; undefined where UCUM has none. */
export function dmdToUcum(code: string): string | undefined {
  return byDmd.get(code)?.ucum;
}

/** How many of the second unit one of the first is, e.g. gram in mg is 1000. */
export function conversionFactor(from: UnitReference, to: UnitReference): Conversion {
  const source = findUnit(from);
  const target = findUnit(to);
  if (source === undefined || target === undefined) {
    const unknown = source === undefined ? from : to;
    return { ok: false, reason: 'unknown-unit', detail: `Unit ${shown(unknown)} is not known` };
  }
  const factor = source.dimension === target.dimension ? divide(source.size, target.size) : undefined;
  if (factor === undefined) {
    const detail = `${source.name ?? shown(from)} and ${target.name ?? shown(to)} measure different things`;
    return { ok: false, reason: 'different-dimension', detail };
  }
  return { ok: true, value: factor };
}

/** An amount in another unit, exactly. A value as text must be a decimal. */
export function convert(value: Rational | string, from: UnitReference, to: UnitReference): Conversion {
  const amount = typeof value === 'string' ? parseDecimal(value) : value;
  if (amount === undefined) return { ok: false, reason: 'not-a-number', detail: `"${value}" is no decimal` };
  const factor = conversionFactor(from, to);
  return factor.ok ? { ok: true, value: multiply(amount, factor.value) } : factor;
}

/** UCUM units of the table, and one of them per another (`mg/mL`, `ug/h`), also per a number (`mg/(24.h)`). */
function findUcum(code: string): Unit | undefined {
  const known = byUcum.get(code);
  if (known !== undefined) return known;
  const parts = /^([A-Za-z0-9]+)\/(?:\((\d{1,4})\.([A-Za-z0-9]+)\)|([A-Za-z0-9]+))$/.exec(code);
  if (parts === null) return undefined;
  const [, numerator = '', count = '1', counted, plain] = parts;
  const top = byUcum.get(numerator);
  const bottom = byUcum.get(counted ?? plain ?? '');
  if (top?.ucum === undefined || bottom?.ucum === undefined) return undefined;
  const canonical = count === '1' ? `${top.ucum}/${bottom.ucum}` : `${top.ucum}/(${count}.${bottom.ucum})`;
  return byUcum.get(canonical) ?? ratio(top.ucum, count, bottom.ucum, { ucum: code, dmd: undefined, name: undefined });
}

function ratio(
  numerator: string,
  count: string,
  denominator: string,
  names: Pick<Unit, 'ucum' | 'dmd' | 'name'>,
): Unit | undefined {
  const top = byUcum.get(numerator);
  const bottom = byUcum.get(denominator);
  const per = bottom && multiply(bottom.size, rational(BigInt(count)) ?? ONE);
  const size = top && per && divide(top.size, per);
  return size && { ...names, dimension: `${top.dimension}/${bottom.dimension}`, size };
}

function shown({ system, code }: UnitReference): string {
  return system === undefined ? `"${code.slice(0, 40)}"` : `"${code.slice(0, 40)}" of ${system.slice(0, 80)}`;
}
