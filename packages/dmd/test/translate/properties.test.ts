import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  doseToProducts,
  fraction,
  type ProductOffer,
  productToDose,
  supplyQuantity,
  translateResource,
} from '../../src/index.ts';
import { DIVISIONS, formLines, formSources } from '../../src/translate/forms.ts';
import { isListed, oneOf, reachOf } from '../../src/translate/reach.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';

const SEED = { seed: 20251013, numRuns: 200 };
const MG = { system: 'http://unitsofmeasure.org', code: 'mg' };

describe('dose to product', async () => {
  const dictionary = await sampleDictionary();
  const vtms = [...dictionary.all('VTM')].map(({ id }) => id);
  const anyVtm = fc.constantFrom(...vtms);
  const offersOf = (vtm: string, value: string): readonly ProductOffer[] => {
    const answer = doseToProducts(dictionary, { vtm, dose: { value, unit: MG } });
    return answer.outcome === 'products' ? answer.products : [];
  };

  test('twice the dose is exactly twice the quantity of every product', () => {
    const property = fc.property(anyVtm, fc.integer({ min: 1, max: 2_000_000 }), (vtm, thousandths) => {
      const once = offersOf(vtm, `${thousandths}e-3`);
      const twice = new Map(offersOf(vtm, `${2 * thousandths}e-3`).map((offer) => [offer.product.id, offer]));
      assert.equal(twice.size, once.length);
      for (const offer of once) {
        const quantity = offer.quantities[0]?.quantity.value;
        const doubled = twice.get(offer.product.id)?.quantities[0]?.quantity.value;
        assert.ok(quantity && doubled);
        assert.equal(fraction.compare(fraction.add(quantity, quantity), doubled), 0, offer.product.name);
      }
    });
    fc.assert(property, SEED);
  });

  test('the same dose in grams, milligrams, micrograms gives the same answer', () => {
    const property = fc.property(anyVtm, fc.integer({ min: 1, max: 5000 }), (vtm, milligrams) => {
      const quantities = [
        ['g', `${milligrams}e-3`],
        ['mg', `${milligrams}`],
        ['ug', `${milligrams}000`],
      ].map(([code = '', value = '']) => {
        const answer = doseToProducts(dictionary, { vtm, dose: { value, unit: { code } } });
        return answer.outcome === 'products'
          ? answer.products.map(({ product, rank, quantities: [first] }) => [
              product.id,
              rank,
              first?.quantity.fraction,
            ])
          : [];
      });
      assert.deepEqual(quantities[0], quantities[1]);
      assert.deepEqual(quantities[1], quantities[2]);
    });
    fc.assert(property, SEED);
  });

  test('more dose is more of every product, and ranks never fall along the list', () => {
    const property = fc.property(
      anyVtm,
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 5000 }),
      (vtm, a, more) => {
        const small = offersOf(vtm, `${a}`);
        const large = new Map(offersOf(vtm, `${a + more}`).map((offer) => [offer.product.id, offer]));
        for (const [index, offer] of small.entries()) {
          const [less, greater] = [offer, large.get(offer.product.id)].map(
            (each) => each?.quantities[0]?.quantity.value,
          );
          assert.ok(less && greater && fraction.compare(less, greater) < 0);
          assert.ok(offer.rank >= (small[index - 1]?.rank ?? 1));
          assert.ok(offer.reasons.length > 0 && offer.quantities.every(({ arithmetic }) => arithmetic.includes(' / ')));
        }
      },
    );
    fc.assert(property, SEED);
  });

  test('a preferred product comes first of its rank, a blocked one not at all', () => {
    const vtm = '777311001';
    const plain = offersOf(vtm, '300').map(({ product }) => product.id);
    const last = plain[1] as string;
    const asked = { vtm, dose: { value: 300, unit: MG } };
    const preferring = doseToProducts(dictionary, { ...asked, formulary: { preferred: [last] } });
    assert.ok(preferring.outcome === 'products');
    assert.equal(preferring.products[0]?.product.id, last);
    assert.ok(preferring.products[0]?.reasons.includes('Preferred by the local formulary'));
    const blocking = doseToProducts(dictionary, { ...asked, formulary: { blocked: [last] } });
    assert.ok(blocking.outcome === 'products');
    assert.ok(!blocking.products.some(({ product }) => product.id === last));
    assert.ok(blocking.excluded.some(({ product, remarks }) => product.id === last && remarks[0]?.code === 'blocked'));
    const stocked = doseToProducts(dictionary, { ...asked, formulary: { inStock: [last] } });
    assert.ok(stocked.outcome === 'products');
    assert.equal(stocked.products[0]?.product.id, last);
  });

  test('a site may say that a form divides', () => {
    const asked = {
      vtm: '777395009',
      dose: { value: '2.5', unit: MG },
      forms: { '420692007': { division: 'quarters', keep: false, source: 'local policy' } },
    } as const;
    const answer = doseToProducts(dictionary, asked);
    assert.ok(answer.outcome === 'products');
    assert.equal(answer.products.find(({ product }) => product.name === 'Ramipril 5mg capsules')?.rank, 3);
  });
});

describe('there and back (U8)', async () => {
  const dictionary = await sampleDictionary();

  test('every product of the sample that translates is listed with the quantity asked', () => {
    const reach = reachOf(dictionary);
    assert.deepEqual(reach.missing, []);
    assert.ok(reach.translated > 100, String(reach.translated));
  });

  test('also for quarters, halves and many', () => {
    const vmps = [...dictionary.all('VMP')];
    const property = fc.property(fc.constantFrom(...vmps), fc.integer({ min: 1, max: 80 }), (vmp, quarters) => {
      const { dosage, amount } = oneOf(dictionary, vmp, String(quarters / 4));
      const answer = productToDose(dictionary, { medication: vmp.id, dosage });
      if (answer.outcome === 'refused') return;
      assert.ok(amount && isListed(dictionary, vmp, answer, amount), vmp.name);
    });
    fc.assert(property, SEED);
  });

  test('every product of a whole release that translates is listed with the quantity asked', {
    skip: withoutData,
  }, async () => {
    const reach = reachOf(await rehearsalDictionary());
    assert.deepEqual(reach.missing, []);
    assert.equal(reach.translated, reach.listed);
    assert.ok(reach.translated > 12_000, String(reach.translated));
    const reasons = reach.refused.reduce((sum, { count }) => sum + count, 0);
    assert.equal(reasons, reach.vmps - reach.translated, 'every other product has one reason');
  });

  test('every actual product that keeps its brand is listed itself, under or in place of its VMP', {
    skip: withoutData,
  }, async () => {
    const full = await rehearsalDictionary();
    let seen = 0;
    let nth = 0;
    for (const amp of full.all('AMP')) {
      const vmp = full.vmp(amp.vmpId);
      if (vmp === undefined || !amp.available || amp.invalid || !/^0*[49]$/.test(vmp.prescribingStatus.code)) continue;
      // One in ten: brands of one VMP are alike in this.
      if (nth++ % 10 !== 0) continue;
      const { dosage } = oneOf(full, vmp);
      const answer = productToDose(full, { medication: amp.id, dosage });
      if (answer.outcome === 'refused') continue;
      seen++;
      assert.ok(answer.tradeFamily, amp.description);
      const quantity = answer.dosages[0]?.doseAndRate?.[0]?.doseQuantity;
      const dose = { value: quantity?.value ?? '', unit: { system: quantity?.system, code: quantity?.code ?? '' } };
      const back = doseToProducts(full, { vtm: answer.vtm.id, dose, form: answer.form?.code, evenUnavailable: true });
      assert.ok(back.outcome === 'products', amp.description);
      const listed = back.products.flatMap((offer) => [offer, ...offer.actualProducts]);
      assert.ok(
        listed.some(({ product }) => product.id === amp.id),
        amp.description,
      );
    }
    assert.ok(seen > 20, String(seen));
  });

  test('the table of forms holds codes of the release only', { skip: withoutData }, async () => {
    const full = await rehearsalDictionary();
    const unknown = formLines().filter(([code = '']) => full.lookupEntry('FORM', code) === undefined);
    assert.deepEqual(unknown, []);
  });

  test('every line of the table of forms is one form, with a division and a source that are known', () => {
    assert.equal(new Set(formLines().map(([code]) => code)).size, formLines().length);
    for (const [code, name, division, keep, source = ''] of formLines()) {
      assert.ok(code && name && DIVISIONS.some((each) => each === division), name);
      assert.ok(keep === 'kept' || keep === 'free', name);
      assert.ok(formSources()[source], name);
    }
  });
});

describe('whatever comes in', async () => {
  const dictionary = await sampleDictionary();
  const ids = [...dictionary.all('VMP')].map(({ id }) => id).concat([...dictionary.all('VTM')].map(({ id }) => id));
  const anything = fc.anything({ withBigInt: false, maxDepth: 3 });

  test('no input throws', () => {
    const property = fc.property(fc.constantFrom(...ids), anything, anything, (id, a, b) => {
      const bad = a as never;
      doseToProducts(dictionary, { vtm: id, dose: { value: bad, unit: { code: b as never } } });
      doseToProducts(dictionary, { vtm: bad, dose: bad });
      productToDose(dictionary, { medication: id, dosage: bad });
      productToDose(dictionary, {
        medication: id,
        dosage: { doseAndRate: [{ doseQuantity: bad, rateQuantity: b as never }] },
      });
      supplyQuantity(dictionary, {
        medication: id,
        dosage: { timing: { repeat: bad }, doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }] },
        duration: { value: 7, unit: { code: 'd' } },
      });
      translateResource(
        dictionary,
        {
          resourceType: 'MedicationStatement',
          medicationCodeableConcept: { coding: [{ system: 'https://dmd.nhs.uk', code: id }] },
          dosage: [
            { doseAndRate: [{ doseQuantity: { value: 1, code: 'mg' }, rateQuantity: bad }], maxDosePerPeriod: b },
            { doseAndRate: [{ rateRange: a, rateRatio: b }], maxDosePerLifetime: bad },
          ],
        },
        { product: '42109611000001109', formulary: { preferred: ['x'] } },
      );
      translateResource(dictionary, {
        resourceType: 'MedicationRequest',
        medicationCodeableConcept: bad,
        dosageInstruction: b,
      });
    });
    fc.assert(property, { seed: 7, numRuns: 500 });
  });
});
