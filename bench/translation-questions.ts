import { type Dictionary, productToDose } from '../packages/dmd/src/index.ts';
import { oneOf } from '../packages/dmd/src/translate/reach.ts';
import { anyVmp, type Question, type Series } from './dmd-questions.ts';
import type { Random } from './random.ts';

const DMD = 'https://dmd.nhs.uk';
const UCUM = 'http://unitsofmeasure.org';

/** A product that translates, one of it twice a day, and the dose that it is. */
function anyTranslated(dictionary: Dictionary, random: Random) {
  for (;;) {
    const vmp = anyVmp(dictionary, random);
    const { dosage: once } = oneOf(dictionary, vmp);
    const dosage = { ...once, timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' as const } } };
    const answer = vmp.available ? productToDose(dictionary, { medication: vmp.id, dosage }) : undefined;
    if (answer?.outcome !== 'dose') continue;
    const dose = answer.dosages[0]?.doseAndRate?.[0]?.doseQuantity;
    if (dose !== undefined) return { vmp, dosage, vtm: answer.vtm.id, dose, form: answer.form?.code };
  }
}

const coding = (name: string, code: string) => ({ name, valueCoding: { system: DMD, code } });

function question(operation: string, parameter: readonly object[], holds: string): Question {
  const body = JSON.stringify({ resourceType: 'Parameters', parameter });
  return { path: `/fhir/$${operation}`, body, holds };
}

/** Dose to product, product to dose and supply, over the products of the release. */
export const TRANSLATION: readonly Series[] = [
  {
    name: '$dose-to-product',
    ask(dictionary, random) {
      const { vtm, dose, form } = anyTranslated(dictionary, random);
      const parameter = [
        coding('medication', vtm),
        { name: 'dose', valueQuantity: dose },
        { name: 'setting', valueCode: 'secondary' },
        ...(form === undefined ? [] : [coding('form', form)]),
      ];
      return question('dose-to-product', parameter, '"name":"product"');
    },
  },
  {
    name: '$product-to-dose',
    ask(dictionary, random) {
      const { vmp, dosage, vtm } = anyTranslated(dictionary, random);
      const parameter = [coding('medication', vmp.id), { name: 'dosage', valueDosage: dosage }];
      return question('product-to-dose', parameter, `"code":"${vtm}"`);
    },
  },
  {
    name: '$supply-quantity',
    ask(dictionary, random) {
      const { vmp, dosage } = anyTranslated(dictionary, random);
      const duration = { value: 7, system: UCUM, code: 'd' };
      const parameter = [
        coding('medication', vmp.id),
        { name: 'dosage', valueDosage: dosage },
        { name: 'duration', valueDuration: duration },
      ];
      return question('supply-quantity', parameter, '"name":"quantity"');
    },
  },
];
