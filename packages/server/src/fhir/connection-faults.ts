import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { CONTENT_TYPES } from './media-type.ts';
import { refuse } from './refusal.ts';

/** Answers what fails before it is a request to anything: an address that cannot be decoded. */
export function answerBadAddress(
  error: { statusCode?: number; message: string },
  _request: unknown,
  reply: FastifyReply,
) {
  const { outcome } = refuse(error.statusCode ?? 400, 'invalid', error.message);
  reply.status(error.statusCode ?? 400).header('Content-Type', CONTENT_TYPES.json);
  reply.send(JSON.stringify(outcome));
}

/** What Node's HTTP parser refuses, by its error code; anything else is 400. */
const STATUSES: ReadonlyMap<string, readonly [number, string, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', [431, 'Request Header Fields Too Large', 'The address and headers are too long.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'Request Timeout', 'The request did not arrive in time.']],
]);

/** Answers, on the bare connection, what is not even HTTP. */
export function answerBadConnection(error: Error & { code?: string }, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const fallback = [400, 'Bad Request', 'The request is not valid HTTP.'] as const;
  const [status, reason, diagnostics] = STATUSES.get(error.code ?? '') ?? fallback;
  const body = JSON.stringify(refuse(status, status === 431 ? 'too-long' : 'invalid', diagnostics).outcome);
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${CONTENT_TYPES.json}\r\nContent-Length: ${Buffer.byteLength(body)}`;
  // Nobody reads from this socket any more: left half open it would keep the server from ending.
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
}
