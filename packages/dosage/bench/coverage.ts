/**
 * How much of what GPs write is read: by use and by count, against the human coding of the same sentences.
 * Run: `node packages/dosage/bench/coverage.ts [--all]`; `--all` names every sentence that is not read or differs.
 */
import { parseDoseSentence } from '../src/from-sentence/parse-dose-sentence.ts';
import {
  codedFields,
  corpusPresent,
  differences,
  freeText,
  idOf,
  medicineOf,
  primaryCare,
  secondaryCare,
  sentenceOf,
} from '../test/from-sentence/coded-sentences.ts';

const all = process.argv.includes('--all');

interface Tally {
  uses: number;
  sentences: number;
}

if (!corpusPresent) {
  console.log('The sentences are not here: nothing to measure.');
  process.exit(0);
}

function tallies(): Record<'read' | 'partial' | 'refused' | 'agrees' | 'differs' | 'uncoded', Tally> {
  const none = (): Tally => ({ uses: 0, sentences: 0 });
  return { read: none(), partial: none(), refused: none(), agrees: none(), differs: none(), uncoded: none() };
}

function measure(
  name: string,
  rows: readonly {
    sentence: string;
    count: number;
    coded: Readonly<Record<string, string>> | null;
    medicine: object;
  }[],
): void {
  const found = tallies();
  const add = (tally: Tally, uses: number): void => {
    tally.uses += uses;
    tally.sentences += 1;
  };
  const notes: [number, string][] = [];
  for (const { sentence, count, coded, medicine } of rows) {
    const reading = parseDoseSentence(sentence, medicine);
    add(found[reading.outcome], count);
    if (reading.outcome !== 'read') {
      notes.push([
        count,
        `${reading.outcome} ${idOf(sentence)} ${sentence}\n      ${reading.reasons.map(({ message, words }) => `${message} [${words.join(' | ')}]`).join(' ')}`,
      ]);
      continue;
    }
    if (coded === null || Object.keys(coded).filter((key) => key !== 'notes').length === 0) {
      add(found.uncoded, count);
      if (all)
        notes.push([
          count,
          `uncoded ${idOf(sentence)} ${sentence}\n      ${JSON.stringify(reading.dosage.map(({ text, ...rest }) => rest))}`,
        ]);
      continue;
    }
    const differing = differences(coded, reading.dosage);
    add(differing.length === 0 ? found.agrees : found.differs, count);
    if (differing.length > 0)
      notes.push([count, `differs ${idOf(sentence)} ${sentence}\n      ${differing.join('; ')}`]);
  }
  const uses = rows.reduce((sum, { count }) => sum + count, 0);
  console.log(`\n${name}: ${rows.length} sentences, ${uses} uses`);
  for (const [label, tally] of Object.entries(found)) {
    console.log(
      `  ${label.padEnd(8)} ${((100 * tally.uses) / uses).toFixed(3).padStart(8)}% of uses ${String(tally.sentences).padStart(4)} sentences (${((100 * tally.sentences) / rows.length).toFixed(1)}%)`,
    );
  }
  if (all)
    for (const [count, note] of notes.sort((a, b) => b[0] - a[0]))
      console.log(`  ${String(count).padStart(10)} ${note}`);
}

measure(
  'GP free text',
  freeText().map((row) => ({ ...row, medicine: {} })),
);
measure(
  'Primary care, coded',
  primaryCare().map((row) => ({
    sentence: sentenceOf(row),
    count: 1,
    coded: codedFields(row),
    medicine: medicineOf(row),
  })),
);
measure(
  'Secondary care, coded',
  secondaryCare().map((row) => ({
    sentence: sentenceOf(row),
    count: 1,
    coded: codedFields(row),
    medicine: medicineOf(row),
  })),
);
