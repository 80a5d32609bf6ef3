import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Surroundings } from '../messaging.ts';
import { Binding } from './binding.ts';
import { WEBSOCKET_PATH } from './canonicals.ts';
import { heldAt } from './shelf.ts';
import type { Subscriptions } from './subscriptions.ts';
import { redeemToken } from './tokens.ts';

/** How often it is looked for what nobody told this process of, for heartbeats, and for sockets that are dead. */
const LOOK_MILLISECONDS = 1000;
const ALIVE_LOOKS = 30;
/** The most sockets of a process, and of Subscriptions on one. */
const MOST = 1000;
/** A client has little to say. */
const MOST_BYTES = 4096;

/** Does a request ask for a websocket? Others that offer to change the protocol (h2c) are answered as they are. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** The websockets of one process: receivers bind to Subscriptions, and are told what is for them. */
export class Sockets {
  readonly #surroundings: Surroundings;
  readonly #subscriptions: Subscriptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, clientTracking: true });
  readonly #bindings = new Map<WebSocket, Map<string, Binding>>();
  readonly #alive = new WeakSet<WebSocket>();
  #timer: NodeJS.Timeout | undefined;
  #deaf: (() => void) | undefined;
  #looks = 0;

  constructor(surroundings: Surroundings, subscriptions: Subscriptions) {
    this.#surroundings = surroundings;
    this.#subscriptions = subscriptions;
  }

  /** Serves websockets at `[base]/ws` of a server. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#deaf = this.#surroundings.store.signals.on(() => this.#lookAll());
    this.#timer = setInterval(() => this.#tick(), LOOK_MILLISECONDS);
    this.#timer.unref();
  }

  /** Ends all of them. */
  close(): void {
    clearInterval(this.#timer);
    this.#deaf?.();
    for (const socket of this.#server.clients) {
      this.#forget(socket);
      socket.close(1001, 'The server stops.');
      socket.terminate();
    }
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').replace(/\?.*$/, '');
    const refusal =
      path !== `/fhir${WEBSOCKET_PATH}`
        ? '404 Not Found'
        : this.#server.clients.size >= MOST
          ? '503 Service Unavailable'
          : undefined;
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    // Before the server's own address is known, there is the one by which it was reached.
    const base = this.#surroundings.base() ?? `http://${request.headers.host}/fhir`;
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#bindings.set(client, new Map());
      this.#alive.add(client);
      client.on('pong', () => this.#alive.add(client));
      client.on('close', () => this.#forget(client));
      client.on('error', () => client.terminate());
      let turn = Promise.resolve();
      client.on('message', (data) => {
        const text = String(data).trim();
        turn = turn
          .then(() => this.#hear(client, text, base))
          .catch((error: Error) => {
            this.#surroundings.log.warn(`A websocket failed: ${error.message}`);
            client.close(1011);
          });
      });
    });
  }

  async #hear(client: WebSocket, text: string, base: string): Promise<void> {
    const { db } = this.#surroundings.store;
    const token = tokenIn(text);
    const [, id] = /^bind :?([A-Za-z0-9\-.]{1,64})$/.exec(text) ?? [];
    if (token !== undefined) {
      const ids = await redeemToken(db, token);
      if (ids === undefined) client.send('error: the token is none, was used, or has ended. Ask for another.');
      for (const each of ids ?? []) await this.#bind(client, each, base, true);
    } else if (id !== undefined) await this.#bind(client, id, base, false);
    else client.send('error: send "bind ID" or "bind-with-token TOKEN".');
  }

  async #bind(client: WebSocket, id: string, base: string, hasToken: boolean): Promise<void> {
    const { store } = this.#surroundings;
    const held = await heldAt(store, id, this.#subscriptions.site);
    const { channel, interest, status } = held?.definition ?? {};
    const bindings = this.#bindings.get(client);
    if (held === undefined || channel?.type !== 'websocket' || status === 'off') {
      client.send(`error: there is no Subscription/${id} with a websocket.`);
    } else if (interest?.style !== 'search' && !hasToken) {
      client.send(`error: Subscription/${id} is of a topic: bind with a token of $get-ws-binding-token.`);
    } else if (bindings !== undefined && bindings.size < MOST) {
      bindings.get(id)?.end();
      const binding = new Binding(id, client, store, this.#subscriptions, base);
      await binding.begin(held);
      bindings.set(id, binding);
      binding.look();
    }
  }

  #lookAll() {
    for (const bindings of this.#bindings.values()) for (const binding of bindings.values()) binding.look();
  }

  #tick() {
    this.#lookAll();
    if (++this.#looks % ALIVE_LOOKS !== 0) return;
    for (const client of this.#server.clients) {
      if (!this.#alive.has(client)) client.terminate();
      this.#alive.delete(client);
      client.ping();
    }
  }

  #forget(client: WebSocket) {
    for (const binding of this.#bindings.get(client)?.values() ?? []) binding.end();
    this.#bindings.delete(client);
  }
}

/** `bind-with-token TOKEN`, with or without a colon; or as JSON: `{"type": "bind-with-token", "payload": {"token": …}}`. */
function tokenIn(text: string): string | undefined {
  const [, plain] = /^bind-with-token:?\s+(\S+)$/.exec(text) ?? [];
  if (plain !== undefined || !text.startsWith('{')) return plain;
  try {
    const { type, payload } = JSON.parse(text) as { type?: unknown; payload?: { token?: unknown } };
    return type === 'bind-with-token' && typeof payload?.token === 'string' ? payload.token : undefined;
  } catch {
    return undefined;
  }
}
