import type { CodeableConcept, Dosage } from '../dosage.ts';
import { assemble, type Carried, sentenceCase } from './assemble.ts';
import { asCourse, type Group, gather, settle, splitConcurrent, splitSteps } from './groups.ts';
import { isHouse } from './house-wording.ts';
import type { Part, Stretch } from './parts.ts';
import { slotAt, type Text } from './pattern.ts';
import type { DoseSentenceReading, Reading, Reason, SentenceMedicine } from './readings.ts';
import { scan } from './scan.ts';
import { isMeasuringWord, slotsWith } from './slots.ts';
import { taperSteps } from './taper.ts';
import { tokenise } from './tokens.ts';
import { refuse, type Work, wordsOf } from './work.ts';

/** A sentence longer than this is no dose sentence. */
const LONGEST = 10_000;

/** Nor is one that makes more statements than this. */
const MOST_STATEMENTS = 200;

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

/**
 * Reads a dose sentence, as prescribers write it or in the wording of this package's own dosage text, into FHIR
 * Dosage.
 *
 * Takes the sentence, and the medicine it was written for where that is known: its unit of dose settles what "one"
 * means, and its route is added where the sentence names none. Without it a bare count has a value and no unit.
 *
 * Returns `read` with everything the sentence says, `partial` with what was understood when the rest cannot change an
 * amount or a time (the rest is in `additionalInstruction.text`, the sentence in `text`), or `refused` with reasons
 * that name the words. Never throws, and takes time in proportion to the length of the sentence.
 */
export function parseDoseSentence(sentence: string, medicine: SentenceMedicine = {}): DoseSentenceReading {
  if (typeof sentence !== 'string' || sentence.trim() === '') {
    return { outcome: 'refused', reasons: [{ code: 'no-dosage', message: 'There is no sentence.', words: [] }] };
  }
  if (sentence.length > LONGEST) {
    return {
      outcome: 'refused',
      reasons: [{ code: 'too-long', message: `A dose sentence has at most ${LONGEST} characters.`, words: [] }],
    };
  }
  const own = medicine.unitDose;
  const text: Text = {
    sentence,
    tokens: tokenise(sentence),
    slots: slotsWith(
      own === undefined
        ? undefined
        : { unit: own.unit, system: own.system ?? 'http://snomed.info/sct', code: own.code },
    ),
    found: new Map(),
  };
  const scanned = scan(text);
  if (scanned.length > MOST_STATEMENTS) {
    return {
      outcome: 'refused',
      reasons: [
        { code: 'too-long', message: `A dose sentence makes at most ${MOST_STATEMENTS} statements.`, words: [] },
      ],
    };
  }
  const house = isHouse(text, scanned);
  const work: Work = { text, medicine, house, reasons: [], doubts: [], readings: [] };
  const stretches = house ? scanned : scanned.map(hideBareSites);

  checkJoints(work, stretches);
  checkEnd(work, stretches);
  const unread = checkUnread(work, stretches);
  const dosage = readSteps(work, stretches);
  // Which step the words belong to is not known.
  if (unread.length > 0 && dosage.length > 1)
    refuse(work, 'words-not-understood', 'Words among several steps were not understood.', unread);
  if (work.reasons.length > 0) return { outcome: 'refused', reasons: work.reasons };
  if (dosage.every((each) => Object.keys(each).every((key) => key === 'text'))) {
    const words = unread.map((stretch) => wordsOf(text, stretch));
    return {
      outcome: 'refused',
      reasons: [{ code: 'no-dosage', message: 'Nothing is said about dose, time or manner.', words }],
    };
  }
  return finish(work, dosage, unread);
}

/** A place named alone is not taken for a site in free English, but straight after the method ("apply scalp"). */
function hideBareSites(stretch: Stretch, index: number, all: readonly Stretch[]): Stretch {
  const [part] = stretch.parts;
  if (all[index - 1]?.parts[0]?.kind === 'method') return stretch;
  return part?.kind === 'site' && part.bare ? { ...stretch, is: 'unread', parts: [] } : stretch;
}

/** Something else that is done, whose time is not that of the dose: "and wash off in the morning". */
const ACT = /^(?:and\s+)?(?:wash|rinse|shampoo|remove|take off|rub|massage|cover|brush|spit|repeat)/i;

/** A sentence that ends in "and", "then" or an opened bracket was cut short: what it would say is not known. */
function checkEnd(work: Work, stretches: readonly Stretch[]): void {
  const last = stretches.findLast(({ joint }) => joint !== '.' && joint !== ',');
  const open = last?.parts[0]?.kind === 'then' && ['then', 'by'].includes(work.text.tokens[last.to - 1]?.text ?? '');
  const cut = open || ['and', '&', '+', 'or', '('].includes(last?.joint ?? '');
  if (last !== undefined && cut) refuse(work, 'ambiguous', 'The sentence is cut short.', [last]);
}

/** "or" that no phrase took is a choice that the patient is left with, which a Dosage cannot hold. */
function checkJoints(work: Work, stretches: readonly Stretch[]): void {
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
function checkUnread(work: Work, stretches: readonly Stretch[]): Stretch[] {
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

function readSteps(work: Work, stretches: readonly Stretch[]): Dosage[] {
  const steps: Dosage[][] = [];
  const carried: Carried = {};
  const split = splitSteps(stretches);
  for (const step of split) {
    const prior = split[split.indexOf(step) - 1];
    if (prior?.taper !== undefined && !step.said) {
      refuse(work, 'ambiguous', 'What follows the reductions is not a step of its own.', step.stretches.slice(0, 1));
    }
    if (step.taper !== undefined) {
      const before = steps.at(-1);
      if (before?.length !== 1)
        refuse(work, 'ambiguous', 'A dose is reduced, and it is not clear from what.', [step.taper.stretch]);
      for (const dosage of taperSteps(work, before?.[0], step.taper)) steps.push([dosage]);
      continue;
    }
    const runs = splitConcurrent(work, step.stretches);
    const concurrent: Dosage[] = [];
    for (const run of runs) {
      const gathered = gather(work, run);
      const course = !work.house && asCourse(gathered);
      const groups = course ? gathered : settle(work, gathered);
      spreadUnit(work, groups, carried);
      const from = work.house ? {} : carried;
      for (const group of groups.flatMap((each) => splitOccasion(each, work))) {
        const found = assemble(work, group, from, steps.length > 0 || concurrent.length > 0);
        if (course) steps.push(found);
        else concurrent.push(...found);
      }
    }
    if (concurrent.length > 0) steps.push(concurrent);
    for (const dosage of concurrent) {
      if (split.length > 1) dosage.text = stepWords(work, step.stretches);
      if (steps.length > 1 && !saysSomething(dosage)) {
        refuse(work, 'words-not-understood', 'A step says neither dose nor time.', step.stretches.slice(0, 1));
      }
    }
  }
  const all = steps.flatMap((step, index) => step.map((dosage) => ({ dosage, sequence: index + 1 })));
  if (all.length < 2) return all.map(({ dosage }) => dosage);
  return all.map(({ dosage, sequence }) => ({ sequence, ...dosage }));
}

/** Whether a step says more than how long it lasts, and in what way and place the step before was taken. */
function saysSomething({
  doseAndRate,
  timing,
  additionalInstruction,
  asNeededBoolean,
  asNeededCodeableConcept,
}: Dosage): boolean {
  const { boundsDuration: _, boundsRange: __, boundsPeriod: ___, ...often } = timing?.repeat ?? {};
  const said = [doseAndRate, timing?.event, additionalInstruction, asNeededBoolean, asNeededCodeableConcept];
  return Object.keys(often).length > 0 || said.some((each) => each !== undefined);
}

/** The words of one step (D-085). */
function stepWords(work: Work, stretches: readonly Stretch[]): string {
  const said = stretches.filter(({ is }) => is !== 'joint');
  const [first, last] = [said[0], said.at(-1)];
  return first === undefined || last === undefined ? '' : wordsOf(work.text, { from: first.from, to: last.to });
}

/** One kind of thing is counted in one sentence: "two tablets in the morning and one at night". */
function spreadUnit(work: Work, groups: readonly Group[], carried: Carried): void {
  const named = groups.find(({ dose }) => dose?.part.unit !== undefined)?.dose;
  const bare = groups.filter(({ dose }) => dose !== undefined && dose.part.unit === undefined);
  const unit = named?.part.unit?.unit;
  if (unit === undefined) {
    if (bare.length > 0 && carried.measured) {
      refuse(
        work,
        'ambiguous',
        'One dose is measured and another has no unit.',
        bare.flatMap(({ dose }) => (dose === undefined ? [] : [dose.stretch])),
      );
    }
    return;
  }
  const measured = unit.system !== 'http://snomed.info/sct' || unit.unit === 'unit';
  if (bare.length > 0 && measured) {
    refuse(
      work,
      'ambiguous',
      'One dose is measured and another has no unit.',
      bare.flatMap(({ dose }) => (dose === undefined ? [] : [dose.stretch])),
    );
  }
  carried.measured = measured && !groups.some(({ otherwise }) => otherwise !== undefined);
  if (!measured) carried.unit = unit;
}

/** "Each morning and night and after a bowel movement": the occasion is a dose of its own. */
function splitOccasion(group: Group, work: Work): Group[] {
  if (work.house) return [group];
  const index = group.placed.findIndex(({ part }) => part.kind === 'instruction' && part.instruction.occasion);
  const occasion = group.placed[index];
  const timed = group.placed.slice(0, index).some(({ part }) => part.kind === 'when' || part.kind === 'frequency');
  if (occasion === undefined || !timed || work.text.tokens[occasion.stretch.from - 1]?.text !== 'and') return [group];
  const method = group.placed.filter(
    ({ part }) => part.kind === 'method' || part.kind === 'site' || part.kind === 'route',
  );
  return [
    { ...group, placed: group.placed.filter((each) => each !== occasion) },
    { ...group, placed: [...method, occasion] },
  ];
}

function finish(work: Work, dosage: readonly Dosage[], unread: readonly Stretch[]): DoseSentenceReading {
  const { sentence } = work.text;
  const reasons: Reason[] = [...work.doubts];
  const kept: CodeableConcept[] = unread.map((stretch) => ({ text: sentenceCase(wordsOf(work.text, stretch)) }));
  if (unread.length > 0) {
    reasons.unshift({
      code: 'words-not-understood',
      message: 'Some words were not understood; they are kept as an instruction.',
      words: unread.map((stretch) => wordsOf(work.text, stretch)),
    });
  }
  const withText = dosage.map((each, index): Dosage => {
    const { sequence, ...rest } = each;
    const additional =
      index === dosage.length - 1
        ? [...(each.additionalInstruction ?? []), ...kept]
        : (each.additionalInstruction ?? []);
    return {
      ...(sequence === undefined ? {} : { sequence }),
      ...(dosage.length === 1 || reasons.length > 0 ? { text: sentence.trim() } : {}),
      ...rest,
      ...(additional.length > 0 ? { additionalInstruction: additional } : {}),
    };
  });
  // In the order of the sentence; what no words gave comes last.
  const order = ({ from, start }: Reading): number => (from === 'sentence' ? start : Number.POSITIVE_INFINITY);
  const readings = work.readings.toSorted((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
  if (reasons.length > 0) return { outcome: 'partial', dosage: withText, readings, reasons };
  return { outcome: 'read', dosage: withText, readings };
}

export type { Part };
