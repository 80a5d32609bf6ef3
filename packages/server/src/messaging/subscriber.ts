import type { FhirResource } from 'fhir/r4';
import type { Queryable } from '../store/database.ts';
import type { PatientKey } from '../store/ids.ts';

/** One version of a resource that has come to be, and the one before it. */
export interface Change {
  /** The compartment: 0 for what belongs to no patient. */
  key: PatientKey;
  type: string;
  id: string;
  version: number;
  /** When it was written: ISO instant, UTC. */
  at: string;
  /** What was written; undefined for a deletion. Shared: never change it. */
  resource: FhirResource | undefined;
  /** What was written, word for word: its numbers are exact. undefined for a deletion. */
  text: string | undefined;
  /** The version before; undefined where there was none, or it was a deletion. */
  before: FhirResource | undefined;
}

/** A change on its way to one subscriber. */
export interface Delivery extends Change {
  /** The event's number for this subscriber, from 1. */
  number: number;
  /** How often it was tried before. */
  attempts: number;
  /** What an operator wants sent instead. */
  edited: string | undefined;
}

/** How it went. */
export type Outcome =
  | { outcome: 'delivered' }
  /** The receiver will never take it as it is: an operator must look. Others go on. */
  | { outcome: 'refused'; reason: string }
  /** It may go well another time: it is tried again, without end. `onlyThis`: it fails for what is told, not for whom. */
  | { outcome: 'later'; reason: string; retryAfterSeconds?: number; onlyThis?: boolean };

/** Until the server listens, it does not know under which address others reach it. */
export const NOT_YET: Outcome = { outcome: 'later', reason: 'This server does not listen yet.' };

/** Whoever is told of changes. */
export interface Subscriber {
  /** Its name in the database: `Subscription/id`, `neighbour/pharmacy/deliver`, `orders/complete`. */
  readonly name: string;
  /** The types of resource it may want; undefined for any. What it does not want is not even read. */
  readonly types: ReadonlySet<string> | undefined;
  /** How many patients are served at the same time. Within a patient, and within a resource of none, order is kept. */
  readonly lanes: number;
  /** The most events that are handed over in one delivery. */
  readonly atOnce: number;
  /** Order is kept across patients too, with one lane: while its receiver fails, nothing overtakes what waits. */
  readonly inOrder?: boolean;
  /** There is no one receiver, so that a delivery that fails says nothing of the others. */
  readonly manyReceivers?: boolean;
  /** Delivers itself: the dispatcher leaves it alone (a websocket is fed by the process that holds it). */
  readonly pulls?: boolean;
  /** Is it to be told? Must not throw. */
  wants(change: Change): boolean;
  /** Tells it. May be called again with what was told before: a crash may come between the deed and the note of it. */
  deliver(deliveries: Delivery[], signal: AbortSignal): Promise<Outcome>;
  /** Hears of each round: how many failures there have been in a row, 0 after a success. */
  afterRound?(failures: number, reason?: string): Promise<void>;
}

/** Where subscribers come from. */
export interface SubscriberSource {
  /** All that there are now. */
  load(): Promise<Subscriber[]>;
  /** A change passes that may change who they are: the subscribers anew, or undefined where it does not. */
  changed(change: Change): SubscriberChange | undefined;
  /** The types of resource whose changes it must see. */
  readonly types: ReadonlySet<string>;
  /** Reads what its subscribers must know to say whether they want any of these changes, which come next. */
  prepare?(q: Queryable, changes: readonly Change[]): Promise<void>;
  /** The changes that it was shown are dealt with for good: what follows from them may begin. */
  settled?(): void;
}

/** Work that the leading process alone does. */
export interface Duty {
  /** This process leads now. May be called again after {@link end}. */
  begin(): void;
  /** It leads no more, or stops. Resolves when nothing is under way. */
  end(): Promise<void>;
}

/** A subscriber that came, changed or went. */
export interface SubscriberChange {
  name: string;
  subscriber: Subscriber | undefined;
}
