import type { Queryable } from '../../store/database.ts';
import { type Change, type Delivery, NOT_YET, type Outcome, type Subscriber } from '../subscriber.ts';
import { composeNotification, written } from './compose.ts';
import { isForThem, type Selection, versionOf, type Way } from './deliver.ts';
import { neighbourOutcome } from './outcome-of.ts';

const LANES = 8;
/** How often it is looked whether what is told of has arrived where it is to be fetched: less and less often. */
const LOOK_MILLISECONDS = 50;
const SELDOM_MILLISECONDS = 1000;

/** Each half by an index of its own, of which what is done with is no part. */
const STATE = ['waiting', 'refused']
  .map(
    (state) => `select state from delivery where subscriber = $1 and state = '${state}'
      and patient_key = $2 and type = $3 and id = $4 and version = $5`,
  )
  .join(' union all ');

/**
 * `neighbour/NAME/notify`: tells a neighbour the identifier of what there is news of; it fetches the rest. Where that is
 * from a third party, a broker, the news waits until the broker has it.
 */
export function notifier(way: Way, q: Queryable, { types, wants }: Selection): Subscriber {
  const { neighbour } = way;
  return {
    ...{ name: `neighbour/${neighbour.name}/notify`, types, wants, lanes: LANES, atOnce: 1 },
    pulls: neighbour.paused,
    async deliver([delivery], signal): Promise<Outcome> {
      const each = delivery as Delivery;
      const sender = way.sender();
      if (sender === undefined) return NOT_YET;
      if (each.edited === undefined && !(await isForThem(way, each))) return { outcome: 'delivered' };
      const there = neighbour.fetchFrom === undefined ? undefined : await arrival(q, neighbour.fetchFrom, each, signal);
      if (there !== undefined) return there;
      const composed = await composeNotification(versionOf(each, true), sender, neighbour, way.record);
      return neighbourOutcome(await way.client.ask(written(composed, 'json', each.edited), signal), neighbour);
    },
  };
}

/** Waits until a version is where it is to be fetched. @returns why it is not; undefined once it is */
async function arrival(
  q: Queryable,
  broker: string,
  change: Change,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { key, type, id, version } = change;
  const params = [`neighbour/${broker}/deliver`, key, type, id, version];
  for (let wait = LOOK_MILLISECONDS; ; wait = Math.min(wait * 2, SELDOM_MILLISECONDS)) {
    const [row] = await q.query<{ state: string }>(STATE, params);
    if (row?.state === 'refused') {
      return { outcome: 'refused', reason: `${broker} refused what this tells of: once that is settled, replay this.` };
    }
    if (row?.state !== 'waiting') return undefined;
    if (signal.aborted) return { outcome: 'later', reason: `What this tells of has not reached ${broker} yet.` };
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
