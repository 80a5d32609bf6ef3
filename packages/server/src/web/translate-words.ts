import { dmdToUcum, type ExactQuantity, fraction, type Rank } from '@concord/dmd';
import { grouped } from './quantity.ts';

/** A unit that a dose or a quantity may be asked in. */
export interface UnitChoice {
  /** UCUM code, or the dm+d code of a unit that UCUM has not. */
  readonly code: string;
  readonly words: string;
}

/** Units of doses of a substance, in full words: abbreviations of micrograms, nanograms and units are misread. */
export const DOSE_UNITS: readonly UnitChoice[] = [
  { code: 'mg', words: 'milligram' },
  { code: 'ug', words: 'microgram' },
  { code: 'g', words: 'gram' },
  { code: 'ng', words: 'nanogram' },
  { code: 'mL', words: 'millilitre' },
  { code: '767525000', words: 'unit' },
  { code: '258997004', words: 'international unit' },
  { code: 'mmol', words: 'millimole' },
  { code: 'mg/kg', words: 'milligram per kilogram' },
  { code: 'ug/kg', words: 'microgram per kilogram' },
  { code: 'mg/m2', words: 'milligram per square metre' },
  { code: 'mg/h', words: 'milligram per hour' },
  { code: 'ug/h', words: 'microgram per hour' },
  { code: 'mg/(24.h)', words: 'milligram per 24 hours' },
  { code: 'ug/(24.h)', words: 'microgram per 24 hours' },
  { code: 'mg/(16.h)', words: 'milligram per 16 hours' },
  { code: 'mg/(72.h)', words: 'milligram per 72 hours' },
  { code: '{unit}/kg', words: 'unit per kilogram' },
  { code: '{unit}/h', words: 'unit per hour' },
  { code: '{unit}/kg/h', words: 'unit per kilogram per hour' },
  { code: 'mg/kg/h', words: 'milligram per kilogram per hour' },
  { code: 'ug/kg/h', words: 'microgram per kilogram per hour' },
  { code: 'ug/kg/min', words: 'microgram per kilogram per minute' },
];

/** Units of quantities of a product, where the product does not tell its own. */
export const PRODUCT_UNITS: readonly UnitChoice[] = [
  { code: '428673006', words: 'tablet' },
  { code: '428641000', words: 'capsule' },
  { code: 'mL', words: 'millilitre' },
  { code: 'mL/h', words: 'millilitre per hour' },
  { code: '733015007', words: 'spoonful' },
  { code: '3317411000001100', words: 'dose' },
  { code: '415215001', words: 'puff' },
  { code: '419702001', words: 'patch' },
  { code: '430293001', words: 'suppository' },
  { code: '733013000', words: 'sachet' },
  { code: '415818006', words: 'vial' },
  { code: '413516001', words: 'ampoule' },
  { code: '408102007', words: 'unit dose' },
  { code: '10693611000001100', words: 'drop' },
  { code: 'g', words: 'gram' },
  { code: 'mg', words: 'milligram' },
  { code: 'ug', words: 'microgram' },
  { code: '767525000', words: 'unit' },
];

/** What a rank means: the heading over the products that have it. */
export const RANK_WORDS: Readonly<Record<Rank, { readonly heading: string; readonly says: string }>> = {
  1: { heading: 'Whole, or measured exactly', says: 'A whole number, or a volume that an ordinary measure gives.' },
  2: { heading: 'More than one, not a whole number', says: 'Some whole, and a part of another.' },
  3: { heading: 'Less than one', says: 'A part of one.' },
  4: {
    heading: 'Cannot be given as it stands',
    says: 'It would have to be divided in a way that its form does not allow.',
  },
};

/** Units that stay as they are in the plural: symbols. */
const SYMBOLS: ReadonlySet<string> = new Set('ml mg g kg cm mm m l mmol micromol kBq MBq GBq iu ppm'.split(' '));

/** `2 tablets`, `5 ml`, `1,000 tablets`; `10/3 ml (about 3.333)` where no decimal is exact. Units that are words take their plural. */
export function amountWords(
  { decimal, fraction: exact, value, unitName }: ExactQuantity,
  high?: ExactQuantity,
): string {
  const top = high ?? { decimal, value };
  const isOne = fraction.compare(top.value, { numerator: 1n, denominator: 1n }) <= 0;
  const unit = isOne ? unitName : plural(unitName);
  const low = decimal === undefined ? exact : grouped(decimal);
  if (high !== undefined)
    return `${low} to ${high.decimal === undefined ? high.fraction : grouped(high.decimal)} ${unit}`;
  return decimal === undefined ? `${low} ${unit} (about ${fraction.toRounded(value, 3)})` : `${low} ${unit}`;
}

/** A unit after a number that is not one: symbols stay, words take their plural. */
export function plural(unit: string): string {
  const [first = '', ...per] = unit.split(' per ');
  if (per.length > 0) return [plural(first), ...per].join(' per ');
  if (unit.includes('/') || SYMBOLS.has(unit.split(' ').at(-1) ?? '')) return unit;
  if (/[^aeiou]y$/.test(unit)) return `${unit.slice(0, -1)}ies`;
  return `${unit}${/(s|x|ch)$/.test(unit) ? 'es' : 's'}`;
}

/** Arithmetic as people write it: a slash would be read as `per`, and thousands take a comma. */
export function arithmeticWords(arithmetic: string): string {
  const signs = arithmetic.replaceAll(' / ', ' ÷ ').replaceAll(' x ', ' × ');
  return signs.replace(/(?<![\d.])\d{4,}/g, grouped);
}

/**
 * A decimal as typed: digits, and a point between digits, more than zero.
 * @returns the sentence that says what is wrong with it; undefined where it is a number
 */
export function numberFault(typed: string, name: string): string | undefined {
  if (/^0+(\.0+)?$/.test(typed)) return `Enter a ${name} of more than zero`;
  if (/^\d{1,12}(\.\d{1,12})?$/.test(typed)) return undefined;
  if (/^\.\d+$/.test(typed)) return `Put a zero before the decimal point of the ${name}: 0${typed.slice(0, 12)}`;
  if (typed.includes(',')) return `Enter the ${name} without commas: with a point before decimals, such as 2.5`;
  return `Enter the ${name} as a number, such as 500 or 2.5`;
}

/** A unit by its UCUM code, where it has one: records name milligrams by their dm+d code too. */
export function ucumOf(code: string | undefined): string | undefined {
  const ucum = code === undefined || !/^\d+$/.test(code) ? undefined : dmdToUcum(code);
  // UCUM has one code for what dm+d calls iu and other units.
  return ucum === undefined || ucum === '[iU]' ? code : ucum;
}

/** The choices, with what the address asks for among them: nothing that was asked is dropped silently. */
export function withAsked(choices: readonly UnitChoice[], asked: string | undefined): readonly UnitChoice[] {
  if (asked === undefined || choices.some(({ code }) => code === asked)) return choices;
  return [...choices, { code: asked, words: asked }];
}
