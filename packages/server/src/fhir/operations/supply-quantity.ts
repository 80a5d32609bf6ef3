import { type SupplyQuestion, supplyQuantity } from '@concord/dmd';
import type { Parameters, ParametersParameter } from 'fhir/r4';
import { releaseOf } from '../../dmd/release-of.ts';
import { refuse } from '../refusal.ts';
import type { Operation } from './operation.ts';
import { readParameters } from './parameters.ts';
import {
  arithmeticParameters,
  askedQuantity,
  codingIn,
  codingOf,
  only,
  outcomeParameters,
  quantityOf,
  remarkParameter,
} from './translation-answers.ts';
import { siteOf } from './translation-site.ts';

/**
 * `$supply-quantity`: how much of a product a dosage needs for a duration, in which packs; or how long a quantity lasts.
 *
 * In: `medication` (valueCoding, a VMP or AMP), `dosage` (valueDosage, 1..*), `duration` (valueDuration or valueQuantity
 * in a UCUM time) or `quantity` (valueQuantity). Out: `quantity`, `pack` (`medication`, `size`, `packs`, `left`), or
 * `days` with `left`; `arithmetic`; `outcome`; or `refusal`, with its rule.
 */
export const supplyQuantityOperation: Operation = {
  name: 'supply-quantity',
  definition: 'https://concord.example/OperationDefinition/supply-quantity',
  on: { system: true, types: [], instances: [] },
  get: false,
  async run(session, request) {
    const parameters = readParameters(request, 'supply-quantity', ['medication', 'dosage', 'duration', 'quantity']);
    const { dictionary } = await releaseOf(session);
    const { forms, many } = await siteOf(session);
    const answer = supplyQuantity(dictionary, { ...questionIn(parameters), forms, many });
    const parameter: ParametersParameter[] = [];
    if (answer.outcome === 'refused')
      parameter.push(...answer.refusals.map((each) => remarkParameter('refusal', each)));
    else {
      const total = answer.total && quantityOf(answer.total);
      if (total) parameter.push({ name: 'quantity', valueQuantity: total });
      for (const { pack, size, packs, left } of answer.packs) {
        const part: ParametersParameter[] = [
          { name: 'medication', valueCoding: codingOf(pack) },
          { name: 'size', valueQuantity: quantityOf(size) ?? {} },
          { name: 'packs', valueInteger: packs },
          { name: 'left', valueQuantity: quantityOf(left) ?? {} },
        ];
        parameter.push({ name: 'pack', part });
      }
      if (answer.lasts) {
        parameter.push({ name: 'days', valueInteger: answer.lasts.days });
        const left = quantityOf(answer.lasts.left);
        if (left) parameter.push({ name: 'left', valueQuantity: left });
      }
      parameter.push(...arithmeticParameters(answer.arithmetic));
    }
    parameter.push(...outcomeParameters(answer.remarks));
    const body: Parameters = { resourceType: 'Parameters', parameter };
    return { status: 200, text: JSON.stringify(body) };
  },
};

function questionIn(parameters: readonly ParametersParameter[]): SupplyQuestion {
  const medication = only(parameters, 'medication');
  const dosages = parameters.filter(({ name }) => name === 'dosage').map(({ valueDosage }) => valueDosage);
  if (medication === undefined || dosages.length === 0) {
    throw refuse(400, 'required', 'Send medication (valueCoding) and dosage (valueDosage).', {
      expression: medication === undefined ? 'medication' : 'dosage',
    });
  }
  const duration = only(parameters, 'duration');
  const quantity = only(parameters, 'quantity');
  if (duration !== undefined && quantity !== undefined) {
    throw refuse(
      400,
      'invalid',
      'Send duration, for how much is needed, or quantity, for how long it lasts; not both.',
      {
        expression: 'quantity',
      },
    );
  }
  return {
    medication: codingIn(medication),
    // One dosage needs no sequence; several do.
    dosage: (dosages.length === 1 ? dosages[0] : dosages) as SupplyQuestion['dosage'],
    duration: duration && askedQuantity(duration, duration.valueDuration ?? duration.valueQuantity),
    quantity: quantity && askedQuantity(quantity, quantity.valueQuantity),
  };
}
