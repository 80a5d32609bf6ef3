import { createHash } from 'node:crypto';
import type { ParametersParameter } from 'fhir/r4';
import { NHS_NUMBER } from '../../fhir/nhs-number.ts';
import type { Delivery } from '../subscriber.ts';
import { RECORD_CHANGE } from './event-criteria.ts';

/**
 * Signals as the NHS's Multicast Notification Service gives them out: that something changed, whose record it is, and
 * where it can be read by those who may. Nothing clinical is in them.
 */

/** A CloudEvent (1.0) as JSON. Its id is the same each time that one event is sent. */
export function cloudEvent(base: string, subscription: string, delivery: Delivery, nhsNumber: string): string {
  const { number, type, id, version, at } = delivery;
  return JSON.stringify({
    specversion: '1.0',
    id: eventId(`${base}/${subscription}#${number}`),
    source: base,
    type: RECORD_CHANGE,
    time: at,
    subject: nhsNumber,
    dataref: `${base}/${type}/${id}`,
    versionid: String(version),
  });
}

/** What a FHIR signal says beside what it is about. */
export function signalContext(base: string, { version }: Delivery, nhsNumber: string): ParametersParameter {
  const part = [
    { name: 'event-type', valueString: RECORD_CHANGE },
    { name: 'source', valueUri: base },
    { name: 'subject', valueReference: { identifier: { system: NHS_NUMBER, value: nhsNumber } } },
    { name: 'version-id', valueString: String(version) },
  ];
  return { name: 'additional-context', part };
}

/** A UUID made of a name (version 8: by a rule of our own). */
function eventId(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
