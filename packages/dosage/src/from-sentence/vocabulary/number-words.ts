/** Whole numbers as words. */
export const CARDINALS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
};

/** Tens, which a unit may follow: twenty-one. */
export const TENS: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};

/** Parts of one, as words and as written with a stroke. Thirds are not exact decimals: not read. */
export const FRACTION_WORDS: readonly { readonly words: readonly string[]; readonly value: string }[] = [
  { words: ['three', 'quarters'], value: '0.75' },
  { words: ['one', 'half'], value: '0.5' },
  { words: ['a', 'half'], value: '0.5' },
  { words: ['half'], value: '0.5' },
  { words: ['one', 'quarter'], value: '0.25' },
  { words: ['a', 'quarter'], value: '0.25' },
  { words: ['quarter'], value: '0.25' },
];

/** Fractions written with a stroke. */
export const STROKE_FRACTIONS: Readonly<Record<string, string>> = { '1/2': '0.5', '1/4': '0.25', '3/4': '0.75' };

/** How often, as one word. */
export const TIMES_WORDS: Readonly<Record<string, string>> = { once: '1', twice: '2', thrice: '3' };

/** "every second day", "every 3rd day". */
export const ORDINALS: Readonly<Record<string, string>> = {
  other: '2',
  second: '2',
  third: '3',
  fourth: '4',
  fifth: '5',
  sixth: '6',
  seventh: '7',
};
