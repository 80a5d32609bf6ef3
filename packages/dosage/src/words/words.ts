import type { DayOfWeek, TimeUnit, WhenCode } from '../dosage.ts';

/**
 * The wording of dosage text in one language, as data. Another language is another value of this type.
 *
 * Templates hold their slots in braces. A count of something is a record from the exact number to the form, with
 * `other` for every number not named (a language with mutations names 2, 3 and so on).
 */
export interface Words {
  /** BCP 47 tag, e.g. `en-GB`. */
  language: string;
  /** D-004: between components. */
  componentSeparator: string;
  /** D-004: after the method, and between days and times. */
  closeSeparator: string;
  /** D-070, D-053: between list items, and before the last of an "and" list. */
  listSeparator: string;
  lastListSeparator: string;
  /** D-080, D-081, D-083: between Dosages. */
  thenSeparator: string;
  andSeparator: string;
  unorderedSeparator: string;
  /** D-015. */
  timeUnits: Record<TimeUnit, Forms>;
  /** D-019, D-020: words for a unit sent as a code alone: UCUM codes, and SNOMED CT ones. */
  units: Readonly<Record<string, string>>;
  /** D-013: words for a quarter, half and three quarters alone. */
  fractions: Record<Fraction, string>;
  /** D-013a: the same after a whole number. `{whole}`, e.g. `{whole} and a half`. */
  wholeAndFraction: Record<Fraction, string>;
  /** D-014: `{amount}`, `{unit}` for a unit that begins with a digit. */
  unitThatBeginsWithDigit: string;
  /** D-014: the alternative, words for 1 and 2. */
  smallNumbers: Record<string, string>;
  /** D-012: `{amount}`, `{unit}`. */
  amountOfUnit: string;
  /** D-023, D-016: `{low}`, `{high}`. */
  range: string;
  /** D-024: `{high}`. */
  upTo: string;
  /** D-026: `{first}`, `{second}`. */
  twoDoses: string;
  /** D-028, D-029: `{rate}`. */
  rate: string;
  /** D-027: `{amount}`, `{unit}`. */
  ratePer: string;
  /** D-027a: `{amount}`, `{time}`. */
  rateEvery: string;
  /** D-019: joins the parts of a compound unit such as mL/h. */
  unitPer: string;
  /** D-029b: `{time}`. */
  over: string;
  /** D-029c: `{time}`, `{maximum}`. */
  overWithMaximum: string;
  /** D-030, D-030a: frequency absent, period 1. */
  everySingle: Partial<Record<TimeUnit, string>>;
  /** D-032 to D-034, D-064: how many times; `{count}`. */
  times: Forms;
  /** D-041, D-065: `{low}`, `{high}`. */
  timesRange: string;
  /** D-042: `{high}`. */
  timesUpTo: Forms;
  /** D-035 to D-038, D-044: `{times}` then the unit with its article. */
  timesPer: string;
  perUnit: Record<TimeUnit, string>;
  /** D-036, D-031: `{period}` with its unit. */
  every: string;
  /** D-039 to D-043: `{times}`, `{period}`. */
  timesEvery: string;
  /** D-050. */
  when: Record<WhenCode, string>;
  /** D-051: `{offset}`, `{when}`. */
  offsetWhen: string;
  /** D-051: wording after an offset for the codes whose own words cannot follow one; a code in neither way is refused. */
  whenAfterOffset: Partial<Record<WhenCode, string>>;
  /** D-053, D-054, D-066: `{list}`. */
  onDays: string;
  atTimes: string;
  onDates: string;
  /** D-066: `{date}`, `{time}`. */
  dateAtTime: string;
  days: Record<DayOfWeek, string>;
  months: readonly string[];
  beforeNoon: string;
  afterNoon: string;
  /** D-057, D-058: `{reason}`. */
  asRequired: string;
  asRequiredFor: string;
  /** D-060 to D-063: `{time}`, `{start}`, `{end}`. */
  forTime: string;
  forAtLeast: string;
  forUpTo: string;
  fromTo: string;
  from: string;
  until: string;
  /** D-067 to D-069: `{amount}`, `{time}`. */
  maximumPerPeriod: string;
  maximumPerDose: string;
  maximumPerLifetime: string;
}

/** Forms by exact count, `other` for the rest. */
export type Forms = Readonly<Record<string, string>> & { readonly other: string };

export type Fraction = '25' | '5' | '75';
