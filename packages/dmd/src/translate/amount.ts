/** Exact amounts with their unit: what doses, strengths and quantities are. */

import { canonicalDecimal, type FhirDecimal } from '@concord/dosage';
import { type Dictionary, SNOMED_SYSTEM } from '../dictionary/dictionary.ts';
import { divide, multiply, parseDecimal, type Rational, toDecimal, toRounded } from '../units/rational.ts';
import { findUnit, UCUM_SYSTEM, type Unit, type UnitReference } from '../units/units.ts';

/** A unit with the name to show. */
export interface NamedUnit extends Unit {
  readonly name: string;
}

/** An exact value in a unit. */
export interface Amount {
  readonly value: Rational;
  readonly unit: NamedUnit;
}

export const ONE: Rational = { numerator: 1n, denominator: 1n };

/**
 * Units of dm+d that are a multiple of another which has no UCUM code: dm+d code, code it counts, how many.
 * Source: the prefix mega is 10^6 (SI).
 */
const MULTIPLES: Readonly<Record<string, { readonly of: string; readonly size: string }>> = {
  '408165007': { of: '767525000', size: '1000000' }, // mega unit, of unit
};

/** The unit that a reference means, with a name; undefined where it is not known. */
export function namedUnit(dictionary: Dictionary, reference: UnitReference): NamedUnit | undefined {
  const unit = findUnit(reference);
  if (unit === undefined) return undefined;
  const name =
    unit.name ??
    (unit.dmd === undefined ? undefined : dictionary.lookupEntry('UNIT_OF_MEASURE', unit.dmd)?.display) ??
    unit.ucum ??
    reference.code;
  const multiple = unit.dmd === undefined ? undefined : MULTIPLES[unit.dmd];
  if (multiple === undefined) return { ...unit, name };
  return { ...unit, name, dimension: `unit:${multiple.of}`, size: parseDecimal(multiple.size) ?? ONE };
}

/** A positive or zero decimal as sent (a number, its digits, or digits kept by `rawJSON`), exactly. */
export function exactValue(value: FhirDecimal | string | undefined): Rational | undefined {
  const text = canonicalDecimal(value);
  const exact = text === undefined ? undefined : parseDecimal(text);
  return exact === undefined || exact.numerator < 0n ? undefined : exact;
}

/** The same amount in another unit of its dimension; undefined across dimensions. */
export function inUnit(amount: Amount, unit: NamedUnit): Amount | undefined {
  if (amount.unit.dimension !== unit.dimension) return undefined;
  const factor = divide(amount.unit.size, unit.size);
  return factor && { value: multiply(amount.value, factor), unit };
}

/** `12.5`, or `10/3` where no decimal is exact. */
export function exactText(value: Rational): string {
  return toDecimal(value) ?? `${value.numerator}/${value.denominator}`;
}

/** `12.5 ml`, or `10/3 (about 3.333) ml` where no decimal is exact. */
export function amountText({ value, unit }: Amount): string {
  const decimal = toDecimal(value);
  const shown = decimal ?? `${value.numerator}/${value.denominator} (about ${toRounded(value, 3)})`;
  return `${shown} ${unit.name}`;
}

/** A quantity as data: exact always, and as a decimal where one is exact. */
export interface ExactQuantity {
  /** Decimal text; undefined where no decimal is exact, and then the fraction alone is true. */
  readonly decimal: string | undefined;
  /** `5` or `10/3`. */
  readonly fraction: string;
  readonly value: Rational;
  /** dm+d name of the unit: `tablet`, `ml`, `dose`. */
  readonly unitName: string;
  /** Unit for a FHIR Quantity: UCUM where it has one, else dm+d's code in SNOMED CT. */
  readonly unit: Required<UnitReference>;
}

/** An amount as data. */
export function exactQuantity({ value, unit }: Amount): ExactQuantity {
  const fraction = value.denominator === 1n ? String(value.numerator) : `${value.numerator}/${value.denominator}`;
  return { decimal: toDecimal(value), fraction, value, unitName: unit.name, unit: codeOf(unit) };
}

/** How FHIR codes a unit: UCUM where it has one (U3), else the dm+d code, which is a SNOMED CT id. */
export function codeOf(unit: NamedUnit): Required<UnitReference> {
  if (unit.ucum !== undefined) return { system: UCUM_SYSTEM, code: unit.ucum };
  return { system: SNOMED_SYSTEM, code: unit.dmd ?? '' };
}

/** `24 hours` as one unit of time: a rate is shown as it was asked, or as the dictionary has it. */
export function timesAsLong(unit: NamedUnit, count: Rational): NamedUnit {
  if (count.numerator === count.denominator) return unit;
  return {
    ...unit,
    size: multiply(unit.size, count),
    ucum: undefined,
    dmd: undefined,
    name: `${exactText(count)} ${unit.name}s`,
  };
}
