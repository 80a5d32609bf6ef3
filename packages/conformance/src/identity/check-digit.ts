/**
 * The modulus 11 check of NHS, CHI and Health and Care numbers: ten digits, of which the last is the check digit of the
 * nine before it (weights 10 to 2; NHS Data Dictionary, NHS NUMBER).
 */
export function hasModulus11Digit(text: string): boolean {
  if (!/^\d{10}$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += (text.charCodeAt(i) - 48) * (10 - i);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === text.charCodeAt(9) - 48;
}
