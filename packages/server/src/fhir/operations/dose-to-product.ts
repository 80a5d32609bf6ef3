import { type AskedDose, type DoseQuestion, doseToProducts, type SiteRules, translateResource } from '@concord/dmd';
import type { Parameters, ParametersParameter } from 'fhir/r4';
import { releaseOf } from '../../dmd/release-of.ts';
import { withAsked } from '../../dmd/site-rules.ts';
import { refuse } from '../refusal.ts';
import type { Operation } from './operation.ts';
import { readParameters } from './parameters.ts';
import { referencedMedication } from './referenced-medication.ts';
import {
  askedQuantity,
  codingIn,
  excludedParameter,
  oneOf,
  only,
  outcomeParameters,
  productParameters,
  quantityOf,
  remarkParameter,
  translatedParameters,
} from './translation-answers.ts';
import { siteOf } from './translation-site.ts';

const KNOWN = [
  ...['medication', 'dose', 'form', 'route', 'setting', 'weight', 'bodySurfaceArea'],
  ...['preferred', 'blocked', 'inStock', 'resource', 'product'],
];

/**
 * `$dose-to-product`: the products that make a dose of a moiety, best first, with how much of each and why.
 *
 * In: `medication` (valueCoding, a VTM), `dose` (valueQuantity or valueRange, 1..*: several are the steps of a dosage,
 * and a product must serve them all); optional `form`, `route` (valueCoding), `setting` (primary, secondary), `weight`,
 * `bodySurfaceArea` (valueQuantity), `preferred`, `blocked`, `inStock` (valueCoding, 0..*). Out, in rank order: `product`
 * with `medication`, `level`, `quantity` (or `fraction` where no decimal is exact), `sameAs`, `arithmetic`, `rank`,
 * `reason`, `caution`, `under`; `combination`; `excluded`; `outcome`. Where no product makes the dose: `refusal`.
 *
 * What the site says in its translation.json holds unless asked otherwise.
 *
 * With `resource` (a request or statement of a moiety) and `product` (valueCoding, the one a person chose) instead of
 * `medication` and `dose`: `resource`, the same for that product, ready to post, and `arithmetic`. A Medication that the
 * resource refers to is read from the record.
 */
export const doseToProductOperation: Operation = {
  name: 'dose-to-product',
  definition: 'https://concord.example/OperationDefinition/dose-to-product',
  on: { system: true, types: [], instances: [] },
  get: false,
  async run(session, request) {
    const parameters = readParameters(request, 'dose-to-product', KNOWN);
    const { dictionary } = await releaseOf(session);
    const options = optionsIn(parameters, await siteOf(session));
    const resource = only(parameters, 'resource')?.resource;
    const parameter: ParametersParameter[] = [];
    const product = only(parameters, 'product');
    if (resource !== undefined) {
      notWith(parameters, ['medication', 'dose', 'form', 'route'], 'resource, which says it itself');
      const answer = translateResource(dictionary, resource, {
        ...options,
        ...(await referencedMedication(session, resource)),
        product: product && codingIn(product),
      });
      parameter.push(...translatedParameters(answer));
    } else {
      notWith(parameters, ['product'], 'medication and dose: it is chosen for a resource');
      const answer = doseToProducts(dictionary, { ...options, ...doseIn(parameters) });
      if (answer.outcome === 'products') {
        parameter.push(...answer.products.flatMap((offer) => productParameters(offer)));
        for (const { parts, arithmetic } of answer.combinations) {
          const part = parts.map(({ product, quantity }) => ({
            name: 'product',
            part: [
              {
                name: 'medication',
                valueCoding: { system: 'https://dmd.nhs.uk', code: product.id, display: product.name },
              },
              { name: 'quantity', valueQuantity: quantityOf(quantity) ?? {} },
            ],
          }));
          parameter.push({ name: 'combination', part: [...part, { name: 'arithmetic', valueString: arithmetic }] });
        }
      } else parameter.push(...answer.refusals.map((each) => remarkParameter('refusal', each)));
      parameter.push(...answer.excluded.map(excludedParameter), ...outcomeParameters(answer.remarks));
    }
    const body: Parameters = { resourceType: 'Parameters', parameter };
    return { status: 200, text: JSON.stringify(body) };
  },
};

/** @throws Refusal 400 where a parameter was sent that would not be heeded */
function notWith(parameters: readonly ParametersParameter[], names: readonly string[], what: string): void {
  const extra = parameters.find(({ name }) => names.includes(name))?.name;
  if (extra === undefined) return;
  throw refuse(400, 'invalid', `${extra} is not taken with ${what}.`, { expression: extra });
}

function doseIn(parameters: readonly ParametersParameter[]): Pick<DoseQuestion, 'vtm' | 'dose'> {
  const medication = only(parameters, 'medication');
  const doses = parameters.filter(({ name }) => name === 'dose');
  if (medication === undefined || doses.length === 0) {
    throw refuse(
      400,
      'required',
      'Send medication (valueCoding) and dose (valueQuantity or valueRange), or a resource.',
      {
        expression: medication === undefined ? 'medication' : 'dose',
      },
    );
  }
  const dose = doses.map((each): AskedDose => {
    if (each.valueRange !== undefined && each.valueQuantity !== undefined) {
      throw refuse(400, 'invalid', 'Send a dose as valueQuantity or as valueRange, not both.', { expression: 'dose' });
    }
    if (each.valueRange === undefined) return askedQuantity(each, each.valueQuantity);
    const { low, high } = each.valueRange ?? {};
    return { low: low && askedQuantity(each, low), high: high && askedQuantity(each, high) };
  });
  return { vtm: codingIn(medication), dose };
}

function optionsIn(parameters: readonly ParametersParameter[], site: SiteRules): Omit<DoseQuestion, 'vtm' | 'dose'> {
  const coding = (name: string) => {
    const found = only(parameters, name);
    return found && codingIn(found);
  };
  const quantity = (name: string) => {
    const found = only(parameters, name);
    return found && askedQuantity(found, found.valueQuantity);
  };
  const ids = (name: string) => {
    const found = parameters.filter((each) => each.name === name);
    return found.length === 0 ? {} : { [name]: found.map((each) => codingIn(each).code) };
  };
  const setting = only(parameters, 'setting');
  return {
    ...withAsked(site, {
      setting: setting && oneOf(setting, ['primary', 'secondary']),
      formulary: { ...ids('preferred'), ...ids('blocked'), ...ids('inStock') },
    }),
    form: coding('form'),
    route: coding('route'),
    weight: quantity('weight'),
    bodySurfaceArea: quantity('bodySurfaceArea'),
  };
}
