import { type AskedDose, type AskedQuantity, type Dictionary, doseToProducts } from '@concord/dmd';
import type { MedicationRequest, Quantity } from 'fhir/r4';
import { combinationRows, type OfferGroup, offerGroups } from '../translate-offers.ts';

/** A product that may be supplied for an order. */
interface ProductChoice {
  readonly id: string;
  readonly name: string;
  readonly level: 'VMP' | 'AMP';
}

/** What may be supplied for an order. */
export interface ProductsFor {
  /** For a product ordered: itself, and its brands. */
  readonly choices: readonly ProductChoice[];
  /** For a substance ordered: what makes the dose, best first, with reasons and cautions. */
  readonly groups: readonly OfferGroup[];
  readonly combinations: ReturnType<typeof combinationRows>;
  readonly remarks: readonly { readonly message: string; readonly rule: string }[];
  readonly excluded: readonly {
    readonly product: { readonly id: string; readonly name: string };
    readonly remarks: readonly { readonly message: string; readonly rule: string }[];
  }[];
}

const NONE: ProductsFor = { choices: [], groups: [], combinations: [], remarks: [], excluded: [] };

/**
 * The products that may be supplied for an order, as dm+d has them. A list for a person to choose from.
 * @param code dm+d code of what was ordered
 */
export function productsFor(dictionary: Dictionary, order: MedicationRequest, code: string | undefined): ProductsFor {
  const found = code === undefined ? undefined : dictionary.resolve(code);
  const id = found?.status === 'current' || found?.status === 'superseded' ? found.id : undefined;
  const product = id === undefined ? undefined : dictionary.product(id);
  switch (product?.level) {
    case 'AMP':
      return {
        ...NONE,
        choices: [{ id: product.id, name: dictionary.displayOf(product.id) ?? product.name, level: 'AMP' }],
      };
    case 'VMP': {
      const brands = dictionary.ampsOfVmp(product.id).filter(({ invalid }) => !invalid);
      const named = brands.map(
        (each): ProductChoice => ({ id: each.id, name: dictionary.displayOf(each.id) ?? each.name, level: 'AMP' }),
      );
      named.sort((a, b) => a.name.localeCompare(b.name, 'en-GB'));
      return { ...NONE, choices: [{ id: product.id, name: product.name, level: 'VMP' }, ...named] };
    }
    case 'VTM':
      return forDose(dictionary, order, product.id);
    default:
      return {
        ...NONE,
        remarks: [
          { message: 'The medicine is no product or substance of dm+d: no product can be offered.', rule: 'T1' },
        ],
      };
  }
}

function forDose(dictionary: Dictionary, order: MedicationRequest, vtm: string): ProductsFor {
  const doses = (order.dosageInstruction ?? []).flatMap(({ doseAndRate }): AskedDose[] => {
    const [given] = doseAndRate ?? [];
    if (given?.doseQuantity !== undefined) return [asked(given.doseQuantity)];
    const { low, high } = given?.doseRange ?? {};
    return low === undefined || high === undefined ? [] : [{ low: asked(low), high: asked(high) }];
  });
  if (doses.length === 0) {
    return {
      ...NONE,
      remarks: [{ message: 'The order has no coded dose: no product can be offered for it.', rule: 'T2' }],
    };
  }
  const routes = new Set((order.dosageInstruction ?? []).map(({ route }) => route?.coding?.[0]?.code));
  const [route] = routes.size === 1 ? routes : [];
  const answer = doseToProducts(dictionary, {
    ...{ vtm, dose: doses, setting: 'secondary' },
    ...(route === undefined ? {} : { route }),
  });
  if (answer.outcome === 'refused') {
    return { ...NONE, remarks: [...answer.refusals, ...answer.remarks], excluded: answer.excluded };
  }
  return {
    ...{ choices: [], groups: offerGroups(answer.products), combinations: combinationRows(answer.combinations) },
    ...{ remarks: answer.remarks, excluded: answer.excluded },
  };
}

function asked({ value, code, unit, system }: Quantity): AskedQuantity {
  return {
    value: value as AskedQuantity['value'],
    unit: { ...(system && { system }), code: code ?? unit ?? '' },
  };
}
