import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { doseToProducts, productToDose } from '../../src/index.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';
import { dosageOf, quantityOf } from './asking.ts';

describe('a code that cannot be followed', () => {
  test('a name is no code', async () => {
    const answer = doseToProducts(await sampleDictionary(), { vtm: 'furosemide', dose: quantityOf('40 mg') });
    assert.ok(answer.outcome === 'refused');
    assert.match(answer.refusals[0]?.message ?? '', /furosemide is no dm\+d code/);
  });

  test('a system that is no text is none of dm+d, and breaks nothing', async () => {
    const vtm = { system: 5, code: '777067000' } as unknown as { system: string; code: string };
    const answer = doseToProducts(await sampleDictionary(), { vtm, dose: quantityOf('500 mg') });
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.refusals[0]?.code, 'unknown-code');
  });

  test('an old code of two moieties is no product: they are named', { skip: withoutData }, async () => {
    const answer = productToDose(await rehearsalDictionary(), {
      medication: '412096001',
      dosage: dosageOf('1 tablet'),
    });
    assert.ok(answer.outcome === 'refused');
    const [refusal] = answer.refusals;
    assert.equal(refusal?.code, 'wrong-level');
    assert.match(refusal?.message ?? '', /774667005 .+, 18037811000001108 .+none of them a VMP or AMP/);
  });

  test('a product of secondary care says where it is listed', { skip: withoutData }, async () => {
    const dictionary = await rehearsalDictionary();
    const only = [...dictionary.all('VTM')].find(({ id, invalid }) => {
      const products = dictionary.vmpsOfVtm(id).filter((vmp) => !vmp.invalid && vmp.available);
      const isOfHospitals = products.every((vmp) => Number(vmp.prescribingStatus.code) === 2);
      return !invalid && products.length > 0 && isOfHospitals && dictionary.ingredientsOfVtm(id).length === 1;
    });
    assert.ok(only);
    const answer = doseToProducts(dictionary, { vtm: only.id, dose: quantityOf('1 mg') });
    assert.ok(answer.outcome === 'refused');
    const said = answer.refusals.find(({ code }) => code === 'secondary-care-only')?.message ?? '';
    const [product] = answer.excluded;
    assert.ok(product && said.startsWith(product.product.name), said);
    assert.match(said, /listed where the setting is secondary care/);
  });
});
