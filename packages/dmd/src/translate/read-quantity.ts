/** A FHIR Quantity as an exact amount of a product or of its substance. */

import type { Quantity } from '@concord/dosage';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { type Amount, exactValue, type NamedUnit, namedUnit } from './amount.ts';
import { SAME_AS } from './measures.ts';
import { done, type Outcome, refused } from './remark.ts';
import type { StrengthReading } from './strength.ts';

/** The unit of a Quantity, by its code, or by its word where that is just the product's own unit. */
function unitOfQuantity(dictionary: Dictionary, reading: StrengthReading, quantity: Quantity): NamedUnit | undefined {
  const { code, system, unit } = quantity;
  const own = [reading.unit?.unit, reading.measure?.unit].filter((each) => each !== undefined);
  if (typeof code === 'string' && code !== '' && !/^\{.*\}$/.test(code)) {
    const known = ownName(reading, own, code);
    return namedUnit(dictionary, system === undefined ? { code: known } : { system, code: known });
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
  const unit = unitOfQuantity(dictionary, reading, asked);
  if (unit === undefined) {
    const said = String(asked.code ?? asked.unit ?? 'none').slice(0, 40);
    return refused('U6', 'unknown-unit', `The unit (${said}) is not known.`, path);
  }
  return done({ value, unit });
}
