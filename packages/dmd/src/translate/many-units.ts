/** Quantities for one dose that are seldom meant: a caution, never a refusal (T5, U2). Data in `data/many.json`. */

import { compare } from '../units/rational.ts';
import { type Amount, amountText } from './amount.ts';
import table from './data/many.json' with { type: 'json' };
import { decimalOf } from './measures.ts';
import { type Remark, remark, type TranslationRule } from './remark.ts';

/** From so many of a unit on, one dose carries a caution. */
export interface ManyRow {
  /** dm+d code of the unit. */
  readonly unit: string;
  /** A decimal. */
  readonly from: string;
  /** Only for products of these forms; of any form where it is left out. */
  readonly forms?: readonly string[] | undefined;
  readonly reason: string;
}

/** The rows, the ones of a site before them. */
export const MANY: readonly ManyRow[] = table.units;

/** Units for which there is no row are cautioned of as `others` says; liquids and weights are not. */
const MEASURED = ['volume', 'mass', 'volume/time', 'time'];

/**
 * What is to be said of a quantity of a product that is much for one dose.
 * @param form the product's form
 * @param site rows that go before the table
 */
export function manyUnits(
  quantity: Amount,
  form: string | undefined,
  rule: TranslationRule,
  site: readonly ManyRow[] = [],
): Remark | undefined {
  const { unit, value } = quantity;
  const isMeant = (each: ManyRow) =>
    each.unit === unit.dmd && (each.forms === undefined || (form !== undefined && each.forms.includes(form)));
  const row =
    site.find(isMeant) ?? MANY.find(isMeant) ?? (MEASURED.includes(unit.dimension) ? undefined : table.others);
  const from = row && decimalOf(row.from);
  if (row === undefined || from === undefined || compare(value, from) < 0) return undefined;
  const message = `${amountText(quantity)} for one dose is much: check the dose and its unit (${row.reason}).`;
  return remark(rule, 'many-units', message);
}
