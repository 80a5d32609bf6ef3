import type { Quantity } from 'fhir/r4';

/** An amount as NHS screens write it: a space before the unit, a comma at 1,000, a zero before the decimal point. */
export function quantityWords(quantity: Quantity | undefined): string | undefined {
  if (quantity?.value === undefined) return undefined;
  const value = grouped(String(quantity.value));
  return [quantity.comparator, value, quantity.unit ?? quantity.code].filter((part) => part).join(' ');
}

/** Digits with a comma at each thousand; anything that is not a plain decimal as it is. */
export function grouped(value: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value;
  const [whole = '', fraction] = value.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}
