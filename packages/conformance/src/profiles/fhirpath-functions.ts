import type { UserInvocationTable } from 'fhirpath';
import { isObject } from '../structure/walk.ts';
import { objectsIn } from './definitions.ts';
import { NotEvaluated } from './evaluation-limits.ts';
import { dataOf } from './fhirpath-engine.ts';
import type { Moment } from './moments.ts';
import type { ProfileBook } from './profile-book.ts';
import type { CodesBySystem } from './value-set-codes.ts';

/** What the functions need that FHIRPath leaves to its surroundings. */
export interface Surroundings {
  readonly book: ProfileBook;
  /** The node that a literal reference leads to, from the node where it is; undefined where it is not in the message. */
  readonly target: (reference: string, from: unknown) => unknown;
  /** A moment as a FHIRPath value: `now`, `today` or `timeOfDay`; undefined where no time is given. */
  readonly moment: (name: Moment) => unknown;
}

/**
 * FHIRPath's functions that reach beyond the resource. The engine's own would ask servers, or read the clock: these look
 * only at the message and the packages, and say so (NotEvaluated) where that is not enough.
 */
export function functionsOver({ book, target, moment }: Surroundings): UserInvocationTable {
  const momentOf = (name: Moment) => ({ internalStructures: true, arity: { 0: [] }, fn: () => given(moment(name)) });
  return {
    resolve: {
      internalStructures: true,
      arity: { 0: [] },
      fn: (nodes: readonly unknown[]) => nodes.flatMap((node) => resolved(node, target)),
    },
    memberOf: {
      internalStructures: true,
      arity: { 1: ['Any'] },
      fn: (nodes: readonly unknown[], valueSets: readonly unknown[]) => memberOf(nodes, valueSets, book),
    },
    conformsTo: {
      internalStructures: true,
      arity: { 1: ['Any'] },
      fn: () => {
        throw new NotEvaluated('conformsTo() is not supported');
      },
    },
    now: momentOf('now'),
    today: momentOf('today'),
    timeOfDay: momentOf('timeOfDay'),
  };
}

function given(moment: unknown): unknown {
  if (moment === undefined) throw new NotEvaluated('it compares with the present, and no time was given');
  return moment;
}

function resolved(node: unknown, target: Surroundings['target']): unknown[] {
  const value = dataOf(node);
  const reference = isObject(value) ? value.reference : value;
  if (typeof reference !== 'string') {
    // What has only a text to show leads nowhere; an identifier leads somewhere, but not here.
    if (isObject(value) && value.identifier === undefined) return [];
    throw new NotEvaluated('it follows a reference by identifier');
  }
  const found = target(reference, node);
  if (found === undefined) throw new NotEvaluated('it follows a reference to what is not in this message');
  return [found];
}

function memberOf(nodes: readonly unknown[], valueSets: readonly unknown[], book: ProfileBook): boolean | [] {
  const url = dataOf(valueSets[0]);
  if (nodes.length !== 1 || valueSets.length !== 1 || typeof url !== 'string') return [];
  const codes = book.codes(url);
  if (codes === undefined) throw new NotEvaluated(`the codes of ${url} cannot be listed here`);
  const value = dataOf(nodes[0]);
  if (typeof value === 'string') return [...codes.values()].some((each) => each.has(value));
  if (!isObject(value)) return false;
  const codings = Array.isArray(value.coding) ? objectsIn(value.coding) : [value];
  return codings.some(({ system, code }) => isIn(codes, system, code));
}

function isIn(codes: CodesBySystem, system: unknown, code: unknown): boolean {
  return typeof system === 'string' && typeof code === 'string' && codes.get(system)?.has(code) === true;
}
