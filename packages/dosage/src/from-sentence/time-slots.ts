import type { DayOfWeek, TimeUnit } from '../dosage.ts';
import type { Amount } from './numbers.ts';
import type { Span } from './parts.ts';
import { type Slot, type SlotMatch, slotAt, wordAt } from './pattern.ts';
import type { Token } from './tokens.ts';

/** Words and abbreviations for units of time. */
export const TIME_WORDS: Readonly<Record<string, TimeUnit>> = {
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

/** A unit of time. */
export const time: Slot = ({ tokens }, at) => {
  const unit = TIME_WORDS[tokens[at]?.text ?? ''];
  return unit === undefined ? [] : [{ next: at + 1, value: unit }];
};

function spanOf(low: string, high: string, unit: TimeUnit, next: number): SlotMatch {
  return { next, value: { low, high, unit } satisfies Span };
}

/** A length of time: 7 days, a week, half an hour, 4-6 hours, 5/7, a fortnight. */
export const span: Slot = (text, at) => {
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
export const strokeSpan: Slot = ({ tokens }, at) => {
  const [top, sign, bottom] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (top?.kind !== 'number' || sign?.text !== '/' || sign.spaced || bottom?.kind !== 'number' || bottom.spaced)
    return [];
  const unit = STROKE_TIMES[bottom.text];
  const dated = tokens[at + 3]?.text === '/' || tokens[at - 1]?.text === '/';
  return unit === undefined || dated || top.text.includes('.') ? [] : [spanOf(top.text, top.text, unit, at + 3)];
};

/** A length of time in the plural, or of one: "x 4 day" is no length but a misplaced "4 x a day". */
export const pluralSpan: Slot = (text, at) =>
  slotAt(text, 'span', at).filter(
    ({ next, value }) => (value as Span).high === '1' || /s$|^\d+$/.test(text.tokens[next - 1]?.text ?? ''),
  );

function hyphenless(tokens: readonly Token[], at: number): number {
  return tokens[at]?.joining ? at + 1 : at;
}

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
export const days: Slot = ({ tokens }, at) => {
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
export const clock: Slot = ({ tokens }, at) => {
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
export const bareClock: Slot = (text, at) => {
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

/** One date. */
export const date: Slot = ({ tokens }, at) => {
  const found = dateAt(tokens, at);
  return found === undefined ? [] : [found];
};

/** Dates: one or a list. */
export const dates: Slot = ({ tokens }, at) => {
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
