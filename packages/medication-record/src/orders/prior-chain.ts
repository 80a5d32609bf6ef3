import type { MedicationRequest } from 'fhir/r4';
import { object, objects, text, type Unchecked } from '../tolerant-reading.ts';

/** Finds the request that a reference means: in the store, at another server. Undefined where it is not held. */
export type RequestLookup = (
  reference: unknown,
) => MedicationRequest | undefined | Promise<MedicationRequest | undefined>;

/** The orders before an order. */
export interface PriorChain {
  /** The prior orders, newest first; one that comes again is not repeated. */
  readonly prior: readonly MedicationRequest[];
  /** How it ended: at a first order, at one that is not held, at an order met before, or not within the limit. */
  readonly end: 'first' | 'not held' | 'contains itself' | 'too long';
  /** Where it contains itself, what to do. */
  readonly issue: { readonly rule: 'R-024'; readonly message: string; readonly path: string } | undefined;
}

/** No line of re-supplies is longer; a longer one is data gone wrong. */
const LONGEST = 1000;

/** Follows `priorPrescription` back from an order, stored or not yet. Reads each order once. */
export async function priorChain(request: MedicationRequest, lookup: RequestLookup): Promise<PriorChain> {
  const prior: MedicationRequest[] = [];
  const ids = new Set<string>();
  const names = new Set<string>();
  const namesWithoutId = new Set<string>();
  for (let here = request; ; ) {
    const id = text(here.id);
    const business = identifiersOf(here);
    // Two orders under one business identifier are two, where both have an id.
    const known =
      id === undefined
        ? business.some((name) => names.has(name))
        : ids.has(id) || business.some((name) => namesWithoutId.has(name));
    if (known) return { prior: prior.slice(0, -1), end: 'contains itself', issue: ISSUE };
    if (prior.length > LONGEST) return { prior, end: 'too long', issue: undefined };
    if (id !== undefined) ids.add(id);
    for (const name of business) {
      names.add(name);
      if (id === undefined) namesWithoutId.add(name);
    }
    const reference = (here as unknown as Unchecked).priorPrescription;
    if (Object.keys(object(reference)).length === 0) return { prior, end: 'first', issue: undefined };
    const found = await lookup(reference);
    if (found === undefined) return { prior, end: 'not held', issue: undefined };
    prior.push(found);
    here = found;
  }
}

const ISSUE = {
  rule: 'R-024',
  message: 'The order comes before itself: let priorPrescription name an earlier order, or leave it out.',
  path: 'priorPrescription',
} as const;

function identifiersOf(request: MedicationRequest): readonly string[] {
  return objects((request as unknown as Unchecked).identifier).flatMap(({ system, value }) => {
    const own = text(value);
    return own === undefined ? [] : [`${text(system) ?? ''}|${own}`];
  });
}
