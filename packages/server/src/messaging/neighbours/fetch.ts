import type { Bundle, FhirResource } from 'fhir/r4';
import { withOwnReferences } from '../../fhir/own-references.ts';
import type { Queryable } from '../../store/database.ts';
import { type BackOff, backOff } from '../back-off.ts';
import type { Log } from '../dispatcher.ts';
import type { Outcome } from '../subscriber.ts';
import type { NeighbourClient } from './client.ts';
import type { FetchQueue, ToFetch } from './fetch-queue.ts';
import { reasonIn } from './outcome-of.ts';
import { Rounds, reasonOf } from './rounds.ts';
import { type Entry, type Holder, selfContained } from './self-contained.ts';

/** Takes what was fetched into the record. */
export type Receive = (entries: Entry[], from: NeighbourClient) => Promise<Outcome>;

const AT_ONCE = 4;
const ROUND = 64;
/** How often it is looked for what nobody told this process of. */
const LOOK_MILLISECONDS = 5000;

export interface FetcherOptions {
  q: Queryable;
  queue: FetchQueue;
  client: NeighbourClient;
  delays: BackOff;
  /** Seconds that the neighbour has to answer. */
  timeout: number;
  log: Log;
  receive: Receive;
}

/** Fetches from one neighbour what was told of, for as long as there is any. */
export function fetcher(options: FetcherOptions): Rounds {
  const { q, queue, client, delays, log } = options;
  const rounds: Rounds = new Rounds({
    ...{ name: `neighbour/${client.name}/fetch`, q, delays, log },
    async work(signal) {
      for (;;) {
        const due = await queue.due(client.name, ROUND);
        if (due.length === 0) break;
        const failed = await fetchAll(options, due, signal);
        signal.throwIfAborted();
        // Nothing got through: it is the neighbour, not one resource.
        if (failed.length === due.length) throw new Error(failed[0]);
      }
      return Math.min(LOOK_MILLISECONDS, (await queue.untilNext(client.name)) ?? LOOK_MILLISECONDS);
    },
  });
  queue.onTold(() => rounds.wake());
  return rounds;
}

/** @returns why some could not be fetched */
async function fetchAll(options: FetcherOptions, due: ToFetch[], signal: AbortSignal): Promise<string[]> {
  const waiting = [...due];
  const failed: string[] = [];
  const work = async () => {
    for (let each = waiting.shift(); each !== undefined && !signal.aborted; each = waiting.shift()) {
      const reason = await fetchOne(options, each, signal);
      if (reason !== undefined) failed.push(reason);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failed;
}

async function fetchOne(options: FetcherOptions, each: ToFetch, ending: AbortSignal): Promise<string | undefined> {
  const { queue, client, delays, timeout } = options;
  const outcome = await tried(options, each, AbortSignal.any([ending, AbortSignal.timeout(timeout * 1000)]));
  if (ending.aborted) return undefined;
  if (outcome.outcome === 'delivered') await queue.done(client.name, each);
  if (outcome.outcome === 'refused') await queue.refused(client.name, each, outcome.reason);
  if (outcome.outcome !== 'later') return undefined;
  const seconds = Math.max(backOff(delays, each.attempts + 1), outcome.retryAfterSeconds ?? 0);
  await queue.later(client.name, each, outcome.reason, seconds);
  return outcome.reason;
}

async function tried({ client, receive }: FetcherOptions, { what }: ToFetch, signal: AbortSignal): Promise<Outcome> {
  try {
    const found = await look(client, what, signal);
    if ('outcome' in found) return found;
    const holder = recordOf(client, found.beside, signal);
    for (const focus of found.matches) {
      const outcome = await receive(await selfContained(focus, holder), client);
      if (outcome.outcome !== 'delivered') return outcome;
    }
    return { outcome: 'delivered' };
  } catch (error) {
    return { outcome: 'later', reason: reasonOf(error) };
  }
}

interface Found {
  matches: FhirResource[];
  beside: Map<string, FhirResource>;
}

/** Asks for what was told of, with what it refers to where the neighbour can give that along. */
async function look(client: NeighbourClient, what: string, signal: AbortSignal): Promise<Found | Outcome> {
  const { type, query } = searchFor(what);
  const includes = `&_include=${type}:*&_include:iterate=PractitionerRole:*`;
  let answer = await client.ask({ method: 'GET', path: `${query}${includes}` }, signal);
  if (answer.status === 400) answer = await client.ask({ method: 'GET', path: query }, signal);
  const { status, resource } = answer;
  if (status !== 200 || resource?.resourceType !== 'Bundle') return { outcome: 'later', reason: reasonIn(answer) };
  const entries = ((resource as Bundle).entry ?? []).flatMap((entry) => {
    const { resource: each, search } = entry;
    return each === undefined
      ? []
      : [{ resource: withOwnReferences(each as FhirResource, client.base), mode: search?.mode }];
  });
  const matches = entries.filter(({ resource: each, mode }) => each.resourceType === type && mode !== 'include');
  if (matches.length === 0) return absent(client, what, signal);
  const beside = new Map(entries.map(({ resource: each }) => [`${each.resourceType}/${each.id}`, each]));
  return { matches: matches.map((each) => each.resource), beside };
}

/** What was told of is not there: it was deleted, or is still on its way. */
async function absent(client: NeighbourClient, what: string, signal: AbortSignal): Promise<Outcome> {
  if (!what.includes('?')) {
    const { status } = await client.ask({ method: 'GET', path: what }, signal);
    if (status === 410) return { outcome: 'delivered' };
  }
  return { outcome: 'later', reason: `${client.name} does not have ${what} yet.` };
}

/** `Type/id` and `Type?identifier=system|value` as searches. */
function searchFor(what: string): { type: string; query: string } {
  const [, type = '', kind, rest = ''] = /^([A-Za-z]+)(\/|\?identifier=)(.*)$/s.exec(what) ?? [];
  const name = kind === '/' ? '_id' : 'identifier';
  return { type, query: `${type}?${name}=${encodeURIComponent(rest)}` };
}

/** What the neighbour has: what it gave along, or gives when asked. */
function recordOf(client: NeighbourClient, beside: ReadonlyMap<string, FhirResource>, signal: AbortSignal): Holder {
  return {
    base: client.base,
    async look(references) {
      const found = new Map<string, FhirResource>();
      await Promise.all(
        references.map(async (reference) => {
          const resource = beside.get(reference) ?? (await read(client, reference, signal));
          if (resource !== undefined) found.set(reference, resource);
        }),
      );
      return found;
    },
  };
}

/** @throws where the neighbour may have it, but does not answer now */
async function read(client: NeighbourClient, reference: string, signal: AbortSignal) {
  const answer = await client.ask({ method: 'GET', path: reference }, signal);
  if (answer.status === 200) return answer.resource;
  if (answer.status === 429 || answer.status >= 500) throw new Error(reasonIn(answer));
  return undefined;
}
