/** Which product or moiety is meant: superseded ids are followed, and it is said (T1, U1). */

import {
  type Amp,
  type ConceptKind,
  type Dictionary,
  isDmdSystem,
  type Vmp,
  type Vtm,
} from '../dictionary/dictionary.ts';
import { done, type Outcome, type Remark, refused, remark, type TranslationRule } from './remark.ts';

/** A code as asked: an id, or a coding in one of dm+d's code systems. */
export type AskedCode = string | { readonly system?: string | undefined; readonly code?: string | undefined };

/** A product or moiety in an answer. */
export interface ProductReference {
  readonly level: 'VTM' | 'VMP' | 'AMP';
  readonly id: string;
  /** Name of a VTM or VMP, description (with supplier) of an AMP. */
  readonly name: string;
}

/** A reference to show. */
export function referenceTo(product: Vtm | Vmp | Amp): ProductReference {
  const { level, id } = product;
  return { level, id, name: level === 'AMP' ? product.description : product.name };
}

/** A current concept, and what is to be said of how it was found. */
export interface FoundId {
  readonly id: string;
  readonly kind: ConceptKind;
  readonly remarks: readonly Remark[];
}

/** Follows a code to the current id of one of the kinds. */
export function findConcept(
  dictionary: Dictionary,
  asked: AskedCode,
  kinds: readonly ConceptKind[],
  rule: TranslationRule,
  path?: string,
): Outcome<FoundId> {
  const code = typeof asked === 'string' ? asked : asked?.code;
  const system = typeof asked === 'string' ? undefined : asked?.system;
  if (typeof code !== 'string' || code === '') return refused(rule, 'unknown-code', 'There is no code.', path);
  const shown = code.slice(0, 40);
  if (system !== undefined && !isDmdSystem(system)) {
    return refused(
      rule,
      'unknown-code',
      `"${shown}" is not a dm+d code: its system is ${String(system).slice(0, 80)}.`,
      path,
    );
  }
  const resolution = dictionary.resolve(code);
  switch (resolution.status) {
    case 'current':
    case 'superseded': {
      const { id, kind } = resolution;
      if (!kinds.includes(kind)) {
        const message = `${dictionary.displayOf(id) ?? shown} is a ${kind}; what is needed is a ${kinds.join(' or ')}.`;
        return refused(rule, 'wrong-level', message, path);
      }
      if (resolution.status === 'current') return done({ id, kind, remarks: [] });
      const since = resolution.since === undefined ? '' : ` since ${resolution.since}`;
      const message = `${shown} is superseded${since}: it is now ${id} ${dictionary.displayOf(id) ?? ''}.`;
      return done({ id, kind, remarks: [remark(rule, 'superseded-code', message, path)] });
    }
    case 'ambiguous': {
      const named = (each: readonly { readonly id: string }[]) =>
        each.map(({ id }) => `${id} ${dictionary.displayOf(id) ?? ''}`.trim()).join(', ');
      const candidates = resolution.candidates.filter(({ kind }) => kinds.includes(kind));
      if (candidates.length === 0) {
        const became = named(resolution.candidates);
        const message = `${shown} became several concepts (${became}), none of them a ${kinds.join(' or ')}.`;
        return refused(rule, 'wrong-level', message, path);
      }
      return refused(
        rule,
        'ambiguous-code',
        `${shown} became several concepts; choose one: ${named(candidates)}.`,
        path,
      );
    }
    case 'withdrawn':
      return refused(rule, 'withdrawn-code', `${shown} was withdrawn from dm+d.`, path);
    default: {
      const why = /^\d{6,18}$/.test(code)
        ? 'is not in this release of dm+d'
        : 'is no dm+d code, which has 6 to 18 digits';
      return refused(rule, 'unknown-code', `${shown} ${why}.`, path);
    }
  }
}
