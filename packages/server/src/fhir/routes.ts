import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Dmd } from '../dmd/dmd.ts';
import { loggable } from '../failure.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Store } from '../store/store.ts';
import { RaceLost } from '../store/write.ts';
import { readBody } from './body.ts';
import { asPreferred, dispatch } from './dispatch.ts';
import { parseExact } from './exact-json.ts';
import { raceLost } from './interactions/race.ts';
import { CONTENT_TYPES, type Format, mediaType, wantedFormat } from './media-type.ts';
import { Refusal, refuse } from './refusal.ts';
import type { FhirAnswer, FhirRequest, Session } from './request.ts';
import { openSession } from './session.ts';
import { pathSegments, queryPairs } from './url.ts';
import { FhirXmlError, writeFhirXml } from './xml/index.ts';

/** Serves the FHIR API under `/fhir`. Bodies are taken as bytes, whatever they claim to be, and read here. */
export function fhirRoutes(store: Store, config: Config, dmd: Dmd | undefined, messaging: Messaging) {
  return async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.setErrorHandler((error, request, reply) => sendRefusal(request, reply, error));
    app.setNotFoundHandler((request, reply) =>
      sendRefusal(request, reply, refuse(404, 'not-found', 'There is nothing at this address.')),
    );
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const format = formatFor(request);
      const session = sessionFor(store, config, dmd, messaging, request);
      const asked = readRequest(request, session);
      const answer = asPreferred(asked, await dispatch(session, asked));
      return send(request, reply, answer, format, session.base);
    };
    const method = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
    app.route({ method, url: '/', handler });
    app.route({ method, url: '/*', handler });
  };
}

function sessionFor(
  store: Store,
  config: Config,
  dmd: Dmd | undefined,
  messaging: Messaging,
  request: FastifyRequest,
): Session {
  const origin = config.publicUrl ?? `${request.protocol}://${request.host}`;
  return openSession({ store, config, dmd }, `${origin}/fhir`, { messaging });
}

function readRequest(request: FastifyRequest, session: Session): FhirRequest {
  const [path = '', query = ''] = splitUrl(request.raw.url ?? '');
  const segments = pathSegments(path.replace(/^\/fhir\/?/, ''));
  if (segments === undefined)
    throw refuse(400, 'invalid', 'The address has a % that does not begin a valid UTF-8 escape.');
  const contentType = mediaType(request.headers['content-type']);
  const asked: FhirRequest = {
    method: request.method,
    path: segments,
    query: queryPairs(query),
    headers: plainHeaders(request),
    contentType,
  };
  const bytes = request.body as Buffer | undefined;
  if (contentType === 'application/x-www-form-urlencoded' && request.method === 'POST') {
    if (bytes !== undefined && !isUtf8(bytes)) throw refuse(400, 'structure', 'The body is not valid UTF-8.');
    asked.query.push(...queryPairs(bytes?.toString('utf8') ?? ''));
  } else if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'DELETE') {
    const isEmpty = bytes === undefined || bytes.length === 0;
    const isSearch = segments.at(-1) === '_search';
    if (isSearch && !isEmpty) {
      throw refuse(
        415,
        'not-supported',
        'A search by POST takes its parameters as application/x-www-form-urlencoded.',
        {
          expression: 'Content-Type',
        },
      );
    }
    const isBare = segments.at(-1)?.startsWith('$') && isEmpty;
    if (!isSearch && !isBare) asked.body = readBody(bytes ?? Buffer.alloc(0), contentType, session.limits);
  }
  return asked;
}

function splitUrl(url: string): string[] {
  const at = url.indexOf('?');
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

function plainHeaders({ headers }: FastifyRequest): FhirRequest['headers'] {
  const one = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const names = ['prefer', 'if-match', 'if-none-match', 'if-none-exist', 'if-modified-since'];
  return Object.fromEntries(names.map((name) => [name, one(name)]));
}

function formatFor(request: FastifyRequest): Format {
  const format = (request.query as { [name: string]: string | string[] | undefined })._format;
  return wantedFormat(Array.isArray(format) ? format[0] : format, request.headers.accept);
}

function send(request: FastifyRequest, reply: FastifyReply, answer: FhirAnswer, format: Format, base: string) {
  reply.status(answer.status);
  if (answer.etag) reply.header('ETag', answer.etag);
  if (answer.lastModified) reply.header('Last-Modified', new Date(answer.lastModified).toUTCString());
  if (answer.location) reply.header('Location', `${base}/${answer.location}`);
  if (answer.location && answer.status === 200) reply.header('Content-Location', `${base}/${answer.location}`);
  if (answer.warnings) reply.header('Warning', answer.warnings.map(warningValue));
  if (answer.text === undefined) return reply.send();
  reply.header('Content-Type', CONTENT_TYPES[format]);
  try {
    return reply.send(written(answer.text, format, isPretty(request)));
  } catch (error) {
    if (!(error instanceof FhirXmlError)) throw error;
    // Accepted though it is not FHIR: XML has no way to say it, JSON has.
    const done = answer.wrote ? 'What was sent was accepted, but t' : 'T';
    const says = `${done}he answer cannot be written as XML: ${error.message} Ask for application/fhir+json.`;
    throw refuse(406, 'not-supported', says, { expression: error.expression });
  }
}

/** 299: a warning that stays; header values hold no other characters than these. */
function warningValue(text: string): string {
  return `299 concord "${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

function isPretty(request: FastifyRequest): boolean {
  return (request.query as { _pretty?: unknown })._pretty === 'true';
}

function written(text: string, format: Format, pretty: boolean): string {
  if (format === 'json' && !pretty) return text;
  const resource = parseExact(text, Number.POSITIVE_INFINITY);
  return format === 'xml'
    ? writeFhirXml(resource as Parameters<typeof writeFhirXml>[0])
    : JSON.stringify(resource, null, 2);
}

/** Every refusal, and every failure, is an OperationOutcome; a failure of ours says no more than that, and is logged. */
function sendRefusal(request: FastifyRequest, reply: FastifyReply, error: unknown) {
  const refusal = error instanceof Refusal ? error : fromFastify(request, error);
  let format: Format = 'json';
  try {
    format = formatFor(request);
  } catch {
    // The refusal may be about the format itself; then it is JSON.
  }
  reply.status(refusal.status).header('Content-Type', CONTENT_TYPES[format]);
  return reply.send(written(JSON.stringify(refusal.outcome), format, isPretty(request)));
}

function fromFastify(request: FastifyRequest, error: unknown): Refusal {
  if (error instanceof RaceLost) return raceLost(error);
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return refuse(413, 'too-long', 'The body is larger than this server takes.');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return refuse(statusCode, 'invalid', message ?? 'The request is not valid.');
  request.log.error(loggable(error));
  return refuse(500, 'exception', 'The server failed. Nothing of this request was kept; it is in the log.');
}
