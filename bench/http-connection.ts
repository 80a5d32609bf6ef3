import { connect, type Socket } from 'node:net';

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query, from `/`. */
  path: string;
  /** JSON text. */
  body?: string;
}

export interface Answer {
  status: number;
  headers: { [lowerCaseName: string]: string };
  body: string;
  /** From the request's first byte handed to the socket to the answer's last byte read. */
  milliseconds: number;
}

/**
 * One kept-alive HTTP/1.1 connection that asks one thing at a time. Written on the socket, because a general client
 * takes as much processor time as the server that is being measured, from the same machine.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #chunks: Buffer[] = [];
  #waiting: { since: number; resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#received(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** @param address `http://host:port` */
  static open(address: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(address);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket, host));
      });
    });
  }

  /** @throws when the connection breaks or what comes back is not a plain HTTP answer; never for a status */
  ask({ method, path, body }: Request): Promise<Answer> {
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nAccept: application/fhir+json\r\n`;
    const text =
      body === undefined
        ? `${head}\r\n`
        : `${head}Content-Type: application/fhir+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve, reject) => {
      this.#waiting = { since: performance.now(), resolve, reject };
      this.#socket.write(text);
    });
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #received(chunk: Buffer) {
    this.#chunks.push(chunk);
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const status = Number(statusLine.split(' ')[1]);
    const length = status === 204 || status === 304 ? 0 : Number(headers['content-length']);
    if (!Number.isInteger(length)) return this.#fail(new Error(`An answer without Content-Length: ${statusLine}`));
    const end = headEnd + 4 + length;
    if (bytes.length < end) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#chunks = [];
    if (waiting === undefined || bytes.length > end)
      return this.#fail(new Error('The server said more than it was asked.'));
    const milliseconds = performance.now() - waiting.since;
    waiting.resolve({ status, headers, body: bytes.toString('utf8', headEnd + 4, end), milliseconds });
  }

  #fail(error: Error) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#socket.destroy();
    waiting?.reject(error);
  }
}
