import type { Bundle, FhirResource, MessageHeader, Parameters, Reference } from 'fhir/r4';
import { refuse } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { unstorableText } from '../../fhir/storable-text.ts';
import { type MessageKind, ROLES } from '../../roles.ts';
import { isTooLong, LONGEST_NAME } from '../../store/claims.ts';
import type { Told } from '../neighbours/neighbours.ts';
import { type From, type Incoming, namesIn, withReferences } from '../receiving/incoming.ts';
import { contentHash } from '../receiving/seen.ts';
import { EVENTS, KINDS } from './events.ts';
import { tidied } from './tidy.ts';

/** A message, understood as far as it can be without the record. */
export interface Message {
  bundle: Bundle;
  header: MessageHeader;
  /** Its name between its sender and this server: `system|value` of Bundle.identifier; undefined where it has none. */
  identifier: string | undefined;
  /** A hash of what it tells: a message of the same name with another is another message. */
  content: string;
  from: From;
  /** What it brings; nothing where it only tells that there is something. */
  incoming: Incoming[];
  /** What it tells that there is, by identifier, where it has only its header. */
  told: Told[];
  warnings: string[];
}

/** The message in a request's body: a Bundle, or Parameters with it as `content`. @throws Refusal 400 */
export function messageBundle(body: unknown): Bundle {
  const given = body as FhirResource | undefined;
  const content: FhirResource | undefined =
    given?.resourceType === 'Parameters' && Array.isArray((given as Parameters).parameter)
      ? ((given as Parameters).parameter?.find((each) => each?.name === 'content')?.resource as
          | FhirResource
          | undefined)
      : given;
  if (content?.resourceType !== 'Bundle' || content.type !== 'message') {
    throw refuse(
      400,
      'structure',
      '$process-message takes a Bundle of type message, or Parameters with it as content.',
      {
        expression: 'Bundle.type',
      },
    );
  }
  // Asked here, because a site need not check what the rules of FHIR say of text.
  if (unstorableText(content, 'Bundle') !== undefined) {
    throw refuse(400, 'value', 'The message has a character that no text may have (NUL, or half of one).');
  }
  const entries: unknown = content.entry;
  const isEntry = (each: unknown) => {
    const { resource, fullUrl } = (each ?? {}) as { resource?: { resourceType?: unknown }; fullUrl?: unknown };
    return typeof resource?.resourceType === 'string' && (fullUrl === undefined || typeof fullUrl === 'string');
  };
  if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isEntry)) {
    throw refuse(400, 'structure', 'Each entry of a message must hold a resource.', { expression: 'Bundle.entry' });
  }
  return content;
}

/** Whose response a message is; undefined where it is none. */
export function responseIn({ entry }: Bundle): { source: string } | undefined {
  const header = entry?.[0]?.resource as FhirResource | undefined;
  if (header?.resourceType !== 'MessageHeader' || header.response === undefined) return undefined;
  return { source: String(header.source?.endpoint ?? '') };
}

/**
 * Understands a message.
 * @throws Refusal 413, 422
 */
export function readMessage(session: Session, given: Bundle): Message {
  const { bundle, loose } = tidied(given);
  const entries = bundle.entry ?? [];
  if (entries.length > session.limits.bundleEntries) {
    const most = `A message may have ${session.limits.bundleEntries} entries; this one has ${entries.length}.`;
    throw refuse(413, 'too-costly', most, { expression: 'Bundle.entry' });
  }
  const header = headerOf(bundle);
  const incoming = entries.slice(1).map(({ fullUrl, resource }, i) => ({
    fullUrl,
    resource: resource as FhirResource,
    at: `Bundle.entry[${i + 1}].resource`,
  }));
  const event = header.eventCoding?.code;
  const known = typeof event === 'string' ? EVENTS[event] : undefined;
  const focus = focusOf(header, incoming);
  const told = incoming.length === 0 ? toldOf(header) : [];
  const types = [...focus.map(({ resource }) => resource.resourceType), ...told.map(({ type }) => type)];
  const kinds = new Set(types.map((type) => kindOf(type)));
  const warnings: string[] = [];
  if (loose)
    warnings.push('R-251b: references name ids, not fullUrls of the Bundle: strict readers do not follow them.');
  const [kind] = kinds;
  if (known !== undefined && kind !== undefined && !kinds.has(known.kind)) {
    warnings.push(
      `R-255: the event ${event} is about another kind of resource than the focus; the focus was followed.`,
    );
  }
  refuseStrange(session, kinds);
  const keys = bundle.identifier;
  refuseLong('Bundle.identifier', keys?.system, keys?.value);
  return {
    ...{ bundle, header, incoming, told, warnings },
    identifier: typeof keys?.value === 'string' && keys.value !== '' ? `${keys.system ?? ''}|${keys.value}` : undefined,
    content: contentOf(header, focus, told),
    from: {
      source: sourceOf(session, header),
      sentAt: typeof bundle.timestamp === 'string' ? bundle.timestamp : undefined,
      updates: new Set(types),
      copies: known?.changes === true,
    },
  };
}

function headerOf({ entry }: Bundle): MessageHeader {
  const header = entry?.[0]?.resource as FhirResource | undefined;
  const at = 'Bundle.entry[0].resource';
  if (header?.resourceType !== 'MessageHeader') {
    throw refuse(422, 'required', 'The first entry of a message is its MessageHeader.', {
      expression: at,
      rule: 'R-250',
    });
  }
  if (header.eventCoding === undefined && header.eventUri === undefined) {
    throw refuse(422, 'required', 'The header needs eventCoding or eventUri.', {
      expression: `${at}.event`,
      rule: 'R-250',
    });
  }
  if (typeof header.source?.endpoint !== 'string' || header.source.endpoint === '') {
    const message = 'The header needs source.endpoint: who sends this.';
    throw refuse(422, 'required', message, { expression: `${at}.source.endpoint`, rule: 'R-250' });
  }
  refuseLong(`${at}.source.endpoint`, header.source.endpoint);
  return header;
}

/** What the message is about, of what it brings. @throws Refusal 422 */
function focusOf(header: MessageHeader, incoming: readonly Incoming[]): Incoming[] {
  const focus: unknown = header.focus;
  const at = 'Bundle.entry[0].resource.focus';
  if (!Array.isArray(focus) || focus.length === 0) {
    throw refuse(422, 'required', 'The header needs focus: what the message is about.', {
      expression: at,
      rule: 'R-252',
    });
  }
  if (incoming.length === 0) return [];
  const names = namesIn(incoming);
  return focus.map((reference: Reference | null, i) => {
    const literal = reference?.reference;
    const found = names.get(literal ?? '');
    if (found !== undefined) return found;
    throw refuse(422, 'not-found', 'The focus is not in the message.', { expression: `${at}[${i}]`, rule: 'R-252' });
  });
}

/** What a message with only its header tells of. @throws Refusal 422 where it cannot be known */
function toldOf(header: MessageHeader): Told[] {
  return (header.focus ?? []).map((reference, i) => {
    const { type = /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+$/.exec(reference?.reference ?? '')?.[1], identifier } =
      reference ?? {};
    if (type !== undefined && identifier?.system !== undefined && identifier.value !== undefined) {
      refuseLong(`Bundle.entry[0].resource.focus[${i}].identifier`, identifier.system, identifier.value);
      return { type, identifier };
    }
    throw refuse(
      422,
      'required',
      'A message with only its header says what there is by focus.type and focus.identifier, with system and value.',
      { expression: `Bundle.entry[0].resource.focus[${i}]`, rule: 'R-252' },
    );
  });
}

/** @throws Refusal 422 for a name that is longer than can be kept */
function refuseLong(expression: string, ...parts: readonly unknown[]): void {
  if (!isTooLong(...parts.map((each) => String(each ?? '')))) return;
  throw refuse(422, 'too-long', `This name is longer than the ${LONGEST_NAME} bytes that are kept of one.`, {
    expression,
  });
}

function kindOf(type: string): MessageKind {
  const kind = KINDS[type];
  if (kind !== undefined) return kind;
  const message = `The focus of a message is a ${Object.keys(KINDS).join(', a ')}; this one's is a ${type}.`;
  throw refuse(422, 'business-rule', message, { expression: 'Bundle.entry[0].resource.focus', rule: 'R-252' });
}

/** @throws Refusal 422 for what the role does not take */
function refuseStrange({ role }: Session, kinds: ReadonlySet<MessageKind>): void {
  const { takes } = ROLES[role];
  const stranger = [...kinds].find((each) => !takes.includes(each));
  if (stranger === undefined) return;
  const message = `This server's role is ${role}: it takes messages about ${takes.map((each) => `${each}s`).join(', ')}, not about ${stranger}s. Send it to who does.`;
  throw refuse(422, 'not-supported', message, { expression: 'Bundle.entry[0].resource.focus' });
}

/** Who sends: the neighbour's base, where it is one, so that it is known by whichever way it sends. */
function sourceOf({ messaging }: Session, { source }: MessageHeader): string {
  return messaging?.neighbourOf(source)?.base ?? (source.endpoint as string).replace(/\/+$/, '');
}

/** What it is about, without the names by which it refers to what goes along, which may be other ones each time. */
function contentOf(header: MessageHeader, focus: readonly Incoming[], told: readonly Told[]): string {
  const unnamed = (resource: FhirResource) => {
    const write = ({ reference, ...rest }: Reference) =>
      reference?.startsWith('urn:') ? rest : { reference: reference as string, ...rest };
    return withReferences(resource, write, '') as FhirResource;
  };
  const event = header.eventCoding?.code ?? header.eventUri;
  const said = focus.map(({ resource }) => contentHash(unnamed(resource)));
  return contentHash({ resourceType: 'Basic', event, said, told } as unknown as FhirResource);
}
