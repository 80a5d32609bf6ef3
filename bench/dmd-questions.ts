import type { Dictionary } from '../packages/dmd/src/index.ts';
import type { Random } from './random.ts';

/** A question, and what its answer must hold. */
export interface Question {
  readonly path: string;
  /** JSON text; asked with POST where there is one. */
  readonly body?: string;
  readonly holds: string;
}

/** Questions of one kind. */
export interface Series {
  readonly name: string;
  ask(dictionary: Dictionary, random: Random): Question;
}

/** Any VMP. */
export function anyVmp(dictionary: Dictionary, random: Random) {
  const vmp = dictionary.at('VMP', random.below(dictionary.count('VMP')));
  if (vmp === undefined) throw new Error('A row is missing.');
  return vmp;
}
