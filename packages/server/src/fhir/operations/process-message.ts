import { keepAnswerToUs, keepMessage } from '../../messaging/messages/later.ts';
import { processMessage } from '../../messaging/messages/process-message.ts';
import { messageBundle, readMessage, responseIn } from '../../messaging/messages/read-message.ts';
import { responseAddress } from '../../messaging/messages/response-address.ts';
import { answerOutcome } from '../interactions/answers.ts';
import { information, refuse } from '../refusal.ts';
import type { FhirRequest } from '../request.ts';
import type { Operation } from './operation.ts';

/**
 * `$process-message`: takes a FHIR message about medicines, files what it brings, and answers with a message.
 *
 * Without `async` the answer comes at once: 200 with the response message, or 4xx with an OperationOutcome where the
 * message is not taken. With `async=true` the message is kept and 202 answered; the response message is posted to
 * `response-url`, or to where the header's source takes messages, until it arrives.
 * @see https://hl7.org/fhir/R4/messageheader-operation-process-message.html
 */
export const processMessageOperation: Operation = {
  name: 'process-message',
  definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message',
  on: { system: true, types: [], instances: [] },
  get: false,
  async run(session, request) {
    const { isAsync, url } = asked(request);
    const bundle = messageBundle(request.body);
    const response = responseIn(bundle);
    if (response !== undefined) {
      await keepAnswerToUs(session, response.source, bundle);
      return answerOutcome(200, information('The response was kept.'));
    }
    const message = readMessage(session, bundle);
    if (!isAsync) return { status: 200, text: await processMessage(session, message) };
    const { messaging } = session;
    if (messaging === undefined) throw refuse(422, 'not-supported', 'Send the message without async.');
    const address = responseAddress(url, message.header.source.endpoint, messaging.settings);
    await keepMessage(session, message, bundle, address);
    return answerOutcome(202, information('The message was kept. Its response is sent once it is processed.'));
  },
};

function asked({ query }: FhirRequest): { isAsync: boolean; url: string | undefined } {
  const found = new Map<string, string>();
  for (const [name, value] of query) {
    if (name === '_format' || name === '_pretty') continue;
    const isKnown = name === 'async' ? value === 'true' || value === 'false' : name === 'response-url';
    if (!isKnown) {
      throw refuse(400, 'not-supported', '$process-message takes async (true or false) and response-url.', {
        expression: name.slice(0, 64),
      });
    }
    found.set(name, value);
  }
  const url = found.get('response-url');
  const isAsync = found.get('async') === 'true';
  if (url !== undefined && !isAsync) {
    throw refuse(400, 'invalid', 'response-url is for async=true: else the response is the answer.', {
      expression: 'response-url',
    });
  }
  return { isAsync, url };
}
