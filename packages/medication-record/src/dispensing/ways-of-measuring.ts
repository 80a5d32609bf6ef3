/** What was dispensed beside what was asked for: by quantity, else by days, else by the doses that the dosage needs. */

import { type Dictionary, fraction, type Rational, supplyQuantity } from '@concord/dmd';
import { countedAmount, type ExactAmount, numberText, type ReadAmount, type Sums, ZERO } from './amounts.ts';
import type { Asked } from './asked.ts';
import { type MedicineRelation, productId } from './medicine-relation.ts';
import type { GivenProduct } from './products.ts';
import type { Reason, Supplied } from './supplied.ts';

/** What is measured. */
export interface Measuring {
  readonly asked: Asked;
  readonly names: readonly string[];
  readonly related: readonly { readonly product: GivenProduct; readonly relation: MedicineRelation }[];
  readonly sums: Sums;
  readonly dictionary: Dictionary | undefined;
}

/** The answer, or that of a part of it. */
export type Measured = Pick<Supplied, 'outcome' | 'measuredBy' | 'reasons'>;

/** Products that count together towards what was asked for; `strengthKnown` where their quantity says how much. */
export interface Share {
  readonly of: string;
  readonly products: readonly GivenProduct[];
  readonly strengthKnown: boolean;
}

/** How much of what was asked for a share is, in the first way that can be told; why not, where none can. */
export function measureShare(measuring: Measuring, share: Share): Measured {
  const reasons: Reason[] = [];
  for (const by of [byQuantity, byDays, byDoses]) {
    const found = by(measuring, share);
    if (typeof found === 'string') reasons.push({ rule: 'R-112', message: found });
    else if (found !== undefined) return found;
  }
  if (reasons.length === 0) reasons.push({ rule: 'R-112', message: 'The request does not say how much it asks for.' });
  return { outcome: 'undetermined', measuredBy: undefined, reasons };
}

/** Each way of measuring gives its answer, a sentence that says why it cannot, or nothing where it was not asked. */
type Way = (measuring: Measuring, share: Share) => Measured | string | undefined;

const byQuantity: Way = ({ asked, sums }, share) => {
  const { quantity } = asked;
  if (quantity === undefined) return undefined;
  if (!share.strengthKnown) {
    return `${share.of}: its quantity does not say how much of what was asked for it is, as the strengths differ or are not asked for.`;
  }
  const amounts = amountsOf(share);
  if (amounts === undefined) return `${share.of}: a dispense does not say how much was supplied.`;
  const kind = sums.kind(quantity);
  const strange = amounts.find((amount) => sums.kind(amount) !== kind);
  if (strange)
    return `${share.of}: ${strange.label.unit} and ${quantity.label.unit} are different units, and are not added.`;
  const [held, wanted] = [sums.sum(amounts, kind), sums.base(quantity)];
  const shown = (value: Rational) => amountText(sums.shown(value, quantity));
  return compared('quantity', share.of, held, wanted, shown);
};

const byDays: Way = ({ asked }, share) => {
  if (asked.days === undefined) return undefined;
  if (share.products.some(({ days }) => days === undefined)) {
    return `${share.of}: a dispense does not say for how many days it is.`;
  }
  const held = share.products.reduce((sum, { days }) => (days ? fraction.add(sum, days) : sum), ZERO);
  return compared('days', share.of, held, asked.days, (value) => `${numberText(value)} days`);
};

const byDoses: Way = ({ asked, sums, dictionary }, share) => {
  const [product] = share.products;
  const id = product && productId(product.names, dictionary);
  const vmp = id === undefined ? undefined : dictionary?.vmpOf(id)?.id;
  if (dictionary === undefined || vmp === undefined || asked.dosage.length === 0) return undefined;
  const duration = asked.days && { value: numberText(asked.days), unit: { code: 'd' } };
  const needed = supplyQuantity(dictionary, { medication: vmp, dosage: asked.dosage, duration });
  if (needed.outcome === 'refused' || needed.total === undefined) {
    return needed.outcome === 'refused' ? needed.refusals.map(({ message }) => message).join(' ') : undefined;
  }
  const amounts = amountsOf(share);
  if (amounts === undefined) return `${share.of}: a dispense does not say how much was supplied.`;
  const total = countedAmount(needed.total);
  const kind = sums.kind(total);
  const strange = amounts.find((amount) => sums.kind(amount) !== kind);
  if (strange !== undefined) {
    return `${share.of}: ${strange.label.unit} is not the unit in which its doses are counted, ${total.label.unit}.`;
  }
  const shown = (value: Rational) => amountText(sums.shown(value, total));
  return compared('doses', share.of, sums.sum(amounts, kind), sums.base(total), shown);
};

const amountText = ({ value, unit }: ExactAmount): string => `${value} ${unit}`;

function compared(
  measuredBy: NonNullable<Supplied['measuredBy']>,
  of: string,
  held: Rational,
  wanted: Rational,
  shown: (value: Rational) => string,
): Measured {
  const order = fraction.compare(held, wanted);
  const outcome = order === 0 ? 'complete' : order > 0 ? 'over' : fraction.compare(held, ZERO) > 0 ? 'partial' : 'none';
  const [low, high] = order > 0 ? [wanted, held] : [held, wanted];
  const rest = shown(fraction.add(high, { numerator: -low.numerator, denominator: low.denominator }));
  const end = order === 0 ? 'complete' : order > 0 ? `${rest} more than was asked for` : `${rest} to come`;
  const message = `${of}: ${shown(held)} of ${shown(wanted)} handed over; ${end}.`;
  return { outcome, measuredBy, reasons: [{ rule: 'R-112', message }] };
}

/** The amounts of all dispenses of a share; undefined where one of them does not say. */
function amountsOf({ products }: Share): readonly ReadAmount[] | undefined {
  const amounts = products.flatMap(({ supplied }) => supplied.map(({ amount }) => amount));
  return amounts.every((amount) => amount !== undefined) ? amounts : undefined;
}

/** What a product is called in a sentence. */
export function nameOf({ display, names }: GivenProduct): string {
  return (display ?? names.join(' or ').replace(/^text /, '')).slice(0, LONGEST_NAME);
}

const LONGEST_NAME = 200;
