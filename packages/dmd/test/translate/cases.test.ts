import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Dictionary, doseToProducts, type ProductOffer, productToDose } from '../../src/index.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';
import { dosageOf, doseOf, idOf, quantityOf } from './asking.ts';

interface DoseCase {
  why: string;
  release?: 'full';
  vtm: string;
  dose: string | string[];
  form?: string;
  route?: string;
  setting?: 'secondary';
  weight?: string;
  area?: string;
  offers?: string[];
  anyOrder?: boolean;
  only?: boolean;
  not?: Record<string, string>;
  cautions?: Record<string, string>;
  uncautioned?: string[];
  remark?: string;
  combinations?: string[];
  arithmetic?: Record<string, string>;
  refused?: string;
}

interface ProductCase {
  why: string;
  release?: 'full';
  product: string;
  dose: string;
  vtm?: string;
  is?: string;
  route?: string;
  form?: string | null;
  remark?: string;
  arithmetic?: string[];
  refused?: string;
}

const read = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`cases/${name}.json`, import.meta.url), 'utf8')).cases;

const skip = ({ release }: { release?: string }) => (release === 'full' ? withoutData : false);
const dictionaryOf = ({ release }: { release?: string }): Promise<Dictionary> =>
  release === 'full' ? rehearsalDictionary() : sampleDictionary();

function shown({ product, quantities, rank }: ProductOffer): string {
  const said = quantities.map(({ quantity, high }) => {
    const low = quantity.decimal ?? quantity.fraction;
    return `${low}${high ? ` to ${high.decimal ?? high.fraction}` : ''} ${quantity.unitName}`;
  });
  return `${product.name}: ${said.join(' & ')}, rank ${rank}`;
}

describe('dose to product, case by case', () => {
  for (const each of read<DoseCase>('dose-to-product')) {
    test(`${each.vtm} ${each.dose}: ${each.why}`, { skip: skip(each) }, async () => {
      const dictionary = await dictionaryOf(each);
      const answer = doseToProducts(dictionary, {
        vtm: idOf(dictionary, 'VTM', each.vtm),
        dose: Array.isArray(each.dose) ? each.dose.map(doseOf) : doseOf(each.dose),
        form: each.form,
        route: each.route,
        setting: each.setting,
        weight: each.weight === undefined ? undefined : quantityOf(each.weight),
        bodySurfaceArea: each.area === undefined ? undefined : quantityOf(each.area),
      });
      if (each.refused !== undefined) {
        assert.equal(
          answer.outcome,
          'refused',
          JSON.stringify(answer, (_, v) => (typeof v === 'bigint' ? String(v) : v)),
        );
        const reasons = answer.outcome === 'refused' ? answer.refusals.map(({ rule, code }) => `${rule} ${code}`) : [];
        assert.ok(reasons.includes(each.refused), reasons.join());
        return;
      }
      assert.ok(answer.outcome === 'products', answer.outcome === 'refused' ? JSON.stringify(answer.refusals) : '');
      const offers = answer.products.map(shown);
      const wanted = each.offers ?? [];
      const found = offers.filter((offer) => wanted.includes(offer));
      if (each.anyOrder) assert.deepEqual([...found].sort(), [...wanted].sort(), offers.join('\n'));
      else assert.deepEqual(found, wanted, offers.join('\n'));
      if (each.only) assert.deepEqual(offers, wanted);
      if (each.combinations) {
        const sums = answer.combinations.map(({ arithmetic }) => arithmetic);
        assert.deepEqual(sums.slice(0, Math.max(1, each.combinations.length)), each.combinations);
      }
      for (const [name, reason] of Object.entries(each.not ?? {})) {
        assert.ok(!answer.products.some(({ product }) => product.name === name), `${name} is offered`);
        const excluded = answer.excluded.find(({ product }) => product.name === name);
        assert.ok(
          excluded?.remarks.some(({ rule, code }) => `${rule} ${code}` === reason),
          name,
        );
      }
      for (const [name, sum] of Object.entries(each.arithmetic ?? {})) {
        const offer: ProductOffer | undefined = answer.products.find(({ product }) => product.name === name);
        assert.equal(offer?.quantities[0]?.arithmetic, sum);
      }
      for (const name of each.uncautioned ?? []) {
        const offer: ProductOffer | undefined = answer.products.find(({ product }) => product.name === name);
        assert.deepEqual(offer?.cautions, [], name);
      }
      if (each.remark !== undefined) {
        assert.ok(answer.remarks.some(({ rule, code }) => `${rule} ${code}` === each.remark));
      }
      for (const [name, reason] of Object.entries(each.cautions ?? {})) {
        const offer = answer.products.find(({ product }) => product.name === name);
        assert.ok(
          offer?.cautions.some(({ rule, code }) => `${rule} ${code}` === reason),
          name,
        );
      }
    });
  }
});

describe('product to dose, case by case', () => {
  for (const each of read<ProductCase>('product-to-dose')) {
    test(`${each.product}, ${each.dose}: ${each.why}`, { skip: skip(each) }, async () => {
      const dictionary = await dictionaryOf(each);
      const answer = productToDose(dictionary, {
        medication: idOf(dictionary, 'VMP', each.product),
        dosage: dosageOf(each.dose),
      });
      if (each.refused !== undefined) {
        const reasons =
          answer.outcome === 'refused' ? answer.refusals.map(({ rule, code }) => `${rule} ${code}`) : ['translated'];
        assert.deepEqual(reasons, [each.refused]);
        return;
      }
      assert.ok(answer.outcome === 'dose', answer.outcome === 'refused' ? JSON.stringify(answer.refusals) : '');
      assert.equal(answer.vtm.name, each.vtm);
      const [dosage] = answer.dosages;
      const text = dosage?.text ?? '';
      assert.ok(text.startsWith(`${each.is} - twice a day`), text);
      if (each.arithmetic !== undefined) assert.deepEqual(answer.arithmetic, [each.arithmetic]);
      if (each.route !== undefined) assert.equal(dosage?.route?.coding?.[0]?.display, each.route);
      if (each.form !== undefined) assert.equal(answer.form?.display ?? null, each.form);
      if (each.remark !== undefined) {
        assert.ok(
          answer.remarks.some(({ rule, code }) => `${rule} ${code}` === each.remark),
          JSON.stringify(answer.remarks),
        );
      }
    });
  }
});
