import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { supplyQuantity } from '../../src/index.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';
import { dosageOf, idOf, quantityOf } from './asking.ts';

interface SupplyCase {
  why: string;
  release?: 'full';
  product: string;
  dose: string;
  repeat: object;
  asNeeded?: boolean;
  duration?: string;
  total?: string;
  refused?: string;
}

const { cases } = JSON.parse(readFileSync(new URL('cases/supply.json', import.meta.url), 'utf8')) as {
  cases: SupplyCase[];
};

describe('supply, case by case', () => {
  for (const each of cases) {
    const isFull = each.release === 'full';
    test(`${each.product}, ${each.dose}: ${each.why}`, { skip: isFull && withoutData }, async () => {
      const dictionary = await (isFull ? rehearsalDictionary() : sampleDictionary());
      const dosage = {
        ...dosageOf(each.dose),
        timing: { repeat: each.repeat },
        ...(each.asNeeded === undefined ? {} : { asNeededBoolean: each.asNeeded }),
      };
      const answer = supplyQuantity(dictionary, {
        medication: idOf(dictionary, 'VMP', each.product),
        dosage,
        duration: each.duration === undefined ? undefined : quantityOf(each.duration),
      });
      if (each.refused !== undefined) {
        const reasons =
          answer.outcome === 'refused' ? answer.refusals.map(({ rule, code }) => `${rule} ${code}`) : ['supplied'];
        assert.deepEqual(reasons, [each.refused]);
        return;
      }
      assert.ok(answer.outcome === 'supply', answer.outcome === 'refused' ? JSON.stringify(answer.refusals) : '');
      assert.equal(`${answer.total?.decimal} ${answer.total?.unitName}`, each.total);
      for (const { packs, size, left } of answer.packs) {
        assert.equal(packs * Number(size.decimal), Number(answer.total?.decimal) + Number(left.decimal));
        assert.ok(Number(left.decimal) < Number(size.decimal));
      }
    });
  }
});

describe('supply', async () => {
  const dictionary = await sampleDictionary();
  const paracetamol = idOf(dictionary, 'VMP', 'Paracetamol 500mg tablets');

  test('offers whole packs, least left over first', () => {
    const answer = supplyQuantity(dictionary, {
      medication: paracetamol,
      dosage: dosageOf('1 tablet'),
      duration: quantityOf('8 d'),
    });
    assert.ok(answer.outcome === 'supply');
    assert.ok(answer.packs.length >= 2);
    const left = answer.packs.map((pack) => Number(pack.left.decimal));
    assert.deepEqual(
      left,
      [...left].sort((a, b) => a - b),
    );
    assert.equal(answer.packs[0]?.left.decimal, '0');
  });

  test('says how many whole days a quantity lasts, and what is left', () => {
    const answer = supplyQuantity(dictionary, {
      medication: paracetamol,
      dosage: dosageOf('2 tablet'),
      quantity: quantityOf('30 tablet'),
    });
    assert.ok(answer.outcome === 'supply');
    assert.deepEqual([answer.lasts?.days, answer.lasts?.exactDays, answer.lasts?.left.decimal], [7, '7.5', '2']);
  });

  test('adds the steps of a taper in their order, the last for what remains', () => {
    const week = { value: 1, code: 'wk', system: 'http://unitsofmeasure.org' };
    const step = (sequence: number, dose: string, bounded: boolean) => ({
      ...dosageOf(dose),
      sequence,
      timing: {
        repeat: { frequency: 1, period: 1, periodUnit: 'd' as const, ...(bounded ? { boundsDuration: week } : {}) },
      },
    });
    const answer = supplyQuantity(dictionary, {
      medication: idOf(dictionary, 'VMP', 'Prednisolone 5mg tablets'),
      dosage: [step(2, '1 tablet', false), step(1, '4 tablet', true)],
      duration: quantityOf('10 d'),
    });
    assert.ok(answer.outcome === 'supply');
    assert.equal(answer.total?.decimal, '31');
  });

  test('does not guess whether dosages without sequence run together', () => {
    const answer = supplyQuantity(dictionary, {
      medication: paracetamol,
      dosage: [dosageOf('1 tablet'), dosageOf('2 tablet')],
      duration: quantityOf('7 d'),
    });
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.refusals[0]?.rule, 'S2');
  });

  test('is asked how much or how long, not both', () => {
    const answer = supplyQuantity(dictionary, {
      medication: paracetamol,
      dosage: dosageOf('1 tablet'),
      duration: quantityOf('7 d'),
      quantity: quantityOf('30 tablet'),
    });
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.refusals[0]?.code, 'duration');
  });

  test('says where a dosage ends before the time asked', () => {
    const bounded = (days: number) => {
      const bounds = { value: days, code: 'd', system: 'http://unitsofmeasure.org' };
      const answer = supplyQuantity(dictionary, {
        medication: paracetamol,
        dosage: {
          ...dosageOf('1 tablet'),
          timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', boundsDuration: bounds } },
        },
        duration: quantityOf('28 d'),
      });
      assert.ok(answer.outcome === 'supply');
      return [answer.total?.decimal, answer.remarks.map(({ code }) => code)];
    };
    assert.deepEqual(bounded(7), ['7', ['duration']]);
    assert.deepEqual(bounded(28), ['28', []]);
  });

  test('refuses a modifier extension, and says which', () => {
    const answer = supplyQuantity(dictionary, {
      medication: paracetamol,
      dosage: { ...dosageOf('1 tablet'), modifierExtension: [{ url: 'https://example.nhs.uk/x' }] } as object,
      duration: quantityOf('7 d'),
    });
    assert.ok(answer.outcome === 'refused');
    assert.deepEqual(
      answer.refusals.map(({ code, path }) => [code, path]),
      [['not-translatable', 'dosage.modifierExtension']],
    );
  });

  test('heeds what the site says of forms', () => {
    const half = { medication: paracetamol, dosage: dosageOf('0.5 tablet'), duration: quantityOf('7 d') };
    assert.equal(supplyQuantity(dictionary, half).outcome, 'supply');
    const forms = { '421026006': { division: 'whole', keep: false, source: 'minutes of 2026-03-02' } } as const;
    const answer = supplyQuantity(dictionary, { ...half, forms });
    assert.ok(answer.outcome === 'refused');
    assert.equal(answer.refusals[0]?.code, 'part-of-unit');
  });

  test('counts no withdrawn product, and says of one that is not to be had', { skip: withoutData }, async () => {
    const full = await rehearsalDictionary();
    const ask = (medication: string) =>
      supplyQuantity(full, { medication, dosage: dosageOf('1 tablet'), duration: quantityOf('7 d') });
    const invalid = [...full.all('AMP')].find((amp) => amp.invalid);
    const withdrawn = ask(invalid?.id ?? '');
    assert.ok(withdrawn.outcome === 'refused');
    assert.equal(withdrawn.refusals[0]?.code, 'invalid');
    const gone = [...full.all('AMP')].find((amp) => {
      const vmp = full.vmp(amp.vmpId);
      return !amp.available && !amp.invalid && vmp?.available && vmp.unitDoseUnit?.code === '428673006';
    });
    const counted = ask(gone?.id ?? '');
    assert.equal(counted.outcome, 'supply');
    assert.ok(counted.remarks.some(({ code }) => code === 'not-available'));
  });
});
