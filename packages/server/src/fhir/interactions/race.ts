import { RaceLost } from '../../store/write.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';

const ATTEMPTS = 8;

/**
 * Does work that reads a resource and then writes it, again from the start when another write came between. In a
 * transaction it is the whole transaction that is done again, by the store.
 * @throws Refusal 409 when others keep coming between
 */
export async function untilWon<T>(session: Session, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RaceLost) || session.transacting) throw error;
      if (attempt >= ATTEMPTS) throw raceLost();
    }
  }
}

/** The refusal of a write that others always came before. */
export function raceLost() {
  return refuse(409, 'conflict', 'Other requests keep changing this resource at the same moment. Send it again.');
}
