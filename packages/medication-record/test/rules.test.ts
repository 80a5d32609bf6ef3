import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Facts, meets } from '../src/facts.ts';
import { CURRENT_RULES, FLAG_RULES, GROUPS, STATUS_RULES } from '../src/index.ts';

/** Every combination of the facts that the date table looks at. */
function* everyCombination(): Generator<Facts> {
  const yesNo = [false, true];
  for (const status of ['active', 'completed', 'unknown'])
    for (const [type, ruledAs] of [
      ['acute', 'acute'],
      ['repeat', 'repeat'],
      ['unknown', 'repeat'],
      ['repeat-dispensing', 'repeat-dispensing'],
    ] as const)
      for (const end of ['none', 'passed', 'today', 'later'] as const)
        for (const start of ['none', 'old', 'recent', 'future'] as const)
          for (const issue of ['none', 'old', 'recent'] as const)
            for (const endBeforeStart of yesNo)
              for (const selfDeclared of ruledAs === 'acute' ? yesNo : [false])
                for (const elsewhere of yesNo)
                  for (const clinicalTrial of yesNo) {
                    const latest =
                      start === 'recent' || issue === 'recent'
                        ? 'recent'
                        : start === 'none' && issue === 'none'
                          ? 'none'
                          : 'old';
                    yield {
                      source: 'statement',
                      status,
                      type,
                      ruledAs,
                      end,
                      start,
                      issue,
                      latest,
                      endBeforeStart,
                      selfDeclared,
                      elsewhere,
                      clinicalTrial,
                      planStopped: false,
                      planOnHold: false,
                      handedOver: false,
                      doNotPerform: false,
                      startInferred: false,
                      imprecise: false,
                      unreadableDate: false,
                      issuedSinceRecorded: false,
                      planNotHeld: false,
                      superseded: false,
                      planHeld: true,
                      started: undefined,
                      ends: undefined,
                      lastIssued: undefined,
                      asOf: '2025-06-15',
                      windowStart: '2023-06-15',
                    };
                  }
}

test('the date table has a row for every combination of facts, and no row that is never reached', () => {
  const reached = new Set<string>();
  let combinations = 0;
  for (const facts of everyCombination()) {
    combinations++;
    const row = CURRENT_RULES.find((r) => meets(facts, r.when));
    assert(row, JSON.stringify(facts));
    reached.add(row.id);
  }
  assert.equal(combinations, 5760);
  assert.deepEqual(
    CURRENT_RULES.map((r) => r.id).filter((id) => !reached.has(id)),
    [],
  );
});

test('the date table read directly from its definition gives the same answers', () => {
  for (const f of everyCombination()) {
    if (f.endBeforeStart || f.clinicalTrial || f.selfDeclared || f.elsewhere || f.start === 'future') continue;
    const open = f.end !== 'passed';
    const dated =
      f.ruledAs === 'acute'
        ? f.start !== 'none' || f.issue !== 'none' || f.end !== 'none'
        : f.latest !== 'none' || !open;
    const acute = f.end === 'none' ? f.start === 'recent' || (f.start === 'none' && f.issue === 'recent') : open;
    const repeat = open && f.latest === 'recent';
    const expected = dated ? (f.ruledAs === 'acute' ? acute : repeat) : 'undetermined';
    const row = CURRENT_RULES.find((r) => meets(f, r.when));
    assert.equal(row?.current, expected, JSON.stringify(f));
  }
});

test('every row has its own id, a reason, a group that exists, and a case', () => {
  const ids = [...STATUS_RULES, ...CURRENT_RULES, ...FLAG_RULES].map((r) => r.id);
  assert.equal(new Set(ids).size, ids.length);
  const groups = new Set<string>(GROUPS.map((g) => g.group));
  for (const row of CURRENT_RULES) {
    assert(row.because.endsWith('.'));
    assert.equal(row.current === true, row.group === undefined, `${row.id}: a group where it is not current`);
    assert(row.group === undefined || groups.has(row.group));
  }
  for (const row of STATUS_RULES)
    assert(row.decides === 'hidden' || row.decides === 'dates' || groups.has(row.decides));
  const cases = readFileSync(new URL('cases/current.json', import.meta.url), 'utf8');
  for (const { id } of CURRENT_RULES) assert(cases.includes(`"${id}"`), `a case for ${id}`);
});
