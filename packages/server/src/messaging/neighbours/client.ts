import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { FhirResource } from 'fhir/r4';
import { Agent } from 'undici';
import { parseExact } from '../../fhir/exact-json.ts';
import { CONTENT_TYPES, type Format } from '../../fhir/media-type.ts';
import type { Neighbour, NeighbourTls } from '../neighbour.ts';
import { SmartToken } from './smart-token.ts';

/** The most of an answer that is read. */
const LONGEST_ANSWER = 64 * 1_048_576;
const DEEPEST = 100;
const CONNECTIONS = 16;
const KEEP_ALIVE_MILLISECONDS = 30_000;

/** What is asked of a neighbour. */
export interface Asked {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to its base: `MedicationRequest?identifier=s|v`, encoded; or an address below its base; '': the base. */
  path: string;
  body?: string;
  /** What the body is written in. */
  format?: Format;
  headers?: { [name: string]: string };
}

/** What it answered. */
export interface NeighbourAnswer {
  status: number;
  headers: { [name: string]: string | string[] | undefined };
  text: string;
  /** The resource in the body, where there is one that can be read. */
  resource: FhirResource | undefined;
}

/** Speaks FHIR over HTTP with one neighbour, over connections that are kept. */
export class NeighbourClient {
  readonly name: string;
  readonly base: string;
  readonly #agent: Agent;
  readonly #bearer: string | undefined;
  readonly #smart: SmartToken | undefined;

  /** @throws when a file of its `tls` or `auth` cannot be read, or holds no key or certificate that will do */
  constructor({ name, base, tls, auth }: Pick<Neighbour, 'name' | 'base' | 'tls' | 'auth'>) {
    this.name = name;
    this.base = base;
    this.#agent = new Agent({
      connections: CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      pipelining: 1,
      connect: certificates(name, tls),
    });
    this.#bearer = auth?.bearer;
    this.#smart = auth?.smart === undefined ? undefined : new SmartToken(auth.smart, this.#agent);
  }

  /**
   * Asks once; where a token was refused, once more with a new one.
   * @param signal ends the wait for the answer
   * @throws what kept an answer from coming: no connection, no time
   */
  async ask(asked: Asked, signal: AbortSignal): Promise<NeighbourAnswer> {
    const token = this.#bearer ?? (await this.#smart?.token(signal));
    const answer = await this.#send(asked, token, signal);
    if (answer.status !== 401 || this.#smart === undefined) return answer;
    this.#smart.forget(token);
    return this.#send(asked, await this.#smart.token(signal), signal);
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(asked: Asked, token: string | undefined, signal: AbortSignal): Promise<NeighbourAnswer> {
    const { method, body, format = 'json' } = asked;
    const url = new URL(this.#address(asked.path));
    const {
      statusCode,
      headers,
      body: stream,
    } = await this.#agent.request({
      ...{ origin: url.origin, path: `${url.pathname}${url.search}`, method, signal, body: body ?? null },
      headers: {
        accept: CONTENT_TYPES.json,
        ...(body === undefined ? {} : { 'content-type': CONTENT_TYPES[format] }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...asked.headers,
      },
    });
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of stream) {
      parts.push(part as Buffer);
      length += (part as Buffer).length;
      if (length > LONGEST_ANSWER) throw new Error(`The answer of ${this.name} is longer than is read.`);
    }
    const text = Buffer.concat(parts).toString('utf8');
    return { status: statusCode, headers, text, resource: resourceIn(text) };
  }

  /** A token is for the neighbour alone: it is never sent to any other address. */
  #address(path: string): string {
    if (path === '') return this.base;
    if (!/^https?:/i.test(path)) return `${this.base}/${path}`;
    if (path.startsWith(`${this.base}/`) || path.startsWith(`${this.base}?`)) return path;
    throw new Error(`${path.slice(0, 200)} is not at ${this.name}, whose base is ${this.base}.`);
  }
}

function resourceIn(text: string): FhirResource | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = parseExact(text, DEEPEST) as FhirResource | null;
    return typeof value?.resourceType === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function certificates(name: string, tls: NeighbourTls | undefined) {
  if (tls === undefined) return {};
  const read = (file: string | undefined) => {
    try {
      return file === undefined ? undefined : readFileSync(file);
    } catch (error) {
      throw new Error(`The tls of the neighbour ${name} cannot be read: ${(error as Error).message}`);
    }
  };
  const [cert, key, ca] = [read(tls.certFile), read(tls.keyFile), read(tls.caFile)];
  const means = { ...(cert && { cert }), ...(key && { key }), ...(ca && { ca }) };
  try {
    createSecureContext(means);
  } catch (error) {
    const files = [tls.certFile, tls.keyFile, tls.caFile].filter((each) => each !== undefined).join(', ');
    throw new Error(`The tls of the neighbour ${name} cannot be used (${files}): ${(error as Error).message}`);
  }
  return means;
}
