import { hasModulus11Digit } from '@concord/conformance';
import type { Fault } from './fault.ts';

/** The one kind of signal that there is: something in a patient's record of medicines changed. */
export const RECORD_CHANGE = 'medication-record-change-1';

/** What a Subscription with the channel `message` asks for. */
export interface EventCriteria {
  eventType: string;
  /** The NHS number of the one patient; undefined for all. */
  subject: string | undefined;
}

/** `key='value'`, joined by AND, as the Multicast Notification Service writes them. */
const CONDITION = /^\s*(\w+)\s*=\s*'([^']*)'\s*$/;

/**
 * Reads `eventType='medication-record-change-1' AND subject='9990001014'`.
 * @returns what stands in its way, where something does
 */
export function readEventCriteria(text: string): EventCriteria | Fault[] {
  const faults: Fault[] = [];
  const fault = (code: Fault['code'], diagnostics: string) =>
    faults.push({ code, expression: 'Subscription.criteria', diagnostics });
  const found = new Map<string, string>();
  for (const part of text.split(/\s+AND\s+/i)) {
    const [, key = '', value = ''] = CONDITION.exec(part) ?? [];
    if (key === '') {
      fault(
        'invalid',
        `"${part.slice(0, 80)}" is not a condition: write eventType='${RECORD_CHANGE}' AND subject='…'.`,
      );
    } else if (key !== 'eventType' && key !== 'subject') {
      fault('not-supported', `"${key}" is no key of these events. They have eventType and subject.`);
    } else if (found.has(key)) fault('invalid', `${key} is given twice: which one is meant?`);
    else found.set(key, value);
  }
  const eventType = found.get('eventType');
  if (eventType === undefined && faults.length === 0)
    fault('required', `eventType is missing: it is '${RECORD_CHANGE}'.`);
  if (eventType !== undefined && eventType !== RECORD_CHANGE) {
    fault('not-supported', `There is no event type "${eventType.slice(0, 80)}". There is ${RECORD_CHANGE}.`);
  }
  const subject = found.get('subject');
  if (subject !== undefined && !hasModulus11Digit(subject)) {
    fault('value', 'subject must be an NHS number: ten digits, the last of which checks the others.');
  }
  return faults.length > 0 ? faults : { eventType: eventType as string, subject };
}
