import { type ProductQuestion, productToDose, translateResource } from '@concord/dmd';
import type { Dosage, Parameters, ParametersParameter } from 'fhir/r4';
import { releaseOf } from '../../dmd/release-of.ts';
import { refuse } from '../refusal.ts';
import type { Operation } from './operation.ts';
import { readParameters } from './parameters.ts';
import { referencedMedication } from './referenced-medication.ts';
import {
  arithmeticParameters,
  codingIn,
  codingOf,
  only,
  outcomeParameters,
  remarkParameter,
  translatedParameters,
} from './translation-answers.ts';
import { siteOf } from './translation-site.ts';

/**
 * `$product-to-dose`: what is said of a product, said of its moiety.
 *
 * In: `resource` (a MedicationRequest or MedicationStatement of a VMP or AMP), or `medication` (valueCoding) and `dosage`
 * (valueDosage, 1..*). Out: `resource`, ready to post and linked to the original, or `medication`, `form`, `tradeFamily`
 * (where they must survive) and `dosage`; `arithmetic`, how the amounts were found; or `refusal`, with its rule. A
 * Medication that the resource refers to is read from the record. `outcome` says what else there is to know.
 */
export const productToDoseOperation: Operation = {
  name: 'product-to-dose',
  definition: 'https://concord.example/OperationDefinition/product-to-dose',
  on: { system: true, types: [], instances: [] },
  get: false,
  async run(session, request) {
    const parameters = readParameters(request, 'product-to-dose', ['resource', 'medication', 'dosage']);
    const { dictionary } = await releaseOf(session);
    const { forms, measures, many } = await siteOf(session);
    const resource = only(parameters, 'resource')?.resource;
    const medication = only(parameters, 'medication');
    const parameter: ParametersParameter[] = [];
    if (resource !== undefined) {
      if (medication !== undefined || parameters.length > 1) {
        throw refuse(400, 'invalid', 'Send a resource, or medication and dosage; not both.', {
          expression: 'resource',
        });
      }
      const referenced = await referencedMedication(session, resource);
      const answer = translateResource(dictionary, resource, { forms, measures, many, ...referenced });
      parameter.push(...translatedParameters(answer));
    } else {
      const answer = productToDose(dictionary, { ...questionIn(parameters, medication), forms, measures, many });
      if (answer.outcome === 'dose') {
        const { vtm, form, tradeFamily, dosages } = answer;
        parameter.push({ name: 'medication', valueCoding: codingOf(vtm) });
        if (form)
          parameter.push({ name: 'form', valueCoding: codingOf({ id: form.code, name: form.display ?? form.code }) });
        if (tradeFamily) parameter.push({ name: 'tradeFamily', valueString: tradeFamily });
        parameter.push(...dosages.map((dosage) => ({ name: 'dosage', valueDosage: dosage as Dosage })));
        parameter.push(...arithmeticParameters(answer.arithmetic.flat()));
      } else parameter.push(...answer.refusals.map((each) => remarkParameter('refusal', each)));
      parameter.push(...outcomeParameters(answer.remarks));
    }
    const body: Parameters = { resourceType: 'Parameters', parameter };
    return { status: 200, text: JSON.stringify(body) };
  },
};

function questionIn(
  parameters: readonly ParametersParameter[],
  medication: ParametersParameter | undefined,
): ProductQuestion {
  const dosages = parameters.filter(({ name }) => name === 'dosage').map(({ valueDosage }) => valueDosage);
  if (medication === undefined || dosages.length === 0 || dosages.some((each) => typeof each !== 'object')) {
    throw refuse(400, 'required', 'Send a resource, or medication (valueCoding) and dosage (valueDosage).', {
      expression: medication === undefined ? 'medication' : 'dosage',
    });
  }
  return { medication: codingIn(medication), dosage: dosages as ProductQuestion['dosage'] };
}
