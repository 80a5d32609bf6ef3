/** Which of what was dispensed counts towards what was asked for, and what that comes to. */

import type { Dictionary } from '@concord/dmd';
import { ingredientsOf, productId, sameSubstance } from './medicine-relation.ts';
import type { GivenProduct } from './products.ts';
import type { Reason, SupplyOutcome } from './supplied.ts';
import { type Measured, type Measuring, measureShare, nameOf, type Share } from './ways-of-measuring.ts';

/** How far a request is supplied. */
export function measure(measuring: Measuring): Measured {
  const { related } = measuring;
  const reasons: Reason[] = [];
  const undetermined = (message: string): Measured => ({
    outcome: 'undetermined',
    measuredBy: undefined,
    reasons: [...reasons, { rule: 'R-112', message }],
  });
  if (related.some(({ product }) => product.notKnown > 0)) {
    return undetermined('Of a dispense it is not known whether it was handed over: send its real status.');
  }
  const handedOver = related.filter(({ product }) => product.supplied.length > 0);
  if (handedOver.length === 0) {
    const waits = related.some(({ product }) => product.underWay.length > 0);
    const message = waits
      ? 'Nothing has been handed over yet; a supply is under way.'
      : 'Nothing has been handed over.';
    return { outcome: 'none', measuredBy: undefined, reasons: [{ rule: 'R-112', message }] };
  }
  const shares = sharesOf(measuring, handedOver, reasons);
  if (typeof shares === 'string') return undetermined(shares);
  const each = shares.map((share) => measureShare(measuring, share));
  for (const { reasons: said } of each) reasons.push(...said);
  const missing = missingParts(measuring, handedOver, shares);
  if (missing.length > 0) {
    const message = `Nothing with ${missing.join(' or ')} has been handed over.`;
    return { outcome: 'partial', measuredBy: each[0]?.measuredBy, reasons: [...reasons, { rule: 'R-112', message }] };
  }
  return { outcome: together(each.map(({ outcome }) => outcome)), measuredBy: each[0]?.measuredBy, reasons };
}

/** All parts must be there: the one that is least supplied decides, and too much of one is too much. */
function together(outcomes: readonly SupplyOutcome[]): SupplyOutcome {
  if (outcomes.includes('undetermined')) return 'undetermined';
  if (outcomes.every((outcome) => outcome === 'none')) return 'none';
  if (outcomes.includes('none')) return 'partial';
  return (['partial', 'over'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'complete';
}

function sharesOf(
  { names, dictionary }: Measuring,
  handedOver: Measuring['related'],
  reasons: Reason[],
): readonly Share[] | string {
  const asked = productId(names, dictionary);
  const vmp = asked === undefined ? undefined : dictionary?.vmpOf(asked)?.id;
  const vmpOf = (product: GivenProduct) => {
    const id = productId(product.names, dictionary);
    return id === undefined ? undefined : dictionary?.vmpOf(id)?.id;
  };
  // Brands of one VMP hold the same: for counting, one is as good as the other.
  const counts = handedOver.filter(
    ({ product, relation }) =>
      relation === 'same' || relation === 'product of it' || (vmp !== undefined && vmpOf(product) === vmp),
  );
  const others = handedOver.filter((each) => !counts.includes(each));
  const named = (list: Measuring['related']) => list.map(({ product }) => nameOf(product)).join(', ');
  if (counts.length === 0) {
    const parts = others.filter(({ relation }) => relation === 'part of it');
    if (parts.length === 0 || parts.length < others.length) {
      const why = dictionary === undefined ? 'without dm+d it cannot be told' : 'it is not known';
      return `What was supplied (${named(others)}) goes by another name than what was asked for: ${why} how much of that it stands for.`;
    }
    return partShares(
      dictionary,
      asked ?? '',
      parts.map(({ product }) => product),
    );
  }
  const unsure = others.filter(({ relation }) => relation !== 'different');
  if (unsure.length > 0) {
    return `Whether ${named(unsure)} counts towards what was asked for, beside ${named(counts)}, is not known.`;
  }
  if (others.length > 0) {
    const message = `${named(others)}: not what was asked for, nor a part of it; not counted.`;
    reasons.push({ rule: 'R-104', message });
  }
  const products = counts.map(({ product }) => product);
  const vmps = new Set(products.map((product) => (counts.length === 1 ? '' : (vmpOf(product) ?? nameOf(product)))));
  if (vmps.size > 1) {
    return `${named(counts)}: nobody can say from the record whether they are taken together or one after the other.`;
  }
  const isProduct = asked === undefined || vmp !== undefined;
  return [{ of: named(counts), products, strengthKnown: isProduct }];
}

/** Parts of a combination: those with the same ingredients count together, each share towards the whole. */
function partShares(dictionary: Dictionary | undefined, asked: string, parts: readonly GivenProduct[]): Share[] {
  const shares = new Map<string, GivenProduct[]>();
  for (const part of parts) {
    const id = productId(part.names, dictionary);
    const vmp = (id && dictionary?.vmpOf(id)?.id) ?? nameOf(part);
    shares.set(vmp, [...(shares.get(vmp) ?? []), part]);
  }
  const wanted = dictionary ? ingredientsOf(dictionary, asked) : [];
  return [...shares].map(([vmp, products]) => {
    const held = dictionary ? ingredientsOf(dictionary, vmp) : [];
    const strengthKnown = held.every((h) => h.strength !== undefined && wanted.some((w) => w.strength === h.strength));
    return { of: products.map(nameOf).join(', '), products, strengthKnown };
  });
}

function missingParts(
  { names, dictionary }: Measuring,
  handedOver: Measuring['related'],
  shares: readonly Share[],
): readonly string[] {
  const asked = productId(names, dictionary);
  if (dictionary === undefined || asked === undefined) return [];
  const counted = shares.flatMap(({ products }) => products);
  const isParts = handedOver.some(({ product, relation }) => relation === 'part of it' && counted.includes(product));
  if (!isParts) return [];
  const held = counted.flatMap((product) => ingredientsOf(dictionary, productId(product.names, dictionary) ?? ''));
  return ingredientsOf(dictionary, asked)
    .filter((wanted) => !held.some((h) => sameSubstance(wanted, h)))
    .map(({ name }) => name);
}
