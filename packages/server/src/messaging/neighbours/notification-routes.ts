import type { FastifyInstance } from 'fastify';
import type { FhirResource, OperationOutcomeIssue } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { CONTENT_TYPES } from '../../fhir/media-type.ts';
import type { Neighbours } from './neighbours.ts';

const DEEPEST = 64;

/** `POST /notifications/NAME`: where the Subscription that this server has at a neighbour notifies it. */
export function notificationRoutes(neighbours: Neighbours) {
  return async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/notifications/:name', async (request, reply) => {
      const refuse = (status: number, code: OperationOutcomeIssue['code'], diagnostics: string) =>
        reply
          .status(status)
          .type(CONTENT_TYPES.json)
          .send({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] });
      const { name } = request.params as { name: string };
      const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const may = await neighbours.mayNotify(name, token);
      if (may === undefined)
        return refuse(404, 'not-found', 'This server has no Subscription that notifies this address.');
      if (!may) return refuse(401, 'login', 'The token is not the one that the Subscription names in channel.header.');
      const isTaken = await neighbours.notifiedBySubscription(name, parsed(request.body));
      return isTaken
        ? reply.status(204).send()
        : refuse(
            400,
            'structure',
            'This is no notification Bundle of the Subscriptions Backport guide for R4, as JSON.',
          );
    });
  };
}

function parsed(body: unknown): FhirResource | undefined {
  try {
    return Buffer.isBuffer(body) ? (parseExact(body.toString('utf8'), DEEPEST) as FhirResource) : undefined;
  } catch {
    return undefined;
  }
}
