import { randomUUID } from 'node:crypto';
import type { Bundle, MessageHeader, OperationOutcome } from 'fhir/r4';
import type { Session } from '../../fhir/request.ts';
import { nameUuid } from '../neighbours/name-uuid.ts';
import type { Message } from './read-message.ts';

/** The message that answers a message: how it went, and what became of each resource. */
export function responseTo(
  session: Session,
  { header, bundle }: Pick<Message, 'header' | 'bundle'>,
  code: 'ok' | 'transient-error' | 'fatal-error',
  details: OperationOutcome,
): Bundle {
  const outcome = `urn:uuid:${randomUUID()}`;
  const { eventCoding, eventUri, source } = header;
  const answer: MessageHeader = {
    resourceType: 'MessageHeader',
    id: randomUUID(),
    ...(eventCoding === undefined ? { eventUri: eventUri as string } : { eventCoding }),
    destination: [{ ...(source.name === undefined ? {} : { name: source.name }), endpoint: source.endpoint }],
    source: { endpoint: session.base },
    response: { identifier: idOf(header, bundle), code, details: { reference: outcome } },
  };
  return {
    resourceType: 'Bundle',
    id: randomUUID(),
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` },
    type: 'message',
    timestamp: new Date(session.now).toISOString(),
    entry: [
      { fullUrl: `urn:uuid:${answer.id}`, resource: answer },
      { fullUrl: outcome, resource: details },
    ],
  };
}

/** The id of a message's header; where it has none, or none that can be one, what is made of the Bundle's name. */
function idOf({ id }: MessageHeader, { identifier, entry }: Bundle): string {
  if (id !== undefined) return id;
  const urn = /^urn:uuid:([0-9a-f-]{36})$/i.exec(entry?.[0]?.fullUrl ?? '')?.[1];
  return urn ?? (identifier?.value === undefined ? randomUUID() : nameUuid(`${identifier.system}|${identifier.value}`));
}
