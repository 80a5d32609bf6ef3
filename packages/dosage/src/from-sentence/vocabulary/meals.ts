import type { WhenCode } from '../../dosage.ts';

/** A meal, and the codes for at, before and after it. */
export interface MealRow {
  readonly phrase: string;
  readonly at: WhenCode;
  readonly before: WhenCode;
  readonly after: WhenCode;
  /** One meal of the day, so that naming it says once a day; of any meal it does not. */
  readonly recurring: boolean;
}

/** Meals by the words for them. UK convention: lunch is the middle meal of three, dinner the last (D-050). */
export const MEALS: readonly MealRow[] = [
  {
    phrase:
      '(a meal|meals|each meal|every meal|main meals|mealtimes|meal times|your meals|the meal|your meal|any meal)',
    at: 'C',
    before: 'AC',
    after: 'PC',
    recurring: false,
  },
  { phrase: '[your] (breakfast|breakfast time|breakfasttime)', at: 'CM', before: 'ACM', after: 'PCM', recurring: true },
  {
    phrase: '[your] (lunch|lunchtime|lunch time|midday meal|mid day meal)',
    at: 'CD',
    before: 'ACD',
    after: 'PCD',
    recurring: true,
  },
  {
    phrase: '[your|the] (evening meal|dinner|evening meal time|dinnertime|dinner time)',
    at: 'CV',
    before: 'ACV',
    after: 'PCV',
    recurring: true,
  },
];
