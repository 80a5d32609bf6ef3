import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { doseToProducts, readSiteRules, SiteRulesError, supplyQuantity } from '../../src/index.ts';
import { sampleDictionary } from '../releases.ts';
import { dosageOf, idOf, quantityOf } from './asking.ts';

const source = 'Local medicines committee, minutes of 2026-03-02';

describe('rules of a site', async () => {
  const dictionary = await sampleDictionary();
  const pregabalin = idOf(dictionary, 'VTM', 'Pregabalin');
  const capsule = idOf(dictionary, 'VMP', 'Pregabalin 75mg capsules');
  const listed = (site: object, dose = '300 mg', vtm = pregabalin) => {
    const answer = doseToProducts(dictionary, {
      vtm,
      dose: quantityOf(dose),
      ...readSiteRules(JSON.stringify(site)),
    });
    assert.ok(answer.outcome === 'products', JSON.stringify(answer.outcome === 'refused' && answer.refusals));
    return answer;
  };

  test('the example of the guide is one', () => {
    const guide = readFileSync(new URL('../../../../docs/translation.md', import.meta.url), 'utf8');
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];
    const { setting, formulary, forms, measures, many } = readSiteRules(example);
    assert.equal(setting, 'secondary');
    for (const each of [formulary?.preferred, formulary?.blocked, formulary?.inStock, measures, many]) {
      assert.equal(each?.length, 1);
    }
    assert.equal(forms?.['420692007']?.division, 'whole');
  });

  test('what is left out is as the tables have it', () => {
    assert.deepEqual(listed({ about: 'nothing of our own' }).products, listed({}).products);
  });

  test('a formulary takes ids with their names, and says what it did', () => {
    const [first] = listed({ formulary: { preferred: [{ id: capsule, name: 'Pregabalin 75mg capsules' }] } }).products;
    assert.equal(first?.product.id, capsule);
    assert.ok(first?.reasons.includes('Preferred by the local formulary'));
  });

  test('what is in stock is said by an actual product or a pack too', () => {
    const pack = dictionary.vmppsOfVmp(capsule)[0]?.id ?? '';
    const amp = dictionary.ampsOfVmp(capsule)[0]?.id ?? '';
    for (const id of [pack, amp]) {
      const { products, remarks } = listed({ formulary: { inStock: [id] } });
      assert.equal(products[0]?.product.id, capsule, id);
      assert.ok(products[0]?.reasons.includes('In stock'));
      assert.ok(products.slice(1).every(({ reasons }) => reasons.includes('Not in stock')));
      assert.deepEqual(remarks, []);
    }
  });

  test('a blocked id that is superseded blocks what it became', () => {
    const tablets = idOf(dictionary, 'VMP', 'Fluoxetine 10mg tablets');
    const fluoxetine = idOf(dictionary, 'VTM', 'Fluoxetine');
    const answer = listed({ formulary: { blocked: ['373965000'] } }, '20 mg', fluoxetine);
    assert.ok(!answer.products.some(({ product }) => product.id === tablets));
    assert.ok(answer.excluded.some(({ product, remarks }) => product.id === tablets && remarks[0]?.code === 'blocked'));
  });

  test('an id that is no product of the release is spoken of', () => {
    const { remarks } = listed({ formulary: { blocked: ['90000000000000000'] } });
    assert.deepEqual(
      remarks.map(({ rule, code }) => `${rule} ${code}`),
      ['T5 unknown-code'],
    );
  });

  test('forms, measures and what is much are the site’s before they are the tables’', () => {
    const forms = { '420692007': { division: 'quarters', keep: false, source } };
    const ramipril = idOf(dictionary, 'VTM', 'Ramipril');
    const half = listed({ forms }, '2.5 mg', ramipril).products.find(
      ({ product }) => product.name === 'Ramipril 5mg capsules',
    );
    assert.equal(half?.rank, 3);
    assert.match(half?.reasons[0] ?? '', /Local medicines committee/);
    const paracetamol = idOf(dictionary, 'VTM', 'Paracetamol');
    const suspension = (site: object) =>
      listed(site, '12 mg', paracetamol).products.find(({ product }) =>
        /250mg\/5ml oral suspension/.test(product.name),
      );
    assert.equal(suspension({})?.rank, 3);
    assert.equal(suspension({ measures: [{ upTo: '1', step: '0.01', source }] })?.rank, 1);
    const many = [{ unit: '428641000', from: '4', reason: source }];
    const four = listed({ many }).products.find(({ product }) => product.id === capsule);
    assert.ok(four?.cautions.some(({ code }) => code === 'many-units'));
  });

  test('what is much is told of a supply too', () => {
    const asked = { medication: capsule, dosage: dosageOf('4 capsule'), duration: quantityOf('7 d') };
    const { many } = readSiteRules(JSON.stringify({ many: [{ unit: '428641000', from: '4', reason: source }] }));
    assert.ok(supplyQuantity(dictionary, { ...asked, many }).remarks.some(({ code }) => code === 'many-units'));
    assert.ok(!supplyQuantity(dictionary, asked).remarks.some(({ code }) => code === 'many-units'));
  });

  for (const [wrong, says] of [
    ['{', /not JSON/],
    ['[]', /must be an object/],
    ['{"formularly":{}}', /"formularly", which is not known/],
    ['{"setting":"ward"}', /setting must be/],
    ['{"formulary":{"blocked":"373965000"}}', /formulary\.blocked must be a list/],
    ['{"formulary":{"blocked":[373965000]}}', /in quotes/],
    ['{"forms":{"1":{}}}', /not the dm\+d code/],
    ['{"forms":{"420692007":{"division":"thirds","keep":true,"source":"x"}}}', /one of quarters/],
    ['{"forms":{"420692007":{"division":"whole","keep":true}}}', /where the line comes from/],
    ['{"measures":[{"upTo":"5","step":"0","source":"x"}]}', /more than zero/],
    ['{"many":[{"unit":"428641000","from":"4"}]}', /where the line comes from/],
  ] as const) {
    test(`${wrong} is refused whole`, () => {
      assert.throws(
        () => readSiteRules(wrong),
        (error: Error) => error instanceof SiteRulesError && says.test(error.message),
      );
    });
  }
});
