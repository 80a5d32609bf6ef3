/** SNOMED CT ids: six to eighteen digits, the last a Verhoeff check digit. */

// The Verhoeff tables: multiplication in the dihedral group D5, and the permutation by position.
const MULTIPLY = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
].map((row) => Uint8Array.from(row, Number));
const PERMUTE = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
].map((row) => Uint8Array.from(row, Number));

/** Whether a text is a SNOMED CT id with a right check digit. */
export function isSctid(text: string): boolean {
  return /^[1-9]\d{5,17}$/.test(text) && hasVerhoeffDigit(text);
}

/** Whether the last digit of a text of digits is its Verhoeff check digit. */
export function hasVerhoeffDigit(digits: string): boolean {
  let check = 0;
  const last = digits.length - 1;
  for (let i = 0; i <= last; i++) {
    const digit = digits.charCodeAt(last - i) - 48;
    const permuted = PERMUTE[i & 7]?.[digit];
    if (permuted === undefined) return false;
    check = MULTIPLY[check]?.[permuted] ?? 0;
  }
  return check === 0;
}

/** Whether a text is a GTIN of 8, 12, 13 or 14 digits with a right GS1 check digit. */
export function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(text.length - 1 - i) - 48;
    sum += i % 2 === 1 ? digit * 3 : digit;
  }
  return sum % 10 === 0;
}
