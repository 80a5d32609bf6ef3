import assert from 'node:assert/strict';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4';
import { buildApp } from '../../src/app.ts';
import { type Config, DEFAULTS } from '../../src/config.ts';
import type { Dmd } from '../../src/dmd/dmd.ts';
import type { Conformance } from '../../src/fhir/conformance.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestStore } from './test-store.ts';

/** The base that requests of tests are made to. */
export const BASE = 'http://concord.test/fhir';

export interface Sent {
  /** An object is sent as JSON; text and bytes as they are, with `Content-Type: application/fhir+json` unless given. */
  body?: unknown;
  headers?: { [name: string]: string };
}

/** One answer of the server. */
export class Answer {
  readonly status: number;
  readonly headers: { [name: string]: unknown };
  readonly text: string;

  constructor(status: number, headers: { [name: string]: unknown }, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /** The resource in the body, as plain JSON. */
  resource<T extends FhirResource = FhirResource>(): T {
    return JSON.parse(this.text) as T;
  }

  get bundle(): Bundle {
    const bundle = this.resource<Bundle>();
    assert.equal(bundle.resourceType, 'Bundle', this.text.slice(0, 500));
    return bundle;
  }

  get outcome(): OperationOutcome {
    const outcome = this.resource<OperationOutcome>();
    assert.equal(outcome.resourceType, 'OperationOutcome', this.text.slice(0, 500));
    return outcome;
  }

  /** `Type/id` of the matches of a searchset, in order. */
  get found(): string[] {
    return this.named('match');
  }

  /** `Type/id` of what a searchset brings along. */
  get included(): string[] {
    return this.named('include');
  }

  private named(mode: string): string[] {
    return (this.bundle.entry ?? [])
      .filter((entry) => entry.search?.mode === mode)
      .map(({ resource }) => `${resource?.resourceType}/${resource?.id}`);
  }
}

/** A server in this process, over a database of its own. */
export interface TestServer {
  app: FastifyInstance;
  store: Store;
  /** Sends one request to the FHIR base: `send('GET', 'Patient/1')`. */
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  get(path: string, headers?: { [name: string]: string }): Promise<Answer>;
  /** Creates a resource and returns it as stored; fails the test when it is refused. */
  create<T extends FhirResource>(resource: T): Promise<T & { id: string }>;
  /** Puts a resource under its own id. */
  put<T extends FhirResource>(resource: T): Promise<T & { id: string }>;
  /** How many rows there are of everything that is written. */
  rows(): Promise<{ [table: string]: number }>;
  close(): Promise<void>;
}

/** What most tests need: FHIR R4 refuses, all else is found and kept, so that a resource need have only what a test is about. */
export const FHIR_REFUSES: Conformance = {
  ...{
    fhir: 'refuse',
    'uk-core': 'warn',
    profile: 'warn',
    guide: 'warn',
    dmd: 'warn',
    dosage: 'warn',
    identity: 'warn',
    sources: {},
  },
};

/**
 * @param config what differs from the defaults
 * @param dmd    the dm+d release to serve, for tests that need one
 */
export async function openTestServer(config: Partial<Config> = {}, dmd?: Dmd): Promise<TestServer> {
  const { store, close } = await openTestStore();
  const app = await buildApp(store, { ...DEFAULTS, logLevel: 'silent', conformance: FHIR_REFUSES, ...config }, dmd);
  const send = async (method: string, path: string, { body, headers }: Sent = {}): Promise<Answer> => {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    const response = await app.inject({
      method: method as NonNullable<InjectOptions['method']> & string,
      url: path.startsWith('/') ? path : `/fhir${path === '' || path.startsWith('?') ? '' : '/'}${path}`,
      headers: {
        host: 'concord.test',
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: isText ? (body as string) : JSON.stringify(body) }),
    });
    return new Answer(response.statusCode, response.headers, response.body);
  };
  const write = async <T extends FhirResource>(method: string, path: string, resource: T) => {
    const answer = await send(method, path, { body: resource });
    assert.ok(answer.status === 200 || answer.status === 201, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.resource() as unknown as T & { id: string };
  };
  return {
    ...{ app, store, send },
    get: (path, headers = {}) => send('GET', path, { headers }),
    create: (resource) => write('POST', resource.resourceType, resource),
    put: (resource) => write('PUT', `${resource.resourceType}/${resource.id}`, resource),
    async rows() {
      const tables = ['resource', 'resource_history', 'identifier_claim', 'resource_location'];
      const counts: [string, number][] = [];
      for (const table of tables) {
        const [row] = await store.db.query<{ n: number }>(`select count(*) as n from ${table}`);
        counts.push([table, row?.n ?? 0]);
      }
      return Object.fromEntries(counts);
    },
    async close() {
      await app.close();
      await close();
    },
  };
}
