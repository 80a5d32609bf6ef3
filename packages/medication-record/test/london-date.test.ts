import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dateInWords, dateSpan, londonDay } from '../src/index.ts';
import { dayAfter, yearsBefore } from '../src/london-date.ts';

const day = (value: unknown) => dateSpan(value)?.first;

test('clocks go forward at 01:00 UTC on the last Sunday of March, and back on that of October', () => {
  assert.equal(day('2025-03-29T23:59:59Z'), '2025-03-29');
  assert.equal(day('2025-03-30T00:59:59Z'), '2025-03-30');
  assert.equal(day('2025-03-30T23:00:00Z'), '2025-03-31');
  assert.equal(day('2025-10-25T23:00:00Z'), '2025-10-26');
  assert.equal(day('2025-10-26T22:59:59Z'), '2025-10-26');
  assert.equal(day('2025-10-26T23:59:59Z'), '2025-10-26');
  assert.equal(day('2025-06-14T23:30:00Z'), '2025-06-15');
});

test('an offset is taken off before the day is told', () => {
  assert.equal(day('2025-06-15T00:30:00+01:00'), '2025-06-15');
  assert.equal(day('2025-01-15T00:30:00+01:00'), '2025-01-14');
  assert.equal(day('2025-01-14T20:00:00-05:00'), '2025-01-15');
  assert.equal(day('2024-12-31T24:00:00Z'), '2025-01-01');
});

test('a dateTime without a zone is London time', () => {
  assert.equal(day('2025-06-14T23:30:00'), '2025-06-14');
});

test('partial dates are every day that they may mean', () => {
  assert.deepEqual(dateSpan('2024'), { given: '2024', first: '2024-01-01', last: '2024-12-31', partial: true });
  assert.deepEqual(dateSpan('2024-02'), { given: '2024-02', first: '2024-02-01', last: '2024-02-29', partial: true });
});

test('what is no date is none', () => {
  const none = [
    '',
    '25',
    '2025-13',
    '2025-02-29',
    '2025-06-31',
    '2025-6-1',
    '15/06/2025',
    '2025-06-15T25:00Z',
    '0001-01-01',
  ];
  for (const value of [...none, 20250615, null, undefined, {}, ['2025']]) assert.equal(dateSpan(value), undefined);
});

test('the day agrees with the platform’s table of time zones, 1970 to 2099', () => {
  const table = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/London',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const instants = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) });
  const nearMidnight = fc
    .tuple(fc.integer({ min: 0, max: 47_000 }), fc.integer({ min: -7_200_000, max: 7_200_000 }))
    .map(([days, off]) => days * 86_400_000 + off);
  fc.assert(
    fc.property(fc.oneof(instants, nearMidnight), (instant) => {
      assert.equal(londonDay(instant), table.format(instant));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('years before and days after keep to the calendar', () => {
  assert.equal(yearsBefore('2024-02-29', 2), '2022-02-28');
  assert.equal(yearsBefore('2024-02-29', 4), '2020-02-29');
  assert.equal(dayAfter('2025-12-31', 1), '2026-01-01');
  assert.equal(dayAfter('2024-01-31', 1, 'month'), '2024-02-29');
  assert.equal(dayAfter('2025-01-15', -2, 'month'), '2024-11-15');
  assert.equal(dayAfter('9999-12-01', 90), '9999-12-31');
});

test('dates are told as people write them', () => {
  assert.equal(dateInWords('2025-06-05'), '5 June 2025');
  const partial = dateSpan('2025-06');
  assert(partial);
  assert.equal(dateInWords(partial), 'June 2025');
});
