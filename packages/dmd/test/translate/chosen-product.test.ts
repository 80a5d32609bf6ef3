import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { translateResource } from '../../src/index.ts';
import { rehearsalDictionary, sampleDictionary, withoutData } from '../releases.ts';
import { idOf, quantityOf } from './asking.ts';

interface ChosenCase {
  why: string;
  release?: 'full';
  vtm: string;
  product: string;
  weight?: string;
  dosage: object;
  is?: Record<string, string>;
  arithmetic?: string[];
  refused?: string;
}

const { cases } = JSON.parse(readFileSync(new URL('cases/chosen-product.json', import.meta.url), 'utf8')) as {
  cases: ChosenCase[];
};

/** The quantity at a path such as `doseAndRate.0.doseQuantity`, as `2 tablet`. */
function quantityAt(dosage: unknown, path: string): string {
  let found = dosage as { [name: string]: unknown } | undefined;
  for (const step of path.split('.')) found = found?.[step] as typeof found;
  return `${String(found?.value)} ${String(found?.unit ?? found?.code)}`;
}

describe('a dosage of a moiety put into the product chosen, case by case', () => {
  for (const each of cases) {
    const isFull = each.release === 'full';
    test(`${each.product}: ${each.why}`, { skip: isFull && withoutData }, async () => {
      const dictionary = await (isFull ? rehearsalDictionary() : sampleDictionary());
      const resource = {
        resourceType: 'MedicationRequest',
        id: 'order-1',
        medicationCodeableConcept: {
          coding: [{ system: 'https://dmd.nhs.uk', code: idOf(dictionary, 'VTM', each.vtm) }],
        },
        dosageInstruction: [each.dosage],
      };
      const answer = translateResource(dictionary, resource, {
        product: idOf(dictionary, 'VMP', each.product),
        weight: each.weight === undefined ? undefined : quantityOf(each.weight),
      });
      if (each.refused !== undefined) {
        const reasons =
          answer.outcome === 'refused' ? answer.refusals.map(({ rule, code }) => `${rule} ${code}`) : ['translated'];
        assert.deepEqual(reasons, [each.refused]);
        return;
      }
      assert.ok(answer.outcome === 'translated', JSON.stringify(answer));
      const [dosage] = answer.resource.dosageInstruction as object[];
      for (const [path, wanted] of Object.entries(each.is ?? {})) assert.equal(quantityAt(dosage, path), wanted, path);
      if (each.arithmetic !== undefined) assert.deepEqual(answer.arithmetic, each.arithmetic);
    });
  }
});
