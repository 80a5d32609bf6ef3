import type { Stored } from '../store/stored.ts';
import type { Criterion } from './criteria.ts';
import { matches } from './match.ts';
import { valuesIn } from './prepare.ts';

/**
 * Judges a resource by a criterion from what the resource itself holds.
 * @returns undefined where other resources would have to be read: chains, `_has`, `_list`
 */
export function judgedOnItsOwn(criterion: Criterion): ((entry: Stored) => boolean) | undefined {
  switch (criterion.kind) {
    case 'missing': {
      const { parameter, missing } = criterion;
      return (entry) => (valuesIn(entry, parameter).length === 0) === missing;
    }
    case 'value': {
      const { parameter, modifier, values } = criterion;
      const some = (entry: Stored) =>
        valuesIn(entry, parameter).some((value) => values.some((wanted) => matches(value, wanted, modifier)));
      return modifier?.name === 'not' ? (entry) => !some(entry) : some;
    }
    default:
      return undefined;
  }
}
