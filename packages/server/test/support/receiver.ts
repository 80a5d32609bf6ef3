import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundle, Parameters, ParametersParameter } from 'fhir/r4';

/** A request that a receiver had. */
export interface Got {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An HTTP server that keeps what it is sent. */
export class Receiver {
  readonly got: Got[] = [];
  /** What it answers with; 'hang' is not at all. */
  answer: (got: Got) => number | 'hang' = () => 200;
  readonly #server: Server;
  #heard: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens, on any free port unless one is given. */
  static async open(port = 0): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        const got = { method, path, headers, body: Buffer.concat(parts).toString() };
        const status = receiver.answer(got);
        if (status === 'hang') return;
        response.writeHead(status).end();
        if (status < 300) receiver.got.push(got);
        for (const heard of receiver.#heard) heard();
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves once what it has got is as wanted. */
  until(isSo: (got: Got[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo(this.got)) return;
        this.#heard = this.#heard.filter((each) => each !== look);
        resolve();
      };
      this.#heard.push(look);
      look();
    });
  }

  /** Resolves once it has been told of so many events. @returns all of them */
  async events(count: number): Promise<Told[]> {
    await this.until(() => this.told.length >= count);
    return this.told;
  }

  get told(): Told[] {
    return this.notifications.flatMap((each) => each.events);
  }

  /** The notifications it got, as what they say. */
  get notifications(): Notification[] {
    return this.got.filter(({ body }) => body.includes('"Bundle"')).map(({ body }) => readNotification(body));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

export interface Told {
  number: number;
  focus: string | undefined;
}

export interface Notification {
  type: string;
  status: string;
  topic: string | undefined;
  total: string;
  events: Told[];
  bundle: Bundle;
}

/** What a notification of the backport says. */
export function readNotification(text: string): Notification {
  const bundle = JSON.parse(text) as Bundle;
  const parameter = (bundle.entry?.[0]?.resource as Parameters | undefined)?.parameter ?? [];
  const named = (name: string, among: ParametersParameter[] = parameter) => among.find((each) => each.name === name);
  return {
    type: named('type')?.valueCode ?? '',
    status: named('status')?.valueCode ?? '',
    topic: named('topic')?.valueCanonical,
    total: named('events-since-subscription-start')?.valueString ?? '',
    events: parameter
      .filter(({ name }) => name === 'notification-event')
      .map(({ part = [] }) => ({
        number: Number(named('event-number', part)?.valueString),
        focus: named('focus', part)?.valueReference?.reference,
      })),
    bundle,
  };
}
