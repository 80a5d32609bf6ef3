import type { Config } from '../../config.ts';
import { ROLES } from '../../roles.ts';
import type { Record } from '../../store/record.ts';
import type { DeliverSettings, Neighbour } from '../neighbour.ts';
import { isOvertaken } from '../operate.ts';
import { type Change, type Delivery, NOT_YET, type Outcome, type Subscriber } from '../subscriber.ts';
import type { NeighbourClient } from './client.ts';
import { asUpdate, type Composed, compose, type Sender, type Version, written } from './compose.ts';
import { readFilter } from './filter.ts';
import { mayBeKnown, onwardAs } from './onward.ts';
import { neighbourOutcome } from './outcome-of.ts';

/** How many patients' messages are on their way to a neighbour at the same time. */
const LANES = 8;

const OVERTAKEN = 'A later version was delivered since, which this one would take the place of: give it up.';

/** What brings changes to a neighbour works with. */
export interface Way {
  neighbour: Neighbour;
  client: NeighbourClient;
  record: Record;
  /** This server as it is now; undefined before it listens. */
  sender(): Sender | undefined;
  /** Did a version come from that neighbour? */
  cameFrom(change: Change): Promise<boolean>;
}

/** Which changes go to a neighbour. */
export interface Selection {
  types: ReadonlySet<string>;
  wants(change: Change): boolean;
}

/**
 * What a neighbour is sent, or told of: by its settings, the role and the life cycles.
 * @throws on a bad filter, and where the settings come to nothing
 */
export function selectionFor(role: Config['role'], { name, deliver, notify }: Neighbour): Selection {
  const types = new Set(deliver?.types ?? ROLES[role].delivers);
  refuseNothing(role, name, types, notify ? 'notify' : deliver && 'deliver', deliver?.filter);
  const filter = deliver?.filter === undefined ? undefined : readFilter(deliver.filter);
  const progress = deliver?.progress ?? false;
  return {
    types,
    wants(change) {
      if (change.text === undefined || onwardAs(change, progress) === undefined) return false;
      if (filter === undefined || filter(change, change.text)) return true;
      // What met the criteria before was sent: that it does not any more is to be known.
      return change.before !== undefined && filter(change, JSON.stringify(change.before));
    },
  };
}

/** @throws where a neighbour is to be told, and there is nothing that it would ever be told of */
function refuseNothing(
  role: Config['role'],
  name: string,
  types: ReadonlySet<string>,
  how: 'deliver' | 'notify' | undefined,
  filter: string | undefined,
): void {
  if (how !== undefined && types.size === 0) {
    const others = 'Say which types in deliver.types; or leave it out, and others make Subscriptions here.';
    throw new Error(
      `The neighbour ${name} has ${how}, but a server whose role is ${role} has nothing of its own to tell. ${others}`,
    );
  }
  const type = filter?.slice(0, filter.indexOf('?'));
  if (type === undefined || types.has(type)) return;
  throw new Error(`The filter ${filter} lets nothing through: ${name} is sent ${[...types].join(', ')}.`);
}

/** `neighbour/NAME/deliver`: sends a neighbour what is ours to tell. */
export function deliverer(way: Way, settings: DeliverSettings, { types, wants }: Selection): Subscriber {
  const name = `neighbour/${way.neighbour.name}/deliver`;
  return {
    ...{ name, types, wants, lanes: LANES, atOnce: 1 },
    pulls: way.neighbour.paused,
    async deliver([delivery], signal): Promise<Outcome> {
      const each = delivery as Delivery;
      if (each.edited === undefined && !(await isForThem(way, each))) return { outcome: 'delivered' };
      // Only what was refused and is sent again can come after what followed it; messages say when they are from.
      if (settings.as !== 'message' && each.attempts > 0 && (await isOvertaken(way.record.q, name, each))) {
        return { outcome: 'refused', reason: OVERTAKEN };
      }
      const composed = await composedFor(way, settings, each);
      if (composed === undefined) return NOT_YET;
      const send = async (what: Composed) =>
        neighbourOutcome(await way.client.ask(written(what, settings.format, each.edited), signal), way.neighbour);
      const outcome = await send(composed);
      // Somebody else has sent it under the same identifier: ours is put in its place.
      const isThere = composed.method === 'POST' && outcome.outcome === 'refused' && outcome.reason.startsWith('409 ');
      if (settings.as !== 'resource' || !isThere) return outcome;
      return send(asUpdate(composed));
    },
  };
}

/** Is a change news to a neighbour: not from it, and of something that it may know of? */
export async function isForThem(way: Way, change: Change): Promise<boolean> {
  return !(await way.cameFrom(change)) && (await mayBeKnown(way.record, change));
}

/** What is sent of a change; undefined before the server listens. */
export async function composedFor(
  way: Way,
  { as, progress }: Pick<DeliverSettings, 'as' | 'progress'>,
  change: Change,
): Promise<Composed | undefined> {
  const sender = way.sender();
  if (sender === undefined) return undefined;
  return compose(versionOf(change, progress), as, sender, way.neighbour, way.record);
}

/** A change as it is sent. */
export function versionOf(change: Change, progress: boolean): Version {
  const { type, id, version, at, text } = change;
  if (text === undefined) throw new Error(`There is no text of ${type}/${id}/_history/${version}.`);
  return { type, id, version, at, text, isChange: onwardAs(change, progress) !== 'new' };
}
