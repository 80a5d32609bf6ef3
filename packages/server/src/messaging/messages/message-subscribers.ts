import type { Bundle, OperationOutcome } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { Refusal } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import type { Neighbour } from '../neighbour.ts';
import { NeighbourClient } from '../neighbours/client.ts';
import { outcomeOf } from '../neighbours/outcome-of.ts';
import { type Delivery, NOT_YET, type Subscriber, type SubscriberSource } from '../subscriber.ts';
import { type EndpointSettings, endpointRefusal } from '../subscriptions/endpoints.ts';
import { keepResponse, keptMessage, toDoOf } from './later.ts';
import { processMessage } from './process-message.ts';
import { type Message, readMessage } from './read-message.ts';
import { responseTo } from './response.ts';

const BUNDLES: ReadonlySet<string> = new Set(['Bundle']);
/** Responses on their way at the same time: a receiver that does not answer keeps no other's from arriving. */
const LANES = 8;

/** What processing and answering messages later works with. */
export interface MessageWork {
  /** A session as for a request from outside; undefined before the server listens. */
  session(): Session | undefined;
  settings: EndpointSettings;
}

/** Processes the messages that were taken with async, and sends the answers. */
export function messageSubscribers(work: MessageWork): SubscriberSource {
  const all = [processing(work), responding(work)];
  return { types: new Set(), load: async () => all, changed: () => undefined };
}

function processing({ session: open }: MessageWork): Subscriber {
  return {
    ...{ name: 'messages/process', types: BUNDLES, lanes: 1, atOnce: 1, manyReceivers: true },
    wants: (change) => toDoOf(change) === 'to-process',
    async deliver([delivery]) {
      const session = open();
      if (session === undefined) return NOT_YET;
      const { bundle, address } = kept(delivery as Delivery);
      const response = await responseNow(session, bundle);
      await keepResponse(session, (delivery as Delivery).id, response, address as string);
      return { outcome: 'delivered' };
    },
  };
}

async function responseNow(session: Session, bundle: Bundle): Promise<Bundle> {
  let message: Message | undefined;
  try {
    message = readMessage(session, bundle);
    return JSON.parse(await processMessage(session, message)) as Bundle;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const header = (bundle.entry?.[0]?.resource ?? {}) as Message['header'];
    const code = error.status >= 500 ? 'transient-error' : 'fatal-error';
    return responseTo(session, message ?? { header, bundle }, code, error.outcome as OperationOutcome);
  }
}

function responding({ settings }: MessageWork): Subscriber {
  const clients = new Map<string, NeighbourClient>();
  const clientFor = (url: string): NeighbourClient => {
    const neighbour = settings.neighbours.find(({ base }) => url.startsWith(`${base}/`));
    const who: Pick<Neighbour, 'name' | 'base' | 'tls' | 'auth'> = neighbour ?? {
      ...{ name: url, base: url, tls: undefined, auth: undefined },
    };
    const client = clients.get(who.base) ?? new NeighbourClient(who);
    clients.set(who.base, client);
    return client;
  };
  return {
    ...{ name: 'messages/responses', types: BUNDLES, lanes: LANES, atOnce: 1, manyReceivers: true },
    wants: (change) => toDoOf(change) === 'to-send',
    async deliver([delivery], signal) {
      const { bundle, address = '' } = kept(delivery as Delivery);
      // Who may be told is asked again: the site may have changed its mind.
      const refusal = endpointRefusal(address, settings);
      if (refusal !== undefined) return { outcome: 'refused', reason: refusal };
      const client = clientFor(address);
      const path = client.base === address ? '' : address;
      const body = (delivery as Delivery).edited ?? JSON.stringify(bundle);
      return outcomeOf(await client.ask({ method: 'POST', path, body }, signal));
    },
  };
}

function kept({ text }: Delivery) {
  return keptMessage(parseExact(text as string, Number.POSITIVE_INFINITY) as unknown as Bundle);
}
