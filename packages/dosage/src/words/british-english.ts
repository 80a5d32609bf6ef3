import { snomedUnits } from './units.ts';
import type { Words } from './words.ts';

/** British English wording of dosage text; the comment on each entry is the rule it words. */
export const britishEnglish: Words = {
  language: 'en-GB',
  componentSeparator: ' - ', // D-004
  closeSeparator: ' ', // D-004
  listSeparator: ', ', // D-050, D-053, D-070
  lastListSeparator: ' and ', // D-053, D-054, D-066, D-070
  thenSeparator: ', then ', // D-080
  andSeparator: ', and ', // D-081
  unorderedSeparator: '\n', // D-083
  timeUnits: {
    // D-015
    s: { 1: 'second', other: 'seconds' },
    min: { 1: 'minute', other: 'minutes' },
    h: { 1: 'hour', other: 'hours' },
    d: { 1: 'day', other: 'days' },
    wk: { 1: 'week', other: 'weeks' },
    mo: { 1: 'month', other: 'months' },
    a: { 1: 'year', other: 'years' },
  },
  units: {
    // D-019, UCUM: case matters (`mo` is month, `m` metre)
    kg: 'kilogram',
    g: 'gram',
    mg: 'milligram',
    ug: 'microgram',
    ng: 'nanogram',
    pg: 'picogram',
    L: 'litre',
    l: 'litre',
    dL: 'decilitre',
    dl: 'decilitre',
    mL: 'millilitre',
    ml: 'millilitre',
    uL: 'microlitre',
    ul: 'microlitre',
    mol: 'mole',
    mmol: 'millimole',
    umol: 'micromole',
    nmol: 'nanomole',
    m: 'metre',
    cm: 'centimetre',
    mm: 'millimetre',
    m2: 'square metre',
    cm2: 'square centimetre',
    kBq: 'kilobecquerel',
    MBq: 'megabecquerel',
    GBq: 'gigabecquerel',
    '[iU]': 'international unit',
    '[IU]': 'international unit',
    '[drp]': 'drop',
    '%': 'percent',
    s: 'second',
    min: 'minute',
    h: 'hour',
    d: 'day',
    wk: 'week',
    mo: 'month',
    a: 'year',
    // D-020, SNOMED CT
    ...Object.fromEntries(snomedUnits),
  },
  fractions: { 25: 'quarter', 5: 'half', 75: 'three quarters' }, // D-013
  wholeAndFraction: { 25: '{whole} and a quarter', 5: '{whole} and a half', 75: '{whole} and three quarters' }, // D-013a
  unitThatBeginsWithDigit: '{amount} x {unit}', // D-014
  smallNumbers: { 1: 'ONE', 2: 'TWO' }, // D-014
  amountOfUnit: '{amount} {unit}', // D-012, D-022
  range: '{low} to {high}', // D-023
  upTo: 'up to {high}', // D-024
  twoDoses: '{first} ({second})', // D-026
  rate: 'at a rate of {rate}', // D-028, D-029
  ratePer: '{amount} per {unit}', // D-027
  rateEvery: '{amount} every {time}', // D-027a
  unitPer: ' per ', // D-019
  over: 'over {time}', // D-029b
  overWithMaximum: 'over {time} (maximum {maximum})', // D-029c
  everySingle: { h: 'hourly', d: 'daily', wk: 'weekly', mo: 'monthly', a: 'annually' }, // D-030, D-030a
  times: { 1: 'once', 2: 'twice', other: '{count} times' }, // D-032, D-033, D-034, D-064
  timesRange: '{low} to {high} times', // D-041, D-065
  timesUpTo: { 1: 'up to once', other: 'up to {high} times' }, // D-042
  timesPer: '{times} {unit}', // D-035, D-037, D-038
  perUnit: {
    // D-035, D-044
    s: 'a second',
    min: 'a minute',
    h: 'an hour',
    d: 'a day',
    wk: 'a week',
    mo: 'a month',
    a: 'a year',
  },
  every: 'every {period}', // D-031, D-036
  timesEvery: '{times} every {period}', // D-039, D-040, D-041
  when: {
    // D-050
    MORN: 'during the morning',
    'MORN.early': 'during the early morning',
    'MORN.late': 'during the late morning',
    NOON: 'around noon',
    AFT: 'during the afternoon',
    'AFT.early': 'during the early afternoon',
    'AFT.late': 'during the late afternoon',
    EVE: 'during the evening',
    'EVE.early': 'during the early evening',
    'EVE.late': 'during the late evening',
    NIGHT: 'during the night',
    PHS: 'once asleep',
    HS: 'before sleep',
    WAKE: 'upon waking',
    C: 'at a meal',
    CM: 'at breakfast',
    CD: 'at lunch',
    CV: 'at dinner',
    AC: 'before a meal',
    ACM: 'before breakfast',
    ACD: 'before lunch',
    ACV: 'before dinner',
    PC: 'after a meal',
    PCM: 'after breakfast',
    PCD: 'after lunch',
    PCV: 'after dinner',
  },
  offsetWhen: '{offset} {when}', // D-051
  // D-051: FHIR reads an offset as after the event unless the code says before.
  whenAfterOffset: {
    HS: 'before sleep',
    AC: 'before a meal',
    ACM: 'before breakfast',
    ACD: 'before lunch',
    ACV: 'before dinner',
    PC: 'after a meal',
    PCM: 'after breakfast',
    PCD: 'after lunch',
    PCV: 'after dinner',
    WAKE: 'after waking',
    PHS: 'after falling asleep',
    NOON: 'after noon',
  },
  onDays: 'on {list}', // D-053
  atTimes: 'at {list}', // D-054
  onDates: 'on {list}', // D-066
  dateAtTime: '{date} at {time}', // D-066
  days: {
    // D-053
    mon: 'Monday',
    tue: 'Tuesday',
    wed: 'Wednesday',
    thu: 'Thursday',
    fri: 'Friday',
    sat: 'Saturday',
    sun: 'Sunday',
  },
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'], // D-066
  beforeNoon: 'am', // D-054, local preference
  afterNoon: 'pm', // D-054, local preference
  asRequired: 'as required', // D-057
  asRequiredFor: 'as required for {reason}', // D-058
  forTime: 'for {time}', // D-060, D-061
  forAtLeast: 'for at least {time}', // D-062
  forUpTo: 'for up to {time}', // D-062
  fromTo: 'from {start} to {end}', // D-063
  from: 'from {start}', // D-063
  until: 'until {end}', // D-063
  maximumPerPeriod: 'up to a maximum of {amount} in {time}', // D-067
  maximumPerDose: 'up to a maximum of {amount} per dose', // D-068
  maximumPerLifetime: 'up to a maximum of {amount} for the lifetime of patient', // D-069
};
