import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that came by, and what can be done with it. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
  /** Sends it on, and returns the answer. */
  forward(): Promise<Answered>;
  /** Gives the client an answer. */
  answer(answer: Answered): void;
  /** Cuts the client off without one. */
  cut(): void;
}

export interface Answered {
  status: number;
  headers: { [name: string]: string | string[] | undefined };
  body: Buffer;
}

/** What happens to one request on its way. */
export type Fault = (passing: Passing) => Promise<void>;

/** The answer is lost: the receiver has done what it was asked, and the sender cannot know. */
export const dropAnswer: Fault = async (passing) => {
  await passing.forward();
  passing.cut();
};

/** The request arrives twice. */
export const duplicate: Fault = async (passing) => {
  await passing.forward();
  passing.answer(await passing.forward());
};

/** A real HTTP proxy in front of one server, through which others reach it, and where things go wrong as they are told. */
export class FaultProxy {
  /** What happens to the next requests, one each; then they pass. */
  readonly faults: Fault[] = [];
  /** Hears of every answer that a client is given. */
  onAnswer: ((passing: Passing, answer: Answered) => void) | undefined;
  /** Nobody gets through. */
  refusing = false;
  /** Every request that changes something and got through, to be sent again late. */
  readonly passed: (() => Promise<Answered>)[] = [];
  readonly #target: URL;
  readonly #server: Server;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((asked, reply) => void this.#pass(asked, reply));
    this.#server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      if (this.refusing) socket.destroy();
    });
  }

  static async before(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(asked: IncomingMessage, reply: ServerResponse) {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of asked) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const forward = () => send(this.#target, asked, body);
    const passing: Passing = {
      ...{ method: asked.method ?? 'GET', path: asked.url ?? '/', body, forward },
      answer: (answer) => {
        const { status, headers, body: text } = answer;
        this.onAnswer?.(passing, answer);
        const { connection: _, 'transfer-encoding': __, ...rest } = headers;
        reply.writeHead(status, rest).end(text);
      },
      cut: () => reply.socket?.destroy(),
    };
    if (this.refusing) return passing.cut();
    const fault = this.faults.shift() ?? pass;
    try {
      await fault(passing);
      if (passing.method !== 'GET') this.passed.push(forward);
    } catch {
      // The server behind is not there: neither is an answer.
      passing.cut();
    }
  }
}

const pass: Fault = async (passing) => passing.answer(await passing.forward());

function send(target: URL, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answered> {
  const { host: _, connection: __, ...rest } = headers;
  return new Promise((resolve, reject) => {
    const onward = request(
      { hostname: target.hostname, port: target.port, method, path: url, headers: rest, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}
