import { RaceLost } from '../../store/write.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';
import { KeyRace } from './retry.ts';

const ATTEMPTS = 20;

/** The last of those in this process who wait to change a resource again, by `Type/id`. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Does work that reads a resource and then writes it, again from the start when another write came between. Those of
 * this process that lost take turns, so that however many there are, each gets through. In a transaction it is the whole
 * transaction that is done again, by the store.
 * @param reference the resource, `Type/id`
 * @throws Refusal 409 when others keep coming between
 */
export async function untilWon<T>(session: Session, reference: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RaceLost) || session.transacting) throw error;
  }
  const turn = (queues.get(reference) ?? Promise.resolve()).then(() => again(work));
  const settled = turn.catch(() => undefined);
  queues.set(reference, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(reference) === settled) queues.delete(reference);
  }
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RaceLost)) throw error;
      if (attempt >= ATTEMPTS) throw raceLost(error);
    }
  }
}

/** The refusal of a write that others always came before. */
export function raceLost(error?: RaceLost) {
  if (error instanceof KeyRace) return error.refusal;
  return refuse(409, 'conflict', 'Other requests keep changing this resource at the same moment. Send it again.');
}
