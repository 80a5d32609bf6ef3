/**
 * Amounts as people type and dm+d prints them: `500mg`, `0.5 mg`, `500 micrograms`, `5 ml`, `0.9%`.
 * An amount is one search token, number and canonical unit together, so that `5mg` never matches `50mg`.
 */

/** Spellings of units (dm+d's own, UCUM's, prescribers') and the one spelling the index uses. */
const UNIT_SPELLINGS: Readonly<Record<string, string>> = {
  kg: 'kg',
  kilogram: 'kg',
  kilograms: 'kg',
  g: 'g',
  gm: 'g',
  gms: 'g',
  gram: 'g',
  grams: 'g',
  mg: 'mg',
  mgs: 'mg',
  milligram: 'mg',
  milligrams: 'mg',
  microgram: 'microgram',
  micrograms: 'microgram',
  mcg: 'microgram',
  mcgs: 'microgram',
  ug: 'microgram',
  nanogram: 'nanogram',
  nanograms: 'nanogram',
  ng: 'nanogram',
  l: 'litre',
  litre: 'litre',
  litres: 'litre',
  liter: 'litre',
  liters: 'litre',
  ml: 'ml',
  mls: 'ml',
  millilitre: 'ml',
  millilitres: 'ml',
  microlitre: 'microlitre',
  microlitres: 'microlitre',
  ul: 'microlitre',
  unit: 'unit',
  units: 'unit',
  iu: 'unit',
  u: 'unit',
  mmol: 'mmol',
  mmols: 'mmol',
  micromol: 'micromol',
  m: 'm',
  metre: 'm',
  metres: 'm',
  cm: 'cm',
  cms: 'cm',
  mm: 'mm',
  kcal: 'kcal',
  kj: 'kj',
  mbq: 'mbq',
  gbq: 'gbq',
  '%': '%',
};

/** The canonical spelling of a unit, or undefined when the word is no unit. */
export function canonicalUnit(word: string): string | undefined {
  return Object.hasOwn(UNIT_SPELLINGS, word) ? UNIT_SPELLINGS[word] : undefined;
}

/** Units of one dimension with their power of ten: equal amounts differ only by where the decimal point stands. */
const SCALES: readonly (readonly (readonly [unit: string, power: number])[])[] = [
  [
    ['kg', 3],
    ['g', 0],
    ['mg', -3],
    ['microgram', -6],
    ['nanogram', -9],
  ],
  [
    ['litre', 0],
    ['ml', -3],
    ['microlitre', -6],
  ],
  [
    ['m', 0],
    ['cm', -2],
    ['mm', -3],
  ],
  [
    ['mmol', -3],
    ['micromol', -6],
  ],
];

/** Plain decimal text without needless zeros: `0500.50` is `500.5`, `.5` is `0.5`. */
export function plainNumber(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  return decimals === '' ? digits : `${digits}.${decimals}`;
}

/** The same number with its decimal point moved by `power` places to the right (left when negative); exact. */
function shifted(number: string, power: number): string {
  const [whole = '', fraction = ''] = number.split('.');
  if (power >= 0) {
    const padded = fraction.padEnd(power, '0');
    return plainNumber(`${whole}${padded.slice(0, power)}.${padded.slice(power)}`);
  }
  const padded = whole.padStart(-power + 1, '0');
  return plainNumber(`${padded.slice(0, power)}.${padded.slice(power)}${fraction}`);
}

/**
 * Other ways to write the same amount, as index tokens: `0.5` `mg` gives `500microgram`, `500000nanogram`, `0.0005g`
 * ... The number must be plain (see `plainNumber`) and the unit canonical. Empty for a unit with no relatives.
 */
export function equalAmounts(number: string, unit: string): string[] {
  if (number.length > 12) return [];
  for (const scale of SCALES) {
    const from = scale.find(([name]) => name === unit);
    if (from === undefined) continue;
    return scale.filter(([name]) => name !== unit).map(([name, power]) => `${shifted(number, from[1] - power)}${name}`);
  }
  return [];
}

/** Canonical units with a spelling that starts with these letters; none for a single letter, which is a unit or a word. */
export function unitsStarting(letters: string): string[] {
  if (letters.length < 2) return [];
  const units = new Set<string>();
  for (const [spelling, unit] of Object.entries(UNIT_SPELLINGS)) if (spelling.startsWith(letters)) units.add(unit);
  return [...units];
}
