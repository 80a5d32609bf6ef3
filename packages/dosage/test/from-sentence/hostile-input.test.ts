import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scan } from '../../src/from-sentence/scan.ts';
import { SLOTS } from '../../src/from-sentence/slots.ts';
import { tokenise } from '../../src/from-sentence/tokens.ts';
import { parseDoseSentence } from '../../src/index.ts';

/** Pieces that grammars trip over when they come again and again. */
const PIECES = [
  '1 ',
  '1',
  '1-',
  '1 - ',
  '1/',
  '1.',
  '1,',
  'one or ',
  'or ',
  'and ',
  ', ',
  '(',
  ')',
  '- ',
  '-',
  '.',
  '½',
  'take ',
  'every ',
  'up to ',
  'half a ',
  'half an hour before ',
  'monday, ',
  '08:00, ',
  '01/12/2021, ',
  'x',
  'for 1 ',
  'a ',
  'a glass of ',
  'of ',
  'the ',
  'to ',
  'as required for ',
  'then ',
  '1 then ',
  'twenty ',
  'b.',
  'a/',
  "d'",
  'in the ',
  'maximum ',
  'with or after ',
  '5ml spoonful ',
  '2 x ',
  'each and every ',
  'dissolve the contents of ',
  'twice a day ',
  'one tablet at night and ',
  'one tablet daily for 3 days, ',
  'reduce by 1 tablet every day ',
  '\u0000',
  '\u{1f48a}',
  '\ud800',
  'İ',
  'ß',
  '\u202e',
  '\n',
];

test('ten thousand characters of anything are answered', () => {
  for (const piece of PIECES) {
    const sentence = piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000);
    assert.ok(['read', 'partial', 'refused'].includes(parseDoseSentence(sentence).outcome), piece);
  }
});

test('a longer sentence is refused unread', () => {
  const reading = parseDoseSentence('take '.repeat(2001));
  assert.equal(reading.outcome === 'refused' && reading.reasons[0]?.code, 'too-long');
});

/** How many times any slot is tried while a sentence is scanned: work, counted rather than timed. */
function work(sentence: string): number {
  let tried = 0;
  const slots = Object.fromEntries(
    Object.entries(SLOTS).map(([name, slot]) => [
      name,
      (...args: Parameters<typeof slot>) => {
        tried += 1;
        return slot(...args);
      },
    ]),
  );
  scan({ sentence, tokens: tokenise(sentence), slots, found: new Map() });
  return tried;
}

test('the work grows with the length and no faster', () => {
  for (const piece of PIECES) {
    const short = work(piece.repeat(200));
    const long = work(piece.repeat(800));
    assert.ok(long <= 4 * short + 200, `${JSON.stringify(piece)}: ${short}, then ${long}`);
  }
});

test('a course of more steps than a person follows is refused', () => {
  assert.equal(
    parseDoseSentence('100 tablets daily for 1 day then reduce by 1 tablet every day until stopped').outcome,
    'refused',
  );
});
