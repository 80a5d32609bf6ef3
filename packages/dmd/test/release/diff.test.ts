import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawRow } from '../../src/dictionary/dictionary.ts';
import { diffReleases } from '../../src/release/diff.ts';
import { dictionaryOf, row } from '../releases.ts';

const vmp = (id: string, values: Record<string, string> = {}): RawRow =>
  row('VMP', { VPID: id, NM: 'Medicine 1mg tablets', BASISCD: '0001', PRES_STATCD: '0001', ...values });
const amp = (id: string, values: Record<string, string> = {}): RawRow =>
  row('AMP', {
    APID: id,
    VPID: '100001',
    NM: 'Brand 1mg tablets',
    DESC: 'Brand 1mg tablets (Maker Ltd)',
    SUPPCD: '2087601000001106',
    LIC_AUTHCD: '0001',
    AVAIL_RESTRICTCD: '0001',
    ...values,
  });
const ampp = (values: Record<string, string> = {}): RawRow =>
  row('AMPP', { APPID: '100004', NM: 'Pack', VPPID: '100003', APID: '100002', LEGAL_CATCD: '0003', ...values });

/** Rows before, rows after, and the changes as `change kind id: before -> after`. */
const CASES: readonly [string, RawRow[], RawRow[], string[]][] = [
  ['nothing', [vmp('100001')], [vmp('100001')], []],
  ['a new product', [], [vmp('100001')], ['new VMP 100001: undefined -> 100001']],
  ['a product that is gone', [vmp('100001')], [], ['removed VMP 100001: 100001 -> undefined']],
  [
    'a product with another id',
    [vmp('100001')],
    [vmp('100005', { VPIDPREV: '100001' })],
    ['superseded VMP 100005: 100001 -> 100005'],
  ],
  [
    'a product with another name',
    [vmp('100001')],
    [vmp('100001', { NM: 'Medicine 1mg caplets' })],
    ['renamed VMP 100001: Medicine 1mg tablets -> Medicine 1mg caplets'],
  ],
  [
    'an AMP with another supplier in its description',
    [amp('100002')],
    [amp('100002', { DESC: 'Brand 1mg tablets (Other Ltd)' })],
    ['renamed AMP 100002: Brand 1mg tablets (Maker Ltd) -> Brand 1mg tablets (Other Ltd)'],
  ],
  ['an invalid product', [vmp('100001')], [vmp('100001', { INVALID: '1' })], ['invalid VMP 100001: valid -> invalid']],
  [
    'a product that is valid again',
    [vmp('100001', { INVALID: '0001' })],
    [vmp('100001')],
    ['valid-again VMP 100001: invalid -> valid'],
  ],
  [
    'another prescribing status',
    [vmp('100001')],
    [vmp('100001', { PRES_STATCD: '0009' })],
    ['prescribing-status VMP 100001: 0001 -> 0009'],
  ],
  [
    'a VMP without actual products',
    [vmp('100001')],
    [vmp('100001', { NON_AVAILCD: '0001' })],
    ['availability VMP 100001: available -> not available'],
  ],
  [
    'an AMP that is not available',
    [amp('100002')],
    [amp('100002', { AVAIL_RESTRICTCD: '0009' })],
    ['availability AMP 100002: 0001 -> 0009'],
  ],
  ['a discontinued pack', [ampp()], [ampp({ DISCCD: '0001' })], ['discontinued AMPP 100004: current -> discontinued']],
  [
    'another VTM',
    [vmp('100001', { VTMID: '777067000' })],
    [vmp('100001', { VTMID: '776287003' })],
    ['parent VMP 100001: 777067000 -> 776287003'],
  ],
  [
    'a VTM that only got another id',
    [vmp('100001', { VTMID: '100008' }), row('VTM', { VTMID: '100008', NM: 'Medicine' })],
    [vmp('100001', { VTMID: '100009' }), row('VTM', { VTMID: '100009', NM: 'Medicine', VTMIDPREV: '100008' })],
    ['superseded VTM 100009: 100008 -> 100009'],
  ],
  [
    'another strength',
    [vmp('100001'), row('VPI', { VPID: '100001', ISID: '387517004', STRNT_NMRTR_VAL: '1' })],
    [vmp('100001'), row('VPI', { VPID: '100001', ISID: '387517004', STRNT_NMRTR_VAL: '2' })],
    ['strength VMP 100001: 387517004 1 -> 387517004 2'],
  ],
  [
    'another controlled drug category',
    [vmp('100001'), row('CONTROL_INFO', { VPID: '100001', CATCD: '0000' })],
    [vmp('100001'), row('CONTROL_INFO', { VPID: '100001', CATCD: '0005' })],
    ['controlled-drug VMP 100001: 0000 -> 0005'],
  ],
  [
    'an ingredient with another name',
    [row('ING', { ISID: '387517004', NM: 'Acetaminophen' })],
    [row('ING', { ISID: '387517004', NM: 'Paracetamol' })],
    ['renamed INGREDIENT 387517004: Acetaminophen -> Paracetamol'],
  ],
];

describe('two releases differ by', () => {
  for (const [what, before, after, expected] of CASES) {
    test(what, () => {
      const { changes } = diffReleases(dictionaryOf(before), dictionaryOf(after));
      assert.deepEqual(
        changes.map((c) => `${c.change} ${c.kind} ${c.id}: ${c.before} -> ${c.after}`),
        expected,
      );
    });
  }
});
