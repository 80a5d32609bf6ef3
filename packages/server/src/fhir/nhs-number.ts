/** The system of NHS numbers (England, Wales and the Isle of Man). */
export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';

/** Ten digits, of which the last is the modulus 11 check digit of the others. */
export function isNhsNumber(text: string): boolean {
  if (!/^\d{10}$/.test(text)) return false;
  const sum = [...text.slice(0, 9)].reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === Number(text[9]);
}

/** As the NHS writes it for people: 3-3-4. */
export function spacedNhsNumber(text: string): string {
  return text.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');
}
