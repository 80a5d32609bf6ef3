/** The range that the NHS keeps for tests: no real patient has such a number. */
const TEST_RANGE = '999';

/**
 * The first NHS numbers of the test range whose check digit is valid, in order. There are some 909,000 of them.
 * @param count how many
 */
export function nhsNumbers(count: number): string[] {
  const numbers: string[] = [];
  for (let body = 0; numbers.length < count; body++) {
    if (body > 999_999) throw new RangeError('The test range has no more NHS numbers.');
    const nine = `${TEST_RANGE}${String(body).padStart(6, '0')}`;
    const check = checkDigit(nine);
    if (check !== undefined) numbers.push(`${nine}${check}`);
  }
  return numbers;
}

/** Modulus 11 with weights 10 to 2; undefined where it is 10, which no NHS number has. */
function checkDigit(nine: string): number | undefined {
  const sum = [...nine].reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? undefined : check;
}
