import type { Bundle, FhirResource, MedicationRequest } from 'fhir/r4';
import { LRUCache } from 'lru-cache';
import { parametersOf } from '../../search/parameters.ts';
import { narrowingOf } from '../../search/tokens.ts';
import type { Queryable } from '../../store/database.ts';
import type { Candidates, Record } from '../../store/record.ts';
import type { BackOff } from '../back-off.ts';
import type { Log } from '../dispatcher.ts';
import { businessIdentifier, identified, identifierToken } from './business-identifier.ts';
import type { NeighbourClient } from './client.ts';
import type { FetchQueue } from './fetch-queue.ts';
import { reasonIn } from './outcome-of.ts';
import { Rounds } from './rounds.ts';

/** The most orders that are asked about in one request. */
const BATCH = 50;
/** Orders read from the database at a time. */
const CHUNK = 500;
/** Days for which an order that is over is still asked about: a supply may have crossed its end, or be corrected. */
const DAYS_AFTER = 14;
/** What is over is asked about in one round of so many, and at the least so often. */
const ROUNDS_BETWEEN = 10;
const MOST_MILLISECONDS_BETWEEN = 3_600_000;
/** Versions of dispenses that are known to have been asked for; one that is forgotten is fetched again, to no effect. */
const MOST_KNOWN = 100_000;

export interface PollerOptions {
  q: Queryable;
  record: Record;
  queue: FetchQueue;
  client: NeighbourClient;
  /** Seconds between rounds. */
  every: number;
  delays: BackOff;
  /** Seconds that the neighbour has to answer. */
  timeout: number;
  log: Log;
  /** Is an order one that the neighbour was sent? */
  isTheirs(order: MedicationRequest): boolean;
  /** This server's FHIR base; undefined before it listens. */
  base(): string | undefined;
}

/**
 * Asks a neighbour, now and then, for the dispenses of our orders, by the orders' identifiers: of those in force or on hold
 * in each round, of those that are over for some days, less often.
 */
export function poller(options: PollerOptions): Rounds {
  const { q, client, every, delays, log } = options;
  const known = new LRUCache<string, string>({ max: MOST_KNOWN });
  let rounds = 0;
  let lookedBack = Number.NEGATIVE_INFINITY;
  return new Rounds({
    ...{ name: `neighbour/${client.name}/poll`, q, delays: { first: every, most: Math.max(every, delays.most) }, log },
    async work(signal) {
      const ask = async (orders: AsyncIterable<string>) => {
        for await (const identifiers of batchesOf(orders)) {
          await askAbout(options, identifiers, known, signal);
          signal.throwIfAborted();
        }
      };
      await ask(identifiersOf(options, GOES_ON, { anyOf: [hashesOf(GOES_ON)], order: 'identity' }));
      const now = performance.now();
      if (rounds++ % ROUNDS_BETWEEN === 0 || now - lookedBack >= MOST_MILLISECONDS_BETWEEN) {
        const from = new Date(Date.now() - DAYS_AFTER * 86_400_000).toISOString();
        await ask(identifiersOf(options, IS_OVER, { anyOf: [], order: 'oldest', from }));
        lookedBack = now;
      }
      return every * 1000;
    },
  });
}

const GOES_ON: readonly string[] = ['active', 'on-hold'];
const IS_OVER: readonly string[] = ['completed', 'stopped', 'cancelled', 'entered-in-error'];

/** The identifiers of our orders of some statuses that the neighbour was sent, found by an index that searches use. */
async function* identifiersOf(
  { record, isTheirs, base }: PollerOptions,
  statuses: readonly string[],
  how: Pick<Candidates, 'anyOf' | 'order' | 'from'>,
): AsyncGenerator<string> {
  const own = base();
  if (own === undefined) return;
  for (let after: Candidates['after']; ; ) {
    const rows = await record.candidates({
      ...{ type: 'MedicationRequest', all: [], noneOf: [], limit: CHUNK, ...how },
      ...(after === undefined ? {} : { after }),
    });
    for (const { resource } of rows) {
      const order = resource as MedicationRequest & { id: string };
      const identifier =
        statuses.includes(order.status) && isTheirs(order) ? businessIdentifier(identified(order, own)) : undefined;
      if (identifier !== undefined) yield identifierToken(identifier);
    }
    after = rows.at(-1);
    if (rows.length < CHUNK) return;
  }
}

/** What the index files an order of one of some statuses under. */
function hashesOf(statuses: readonly string[]): number[] {
  const parameter = parametersOf('MedicationRequest').get('status');
  if (parameter === undefined) throw new Error('There is no search parameter MedicationRequest.status.');
  const values = statuses.map((code) => ({ kind: 'token' as const, code }));
  const narrowing = narrowingOf('MedicationRequest', { kind: 'value', source: 'status', parameter, values });
  return narrowing?.flatMap(({ anyOf }) => anyOf) ?? [];
}

async function* batchesOf(identifiers: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const each of identifiers) {
    if (batch.push(each) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Notes for fetching each version of a dispense that was not seen before, whatever its status. */
async function askAbout(
  { q, queue, client, timeout }: PollerOptions,
  identifiers: readonly string[],
  known: LRUCache<string, string>,
  ending: AbortSignal,
): Promise<void> {
  const orders = encodeURIComponent(identifiers.join(','));
  let next: string | undefined =
    `MedicationDispense?prescription:identifier=${orders}&_elements=identifier,status&_count=200`;
  while (next !== undefined) {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(timeout * 1000)]);
    const answer = await client.ask({ method: 'GET', path: next }, signal);
    if (answer.status !== 200 || answer.resource?.resourceType !== 'Bundle') throw new Error(reasonIn(answer));
    const page = answer.resource as Bundle;
    const news = (page.entry ?? []).flatMap(({ resource }) => newsIn(resource as FhirResource | undefined, known));
    if (news.length > 0) {
      await queue.add(
        q,
        client.name,
        news.map(({ what }) => what),
      );
      queue.told();
      for (const { what, version } of news) known.set(what, version);
    }
    next = page.link?.find(({ relation }) => relation === 'next')?.url;
  }
}

function newsIn(
  resource: FhirResource | undefined,
  known: LRUCache<string, string>,
): { what: string; version: string }[] {
  if (resource?.resourceType !== 'MedicationDispense' || resource.id === undefined) return [];
  const what = `MedicationDispense/${resource.id}`;
  const version = resource.meta?.versionId ?? resource.meta?.lastUpdated ?? '';
  return version !== '' && known.get(what) === version ? [] : [{ what, version }];
}
