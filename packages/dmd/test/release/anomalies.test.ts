import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawRow } from '../../src/dictionary/dictionary.ts';
import type { AnomalyRule } from '../../src/release/anomalies.ts';
import { loadRelease } from '../../src/release/load.ts';
import { changedSample, imageOf, row } from '../releases.ts';

const VTM = row('VTM', { VTMID: '777067000', NM: 'Paracetamol' });
const ING = row('ING', { ISID: '387517004', NM: 'Paracetamol' });
const TABLET = row('LOOKUP', { GROUP: 'UNIT_OF_MEASURE', CD: '428673006', DESC: 'tablet' });
const MG = row('LOOKUP', { GROUP: 'UNIT_OF_MEASURE', CD: '258684004', DESC: 'mg' });
const STATUS = row('LOOKUP', { GROUP: 'VIRTUAL_PRODUCT_PRES_STATUS', CD: '0001', DESC: 'Valid' });
const BASIS = row('LOOKUP', { GROUP: 'BASIS_OF_NAME', CD: '0001', DESC: 'rINN' });
const DISCRETE = row('LOOKUP', { GROUP: 'DF_INDICATOR', CD: '1', DESC: 'Discrete' });
const LOOKUPS = [TABLET, MG, STATUS, BASIS, DISCRETE];

const VMP_ID = '42109611000001109';
const vmp = (values: Record<string, string> = {}): RawRow =>
  row('VMP', {
    VPID: VMP_ID,
    VTMID: '777067000',
    NM: 'Paracetamol 500mg tablets',
    BASISCD: '0001',
    PRES_STATCD: '0001',
    DF_INDCD: '1',
    UDFS: '1',
    UDFS_UOMCD: '428673006',
    UNIT_DOSE_UOMCD: '428673006',
    ...values,
  });
const vpi = (values: Record<string, string> = {}): RawRow =>
  row('VPI', {
    VPID: VMP_ID,
    ISID: '387517004',
    STRNT_NMRTR_VAL: '500',
    STRNT_NMRTR_UOMCD: '258684004',
    ...values,
  });

const SOUND = [...LOOKUPS, VTM, ING, vmp(), vpi()];

/** Rows, the finding, and what it is about. */
const CASES: readonly [string, RawRow[], AnomalyRule, string][] = [
  ['a wrong check digit', [row('VTM', { VTMID: '777067001', NM: 'x' })], 'bad-check-digit', 'VTM.VTMID'],
  ['an id that is too short', [row('ING', { ISID: '12344', NM: 'x' })], 'bad-check-digit', 'ING.ISID'],
  [
    'a lookup code with a wrong check digit',
    [row('LOOKUP', { GROUP: 'FORM', CD: '385055002', DESC: 'x' })],
    'bad-check-digit',
    'LOOKUP.FORM',
  ],
  ['a VMP of an unknown VTM', [...LOOKUPS, vmp()], 'dangling-reference', 'VMP.VTMID to VTM'],
  ['a strength of an unknown ingredient', [...LOOKUPS, VTM, vmp(), vpi()], 'dangling-reference', 'VPI.ISID to ING'],
  [
    'a status without lookup row',
    [...SOUND.filter((r) => r !== STATUS)],
    'unknown-code',
    'VMP.PRES_STATCD of VIRTUAL_PRODUCT_PRES_STATUS',
  ],
  ['the same VTM twice', [...SOUND, VTM], 'duplicate-id', 'VTM'],
  ['the same lookup code twice', [...SOUND, MG], 'duplicate-id', 'LOOKUP.UNIT_OF_MEASURE'],
  ['one id at two levels', [...SOUND, row('VTM', { VTMID: VMP_ID, NM: 'x' })], 'shared-id', 'VMP'],
  [
    'a unit dose on a continuous product',
    [...LOOKUPS, VTM, ING, vmp({ DF_INDCD: '2' }), row('LOOKUP', { GROUP: 'DF_INDICATOR', CD: '2', DESC: 'x' })],
    'unit-dose-mismatch',
    'unit dose on a VMP that is not discrete',
  ],
  [
    'a discrete product without unit dose unit',
    [...LOOKUPS, VTM, row('VMP', withoutElement(vmp(), 'UNIT_DOSE_UOMCD'))],
    'unit-dose-mismatch',
    'discrete VMP without full unit dose',
  ],
  [
    'a strength without unit',
    [...LOOKUPS, VTM, ING, vmp(), row('VPI', withoutElement(vpi(), 'STRNT_NMRTR_UOMCD'))],
    'strength-without-unit',
    'STRNT_NMRTR',
  ],
  [
    'a GTIN with a wrong check digit',
    [row('GTIN', { AMPPID: '777067000', GTIN: '5037563003236', STARTDT: '2020-01-01' })],
    'bad-gtin',
    'GTIN',
  ],
  ['a VTM without name', [row('VTM', { VTMID: '777067000' })], 'missing-element', 'VTM without NM'],
  ['a date that is none', [row('ING', { ISID: '387517004', NM: 'x', ISIDDT: '2024-13-01' })], 'odd-value', 'ISIDDT'],
  ['a decimal that is none', [...LOOKUPS, VTM, ING, vmp(), vpi({ STRNT_NMRTR_VAL: '1,5' })], 'odd-value', '1,5'],
  [
    'history that leads round',
    [
      row('HISTORY', { GROUP: 'VTMS', IDCURRENT: '777067000', IDPREVIOUS: '387517004', STARTDT: '2000-01-01' }),
      row('HISTORY', { GROUP: 'VTMS', IDCURRENT: '387517004', IDPREVIOUS: '777067000', STARTDT: '2000-01-01' }),
    ],
    'history-cycle',
    'HISTORY',
  ],
];

function withoutElement({ values }: RawRow, element: string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== element));
}

describe('the checks report', () => {
  for (const [what, rows, rule, detail] of CASES) {
    test(what, () => {
      const found = imageOf(rows).anomalies.filter((a) => a.rule === rule);
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.ok(found[0]?.detail.includes(detail), found[0]?.detail);
      assert.ok((found[0]?.count ?? 0) >= 1 && (found[0]?.examples.length ?? 0) >= 1);
    });
  }

  test('nothing for sound rows', () => {
    assert.deepEqual(imageOf(SOUND).anomalies, []);
  });

  test('where in which file an odd value stands', async () => {
    const folder = await changedSample('vtm', (t) => t.replace(/<VTMIDDT>[^<]*/, '<VTMIDDT>soon'));
    const { anomalies } = (await loadRelease([folder])).report;
    assert.equal(anomalies.length, 1);
    assert.match(anomalies[0]?.examples[0] ?? '', /^f_vtm2_3091025\.xml:\d+$/);
    assert.match(anomalies[0]?.detail ?? '', /VTMIDDT "soon" is no date/);
  });

  test('text and attributes that would be lost', async () => {
    const folder = await changedSample('vtm', (t) => t.replace('<VTM>', '<VTM class="x">stray'));
    const rules = (await loadRelease([folder])).report.anomalies.map((a) => a.rule);
    assert.deepEqual(rules.sort(), ['text-outside-element', 'unknown-attribute']);
  });
});
