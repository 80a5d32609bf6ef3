import type { Stretch } from './parts.ts';
import { slotAt } from './pattern.ts';
import { isMeasuringWord } from './slots.ts';
import { refuse, type Work, wordsOf } from './work.ts';

/** Words that may turn round what stands beside them: with one of these not understood, nothing is read. */
const TURNING: ReadonlySet<string> = new Set(
  [
    'not no never none except unless without stop stopped omit miss avoid skip instead neither nor don dont',
    'or either alternative alternatively otherwise else if when while whilst whenever until till before after during following since once twice as',
    'than double half quarter extra additional more less most least another other second third first next last further again repeat repeated total',
    'of per by from between on off up down over under every each alternate times time age weight kg',
    'max maximum min minimum increase increased increasing reduce reduced reducing decrease split divide divided',
    'remove removed rest gap break today tomorrow initially start starting am pm daily weekly od bd tds qds tea teatime supper dose doses',
  ].flatMap((line) => line.split(' ')),
);

/** Something else that is done, whose time is not that of the dose: "and wash off in the morning". */
const ACT = /^(?:and\s+)?(?:wash|rinse|shampoo|remove|take off|rub|massage|cover|brush|spit|repeat)/i;

/** A sentence that ends in "and", "then" or an opened bracket was cut short: what it would say is not known. */
export function checkEnd(work: Work, stretches: readonly Stretch[]): void {
  const last = stretches.findLast(({ joint }) => joint !== '.' && joint !== ',');
  const open = last?.parts[0]?.kind === 'then' && ['then', 'by'].includes(work.text.tokens[last.to - 1]?.text ?? '');
  const cut = open || ['and', '&', '+', 'or', '('].includes(last?.joint ?? '');
  if (last !== undefined && cut) refuse(work, 'ambiguous', 'The sentence is cut short.', [last]);
}

/** "or" that no phrase took is a choice that the patient is left with, which a Dosage cannot hold. */
export function checkJoints(work: Work, stretches: readonly Stretch[]): void {
  stretches.forEach((stretch, index) => {
    if (stretch.joint === 'or') {
      const around = [stretches[index - 1], stretch, stretches[index + 1]].filter((each) => each !== undefined);
      refuse(work, 'ambiguous', 'A choice is left open.', around);
    }
    const next = stretches[index + 1];
    const [part] = stretch.parts;
    if (part?.kind === 'dose' && part.unit === undefined && next !== undefined) {
      const amount = part.amount;
      const figures = amount.figures && amount.low === amount.high;
      const follows = work.text.tokens[next.from];
      if (next.is === 'unread')
        refuse(work, 'words-not-understood', 'It is not clear what is counted.', [stretch, next]);
      else if (figures && follows?.kind === 'number')
        refuse(work, 'ambiguous', 'Two figures stand side by side.', [stretch, next]);
    }
    if (part !== undefined && part.kind !== 'dose' && !work.house) checkSpacedRange(work, stretches, stretch);
    if (
      part?.kind === 'frequency' &&
      part.needsDose &&
      !stretches.some(({ parts }) => parts.some(({ kind }) => kind === 'dose'))
    ) {
      refuse(work, 'ambiguous', 'The number may be how many or how often.', [stretch]);
    }
    if (part?.kind === 'instruction' && next !== undefined && ACT.test(wordsOf(work.text, stretch)) && isTime(next)) {
      refuse(work, 'ambiguous', 'It is not clear what is done at the time named.', [stretch, next]);
    }
    if (part?.kind === 'frequency' && part.spacedHyphen && work.house) {
      refuse(work, 'ambiguous', 'The hyphen may join a range or part two statements.', [stretch]);
    }
  });
}

/** "2 - 4 times a day" may be 2, 4 times a day: only beside a dose is it surely a range. */
function checkSpacedRange(work: Work, stretches: readonly Stretch[], stretch: Stretch): void {
  const spaced = slotAt(work.text, 'amount', stretch.from).some(
    ({ value }) => (value as { spacedHyphen: boolean }).spacedHyphen,
  );
  if (!spaced) return;
  const counted = stretches.some((each) => each !== stretch && each.parts.some(({ kind }) => kind === 'dose'));
  const uncounted = stretches.some((each) =>
    each.parts.some((part) => part.kind === 'method' && part.method.display.startsWith('Apply')),
  );
  if (!counted && !uncounted)
    refuse(work, 'ambiguous', 'The hyphen may join a range or part two statements.', [stretch]);
}

/** Finds the words not understood; refuses where they may change what was. */
export function checkUnread(work: Work, stretches: readonly Stretch[]): Stretch[] {
  const unread = stretches.filter(({ is }) => is === 'unread');
  for (const stretch of unread) {
    const tokens = work.text.tokens.slice(stretch.from, stretch.to);
    const turning = tokens.some(({ kind, text: word }, index) => {
      if (kind === 'number' || kind === 'fraction' || TURNING.has(word) || isMeasuringWord(word)) return true;
      return kind === 'word' && slotAt(work.text, 'amount', stretch.from + index).length > 0;
    });
    if (turning) refuse(work, 'words-not-understood', 'Words that may change the dose were not understood.', [stretch]);
  }
  stretches.forEach((stretch, index) => {
    const [beyond, before, after] = [stretches[index - 2], stretches[index - 1], stretches[index + 1]];
    const next = stretches[index + 2];
    const [part] = stretch.parts;
    // "with 10ml", "plus one": what goes before an amount says what the amount is.
    if (part?.kind === 'dose' && before?.is === 'unread')
      refuse(work, 'words-not-understood', 'It is not clear what the amount is.', [before, stretch]);
    if (stretch.is !== 'unread') return;
    // "at dinner and tea": a time among times.
    if (isAnd(before) && isTime(beyond))
      refuse(work, 'words-not-understood', 'A time may not have been understood.', [stretch]);
    if ((isAnd(after) || after?.joint === ',') && isTime(next))
      refuse(work, 'words-not-understood', 'A time may not have been understood.', [stretch]);
  });
  return unread;
}

const isAnd = (stretch: Stretch | undefined): boolean =>
  stretch?.joint === 'and' || stretch?.joint === '&' || stretch?.joint === '+';
const isTime = (stretch: Stretch | undefined): boolean =>
  stretch?.parts.some(({ kind }) => kind === 'when' || kind === 'clock' || kind === 'days') ?? false;
