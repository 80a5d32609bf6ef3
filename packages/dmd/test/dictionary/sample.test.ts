import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Coded, Level, Strength, Vmp } from '../../src/dictionary/dictionary.ts';
import { data, sampleDictionary, withoutData } from '../releases.ts';

const LEVELS: readonly Level[] = ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'];
const dictionary = await sampleDictionary();

interface MedicineCase {
  vmp: string;
  name: string;
  vtm: string;
  strengths: string[];
  forms: string[];
  routes: string[];
  doseForm: string;
  unitDose: string;
  status: string;
  controlledDrug: string;
  bnf: string;
  atc: string;
  ddd: string;
  previous: string[];
}

const cases = JSON.parse(await readFile(new URL('../cases/medicines.json', import.meta.url), 'utf8')) as MedicineCase[];

function strengthText(s: Strength): string {
  const bottom = s.denominatorValue === undefined ? '' : ` / ${s.denominatorValue} ${s.denominatorUnit?.display}`;
  return `${s.ingredientName} ${s.numeratorValue} ${s.numeratorUnit?.display}${bottom}`;
}

const displays = (list: readonly Coded[]): (string | undefined)[] => list.map((c) => c.display);

function asCase(vmp: Vmp): MedicineCase {
  const vtm = dictionary.vtmOf(vmp.id);
  return {
    vmp: vmp.id,
    name: vmp.name,
    vtm: `${vtm?.id} ${vtm?.name}`,
    strengths: vmp.ingredients.map(strengthText).sort(),
    forms: displays(vmp.forms) as string[],
    routes: displays(vmp.routes) as string[],
    doseForm: vmp.doseFormIndicator?.display ?? 'none',
    unitDose: vmp.udfs === undefined ? 'none' : `${vmp.udfs} ${vmp.udfsUnit?.display}, a ${vmp.unitDoseUnit?.display}`,
    status: vmp.prescribingStatus.code,
    controlledDrug: vmp.controlledDrug?.category.code ?? 'none',
    bnf: vmp.bnf ?? 'none',
    atc: vmp.atc ?? 'none',
    ddd: vmp.ddd === undefined ? 'none' : `${vmp.ddd} ${vmp.dddUnit?.display}`,
    previous: [...dictionary.previousIds(vmp.id)],
  };
}

describe('a medicine of the sample release reads right', () => {
  for (const medicine of cases) {
    test(medicine.name, () => {
      const vmp = dictionary.vmp(medicine.vmp);
      assert.ok(vmp);
      assert.deepEqual(asCase(vmp), medicine);
    });
  }

  test('for every published fact of its common medicines', { skip: withoutData }, async () => {
    const facts = JSON.parse(await readFile(data('demo_medicines.json'), 'utf8')) as Record<string, string>[];
    let compared = 0;
    for (const fact of facts) {
      const vmp = dictionary.vmp(fact.vpid ?? '');
      if (vmp === undefined) continue;
      compared++;
      const strengths = fact.strengths as unknown as string[][];
      assert.equal(vmp.name, fact.nm);
      assert.equal(vmp.vtmId ?? '', fact.vtmid, fact.nm);
      assert.deepEqual(
        vmp.forms.map((c) => c.code),
        [fact.formcd],
        fact.nm,
      );
      assert.ok(vmp.routes.map((c) => c.code).includes(fact.routecd ?? ''), fact.nm);
      assert.equal(vmp.udfs ?? '', fact.udfs, fact.nm);
      assert.equal(vmp.unitDoseUnit?.code ?? '', fact.unit_dose_uomcd, fact.nm);
      assert.equal(vmp.prescribingStatus.code, fact.pres_statcd, fact.nm);
      assert.equal(vmp.bnf, fact.bnf8, fact.nm);
      assert.equal(vmp.atc, fact.atc, fact.nm);
      if (fact.strength_source !== 'vpi-2018') continue;
      const ours = vmp.ingredients.map((i) =>
        [i.numeratorValue, i.numeratorUnit?.code, i.denominatorValue ?? '', i.denominatorUnit?.code ?? ''].join(),
      );
      assert.deepEqual(ours.sort(), strengths.map((s) => [s[0], s[2], s[3], s[5]].join()).sort(), fact.nm);
    }
    assert.ok(compared >= 120, `${compared} medicines compared`);
  });
});

describe('the ladder of the sample release', () => {
  test('is the same from above and from below', () => {
    for (const level of LEVELS) {
      for (const product of dictionary.all(level)) {
        for (const parent of dictionary.parents(product.id)) {
          assert.ok(
            dictionary.children(parent.id).some((child) => child.id === product.id),
            `${parent.id} does not list ${product.id}`,
          );
        }
        for (const child of dictionary.children(product.id)) {
          assert.ok(
            dictionary.parents(child.id).some((parent) => parent.id === product.id),
            `${child.id} does not name ${product.id}`,
          );
        }
      }
    }
  });

  test('leads from every pack to one VMP, by its product and by its virtual pack', () => {
    for (const pack of dictionary.all('AMPP')) {
      const vmp = dictionary.vmpOf(pack.id);
      assert.ok(vmp, pack.id);
      assert.equal(dictionary.amp(pack.ampId)?.vmpId, vmp.id, pack.id);
      assert.equal(dictionary.vtmOf(pack.id)?.id, vmp.vtmId, pack.id);
    }
  });

  test('finds every concept by id, row and level', () => {
    for (const level of LEVELS) {
      let row = 0;
      for (const product of dictionary.all(level)) {
        assert.equal(product.row, row);
        assert.equal(dictionary.at(level, row)?.id, product.id);
        assert.equal(dictionary.product(product.id)?.row, row);
        assert.equal(dictionary.kindOf(product.id), level);
        assert.deepEqual(dictionary.resolve(product.id), { status: 'current', kind: level, id: product.id });
        row++;
      }
      assert.equal(row, dictionary.count(level));
      assert.equal(dictionary.at(level, row), undefined);
      assert.equal(dictionary.at(level, -1), undefined);
    }
  });
});

describe('other ways in', () => {
  test('an AMP shows its supplier and its packs', () => {
    const amp = [...dictionary.all('AMP')].find((a) => a.description.startsWith('Calpol Infant 120mg/5ml'));
    assert.ok(amp);
    assert.equal(amp.description, `${amp.name} (${amp.supplier.display})`);
    assert.equal(dictionary.displayOf(amp.id), amp.description);
    for (const pack of dictionary.amppsOfAmp(amp.id)) {
      assert.ok(pack.name.startsWith(amp.description));
      assert.ok(pack.legalCategory.display);
      assert.ok(pack.price?.basis.display);
    }
  });

  test('a GTIN leads to its pack, with 13 digits or 14', () => {
    const pack = [...dictionary.all('AMPP')].find((p) => p.gtins.length > 0);
    const gtin = pack?.gtins[0]?.gtin ?? '';
    assert.equal(dictionary.amppsWithGtin(gtin)[0]?.id, pack?.id);
    assert.equal(dictionary.amppsWithGtin(gtin.padStart(14, '0'))[0]?.id, pack?.id);
    assert.deepEqual(dictionary.amppsWithGtin('0000000000000'), []);
  });

  test('BNF and ATC lead to VMPs by their start', () => {
    const names = (vmps: readonly Vmp[]): string[] => vmps.map((v) => v.name).sort();
    const opioids = [...dictionary.all('VMP')].filter((v) => v.bnf?.startsWith('040702'));
    assert.ok(opioids.length >= 6);
    assert.deepEqual(names(dictionary.vmpsInBnf('040702')), names(opioids));
    assert.deepEqual(names(dictionary.vmpsInAtc('n02be')), names(dictionary.vmpsInAtc('N02BE01')));
    assert.deepEqual(dictionary.vmpsInAtc('Z'), []);
    assert.equal(dictionary.vmpsInBnf('').length, [...dictionary.all('VMP')].filter((v) => v.bnf).length);
  });

  test('an ingredient leads to its VMPs and VTMs', () => {
    const [paracetamol] = dictionary.ingredientsOfVtm('777067000');
    assert.equal(paracetamol?.name, 'Paracetamol');
    const vmps = dictionary.vmpsWithIngredient(paracetamol?.id ?? '').map((v) => v.name);
    assert.ok(vmps.includes('Paracetamol 500mg tablets') && vmps.includes('Co-codamol 8mg/500mg tablets'));
    const vtms = dictionary.vtmsWithIngredient(paracetamol?.id ?? '').map((v) => v.name);
    assert.deepEqual(vtms.sort(), ['Co-codamol', 'Paracetamol']);
  });

  test('lookups answer with and without zero padding', () => {
    assert.equal(dictionary.lookupEntry('LEGAL_CATEGORY', '3')?.display, 'POM');
    assert.equal(dictionary.lookupEntry('LEGAL_CATEGORY', '0003')?.display, 'POM');
    assert.equal(dictionary.lookupEntry('DF_INDICATOR', '0001')?.display, 'Discrete');
    assert.equal(dictionary.lookupEntry('LEGAL_CATEGORY', '99'), undefined);
    assert.equal(dictionary.displayOf('258684004'), 'mg');
    assert.equal(dictionary.kindOf('26643006'), 'ROUTE');
  });

  test('raw rows of a concept begin with its own', () => {
    const rows = dictionary.rows('42109611000001109');
    assert.deepEqual(
      rows.map((r) => r.table),
      ['VMP', 'VPI', 'ONT', 'DFORM', 'DROUTE', 'CONTROL_INFO', 'BNF_VMP'],
    );
    assert.equal(rows[0]?.values.NM, 'Paracetamol 500mg tablets');
    assert.deepEqual(dictionary.rows('258684004')[0]?.values.DESC, 'mg');
  });

  test('a concept as JSON has its properties, and nothing of where they are kept', () => {
    for (const level of LEVELS) {
      const product = dictionary.at(level, 0);
      const json = JSON.parse(JSON.stringify(product)) as Record<string, unknown>;
      assert.deepEqual([json.level, json.row, json.id], [level, 0, product?.id]);
      assert.equal(json.name, product?.name);
      assert.ok(!('context' in json) && !('own' in json));
    }
    const vmp = JSON.parse(JSON.stringify(dictionary.vmp('42109611000001109'))) as Vmp;
    assert.equal(vmp.ingredients[0]?.numeratorValue, '500');
    const [ingredient] = dictionary.ingredients();
    assert.equal(JSON.parse(JSON.stringify(ingredient)).name, ingredient?.name);
  });

  test('what is no id gives nothing', () => {
    for (const odd of ['', '0', '12x', '-1', ' 777067000', '0777067000', '9'.repeat(30), 'Paracetamol', '__proto__']) {
      assert.equal(dictionary.product(odd), undefined, odd);
      assert.deepEqual(dictionary.resolve(odd), { status: 'unknown' }, odd);
      assert.deepEqual(dictionary.children(odd), [], odd);
      assert.deepEqual(dictionary.parents(odd), [], odd);
      assert.deepEqual(dictionary.rows(odd), [], odd);
      assert.deepEqual(dictionary.previousIds(odd), [], odd);
      assert.deepEqual(dictionary.history(odd), [], odd);
      assert.deepEqual(dictionary.vmpsWithIngredient(odd), [], odd);
      assert.equal(dictionary.displayOf(odd), undefined, odd);
    }
  });
});
