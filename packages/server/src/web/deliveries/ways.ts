import type { Config } from '../../config.ts';
import type { Neighbour } from '../../messaging/neighbour.ts';
import type { Standing } from '../../messaging/operate.ts';
import { counted } from '../dates.ts';
import type { Tag } from '../words.ts';

/** One way in which something is told, or asked. */
interface Way extends Standing {
  /** What it does, in a few words. */
  says: string;
  /** How it is, in a word or two. */
  state: Tag;
  /** How long that has waited which waits the longest, in words. */
  lag: string | undefined;
  lagSeconds: number | undefined;
}

/** A neighbour, the Subscriptions, or what the server does for itself, with its ways. */
export interface Party {
  name: string;
  /** Where it is. */
  base: string | undefined;
  ways: Way[];
  /** All of its ways are paused by an operator. */
  paused: boolean;
  /** The configuration has it paused. */
  isOff: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
  deliver: 'Sends what is ours to tell',
  notify: 'Tells what there is news of',
  fetch: 'Fetches what it was told of',
  poll: 'Asks for dispenses of active orders',
  subscribe: 'Keeps a Subscription there',
};

/** What the server does for itself. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  'orders/complete': 'Completes orders that were supplied',
  'messages/process': 'Processes messages that were sent to be answered later',
  'messages/responses': 'Answers messages that were processed later',
};

/** The ways of a neighbour that its configuration asks for; fetching where there is anything to it. */
function waysOf(neighbour: Neighbour, known: ReadonlyMap<string, Standing>): string[] {
  const { deliver, notify, poll, subscribe } = neighbour;
  const asked = { deliver: deliver !== undefined, notify, poll: poll !== undefined, subscribe };
  const names = Object.entries(asked).flatMap(([kind, is]) => (is ? [`neighbour/${neighbour.name}/${kind}`] : []));
  const fetch = `neighbour/${neighbour.name}/fetch`;
  return known.has(fetch) ? [...names, fetch] : names;
}

/** Everybody who is told or asked, as configured and as it stands. */
export function partiesOf({ neighbours }: Config, all: readonly Standing[], now: number): Party[] {
  const known = new Map(all.map((each) => [each.name, each]));
  const parties = neighbours.map((neighbour) => {
    const { name, base, paused } = neighbour;
    const ways = waysOf(neighbour, known).map((each) => wayOf(known.get(each) ?? fresh(each), now, paused));
    return { name, base, ways, paused: ways.length > 0 && ways.every((each) => each.paused), isOff: paused };
  });
  const shown = new Set(parties.flatMap(({ ways }) => ways.map(({ name }) => name)));
  const others = all.filter(({ name }) => !shown.has(name)).map((each) => wayOf(each, now, false));
  const subscriptions = others.filter(({ name }) => name.startsWith('Subscription/'));
  const rest = others.filter((each) => !subscriptions.includes(each));
  const party = (name: string, ways: Way[]) => ({ name, base: undefined, ways, paused: false, isOff: false });
  return [
    ...parties,
    ...(subscriptions.length > 0 ? [party('Subscriptions', subscriptions)] : []),
    ...(rest.length > 0 ? [party('This server itself', rest)] : []),
  ];
}

/** How it stands with one for whom there was nothing yet. */
export function fresh(name: string): Standing {
  const nothing = { failures: 0, error: null, lastSuccess: null, waiting: 0, failing: 0, oldest: null, refused: 0 };
  return { name, paused: false, ...nothing };
}

function wayOf(standing: Standing, now: number, isOff: boolean): Way {
  const { name, oldest } = standing;
  const kind = name.split('/').at(-1) ?? name;
  const lagSeconds = oldest === null ? undefined : Math.max(0, Math.round((now - Date.parse(oldest)) / 1000));
  const says = (name.startsWith('neighbour/') ? WORDS[kind] : OWN_WORDS[name]) ?? name;
  const lag = lagSeconds === undefined ? undefined : spanOf(lagSeconds);
  return { ...standing, says, state: stateOf(standing, isOff), lag, lagSeconds };
}

function stateOf({ paused, failures, waiting, refused }: Standing, isOff: boolean): Tag {
  if (isOff) return { text: 'Paused by the configuration', colour: 'grey' };
  if (paused) return { text: 'Paused', colour: 'yellow' };
  if (failures > 0) return { text: `Failed ${counted(failures, 'time')}`, colour: 'red' };
  if (refused > 0) return { text: `${refused} refused`, colour: 'orange' };
  return waiting > 0 ? { text: 'On its way', colour: 'blue' } : { text: 'Up to date', colour: 'green' };
}

/** `3 seconds`, `2 hours`: the largest unit alone. */
function spanOf(seconds: number): string {
  const [size, noun] = (
    [
      [86_400, 'day'],
      [3600, 'hour'],
      [60, 'minute'],
    ] as const
  ).find(([size]) => seconds >= size) ?? [1, 'second'];
  return counted(Math.floor(seconds / size), noun);
}
