import type { Dictionary } from '@concord/dmd';
import type { Medication, MedicationDispense, MedicationRequest } from 'fhir/r4';
import { eachOnce } from '../records.ts';
import { ReferenceIndex } from '../references.ts';
import { medicineNames } from '../same-medicine.ts';
import { type ExactAmount, numberText, type ReadAmount, Sums } from './amounts.ts';
import { askedOf } from './asked.ts';
import { measure } from './measure.ts';
import { type MedicineRelation, medicineRelation } from './medicine-relation.ts';
import { type GivenProduct, givenProducts } from './products.ts';

/** How far a request is supplied. `undetermined` where the record does not say, with the reasons. */
export type SupplyOutcome = 'none' | 'partial' | 'complete' | 'over' | 'undetermined';

/** Something said of a supply. */
export interface Reason {
  readonly rule: string;
  /** A sentence for people. */
  readonly message: string;
  /** The element of the request that it is about. */
  readonly path?: string;
}

/** One product that was dispensed for a request. */
export interface SuppliedProduct {
  /** Its codes, or `text` and its words. */
  readonly names: readonly string[];
  /** What to show. */
  readonly display: string | undefined;
  readonly relation: MedicineRelation;
  /** What was handed over, by unit: amounts of different kinds are not added. */
  readonly supplied: readonly ExactAmount[];
  /** What is being prepared or waits. */
  readonly underWay: readonly ExactAmount[];
  /** Days that what was handed over is to last; undefined where a dispense does not say. */
  readonly days: string | undefined;
  /** How many dispenses were handed over, are under way, and are of unknown status. */
  readonly dispenses: { readonly supplied: number; readonly underWay: number; readonly notKnown: number };
}

/** How far a request is supplied, and by what. */
export interface Supplied {
  readonly outcome: SupplyOutcome;
  /** What decided: quantities, days of supply, or the doses that the request's dosage needs. */
  readonly measuredBy: 'quantity' | 'days' | 'doses' | undefined;
  /** What the request asks for, over all the supplies that it allows. */
  readonly asked: { readonly quantity: ExactAmount | undefined; readonly days: string | undefined };
  readonly products: readonly SuppliedProduct[];
  readonly reasons: readonly Reason[];
}

/** What the answer may rest on, beside the request and its dispenses. */
export interface SupplyContext {
  /** Without dm+d, only what goes by the same code or words as the request can be measured against it. */
  readonly dictionary?: Dictionary | undefined;
  /** The Medication resources that `medicationReference` may mean. */
  readonly medications?: readonly Medication[] | undefined;
}

/**
 * How far a request is supplied by its dispenses. Exact, pure, total, and the same whatever the order of the dispenses;
 * a dispense that is given twice counts once, in its newest version.
 * @param dispenses those whose `authorizingPrescription` is the request
 */
export function supplied(
  request: MedicationRequest,
  dispenses: readonly MedicationDispense[],
  { dictionary, medications = [] }: SupplyContext = {},
): Supplied {
  const index = new ReferenceIndex('Medication', medications);
  const asked = askedOf(request);
  const names = medicineNames(request, index);
  const products = givenProducts(eachOnce(dispenses, 'MedicationDispense'), index);
  const related = products.map((product) => ({
    product,
    relation: medicineRelation(names, product.names, dictionary),
  }));
  const amounts = products.flatMap((p) => [...p.supplied, ...p.underWay].flatMap((g) => (g.amount ? [g.amount] : [])));
  const sums = new Sums(asked.quantity ? [asked.quantity, ...amounts] : amounts);
  const found = measure({ asked, names, related, sums, dictionary });
  const shown = related.map(({ product, relation }) => shownProduct(product, relation, sums, asked.quantity));
  return {
    outcome: found.outcome,
    measuredBy: found.measuredBy,
    asked: {
      quantity: asked.quantity && sums.shown(sums.base(asked.quantity), asked.quantity),
      days: asked.days && numberText(asked.days),
    },
    products: shown,
    reasons: [...asked.reasons, ...products.flatMap((p) => p.reasons), ...found.reasons],
  };
}

function shownProduct(
  product: GivenProduct,
  relation: MedicineRelation,
  sums: Sums,
  like: ReadAmount | undefined,
): SuppliedProduct {
  const totals = (given: GivenProduct['supplied']) =>
    sums.totals(
      given.flatMap(({ amount }) => (amount ? [amount] : [])),
      like,
    );
  return {
    names: product.names,
    display: product.display,
    relation,
    supplied: totals(product.supplied),
    underWay: totals(product.underWay),
    days: product.days && numberText(product.days),
    dispenses: {
      supplied: product.supplied.length,
      underWay: product.underWay.length,
      notKnown: product.notKnown,
    },
  };
}
