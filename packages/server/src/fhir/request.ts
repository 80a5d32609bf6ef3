import type { FhirResource, OperationOutcome } from 'fhir/r4';
import type { Dmd } from '../dmd/dmd.ts';
import type { Release } from '../dmd/release.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Role } from '../roles.ts';
import type { Findings } from '../store/findings.ts';
import type { Record } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import type { Conformance } from './conformance.ts';
import type { Beside } from './sender.ts';

/** One FHIR interaction as asked for, over HTTP or as an entry of a Bundle. */
export interface FhirRequest {
  method: string;
  /** What follows the base URL, split at `/` and decoded: `['Patient', '1', '_history']`. */
  path: string[];
  /** Names and values of the query, decoded, in order; for a POST search those of the body too. */
  query: [name: string, value: string][];
  /** Lower-case names. */
  headers: { [name: string]: string | undefined };
  /** The body, parsed: a resource, or a JSON Patch document. May hold `JSON.rawJSON` numbers. */
  body?: unknown;
  /** The body's media type, without parameters. */
  contentType?: string | undefined;
}

/** What an interaction answers, before it is written as JSON or XML. */
export interface FhirAnswer {
  status: number;
  /** The JSON text of the resource that is returned, if one is. */
  text?: string;
  etag?: string;
  lastModified?: string;
  /** Relative to the base: `Patient/1/_history/2`. */
  location?: string;
  /** What `Prefer: return=OperationOutcome` answers with. */
  outcome?: OperationOutcome;
  /** What was found about what was written. */
  findings?: Findings;
  /** What the client should know though it was answered: sentences for a developer. */
  warnings?: string[];
  /** Does `Prefer: return=` apply: was something written? */
  wrote?: boolean;
}

/** What interactions work with. */
export interface Session {
  store: Store;
  /** The record to read and write: the database, or the transaction that a Bundle runs in. */
  record: Record;
  /** The FHIR base URL as the client knows it, without a slash at the end. */
  base: string;
  /** Milliseconds since 1970. */
  now: number;
  limits: FhirLimits;
  /** What each layer of checks does to a write. */
  conformance: Conformance;
  /** `own`: this server's pages and tasks. Else what is written comes from a client. */
  origin?: 'own' | undefined;
  /** What part this server plays. */
  role: Role;
  /** Whoever is told of what is written; undefined where a session serves no requests from outside. */
  messaging?: Messaging | undefined;
  /** The ODS code of who sent this, where that is known better than the resources say: a message's sender, a client. */
  sender?: string | undefined;
  /** The organisations and roles that came in the same Bundle. */
  beside?: Beside | undefined;
  /** Where the dm+d release comes from; undefined for work that needs none. */
  dmd: Dmd | undefined;
  /** The dm+d release of this request; `releaseOf` looks for one where there is none yet. */
  release: Release | undefined;
  /** Is `record` that of an open transaction? */
  transacting: boolean;
  /** Runs work in one transaction: a new one, or the one that is already open. */
  atomically<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

export interface FhirLimits {
  bodyBytes: number;
  nesting: number;
  bundleEntries: number;
  defaultCount: number;
  maxCount: number;
}

/** A resource known by type and id. */
export type Resource = FhirResource & { id?: string };
