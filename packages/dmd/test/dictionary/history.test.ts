import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RawRow } from '../../src/dictionary/dictionary.ts';
import { dictionaryOf, row, sampleDictionary } from '../releases.ts';

const vtm = (id: string, previous?: string): RawRow =>
  row('VTM', { VTMID: id, NM: `VTM ${id}`, ...(previous === undefined ? {} : { VTMIDPREV: previous }) });
const vmp = (id: string): RawRow => row('VMP', { VPID: id, NM: `VMP ${id}`, BASISCD: '0001', PRES_STATCD: '0001' });
const was = (group: string, current: string, previous: string, start: string, end?: string): RawRow =>
  row('HISTORY', {
    GROUP: group,
    IDCURRENT: current,
    IDPREVIOUS: previous,
    STARTDT: start,
    ...(end === undefined ? {} : { ENDDT: end }),
  });

describe('an old id', () => {
  test('leads to its one successor, with the day it ended', () => {
    const d = dictionaryOf([
      vtm('100001'),
      was('VTMS', '100001', '100002', '1948-01-01', '2023-02-05'),
      was('VTMS', '100001', '100001', '2023-02-06'),
    ]);
    assert.deepEqual(d.resolve('100002'), {
      status: 'superseded',
      kind: 'VTM',
      id: '100001',
      chain: ['100002', '100001'],
      since: '2023-02-05',
    });
    assert.deepEqual(d.resolve('100001'), { status: 'current', kind: 'VTM', id: '100001' });
    assert.deepEqual(d.previousIds('100001'), ['100002']);
    assert.deepEqual(
      d.history('100001').map((h) => [h.previous, h.start, h.end]),
      [
        ['100002', undefined, '2023-02-05'],
        ['100001', '2023-02-06', undefined],
      ],
    );
  });

  test('leads through every id that the concept had in between', () => {
    const d = dictionaryOf([
      vmp('100009'),
      was('VMPS', '100009', '100003', '2008-01-01', '2020-01-01'),
      was('VMPS', '100009', '100002', '2004-01-01', '2008-01-01'),
      was('VMPS', '100009', '100009', '2020-01-02'),
    ]);
    const found = d.resolve('100002');
    assert.deepEqual(found.status === 'superseded' && found.chain, ['100002', '100003', '100009']);
    assert.deepEqual(d.previousIds('100009'), ['100002', '100003']);
  });

  test('is followed on where the release itself replaced what an older history file calls current', () => {
    const d = dictionaryOf([
      vtm('100005', '100004'),
      was('VTMS', '100004', '100003', '2004-01-01', '2020-01-01'),
      was('VTMS', '100004', '100004', '2020-01-02'),
    ]);
    const found = d.resolve('100003');
    assert.deepEqual(found.status === 'superseded' && found.chain, ['100003', '100004', '100005']);
  });

  test('is followed one step without a history file', () => {
    const found = dictionaryOf([vtm('100005', '100004')]).resolve('100004');
    assert.equal(found.status === 'superseded' && found.id, '100005');
  });

  test('of two current concepts is for a person to choose', () => {
    const d = dictionaryOf([
      vmp('100005'),
      vmp('100006'),
      was('VMPS', '100005', '100001', '2004-01-01', '2020-01-01'),
      was('VMPS', '100006', '100001', '2004-01-01', '2020-01-01'),
    ]);
    assert.deepEqual(d.resolve('100001'), {
      status: 'ambiguous',
      candidates: [
        { kind: 'VMP', id: '100005', chain: ['100001', '100005'] },
        { kind: 'VMP', id: '100006', chain: ['100001', '100006'] },
      ],
    });
  });

  test('of two kinds is plain to a caller that knows the kind', () => {
    const d = dictionaryOf([
      vtm('100005'),
      vmp('100006'),
      was('VTMS', '100005', '100001', '2004-01-01', '2020-01-01'),
      was('VMPS', '100006', '100001', '2004-01-01', '2020-01-01'),
    ]);
    assert.equal(d.resolve('100001').status, 'ambiguous');
    const found = d.resolve('100001', 'VMP');
    assert.equal(found.status === 'superseded' && found.id, '100006');
  });

  test('that is still current is itself, whatever history says', () => {
    const d = dictionaryOf([
      vmp('100001'),
      vmp('100006'),
      was('VMPS', '100001', '100001', '2004-01-01'),
      was('VMPS', '100006', '100001', '2004-01-01', '2020-01-01'),
    ]);
    assert.deepEqual(d.resolve('100001'), { status: 'current', kind: 'VMP', id: '100001' });
  });

  test('that was in use twice counts from its last time', () => {
    const d = dictionaryOf([
      vmp('100009'),
      was('VMPS', '100009', '100001', '2001-01-01', '2004-01-01'),
      was('VMPS', '100009', '100002', '2004-01-01', '2010-01-01'),
      was('VMPS', '100009', '100001', '2010-01-01', '2020-01-01'),
    ]);
    const found = d.resolve('100001');
    assert.deepEqual(found.status === 'superseded' && [found.chain, found.since], [['100001', '100009'], '2020-01-01']);
  });

  test('written twice with different dates is one way', () => {
    const d = dictionaryOf([
      vmp('100009'),
      was('VMPS', '100009', '100001', '2001-01-01', '2004-01-01'),
      was('VMPS', '100009', '100001', '2001-01-01', '2005-01-01'),
    ]);
    assert.equal(d.resolve('100001').status, 'superseded');
    assert.deepEqual(d.previousIds('100009'), ['100001']);
  });

  test('of a concept that the release no longer has is withdrawn', () => {
    const d = dictionaryOf([vmp('100009'), was('VMPS', '100008', '100001', '2001-01-01', '2004-01-01')]);
    assert.deepEqual(d.resolve('100001'), { status: 'withdrawn', kind: 'VMP', chain: ['100001', '100008'] });
  });

  test('in a circle ends all the same', () => {
    const d = dictionaryOf([
      was('VMPS', '100001', '100002', '2001-01-01', '2004-01-01'),
      was('VMPS', '100002', '100003', '2001-01-01', '2004-01-01'),
      was('VMPS', '100003', '100001', '2001-01-01', '2004-01-01'),
    ]);
    for (const id of ['100001', '100002', '100003']) assert.equal(d.resolve(id).status, 'withdrawn');
  });

  test('of a unit, form or route leads to the code in use', () => {
    const d = dictionaryOf([
      row('LOOKUP', { GROUP: 'UNIT_OF_MEASURE', CD: '732981002', CDPREV: '3321611000001101', DESC: 'actuation' }),
      row('LOOKUP', { GROUP: 'FORM', CD: '421026006', DESC: 'Oral tablet' }),
      was('FORMS', '421026006', '3097811000001106', '2004-01-01', '2005-01-01'),
    ]);
    const unit = d.resolve('3321611000001101');
    assert.deepEqual(unit.status === 'superseded' && [unit.kind, unit.id], ['UNIT_OF_MEASURE', '732981002']);
    const form = d.resolve('3097811000001106');
    assert.deepEqual(form.status === 'superseded' && [form.kind, form.id], ['FORM', '421026006']);
  });

  test('of the sample release leads to a current concept that knows it', async () => {
    const d = await sampleDictionary();
    let followed = 0;
    for (const level of ['VTM', 'VMP'] as const) {
      for (const product of d.all(level)) {
        for (const old of d.previousIds(product.id)) {
          const found = d.resolve(old, level);
          const ends =
            found.status === 'ambiguous' ? found.candidates.map((c) => c.id) : 'id' in found ? [found.id] : [];
          assert.ok(ends.includes(product.id) || found.status === 'current', `${old} of ${product.id}`);
          followed++;
        }
      }
    }
    assert.ok(followed > 150, `${followed} ids followed`);
  });

  test('ends somewhere sound in any history, however tangled', () => {
    const id = fc.integer({ min: 100001, max: 100012 }).map(String);
    const day = fc.integer({ min: 1, max: 28 }).map((d) => `2020-01-${String(d).padStart(2, '0')}`);
    const past = fc.array(fc.tuple(id, id, day, fc.option(day, { nil: undefined })), { maxLength: 25 });
    fc.assert(
      fc.property(past, fc.uniqueArray(id, { maxLength: 6 }), (rows, current) => {
        const d = dictionaryOf([...current.map(vmp), ...rows.map(([c, p, s, e]) => was('VMPS', c, p, s, e))]);
        for (let n = 100001; n <= 100012; n++) {
          const old = String(n);
          const found = d.resolve(old);
          if (current.includes(old)) assert.equal(found.status, 'current');
          const ways = found.status === 'ambiguous' ? found.candidates : found.status === 'superseded' ? [found] : [];
          for (const way of ways) {
            assert.ok(current.includes(way.id));
            assert.deepEqual([way.chain[0], way.chain.at(-1)], [old, way.id]);
          }
          if (found.status === 'unknown') assert.ok(!rows.some(([c, p]) => p === old && c !== old));
        }
      }),
      { numRuns: 400, seed: 8 },
    );
  });
});
