import type { Bundle, BundleEntry, FhirResource, MessageHeader } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import type { Format } from '../../fhir/media-type.ts';
import { writeFhirXml } from '../../fhir/xml/index.ts';
import type { Record } from '../../store/record.ts';
import type { DeliverSettings, Neighbour } from '../neighbour.ts';
import { businessIdentifier, identifierToken } from './business-identifier.ts';
import type { Asked } from './client.ts';
import { nameUuid } from './name-uuid.ts';
import { alone, type Entry, type Holder, selfContained } from './self-contained.ts';

/** Where the events of messages about prescriptions are defined. */
const MESSAGE_EVENTS = 'https://fhir.nhs.uk/CodeSystem/message-event';

/** The event of a message, by what is sent and whether it was sent before. */
const EVENTS: { readonly [type: string]: { readonly first: string; readonly update: string; readonly says: string } } =
  {
    MedicationRequest: { first: 'prescription-order', update: 'prescription-order-update', says: 'Prescription order' },
    MedicationDispense: {
      first: 'dispense-notification',
      update: 'dispense-notification',
      says: 'Dispense notification',
    },
    MedicationAdministration: {
      ...{ first: 'medication-administration', update: 'medication-administration', says: 'Medication administration' },
    },
    MedicationStatement: {
      first: 'medication-statement',
      update: 'medication-statement',
      says: 'Medication statement',
    },
  };

/** This server, as others are told of it. */
export interface Sender {
  /** Its FHIR base. */
  base: string;
  name: string;
}

/** One version of a resource, to be sent. */
export interface Version {
  type: string;
  id: string;
  version: number;
  /** When it was written. */
  at: string;
  /** The JSON of it. */
  text: string;
  /** Was it sent before in an earlier version? */
  isChange: boolean;
}

/** What is sent, not yet written as JSON or XML. */
export interface Composed {
  method: 'POST' | 'PUT';
  /** Relative to the neighbour's base. */
  path: string;
  resource: FhirResource;
}

/** What is sent of a version to a neighbour. The same each time, but for what it refers to having changed. */
export async function compose(
  version: Version,
  as: DeliverSettings['as'],
  sender: Sender,
  to: Pick<Neighbour, 'name' | 'base'>,
  record: Record,
): Promise<Composed> {
  const focus = parseExact(version.text, Number.POSITIVE_INFINITY) as FhirResource;
  const holder = ownRecord(record, sender.base);
  if (as === 'resource') return composeAlone(await alone(focus, holder), version);
  const entries = await selfContained(focus, holder);
  if (as === 'transaction') return { method: 'POST', path: '', resource: transaction(entries, version) };
  return { method: 'POST', path: '$process-message', resource: message(entries, version, sender, to) };
}

/** A message that has only its header: what there is news of, by its identifier. */
export async function composeNotification(
  version: Version,
  sender: Sender,
  to: Pick<Neighbour, 'name' | 'base'>,
  record: Record,
): Promise<Composed> {
  const focus = parseExact(version.text, Number.POSITIVE_INFINITY) as FhirResource;
  const sent = await alone(focus, ownRecord(record, sender.base));
  const { system, value } = identifierOf(sent);
  const reference = { type: version.type, identifier: { system, value } };
  const name = `${sender.base}/${version.type}/${version.id}/_history/${version.version}#notification`;
  const resource = bundleOf(name, version, [headerEntry(name, version, sender, to, reference)]);
  return { method: 'POST', path: '$process-message', resource };
}

/** What is composed, as it goes over the wire. */
export function written({ method, path, resource }: Composed, format: Format, edited?: string): Asked {
  // What an operator edited is JSON, as the page showed it.
  const json = edited ?? JSON.stringify(resource);
  const body = format === 'json' ? json : writeFhirXml(parseExact(json, Number.POSITIVE_INFINITY));
  return { method, path, body, format };
}

/**
 * A message with another name than it had, made of its content: a receiver that has answered the message of the old
 * name would give that answer again. What is no message is as it was.
 */
export function renamed(text: string): string {
  const resource = parseExact(text, Number.POSITIVE_INFINITY) as FhirResource;
  if (resource.resourceType !== 'Bundle' || resource.type !== 'message') return text;
  const { identifier: _identifier, resourceType, ...rest } = resource;
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${nameUuid(JSON.stringify(rest))}` };
  return JSON.stringify({ resourceType, identifier, ...rest }, null, 2);
}

/** Where this server's own references lead. */
function ownRecord(record: Record, base: string): Holder {
  return {
    base,
    async look(references) {
      const names = references.map((each) => {
        const [type = '', id = ''] = each.split('/');
        return { type, id };
      });
      const found = await record.readMany(names);
      return new Map(
        found.map((each) => [each.reference, parseExact(each.text, Number.POSITIVE_INFINITY) as FhirResource]),
      );
    },
  };
}

function composeAlone(resource: FhirResource, { type, isChange }: Version): Composed {
  return isChange
    ? { method: 'PUT', path: `${type}?identifier=${queryOf(resource)}`, resource }
    : { method: 'POST', path: type, resource };
}

/** The same put under its business identifier, whoever has it already. */
export function asUpdate({ resource }: Composed): Composed {
  const path = `${resource.resourceType}?identifier=${queryOf(resource)}`;
  return { method: 'PUT', path, resource };
}

function transaction([focus, ...along]: Entry[], { at }: Version): Bundle {
  const { fullUrl, resource } = focus as Entry;
  const url = `${resource.resourceType}?identifier=${queryOf(resource)}`;
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    timestamp: at,
    entry: [
      { fullUrl, resource, request: { method: 'PUT', url } },
      // Whom the receiver knows stays as it knows them.
      ...along.map(({ fullUrl, resource }) => ({
        ...{ fullUrl, resource },
        request: {
          ...{ method: 'POST' as const, url: resource.resourceType },
          ifNoneExist: `identifier=${queryOf(resource)}`,
        },
      })),
    ],
  };
}

function message(entries: Entry[], version: Version, sender: Sender, to: Pick<Neighbour, 'name' | 'base'>): Bundle {
  const [focus] = entries as [Entry];
  const name = `${sender.base}/${version.type}/${version.id}/_history/${version.version}`;
  const header = headerEntry(name, version, sender, to, { reference: focus.fullUrl });
  return bundleOf(name, version, [header, ...entries]);
}

function bundleOf(name: string, { at }: Version, entry: BundleEntry[]): Bundle {
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${nameUuid(`${name}#message`)}` };
  return { resourceType: 'Bundle', identifier, type: 'message', timestamp: at, entry };
}

function headerEntry(
  name: string,
  { type, isChange }: Version,
  sender: Sender,
  to: Pick<Neighbour, 'name' | 'base'>,
  focus: NonNullable<MessageHeader['focus']>[number],
): BundleEntry {
  const event = EVENTS[type];
  const code = event === undefined ? type : isChange ? event.update : event.first;
  const resource: MessageHeader = {
    resourceType: 'MessageHeader',
    eventCoding: { system: MESSAGE_EVENTS, code, ...(event === undefined ? {} : { display: event.says }) },
    destination: [{ name: to.name, endpoint: to.base }],
    source: { name: sender.name, endpoint: sender.base },
    focus: [focus],
  };
  return { fullUrl: `urn:uuid:${nameUuid(`${name}#header`)}`, resource };
}

function identifierOf(resource: FhirResource) {
  const identifier = businessIdentifier(resource);
  if (identifier === undefined) throw new Error(`What is sent as a ${resource.resourceType} has no identifier.`);
  return identifier;
}

function queryOf(resource: FhirResource): string {
  return encodeURIComponent(identifierToken(identifierOf(resource)));
}
