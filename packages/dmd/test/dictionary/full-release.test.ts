import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Coded, Dictionary, Level } from '../../src/dictionary/dictionary.ts';
import { diffReleases } from '../../src/release/diff.ts';
import { data, rehearsalDictionary, withoutData } from '../releases.ts';

interface SpotCheck {
  vpid: string;
  nm: string;
  vpidprev: string | null;
  vtmid: string | null;
  vtm_nm: string | null;
  forms: { cd: string; desc: string }[];
  routes: { cd: string; desc: string }[];
  strengths: Record<string, string | null>[];
  [flag: string]: unknown;
}

interface Expected {
  counts: Record<string, number>;
  lookup_counts: Record<string, number>;
  flags: Record<string, unknown>;
  spot_checks: SpotCheck[];
  old_ids: { class: Level; old: string; current: string; nm: string }[];
  ambiguous_old_ids: { class: Level; old: string; current: string[] }[];
  previous: {
    counts: Record<string, number>;
    renamed: { vpid: string; previous_nm: string; current_nm: string }[];
    old_id: { previous_vpid: string; current_vpid: string }[];
    made_invalid_later: { vpid: string }[];
  };
  bonus: { history_rows: Record<string, number>; vtm_ing_rows: number; bnf_vmp_rows: number };
}

describe('the full-size release', { skip: withoutData }, async () => {
  if (withoutData) return;
  const expected = JSON.parse(readFileSync(data('release', 'expect.json'), 'utf8')) as Expected;
  const dictionary = await rehearsalDictionary();
  const { counts } = dictionary.release;

  test('has every row that is expected', () => {
    const names: Record<string, string> = { GTINDATA: 'GTIN' };
    for (const [name, count] of Object.entries(expected.counts)) {
      // GTIN_AMPP counts packs, not rows.
      if (name !== 'GTIN_AMPP') assert.equal(counts[names[name] ?? name], count, name);
    }
    assert.equal([...dictionary.all('AMPP')].filter((p) => p.gtins.length > 0).length, expected.counts.GTIN_AMPP);
    for (const [name, count] of Object.entries(expected.lookup_counts)) {
      assert.equal(dictionary.lookup(name as Parameters<Dictionary['lookup']>[0]).length, count, name);
    }
    assert.equal(
      counts.HISTORY,
      Object.values(expected.bonus.history_rows).reduce((a, b) => a + b),
    );
    assert.equal(counts.VTM_ING, expected.bonus.vtm_ing_rows);
    assert.equal(counts.BNF_VMP, expected.bonus.bnf_vmp_rows);
  });

  test('has every flag that is expected', () => {
    const vmps = [...dictionary.all('VMP')];
    const { flags } = expected;
    const tally = (codes: (Coded | undefined)[]): Record<string, number> => {
      const found: Record<string, number> = {};
      for (const code of codes) found[code?.code ?? 'absent'] = (found[code?.code ?? 'absent'] ?? 0) + 1;
      return found;
    };
    assert.deepEqual(
      vmps
        .filter((v) => v.invalid)
        .map((v) => v.id)
        .sort(),
      [...(flags.vmp_invalid as string[])].sort(),
    );
    assert.equal(vmps.filter((v) => !v.available).length, flags.vmp_non_avail);
    assert.equal(vmps.filter((v) => v.sugarFree).length, flags.vmp_sug_f);
    assert.equal(vmps.filter((v) => v.glutenFree).length, flags.vmp_glu_f);
    assert.equal(vmps.filter((v) => v.preservativeFree).length, flags.vmp_pres_f);
    assert.equal(vmps.filter((v) => v.cfcFree).length, flags.vmp_cfc_f);
    assert.equal(vmps.filter((v) => v.previousId).length, flags.vmp_with_vpidprev);
    assert.equal(vmps.filter((v) => v.ingredients.length > 1).length, flags.vmp_with_several_vpi);
    assert.equal(vmps.filter((v) => v.routes.length > 1).length, flags.vmp_with_several_routes);
    const strengths = vmps.flatMap((v) => v.ingredients);
    assert.equal(strengths.filter((s) => s.baseSubstanceId).length, flags.vpi_with_bs_subid);
    assert.deepEqual(tally(vmps.map((v) => v.doseFormIndicator)), flags.df_indcd);
    assert.deepEqual(tally(vmps.map((v) => v.prescribingStatus)), flags.pres_statcd);
    assert.equal([...dictionary.all('VTM')].filter((v) => v.previousId).length, flags.vtm_with_vtmidprev);
    assert.equal([...dictionary.ingredients()].filter((i) => i.previousId).length, flags.ing_with_isidprev);
    const amps = [...dictionary.all('AMP')];
    assert.equal(amps.filter((a) => a.invalid).length, flags.amp_invalid);
    assert.deepEqual(tally(amps.map((a) => a.availabilityRestriction)), flags.amp_avail_restrict);
    assert.equal([...dictionary.all('VMPP')].filter((p) => p.invalid).length, flags.vmpp_invalid);
    const packs = [...dictionary.all('AMPP')];
    assert.equal(packs.filter((p) => p.invalid).length, flags.ampp_invalid);
    assert.equal(packs.filter((p) => p.discontinued).length, flags.ampp_disc);
  });

  for (const spot of expected.spot_checks) {
    test(`has ${spot.nm} right`, () => {
      const vmp = dictionary.vmp(spot.vpid);
      assert.ok(vmp);
      const vtm = dictionary.vtmOf(vmp.id);
      const coded = (list: readonly Coded[]) => list.map((c) => ({ cd: c.code, desc: c.display }));
      const byIngredient = (a: { isid?: unknown }, b: { isid?: unknown }) =>
        String(a.isid).localeCompare(String(b.isid));
      const strengths = vmp.ingredients.map((i) => ({
        isid: i.ingredientId,
        ingredient: i.ingredientName,
        nmrtr_val: i.numeratorValue ?? null,
        nmrtr_uomcd: i.numeratorUnit?.code ?? null,
        nmrtr_uom: i.numeratorUnit?.display ?? null,
        dnmtr_val: i.denominatorValue ?? null,
        dnmtr_uomcd: i.denominatorUnit?.code ?? null,
        dnmtr_uom: i.denominatorUnit?.display ?? null,
      }));
      assert.deepEqual(
        {
          vpid: vmp.id,
          nm: vmp.name,
          vpidprev: vmp.previousId ?? null,
          vtmid: vmp.vtmId ?? null,
          vtm_nm: vtm?.name ?? null,
          forms: coded(vmp.forms),
          routes: coded(vmp.routes),
          strengths: strengths.sort(byIngredient),
          df_indcd: vmp.doseFormIndicator?.code ?? null,
          udfs: vmp.udfs ?? null,
          udfs_uomcd: vmp.udfsUnit?.code ?? null,
          unit_dose_uomcd: vmp.unitDoseUnit?.code ?? null,
          pres_statcd: vmp.prescribingStatus.code,
          catcd: vmp.controlledDrug?.category.code,
          sug_f: vmp.sugarFree ? '0001' : null,
          pres_f: vmp.preservativeFree ? '0001' : null,
          cfc_f: vmp.cfcFree ? '0001' : null,
          n_vmpp: dictionary.vmppsOfVmp(vmp.id).length,
          n_amp: dictionary.ampsOfVmp(vmp.id).length,
          n_ampp: dictionary.ampsOfVmp(vmp.id).flatMap((a) => dictionary.amppsOfAmp(a.id)).length,
        },
        { ...spot, strengths: [...spot.strengths].sort(byIngredient) },
      );
    });
  }

  test('follows every old id that is expected', () => {
    for (const { class: kind, old, current, nm } of expected.old_ids) {
      const found = dictionary.resolve(old);
      assert.ok(found.status === 'superseded', `${old} is ${found.status}`);
      assert.deepEqual([found.kind, found.id, dictionary.displayOf(found.id)], [kind, current, nm]);
      assert.deepEqual([found.chain[0], found.chain.at(-1)], [old, current]);
    }
    for (const { old, current } of expected.ambiguous_old_ids) {
      const found = dictionary.resolve(old);
      assert.ok(found.status === 'ambiguous', `${old} is ${found.status}`);
      assert.deepEqual(found.candidates.map((c) => c.id).sort(), [...current].sort());
    }
  });

  test('follows every superseded code of the published examples', () => {
    const codes = JSON.parse(readFileSync(data('guide_example_codes_superseded.json'), 'utf8')) as string[][];
    for (const [old = '', group, current] of codes) {
      const kind = group === 'VTMS' ? 'VTM' : 'VMP';
      const found = dictionary.resolve(old, kind);
      const ends = found.status === 'ambiguous' ? found.candidates.map((c) => c.id) : 'id' in found ? [found.id] : [];
      assert.ok(ends.includes(current ?? ''), `${old} is ${found.status}, not ${current}`);
    }
    assert.ok(codes.length > 100);
  });

  test('joins every pack to one VMP from both sides', () => {
    for (const pack of dictionary.all('AMPP')) {
      const amp = dictionary.amp(pack.ampId);
      assert.ok(amp && dictionary.vmpp(pack.vmppId), pack.id);
    }
    let children = 0;
    for (const vmp of dictionary.all('VMP')) children += dictionary.ampsOfVmp(vmp.id).length;
    assert.equal(children, dictionary.count('AMP'));
  });

  test('ends every supersession', () => {
    const ways = { current: 0, superseded: 0, ambiguous: 0, withdrawn: 0, unknown: 0 };
    for (const vmp of dictionary.all('VMP')) {
      for (const { previous } of dictionary.history(vmp.id)) ways[dictionary.resolve(previous).status]++;
    }
    assert.equal(ways.unknown, 0);
    assert.equal(ways.withdrawn, 0);
    assert.ok(ways.superseded > 4000);
  });

  test('differs from the earlier release as expected', async () => {
    const earlier = await rehearsalDictionary('previous');
    for (const [name, count] of Object.entries(expected.previous.counts)) {
      if (!name.startsWith('GTIN')) assert.equal(earlier.release.counts[name], count, name);
    }
    const { changes } = diffReleases(earlier, dictionary);
    const vmps = changes.filter((c) => c.kind === 'VMP');
    const of = (change: string) => vmps.filter((c) => c.change === change);
    assert.deepEqual(
      of('renamed')
        .map((c) => `${c.id} ${c.before} ${c.after}`)
        .sort(),
      expected.previous.renamed.map((r) => `${r.vpid} ${r.previous_nm} ${r.current_nm}`).sort(),
    );
    assert.deepEqual(
      of('superseded')
        .map((c) => `${c.before} ${c.after}`)
        .sort(),
      expected.previous.old_id.map((r) => `${r.previous_vpid} ${r.current_vpid}`).sort(),
    );
    assert.deepEqual(
      of('invalid')
        .map((c) => c.id)
        .sort(),
      expected.previous.made_invalid_later.map((r) => r.vpid).sort(),
    );
    assert.deepEqual([...new Set(vmps.map((c) => c.change))].sort(), ['invalid', 'new', 'renamed', 'superseded']);
  });
});
