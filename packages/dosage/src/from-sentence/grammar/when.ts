import type { WhenCode } from '../../dosage.ts';
import { britishEnglish } from '../../words/british-english.ts';
import type { Part, Span } from '../parts.ts';
import type { Captures } from '../pattern.ts';
import type { MealRow } from '../vocabulary/meals.ts';
import { type PhraseRow, row } from './phrase.ts';

/** Times of day and meals as prescribers write them. UK convention: lunch is the middle meal (D-050). */
const ENGLISH: readonly { readonly code: WhenCode; readonly phrases: readonly string[] }[] = [
  {
    code: 'MORN',
    phrases: [
      '[(in|during|each|every|in the|during the|of a)] morning',
      '(in|in the|during) mornings',
      'first thing in the morning',
      'mane',
      'om',
      'each and every morning',
      'every day in the morning',
    ],
  },
  { code: 'AFT', phrases: ['(in the|each|every) afternoon', '(mid|middle of the) afternoon'] },
  {
    code: 'EVE',
    phrases: [
      '[(in the|each|every|during the)] evening',
      '(in the|during the) evenings',
      '(early|in the early) evening',
      'vesper',
    ],
  },
  {
    code: 'NIGHT',
    phrases: [
      '[(at|each|every|in the|during the)] night',
      'at nights',
      'nightly',
      'every night at night',
      'each night at night',
      'nocte',
      '(night time|nighttime)',
      'at (night time|nighttime)',
      'last thing at night',
      'late at night',
    ],
  },
  {
    code: 'HS',
    phrases: [
      '[(at|before|each|every|on going to)] (bedtime|bed time)',
      '(before|on|when) (bed|going to bed|retiring|sleep|sleeping)',
      'hs',
    ],
  },
  { code: 'WAKE', phrases: ['(on|upon|when|after) (waking|waking up|rising|awakening)', 'when (waking|you wake) up'] },
  { code: 'NOON', phrases: ['[at|around] (noon|midday|mid day)', 'at 12 noon', '(12 noon|12 midday)'] },
];

const FOOD = '(food|eating|meal)';

const when = (code: WhenCode, recurring: boolean, offset?: Span): Part => ({
  kind: 'when',
  code,
  recurring,
  ...(offset === undefined ? {} : { offset }),
});

function offset(code: WhenCode, recurring: boolean, span: Span): Part {
  if (span.low === span.high) return when(code, recurring, span);
  // FHIR has one offset: a range of them stays words.
  return { kind: 'instruction', instruction: {} };
}

const mealOf = (captures: Captures): MealRow => captures.meal as MealRow;

const BEFORE = '(before|prior to)';

/** House wording (D-050): fixed, so that its text reads back to the same code and no more. */
const houseRows: readonly PhraseRow[] = (Object.entries(britishEnglish.when) as [WhenCode, string][]).map(
  ([code, phrase]) => row(phrase, when(code, false)),
);
const houseOffsetRows: readonly PhraseRow[] = (
  Object.entries(britishEnglish.whenAfterOffset) as [WhenCode, string][]
).map(([code, phrase]) => row(`<span> ${phrase}`, (c) => offset(code, false, c.span as Span)));

/** When in the day. */
export const WHEN_PHRASES: readonly PhraseRow[] = [
  ...ENGLISH.flatMap(({ code, phrases }) => phrases.map((phrase) => row(phrase, when(code, true)))),
  row('[preferably] [straight|immediately|just|directly] [(with|at|during)] <meal>', (c) =>
    when(mealOf(c).at, mealOf(c).recurring),
  ),
  row(`[preferably] [(immediately|just)] ${BEFORE} <meal>`, (c) => when(mealOf(c).before, mealOf(c).recurring)),
  row('[preferably] [(immediately|just|straight|directly)] (after|following) <meal>', (c) =>
    when(mealOf(c).after, mealOf(c).recurring),
  ),
  row(`[preferably] [about|approximately] <span> ${BEFORE} <meal>`, (c) =>
    offset(mealOf(c).before, mealOf(c).recurring, c.span as Span),
  ),
  row('[preferably] [about|approximately] <span> (after|following) <meal>', (c) =>
    offset(mealOf(c).after, mealOf(c).recurring, c.span as Span),
  ),
  row(`[preferably] [immediately|just] ${BEFORE} ${FOOD}`, when('AC', false)),
  row(`[preferably] [immediately|just|straight] after ${FOOD}`, when('PC', false)),
  // The least of a time is no offset: it stays words.
  row(
    `[preferably] at least <span> (before|prior to|after|following) (<meal>|${FOOD}|bed|bedtime|sleep|going to bed)`,
    {
      kind: 'instruction',
      instruction: {},
    },
  ),
  row('(ac|ante cibum)', when('AC', false)),
  row('(pc|post cibum)', when('PC', false)),
  row(`[preferably] [about|approximately] <span> ${BEFORE} ${FOOD}`, (c) => offset('AC', false, c.span as Span)),
  row(`[preferably] [about|approximately] <span> after ${FOOD}`, (c) => offset('PC', false, c.span as Span)),
  row('[about|approximately] <span> before (bed|bedtime|sleep|going to bed)', (c) =>
    offset('HS', true, c.span as Span),
  ),
  // "1 on": omni nocte, where nothing follows that it could be "on" of.
  row('<nocte>', when('NIGHT', true)),
  ...houseRows,
  ...houseOffsetRows,
];
