import type { DayOfWeek, TimeUnit } from '../dosage.ts';
import { liquid } from './liquid-slot.ts';
import { type Amount, amount, count, limit, number, ordinal, times } from './numbers.ts';
import type { Span, UnitReading } from './parts.ts';
import type { Slot, SlotMatch } from './pattern.ts';
import { slotAt, wordAt } from './pattern.ts';
import type { Token } from './tokens.ts';
import { type DoseUnit, UNITS } from './vocabulary/units.ts';
import { condition, site } from './vocabulary-slots.ts';

const TIME_WORDS: Readonly<Record<string, TimeUnit>> = {
  minute: 'min',
  minutes: 'min',
  min: 'min',
  mins: 'min',
  hour: 'h',
  hours: 'h',
  hr: 'h',
  hrs: 'h',
  h: 'h',
  day: 'd',
  days: 'd',
  week: 'wk',
  weeks: 'wk',
  wk: 'wk',
  wks: 'wk',
  month: 'mo',
  months: 'mo',
  mth: 'mo',
  mths: 'mo',
  year: 'a',
  years: 'a',
};

/** Prescribers' strokes for lengths of time: 5/7 is five days, 2/52 two weeks, 6/12 six months. */
const STROKE_TIMES: Readonly<Record<string, TimeUnit>> = { '7': 'd', '52': 'wk', '12': 'mo' };

const time: Slot = ({ tokens }, at) => {
  const unit = TIME_WORDS[tokens[at]?.text ?? ''];
  return unit === undefined ? [] : [{ next: at + 1, value: unit }];
};

function spanOf(low: string, high: string, unit: TimeUnit, next: number): SlotMatch {
  return { next, value: { low, high, unit } satisfies Span };
}

/** A length of time: 7 days, a week, half an hour, 4-6 hours, 5/7, a fortnight. */
const span: Slot = (text, at) => {
  const { tokens } = text;
  const found: SlotMatch[] = [];
  for (const match of slotAt(text, 'amount', at)) {
    const { low, high } = match.value as Amount;
    for (const unit of slotAt(text, 'time', hyphenless(tokens, match.next))) {
      found.push(spanOf(low, high, unit.value as TimeUnit, unit.next));
    }
  }
  found.push(...slotAt(text, 'strokeSpan', at));
  for (const article of ['a', 'an']) {
    const next = wordAt(tokens, at, article);
    if (next < 0) continue;
    for (const unit of slotAt(text, 'time', next)) found.push(spanOf('1', '1', unit.value as TimeUnit, unit.next));
    if (tokens[next]?.text === 'fortnight') found.push(spanOf('2', '2', 'wk', next + 1));
  }
  return found;
};

/** 5/7, 2/52, 6/12. */
const strokeSpan: Slot = ({ tokens }, at) => {
  const [top, sign, bottom] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (top?.kind !== 'number' || sign?.text !== '/' || sign.spaced || bottom?.kind !== 'number' || bottom.spaced)
    return [];
  const unit = STROKE_TIMES[bottom.text];
  const dated = tokens[at + 3]?.text === '/' || tokens[at - 1]?.text === '/';
  return unit === undefined || dated || top.text.includes('.') ? [] : [spanOf(top.text, top.text, unit, at + 3)];
};

/** A length of time in the plural, or of one: "x 4 day" is no length but a misplaced "4 x a day". */
const pluralSpan: Slot = (text, at) =>
  slotAt(text, 'span', at).filter(
    ({ next, value }) => (value as Span).high === '1' || /s$|^\d+$/.test(text.tokens[next - 1]?.text ?? ''),
  );

function hyphenless(tokens: readonly Token[], at: number): number {
  return tokens[at]?.joining ? at + 1 : at;
}

interface Branch {
  readonly next: Map<string, Branch>;
  value?: UnitReading;
}

function plant(root: Branch, phrase: string, value: UnitReading): void {
  let branch = root;
  for (const word of phrase.split(' ')) {
    let next = branch.next.get(word);
    if (next === undefined) {
      next = { next: new Map() };
      branch.next.set(word, next);
    }
    branch = next;
  }
  branch.value = value;
}

const unitTree: Branch = { next: new Map() };
for (const row of UNITS) {
  for (const phrase of row.one) plant(unitTree, phrase, { unit: row.unit, plural: false });
  for (const phrase of row.many) plant(unitTree, phrase, { unit: row.unit, plural: true });
}

function unitsFrom(tree: Branch): Slot {
  return ({ tokens }, start) => {
    const found: SlotMatch[] = [];
    let branch: Branch | undefined = tree;
    let at = start;
    while (branch !== undefined) {
      if (branch.value !== undefined) found.push({ next: at, value: branch.value });
      const token = tokens[at];
      if (token === undefined) break;
      const next = branch.next.get(token.text);
      if (next === undefined && token.joining && at > start) {
        at += 1;
        continue;
      }
      branch = next;
      at += 1;
    }
    return found;
  };
}

const unit: Slot = unitsFrom(unitTree);

/** Words that count or measure time or dose: unread, they may change an amount. */
export const isMeasuringWord = (word: string): boolean => Object.hasOwn(TIME_WORDS, word) || unitTree.next.has(word);

/** A unit that is itself a measured amount, so that it needs no count before it: "5ml spoonful". */
const measure: Slot = (text, at) =>
  slotAt(text, 'unit', at).filter(
    ({ value }) => /^\d/.test((value as UnitReading).unit.unit) && text.tokens[at]?.kind === 'number',
  );

const DAYS: Readonly<Record<string, DayOfWeek>> = {
  monday: 'mon',
  mondays: 'mon',
  mon: 'mon',
  tuesday: 'tue',
  tuesdays: 'tue',
  tue: 'tue',
  tues: 'tue',
  wednesday: 'wed',
  wednesdays: 'wed',
  wed: 'wed',
  weds: 'wed',
  thursday: 'thu',
  thursdays: 'thu',
  thu: 'thu',
  thur: 'thu',
  thurs: 'thu',
  friday: 'fri',
  fridays: 'fri',
  fri: 'fri',
  saturday: 'sat',
  saturdays: 'sat',
  sat: 'sat',
  sunday: 'sun',
  sundays: 'sun',
  sun: 'sun',
};

const WEEK: readonly DayOfWeek[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Days of the week: one, a list, or "Monday to Friday". */
const days: Slot = ({ tokens }, at) => {
  const first = DAYS[tokens[at]?.text ?? ''];
  if (first === undefined) return [];
  const list: DayOfWeek[] = [first];
  let end = at + 1;
  if (tokens[end]?.text === 'to' || tokens[end]?.text === '-') {
    const last = DAYS[tokens[end + 1]?.text ?? ''];
    if (last !== undefined && WEEK.indexOf(last) > WEEK.indexOf(first)) {
      return [{ next: end + 2, value: WEEK.slice(WEEK.indexOf(first), WEEK.indexOf(last) + 1) }];
    }
  }
  for (;;) {
    let next = end;
    while ([',', 'and', '&', '/', '+'].includes(tokens[next]?.text ?? '') && next - end < 2) next += 1;
    if (tokens[next]?.text === 'on' && next > end) next += 1;
    const day = DAYS[tokens[next]?.text ?? ''];
    if (next === end || day === undefined || list.includes(day)) break;
    list.push(day);
    end = next + 1;
  }
  return [{ next: end, value: list }];
};

const pad = (hour: number): string => String(hour).padStart(2, '0');

/** One clock time as HH:MM:SS: 8am, 08:00, 0800, 6.30 pm, 14:00. */
function clockAt(tokens: readonly Token[], at: number): { next: number; value: string } | undefined {
  const token = tokens[at];
  if (token?.kind !== 'number') return undefined;
  let next = at + 1;
  let hour: number;
  let minute = 0;
  let exact = false;
  const written = token.end - token.start;
  if (tokens[next]?.text === ':' && tokens[next + 1]?.kind === 'number' && !tokens[next + 1]?.spaced) {
    const minutes = tokens[next + 1] as Token;
    if (minutes.end - minutes.start !== 2) return undefined;
    [hour, minute, next, exact] = [Number(token.text), Number(minutes.text), next + 2, true];
  } else if (token.text.includes('.')) {
    const [left = '', right = ''] = token.text.split('.');
    [hour, minute] = [Number(left), Number(right.padEnd(2, '0'))];
    if (right.length > 2) return undefined;
  } else if (written === 4) {
    [hour, minute, exact] = [Math.floor(Number(token.text) / 100), Number(token.text) % 100, true];
  } else hour = Number(token.text);
  const half = tokens[next]?.text;
  if (half === 'am' || half === 'pm') {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === 'pm' ? 12 : 0);
    return minute > 59 ? undefined : { next: next + 1, value: `${pad(hour)}:${pad(minute)}:00` };
  }
  if (half === 'hrs' || half === 'hours' || half === 'h') {
    if (!exact) return undefined;
    next += 1;
  }
  return exact && hour < 24 && minute < 60 ? { next, value: `${pad(hour)}:${pad(minute)}:00` } : undefined;
}

/** Clock times: one or a list. */
const clock: Slot = ({ tokens }, at) => {
  const first = clockAt(tokens, at);
  if (first === undefined) return [];
  const list = [first.value];
  let end = first.next;
  for (;;) {
    let next = end;
    while ([',', 'and', '&'].includes(tokens[next]?.text ?? '') && next - end < 2) next += 1;
    if (tokens[next]?.text === 'at' && next > end) next += 1;
    const more = next === end ? undefined : clockAt(tokens, next);
    if (more === undefined || list.includes(more.value)) break;
    list.push(more.value);
    end = more.next;
  }
  return [{ next: end, value: list }];
};

/** Clock times without "at": "1 am" may be a dose for the morning, so an early hour needs its minutes. */
const bareClock: Slot = (text, at) => {
  const [hour, half] = [text.tokens[at], text.tokens[at + 1]];
  const early = half?.kind === 'word' && (half.spaced || Number(hour?.text) < 5);
  return early ? [] : slotAt(text, 'clock', at);
};

const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** A date as the house writes it, day first: 22/02/2021. */
function dateAt(tokens: readonly Token[], at: number): { next: number; value: string } | undefined {
  const [day, a, month, b, year] = tokens.slice(at, at + 5);
  if (
    day?.kind !== 'number' ||
    a?.text !== '/' ||
    month?.kind !== 'number' ||
    b?.text !== '/' ||
    year?.kind !== 'number'
  )
    return;
  const [d, m, y] = [Number(day.text), Number(month.text), Number(year.text)];
  if (year.end - year.start !== 4 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return undefined;
  return { next: at + 5, value: `${y}-${pad(m)}-${pad(d)}` };
}

const date: Slot = ({ tokens }, at) => {
  const found = dateAt(tokens, at);
  return found === undefined ? [] : [found];
};

const dates: Slot = ({ tokens }, at) => {
  const first = dateAt(tokens, at);
  if (first === undefined) return [];
  const list = [first.value];
  let end = first.next;
  for (;;) {
    if (![',', 'and', '&'].includes(tokens[end]?.text ?? '')) break;
    const more = dateAt(tokens, end + 1);
    if (more === undefined) break;
    list.push(more.value);
    end = more.next;
  }
  return [{ next: end, value: list }];
};

const AFTER_NOCTE: ReadonlySet<string> = new Set(['.', ',', ';', ')', 'prn', 'for', 'x', 'when', 'if', 'as']);

/**
 * "on" for omni nocte: at the end of a phrase, straight after a figure or a figure and its unit, or written as initials.
 * "One tablet on" is more likely a sentence cut short, and is not read.
 */
const nocte: Slot = (text, at) => {
  const { tokens, sentence } = text;
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.text !== 'on' || before === undefined || (after !== undefined && !AFTER_NOCTE.has(after.text))) return [];
  const initials = !/^[oO]n$/.test(sentence.slice(token.start, token.end));
  const counted =
    before.kind === 'number' ||
    (tokens[at - 2]?.kind === 'number' && slotAt(text, 'unit', at - 1).some(({ next }) => next === at));
  return initials || counted ? [{ next: at + 1, value: true }] : [];
};

/** A bare article means one before a unit: "a tablet", "an ampoule". */
export const one: Amount = { low: '1', high: '1', figures: false, stroke: false, spacedHyphen: false };

/** Slots by the names that phrases use. */
export const SLOTS: Readonly<Record<string, Slot>> = {
  amount,
  number,
  count,
  times,
  ordinal,
  time,
  span,
  unit,
  measure,
  days,
  clock,
  bareClock,
  date,
  dates,
  liquid,
  nocte,
  limit,
  condition,
  site,
  pluralSpan,
  strokeSpan,
};

/** The slots, with a medicine's own unit of dose added under the name that the dictionary gives it. */
export function slotsWith(extra: DoseUnit | undefined): Readonly<Record<string, Slot>> {
  if (extra === undefined) return SLOTS;
  const tree: Branch = { next: new Map() };
  const words = extra.unit.toLowerCase().match(/\p{L}+|\d+(?:\.\d+)?|\S/gu);
  if (words === null || words.length === 0) return SLOTS;
  plant(tree, words.join(' '), { unit: extra, plural: false });
  plant(tree, `${words.join(' ')}s`, { unit: extra, plural: true });
  const own = unitsFrom(tree);
  const both: Slot = (text, at) => {
    const mine = own(text, at);
    return mine.length > 0
      ? [...mine, ...unit(text, at).filter(({ next }) => !mine.some((match) => match.next === next))]
      : unit(text, at);
  };
  return { ...SLOTS, unit: both };
}
