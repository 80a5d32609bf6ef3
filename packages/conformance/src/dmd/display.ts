import type { Dictionary, Product } from '@concord/dmd';
import { rowOf } from '../rules/row-of.ts';

/** How a display stands to what its code means. */
export type DisplayStanding = 'same' | 'other-words' | 'other-product';

/** No name in dm+d comes near. */
const longest = 1000;

const formWords = new Set(
  'tablet tablets capsule capsules oral solution suspension injection infusion cream ointment inhaler drops spray patch patches generic sugar free dose doses powder granules release modified gastro resistant effervescent dispersible soluble pre-filled syringe syringes vial vials ampoule ampoules with from'.split(
    ' ',
  ),
);

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, ' ').trim();
const squeezed = (text: string) => plain(text).replace(/[^a-z0-9.%+/]/g, '');
const words = (text: string) => (plain(text).match(/[a-z][a-z-]{3,}/g) ?? []).filter((word) => !formWords.has(word));

const unitNames: Readonly<Record<string, string>> = {
  milligram: 'mg',
  milligrams: 'mg',
  microgram: 'microgram',
  micrograms: 'microgram',
  mcg: 'microgram',
  gram: 'g',
  grams: 'g',
  units: 'unit',
  millilitre: 'ml',
};

/** The strengths in a name: `500 mg`, `5 ml`. */
function strengths(text: string): string[] {
  const found = plain(text).matchAll(
    /(\d+(?:[.,]\d+)?)\s?(mg|milligrams?|micrograms?|mcg|g|grams?|units?|ml|millilitre|%)(?![a-z])/g,
  );
  return [...found].map(([, amount = '', unit = '']) => `${amount.replace(',', '')} ${rowOf(unitNames, unit) ?? unit}`);
}

/** Every name that the product goes by in dm+d. */
function namesOf(dictionary: Dictionary, product: Product): string[] {
  const vmp = dictionary.vmpOf(product.id);
  const vtm = dictionary.vtmOf(product.id);
  return [
    product.name,
    ...('description' in product ? [product.description] : []),
    ...('previousName' in product && product.previousName !== undefined ? [product.previousName] : []),
    product.abbreviatedName ?? '',
    vmp?.name ?? '',
    vmp?.previousName ?? '',
    vtm?.name ?? '',
    ...(vmp?.ingredients.map(({ ingredientName }) => ingredientName ?? '') ?? []),
  ].filter((name) => name !== '');
}

/**
 * How a display stands to a product: the same but for case and spaces; in other words; or, where it shares no word with
 * any of the product's names, or names another strength, another product.
 */
export function displayStanding(dictionary: Dictionary, product: Product, display: string): DisplayStanding {
  const shown = dictionary.displayOf(product.id) ?? product.name;
  if (display.length > longest) return 'other-words';
  if (plain(display) === plain(shown)) return 'same';
  const names = namesOf(dictionary, product);
  if (names.some((name) => squeezed(name) === squeezed(display))) return 'other-words';
  if (!sharesWord(names, display)) return 'other-product';
  const said = strengths(display);
  const real = names.slice(0, 2).flatMap(strengths);
  if (product.level === 'VTM') return said.length > 0 ? 'other-product' : 'other-words';
  return said.length > 0 && real.length > 0 && !said.some((each) => real.includes(each))
    ? 'other-product'
    : 'other-words';
}

/** True where a text that is free to say more (a strength, how to take it) has no word of any of the product's names. */
export function isOfAnother(dictionary: Dictionary, product: Product, text: string): boolean {
  return text.length <= longest && !sharesWord(namesOf(dictionary, product), text);
}

/** True where a text has a word of one of the names, or has no words. */
function sharesWord(names: readonly string[], text: string): boolean {
  const given = words(text);
  const known = new Set(names.flatMap(words));
  return given.length === 0 || given.some((word) => known.has(word) || [...known].some((each) => near(each, word)));
}

/** Names of one thing in another spelling (frusemide, furosemide) begin and end alike. */
function near(a: string, b: string): boolean {
  return Math.abs(a.length - b.length) <= 2 && a[0] === b[0] && a.slice(-5) === b.slice(-5);
}
