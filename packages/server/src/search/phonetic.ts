/**
 * How a word sounds, by American Soundex (US National Archives' rules): what R4's `phonetic` parameter compares, so that
 * Smyth finds Smith. Words without a Latin letter sound like themselves.
 */
export function soundOf(word: string): string {
  const letters = word
    .normalize('NFD')
    .toUpperCase()
    .replace(/[^A-Z]/g, '');
  if (letters === '') return word.toLowerCase();
  let code = letters.charAt(0);
  let last = digitOf(code);
  for (const letter of letters.slice(1)) {
    const digit = digitOf(letter);
    if (digit !== '' && digit !== last) code += digit;
    // H and W do not part two letters of one sound; vowels do.
    if (letter !== 'H' && letter !== 'W') last = digit;
  }
  return code.slice(0, 4).padEnd(4, '0');
}

const DIGITS: Readonly<{ [letters: string]: string }> = { BFPV: '1', CGJKQSXZ: '2', DT: '3', L: '4', MN: '5', R: '6' };

function digitOf(letter: string): string {
  return Object.entries(DIGITS).find(([letters]) => letters.includes(letter))?.[1] ?? '';
}
