import { refuse } from '../../fhir/refusal.ts';
import { type EndpointSettings, endpointRefusal } from '../subscriptions/endpoints.ts';

const OPERATION = '$process-message';

/**
 * Where the answer to a message is sent: as asked for, or else to where the header says that its source takes messages.
 * @throws Refusal 422 where that is no address, or one that the site does not permit
 */
export function responseAddress(asked: string | undefined, endpoint: string, settings: EndpointSettings): string {
  const url = asked ?? (endpoint.endsWith(OPERATION) ? endpoint : `${endpoint.replace(/\/+$/, '')}/${OPERATION}`);
  const refusal = endpointRefusal(url, settings);
  if (refusal === undefined) return url;
  const where = asked === undefined ? 'Bundle.entry[0].resource.source.endpoint' : 'response-url';
  throw refuse(422, 'not-supported', `The answer cannot be sent: ${refusal} Send response-url, or ask without async.`, {
    expression: where,
  });
}
