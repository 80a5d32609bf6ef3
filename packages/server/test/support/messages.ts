import { randomUUID } from 'node:crypto';
import type { Bundle, FhirResource, MessageHeader, Organization, Patient, Practitioner, Reference } from 'fhir/r4';
import { aPerson } from './orders.ts';

export const WARD_SYSTEM = 'https://ward.example/fhir';

/** Who goes along with what a message is about. */
export interface Cast {
  patient: Patient;
  organisation: Organization;
  practitioner: Practitioner;
}

/** A patient of their own with a ward and a doctor whom everybody knows by their numbers. */
export function aCast(patient: Patient = aPerson()): Cast {
  return {
    patient,
    organisation: {
      resourceType: 'Organization',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'RZZ99' }],
      name: 'Invented Hospital',
    },
    practitioner: {
      resourceType: 'Practitioner',
      identifier: [{ system: 'https://fhir.hl7.org.uk/Id/gmc-number', value: '7000001' }],
      name: [{ text: 'Dr Invented', family: 'Invented', prefix: ['Dr'] }],
    },
  };
}

export interface MessageOptions {
  event?: string;
  identifier?: string;
  timestamp?: string;
  source?: string;
}

/** A message about a resource whose patient, requester and recorder go along. */
export function aMessage(
  focus: (urns: { patient: Reference; organisation: Reference; practitioner: Reference }) => FhirResource,
  { patient, organisation, practitioner }: Cast,
  options: MessageOptions = {},
): Bundle {
  const name = () => `urn:uuid:${randomUUID()}`;
  const urns = { focus: name(), patient: name(), organisation: name(), practitioner: name() };
  const resource = focus({
    patient: { reference: urns.patient },
    organisation: { reference: urns.organisation },
    practitioner: { reference: urns.practitioner },
  });
  const text = JSON.stringify(resource);
  const along = [
    { fullUrl: urns.patient, resource: patient },
    { fullUrl: urns.organisation, resource: organisation },
    { fullUrl: urns.practitioner, resource: practitioner },
  ].filter(({ fullUrl }) => text.includes(fullUrl));
  const event =
    options.event ?? (resource.resourceType === 'MedicationRequest' ? 'prescription-order' : 'dispense-notification');
  const header: MessageHeader = {
    resourceType: 'MessageHeader',
    id: randomUUID(),
    eventCoding: { system: 'https://fhir.nhs.uk/CodeSystem/message-event', code: event },
    source: { endpoint: options.source ?? WARD_SYSTEM },
    focus: [{ reference: urns.focus }],
  };
  const entries = [{ fullUrl: name(), resource: header }, { fullUrl: urns.focus, resource }, ...along];
  return {
    resourceType: 'Bundle',
    identifier: { system: 'urn:ietf:rfc:3986', value: options.identifier ?? name() },
    type: 'message',
    timestamp: options.timestamp ?? '2026-01-05T10:00:00Z',
    entry: entries,
  } as Bundle;
}

/** What the answer to a message says of each resource: `{ did, reference }`, by where it stands. */
export function saidOf(answer: Bundle): { at: string; said: string }[] {
  const outcome = answer.entry?.[1]?.resource as {
    issue?: { severity: string; diagnostics?: string; expression?: string[] }[];
  };
  return (outcome.issue ?? [])
    .filter(({ severity }) => severity === 'information')
    .map(({ diagnostics = '', expression = [] }) => ({ at: expression[0] ?? '', said: diagnostics }))
    .filter(({ at }) => /^Bundle\.entry\[\d+\]\.resource$/.test(at));
}
