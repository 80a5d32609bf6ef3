import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  canBecome,
  isEndStatus,
  judgeTransition,
  LIFE_CYCLES,
  type LifeCycle,
  type LifeCycleType,
} from '../src/index.ts';

interface Case {
  readonly type: LifeCycleType;
  readonly origin?: 'own' | 'elsewhere';
  readonly from?: string;
  readonly to: string;
  readonly verdict: string;
  readonly onward: string;
  readonly rule: string;
}

// Every first status and every change that is not refused is a case; all the others must be refused.
const cases: readonly Case[] = JSON.parse(readFileSync(new URL('cases/life-cycle.json', import.meta.url), 'utf8'));
const TYPES = ['MedicationRequest', 'MedicationDispense'] as const;
const ORIGINS = ['own', 'elsewhere'] as const;
const PARTIES = ['prescriber', 'dispenser', undefined] as const;
const codesOf = (type: LifeCycleType) => LIFE_CYCLES[type].statuses.map(({ status }): string => status);

test('every first status and every change is judged as the cases say, and what is no case is refused', () => {
  let judged = 0;
  for (const type of TYPES)
    for (const from of [undefined, ...codesOf(type)])
      for (const to of codesOf(type))
        for (const origin of ORIGINS) {
          const { verdict, onward, rule } = judgeTransition(type, from, to, { origin });
          const known = cases.find(
            (c) => c.type === type && c.from === from && c.to === to && (c.origin ?? origin) === origin,
          );
          const at = `${type} ${from} to ${to} from ${origin}`;
          if (known) assert.deepEqual({ verdict, onward, rule }, pick(known), at);
          else assert.deepEqual([verdict, onward], ['refused', 'none'], at);
          judged++;
        }
  assert.equal(judged, 2 * (9 * 8 + 10 * 9));
  const keys = cases.map((c) => `${c.type} ${c.origin} ${c.from} ${c.to}`);
  assert.equal(new Set(keys).size, cases.length);
});

const pick = ({ verdict, onward, rule }: Case) => ({ verdict, onward, rule });

test('every row of the tables is reached, speaks in sentences, and names statuses that exist', () => {
  for (const type of TYPES) {
    const cycle: LifeCycle = LIFE_CYCLES[type];
    const codes = codesOf(type);
    const reached = new Set<string>();
    for (const from of [undefined, ...codes])
      for (const to of codes)
        for (const origin of ORIGINS) reached.add(judgeTransition(type, from, to, { origin }).message);
    for (const row of [...cycle.first, ...cycle.transitions]) {
      assert(
        [...reached].some((message) => message.startsWith(row.because)),
        row.because,
      );
      assert.match(row.because, /^[A-Z].*\.$/);
    }
  }
});

test('what is refused says what is allowed instead, and that is allowed', () => {
  for (const type of TYPES)
    for (const from of [undefined, ...codesOf(type)])
      for (const to of codesOf(type))
        for (const origin of ORIGINS) {
          const judged = judgeTransition(type, from, to, { origin });
          for (const other of judged.allowed) {
            assert.equal(judgeTransition(type, from, other, { origin }).verdict, 'allowed');
            if (judged.verdict !== 'allowed') assert(judged.message.includes(other), judged.message);
          }
          if (judged.verdict === 'refused' && judged.allowed.length === 0)
            assert.match(judged.message, /Nothing follows/);
        }
});

test('a change that is for the other party to make is stored, and said', () => {
  const asked = judgeTransition('MedicationRequest', 'active', 'stopped', { origin: 'elsewhere', by: 'dispenser' });
  assert.equal(asked.verdict, 'warned');
  assert.equal(asked.message, 'The change from active to stopped is for the prescriber, not for the dispenser.');
  const own = judgeTransition('MedicationRequest', 'active', 'stopped', { origin: 'elsewhere', by: 'prescriber' });
  assert.equal(own.verdict, 'allowed');
});

test('whatever the statuses, there is one verdict, a rule, a message, and nothing throws', () => {
  const anything = fc.oneof(
    fc.constantFrom(...codesOf('MedicationRequest'), ...codesOf('MedicationDispense')),
    fc.string(),
    fc.constantFrom('constructor', '__proto__', 'ACTIVE', ' active', 'same', ''),
    fc.jsonValue().map((value) => value as string),
  );
  const options = fc.record({ origin: fc.constantFrom(...ORIGINS), by: fc.constantFrom(...PARTIES) });
  fc.assert(
    fc.property(
      fc.constantFrom(...TYPES),
      fc.option(anything, { nil: undefined }),
      anything,
      options,
      (type, from, to, asked) => {
        const { verdict, rule, message, onward, allowed } = judgeTransition(type, from, to, asked);
        assert(['allowed', 'warned', 'refused'].includes(verdict));
        assert.match(rule, /^(R|MD)-00[568]$/);
        assert(message.length > 10 && message.length < 400 && message.endsWith('.'), message);
        if (verdict === 'refused') assert.equal(onward, 'none');
        if (!codesOf(type).includes(to)) assert.equal(verdict, 'refused');
        for (const status of allowed) assert(codesOf(type).includes(status));
      },
    ),
    { seed: 8, numRuns: 3000 },
  );
});

test('no sequence of changes leaves an end, but for a dispense that was entered in error', () => {
  fc.assert(
    fc.property(
      fc
        .constantFrom(...TYPES)
        .chain((type) =>
          fc.tuple(
            fc.constant(type),
            fc.array(fc.constantFrom(...codesOf(type)), { minLength: 1, maxLength: 12 }),
            fc.constantFrom(...ORIGINS),
          ),
        ),
      ([type, steps, origin]) => {
        let status: string | undefined;
        let ended: string | undefined;
        for (const step of steps) {
          if (judgeTransition(type, status, step, { origin }).verdict === 'refused') continue;
          status = step;
          if (ended !== undefined && status !== ended) {
            assert.deepEqual([type, status], ['MedicationDispense', 'entered-in-error'], `after ${ended}`);
          }
          if (isEndStatus(type, status)) ended = status;
        }
      },
    ),
    { seed: 24, numRuns: 5000 },
  );
});

test('what is seen now and then may have changed several times between, but never out of an end', () => {
  for (const type of TYPES)
    for (const from of codesOf(type))
      for (const to of codesOf(type)) {
        const direct = judgeTransition(type, from, to, { origin: 'own' }).verdict !== 'refused';
        if (direct) assert.ok(canBecome(type, from, to), `${type} ${from} to ${to}`);
        if (isEndStatus(type, from) && !direct)
          assert.equal(canBecome(type, from, to), false, `${type} ${from} to ${to}`);
      }
  assert.ok(canBecome('MedicationRequest', 'on-hold', 'completed'));
  assert.ok(!canBecome('MedicationRequest', 'stopped', 'active'));
  assert.ok(canBecome('MedicationDispense', 'preparation', 'completed'));
});
