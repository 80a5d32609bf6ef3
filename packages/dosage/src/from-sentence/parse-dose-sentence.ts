import type { CodeableConcept, Dosage } from '../dosage.ts';
import { checkEnd, checkJoints, checkUnread } from './checks.ts';
import { isHouse } from './house-wording.ts';
import { sentenceCase } from './instruction.ts';
import type { Stretch } from './parts.ts';
import type { Text } from './pattern.ts';
import type { DoseSentenceReading, Reading, Reason, SentenceMedicine } from './readings.ts';
import { scan } from './scan.ts';
import { slotsWith } from './slots.ts';
import { readSteps } from './steps.ts';
import { tokenise } from './tokens.ts';
import { refuse, type Work, wordsOf } from './work.ts';

/** A sentence longer than this is no dose sentence. */
const LONGEST = 10_000;

/** Nor is one that makes more statements than this. */
const MOST_STATEMENTS = 200;

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
  if (onlyAnAmount(dosage)) {
    const message = 'Only an amount is said: it may be what is supplied.';
    return { outcome: 'refused', reasons: [{ code: 'ambiguous', message, words: [sentence.trim()] }] };
  }
  return finish(work, dosage, unread);
}

/** A place named alone is not taken for a site in free English, but straight after the method ("apply scalp"). */
function hideBareSites(stretch: Stretch, index: number, all: readonly Stretch[]): Stretch {
  const [part] = stretch.parts;
  if (all[index - 1]?.parts[0]?.kind === 'method') return stretch;
  return part?.kind === 'site' && part.bare ? { ...stretch, is: 'unread', parts: [] } : stretch;
}

/** "28 tablets" with nothing else, not so much as how it is taken. */
function onlyAnAmount([dosage, ...more]: readonly Dosage[]): boolean {
  if (dosage === undefined || more.length > 0) return false;
  const rated = dosage.doseAndRate?.some(({ rateRatio, rateRange }) => rateRatio ?? rateRange) ?? false;
  return !rated && Object.keys(dosage).every((key) => key === 'doseAndRate' || key === 'route');
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
