/** A unit said twice, by its code and in words: where the two are not one unit, nobody knows which is meant (T3, U6). */

import type { Dictionary } from '../dictionary/dictionary.ts';
import { dmdToUcum } from '../units/units.ts';
import { namedUnit } from './amount.ts';

/** Words for units that are measured, in lower case and singular, and their UCUM code. Others are not compared. */
const MEASURED: Readonly<Record<string, string>> = {
  ...{ kilogram: 'kg', kg: 'kg', gram: 'g', gm: 'g', g: 'g', milligram: 'mg', mg: 'mg' },
  ...{ microgram: 'ug', mcg: 'ug', ug: 'ug', µg: 'ug', μg: 'ug', nanogram: 'ng', ng: 'ng' },
  ...{ litre: 'L', liter: 'L', l: 'L', millilitre: 'mL', milliliter: 'mL', ml: 'mL' },
  ...{ microlitre: 'uL', microliter: 'uL', mole: 'mol', mol: 'mol', millimole: 'mmol', mmol: 'mmol' },
  ...{ micromole: 'umol', micromol: 'umol', hour: 'h', h: 'h', hr: 'h', day: 'd', minute: 'min', min: 'min' },
  ...{ 'square metre': 'm2', 'square meter': 'm2', m2: 'm2', 'm²': 'm2' },
};

/** What is measured by weight or volume: said of something counted, as of tablets, it is another amount. */
const AMOUNTS: readonly string[] = ['mass', 'volume', 'amount'];

/**
 * Why the code and the word of a Quantity cannot both be meant: `mg` in code and `microgram` in words, which is read by a
 * person, are a thousandfold apart.
 * @returns a sentence; undefined where they agree, or where one of them is missing or not known
 */
export function unitSaidOtherwise(
  dictionary: Dictionary,
  { code, unit }: { readonly code?: unknown; readonly unit?: unknown },
): string | undefined {
  if (typeof code !== 'string' || typeof unit !== 'string' || code === unit || code.startsWith('{')) return undefined;
  const ucum = /^\d{6,18}$/.test(code) ? dmdToUcum(code) : code;
  const words = partsOf(unit.toLowerCase());
  const isSame =
    ucum === undefined
      ? !words.some((word) => AMOUNTS.includes(measured(dictionary, word)?.dimension ?? ''))
      : agree(dictionary, words, ucum.split('/'));
  const shown = ucum ?? namedUnit(dictionary, { code })?.name ?? code;
  return isSame ? undefined : `The unit is "${unit.slice(0, 40)}" in words and ${shown.slice(0, 40)} in code.`;
}

const partsOf = (unit: string): string[] => unit.trim().split(/\s*(?:\/|\bper\b)\s*/);

function measured(dictionary: Dictionary, word: string) {
  const one = word.length > 3 ? word.replace(/s$/, '') : word;
  const ucum = Object.hasOwn(MEASURED, one) ? MEASURED[one] : undefined;
  return ucum === undefined ? undefined : namedUnit(dictionary, { system: UCUM, code: ucum });
}

const UCUM = 'http://unitsofmeasure.org';

function agree(dictionary: Dictionary, words: readonly string[], codes: readonly string[]): boolean {
  const coded = codes.map((code) => namedUnit(dictionary, { system: UCUM, code }));
  const said = words.map((word) => measured(dictionary, word));
  const [top, ...below] = said;
  const [topCode, ...belowCodes] = coded;
  if (top === undefined) return !(isCounted(dictionary, words[0]) && AMOUNTS.includes(topCode?.dimension ?? ''));
  const isOne = (a: typeof top, b: typeof topCode) =>
    b === undefined ||
    (a.dimension === b.dimension && a.size.numerator * b.size.denominator === b.size.numerator * a.size.denominator);
  if (!isOne(top, topCode)) return false;
  if (below.some((each) => each === undefined)) return true;
  // Per kilogram or not is another dose.
  if (below.length !== belowCodes.length) return false;
  return below.every((each) => each !== undefined && belowCodes.some((code) => isOne(each, code)));
}

const counted = new WeakMap<Dictionary, ReadonlySet<string>>();

/** Whether a word is one of dm+d's for what is counted: a tablet, a patch, a unit. */
function isCounted(dictionary: Dictionary, word = ''): boolean {
  const known =
    counted.get(dictionary) ??
    new Set(
      dictionary
        .lookup('UNIT_OF_MEASURE')
        .filter(({ code }) => dmdToUcum(code) === undefined)
        .map(({ display }) => (display ?? '').toLowerCase()),
    );
  counted.set(dictionary, known);
  return known.has(word) || known.has(word.replace(/s$/, ''));
}
