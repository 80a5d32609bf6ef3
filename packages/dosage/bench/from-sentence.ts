/**
 * Dose sentences parsed per second on one core: short ones as GPs write them, and the longest hostile ones.
 * Run: `node packages/dosage/bench/from-sentence.ts`.
 */
import { parseDoseSentence } from '../src/from-sentence/parse-dose-sentence.ts';

const sentences = [
  'One to be taken each day',
  'Take 1-2 tablets every 4-6 hours when required for pain. Maximum 8 tablets in 24 hours',
  '2 puffs bd',
  'Apply thinly to the affected area twice a day for 7 days as directed',
  '40mg daily for 5 days then reduce by 5mg every 3 days until stopped',
  'Take one tablet in the morning and two at night with food',
  'Use One Drop In Both Eyes Four Times A Day',
  'Take 2 tablet - 4 times a day - Oral - as required - up to a maximum of 8 tablet in 24 hours',
];

/** Times as much work as one second of processor time does: other work on the machine does not count. */
function perSecond(seconds: number, work: () => number): number {
  let done = 0;
  const start = process.cpuUsage();
  let used = 0;
  while (used < seconds * 1e6) {
    done += work();
    used = process.cpuUsage(start).user;
  }
  return done / (used / 1e6);
}

const round = (): number => {
  for (const sentence of sentences) parseDoseSentence(sentence);
  return sentences.length;
};
for (let warm = 0; warm < 300; warm += 1) round();
console.log(`parses per second, one core: ${Math.round(perSecond(3, round))}`);

const hostile = [
  '1 ',
  'one or ',
  '1-',
  'and ',
  'take ',
  'every ',
  'up to ',
  'half a ',
  '( ',
  'monday, ',
  '08:00, ',
  'x',
  'for 1 ',
];
for (const piece of hostile) {
  const times = [2500, 5000, 10_000].map((length) => {
    const sentence = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    const start = performance.now();
    parseDoseSentence(sentence);
    return Math.round(performance.now() - start);
  });
  console.log(`  ${JSON.stringify(piece).padEnd(12)} 2,500 / 5,000 / 10,000 characters: ${times.join(' / ')} ms`);
}
