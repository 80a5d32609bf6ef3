/** A FHIR Quantity as an exact amount of a product or of its substance. */

import type { Quantity } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { type Amount, exactValue, type NamedUnit, namedUnit } from './amount.ts';
import { SAME_AS } from './measures.ts';
import { done, type Outcome, refused } from './remark.ts';
import type { StrengthReading } from './strength.ts';
import { unitSaidOtherwise } from './unit-said.ts';

/** The unit of a Quantity, by its code, or by its word where that is just the product's own unit. */
function unitOfQuantity(dictionary: Dictionary, reading: StrengthReading, quantity: Quantity): NamedUnit | undefined {
  const { code, system, unit } = quantity;
  const own = [reading.unit?.unit, reading.measure?.unit].filter((each) => each !== undefined);
  if (typeof code === 'string' && code !== '' && !/^\{.*\}$/.test(code)) {
    const known = ownName(reading, own, code);
    const found = namedUnit(dictionary, system === undefined ? { code: known } : { system, code: known });
    // dm+d has no name for a puff.
    const name = SAME_AS.find((each) => each.unit === known)?.name;
    return found && name !== undefined ? { ...found, name } : found;
  }
  const word = (typeof code === 'string' ? code.slice(1, -1) : unit)?.trim().toLowerCase();
  if (word === undefined || word === '') return undefined;
  return own.find(({ name }) => name.toLowerCase() === word || `${name.toLowerCase()}s` === word);
}

/** The unit that a code is another name of: a puff of a pressurised inhaler is a dose. */
function ownName(reading: StrengthReading, own: readonly NamedUnit[], code: string): string {
  const same = SAME_AS.find(({ unit, is, form }) => {
    if (unit !== code) return false;
    if (form === undefined) return true;
    return reading.vmp.forms.some((each) => each.code === form) && own.some(({ dmd }) => dmd === is);
  });
  return same?.is ?? code;
}

/** Reads a Quantity of a product or of its substance. */
export function readQuantity(
  dictionary: Dictionary,
  reading: StrengthReading,
  quantity: unknown,
  path: string,
): Outcome<Amount> {
  if (typeof quantity !== 'object' || quantity === null) return refused('U6', 'no-dose', 'There is no quantity.', path);
  const asked = quantity as Quantity;
  if (asked.comparator !== undefined) {
    return refused('U6', 'comparator', `A quantity with "${String(asked.comparator)}" is no exact dose.`, path);
  }
  const value = exactValue(asked.value);
  if (value === undefined) return refused('U6', 'not-a-number', 'The quantity has no decimal of zero or more.', path);
  const otherwise = unitSaidOtherwise(dictionary, asked);
  if (otherwise !== undefined) return refused('U6', 'disagrees', otherwise, path);
  const unit = unitOfQuantity(dictionary, reading, asked);
  if (unit === undefined) {
    const { code, unit: word } = asked;
    const said = String(code ?? word ?? '').slice(0, 40);
    const message =
      said === ''
        ? 'The quantity has no unit: send its code and system.'
        : code === undefined
          ? `"${said}" has no code: send code and system of the unit, as UCUM or dm+d has it.`
          : `The unit "${said}" is not known: send its UCUM code (mg, mL) or its dm+d code.`;
    return refused('U6', 'unknown-unit', message, path);
  }
  return done({ value, unit });
}
