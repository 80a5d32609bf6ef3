import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { Role } from '../../roles.ts';
import { receive } from '../receiving/receive.ts';
import { NOT_YET } from '../subscriber.ts';
import type { Receive } from './fetch.ts';
import { typesTaken } from './taken.ts';

/**
 * Files what was fetched from a neighbour as what is received by messages is: by its business identifier, if it is news.
 * @param open a session as for a request from outside; undefined before the server listens
 */
export function receiveFetched(role: Role, open: () => Session | undefined): Receive {
  const updates = typesTaken(role);
  return async (entries, { base: source }) => {
    const session = open();
    if (session === undefined) return NOT_YET;
    try {
      await session.atomically((inside) => receive(inside, entries, { source, updates, copies: true }));
      return { outcome: 'delivered' };
    } catch (error) {
      if (!(error instanceof Refusal) || error.status >= 500) throw error;
      const reasons = error.outcome.issue.map(({ diagnostics, expression }) =>
        `${expression?.[0] ?? ''} ${diagnostics}`.trim(),
      );
      return { outcome: 'refused', reason: `Refused here: ${reasons.join(' ')}` };
    }
  };
}
