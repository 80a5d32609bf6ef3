import { layers } from '@concord/conformance';
import type { Config } from '../config.ts';
import type { Dmd } from '../dmd/dmd.ts';
import type { Conformance, OnWrite } from '../fhir/conformance.ts';
import type { Session } from '../fhir/request.ts';
import { NO_ADDRESS, openSession } from '../fhir/session.ts';
import type { Store } from '../store/store.ts';
import { Dispatcher, type Log } from './dispatcher.ts';
import { Forgetting } from './forgetting.ts';
import { messageSubscribers } from './messages/message-subscribers.ts';
import type { Neighbour } from './neighbour.ts';
import { type MessageSource, Neighbours, type Told } from './neighbours/neighbours.ts';
import { receiveFetched } from './neighbours/receive-fetched.ts';
import { orderCompletion } from './orders/complete.ts';
import { cameFrom } from './receiving/seen.ts';
import type { EndpointSettings } from './subscriptions/endpoints.ts';
import { Sockets } from './subscriptions/sockets.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';

/** What the parts of messaging work with. */
export interface Surroundings {
  store: Store;
  config: Config;
  dmd: Dmd | undefined;
  log: Log;
  /** This server's FHIR base as others know it; undefined until it listens, unless it is configured. */
  base(): string | undefined;
}

/** Everything that follows a write: who is told, and the dispatcher that tells them. */
export class Messaging {
  readonly dispatcher: Dispatcher;
  /** FHIR Subscriptions. */
  readonly subscriptions: Subscriptions;
  /** The websockets of this process. */
  readonly sockets: Sockets;
  /** The systems that this one works with. */
  readonly neighbours: Neighbours;
  /** Where messages and notifications may go. */
  readonly settings: EndpointSettings;

  constructor(surroundings: Surroundings) {
    const { store, config, log } = surroundings;
    this.settings = config;
    const asAsked = () => this.#session(surroundings);
    const messages = messageSubscribers({ session: asAsked, settings: config });
    this.subscriptions = new Subscriptions(surroundings, (name) => this.dispatcher.attend(name));
    this.sockets = new Sockets(surroundings, this.subscriptions);
    this.neighbours = new Neighbours(surroundings, { receive: receiveFetched(config.role, asAsked), cameFrom });
    const policy = config.orders.complete;
    const completion = orderCompletion(policy, () => this.#ownSession(surroundings));
    const sources = [this.subscriptions, this.neighbours.source, messages, completion];
    const kept = { delivered: config.delivery.keepDays, answers: config.messages.keepAnswerDays };
    const duties = [this.subscriptions, ...this.neighbours.duties, new Forgetting(store.db, kept, log)];
    this.dispatcher = new Dispatcher(store, sources, config.delivery, log, duties);
  }

  start(): void {
    this.neighbours.start();
    this.dispatcher.start();
  }

  /** A message with only its header tells of something to be fetched. @returns false where its sender is no neighbour */
  notified(source: MessageSource, told: readonly Told[]): Promise<boolean> {
    return this.neighbours.notified(source, told);
  }

  /** The neighbour that a message says it is from. */
  neighbourOf(source: MessageSource): Neighbour | undefined {
    return this.neighbours.neighbourOf(source);
  }

  /** An operator did something: what waits is tried at once. */
  attend(): void {
    this.dispatcher.attend();
    this.neighbours.attend();
  }

  /** A session for what is done later as for a request from outside; undefined before the server listens. */
  #session(surroundings: Surroundings): Session | undefined {
    const own = surroundings.base();
    return own === undefined ? undefined : openSession(surroundings, own, { messaging: this });
  }

  /** A session for what this server itself writes. What it holds was accepted before: its checks refuse nothing here. */
  #ownSession({ store, config, dmd, base }: Surroundings): Session {
    const lenient = { ...config, conformance: refusingNothing(config.conformance) };
    return openSession({ store, config: lenient, dmd }, base() ?? NO_ADDRESS, { origin: 'own' });
  }

  async close(): Promise<void> {
    await this.dispatcher.close();
    await this.neighbours.close();
  }
}

/** What is found is kept, and refuses nothing. */
function refusingNothing(conformance: Conformance): Conformance {
  const warned = Object.fromEntries(layers.map((layer): [string, OnWrite] => [layer, 'warn']));
  return { ...conformance, ...warned, sources: {} };
}
