/** Which events of a Subscription have been told. */
export interface EventNumbers {
  /** Every event up to this one. */
  last: number;
  /** Those after a gap, in order. */
  beyond: readonly number[];
}

/** So many events after a gap are remembered; what is forgotten is only asked for once more. */
const MOST_BEYOND = 1000;

/** What is known to have been told once more events have been, whatever their order, and however often. */
export function withEvents({ last, beyond }: EventNumbers, told: readonly number[]): EventNumbers {
  const rest = [...new Set([...beyond, ...told])].filter((each) => each > last).sort((a, b) => a - b);
  let now = last;
  while (rest[0] === now + 1) now = rest.shift() as number;
  return { last: now, beyond: rest.slice(0, MOST_BEYOND) };
}
