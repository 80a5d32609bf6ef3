import { parseDoseSentence } from '@concord/dosage';

const longest = 400;

/** True where words read as a dosage: an amount together with how often, or a whole sentence that can be read. */
export function saysDosing(words: string | undefined): boolean {
  if (words === undefined || words.length > longest || !/\d|\b(?:one|two|once|twice|daily|every)\b/i.test(words))
    return false;
  const reading = parseDoseSentence(words);
  if (reading.outcome !== 'read') return false;
  return reading.dosage.some((dosage) => dosage.doseAndRate !== undefined && dosage.timing?.repeat !== undefined);
}
