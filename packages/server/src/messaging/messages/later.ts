import { check } from '@concord/conformance';
import type { Bundle, FhirResource, Meta } from 'fhir/r4';
import { refuse, refuseFindings } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { tokensOf } from '../../search/tokens.ts';
import { SHARED } from '../../store/ids.ts';
import { DuplicateIdentifier, IdTaken, VersionConflict } from '../../store/write.ts';
import { nameUuid } from '../neighbours/name-uuid.ts';
import type { Change } from '../subscriber.ts';
import type { Message } from './read-message.ts';

/** What is still to be done with a message that is kept. */
const STATE = 'urn:concord:message';
const RESPONSE = 'response';

/** What is to be done with a kept message: to process it, or to send it as the response to one. */
export type ToDo = 'to-process' | 'to-send';

/** Keeps a message until it is processed. The same again is the same. */
export async function keepMessage(session: Session, message: Message, given: Bundle, address: string): Promise<void> {
  const name = message.identifier ?? JSON.stringify(given);
  const id = nameUuid(`${message.from.source}|${name}|${message.content}`);
  await keep(session, given, id, 'to-process', address);
}

/** Keeps the response to a kept message until it is sent. */
export async function keepResponse(session: Session, to: string, response: Bundle, address: string): Promise<void> {
  await keep(session, response, nameUuid(`${to}#response`), 'to-send', address);
}

/**
 * Keeps a response that came to a message of this server's. It is nothing that is filed: all that is asked of it is FHIR.
 * @throws Refusal 422 where it is none: nobody could read how it went
 */
export async function keepAnswerToUs(session: Session, source: string, response: Bundle): Promise<void> {
  const faults = check(response, { layers: ['fhir'] }).filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw refuseFindings(422, faults);
  const name = response.identifier?.value ?? JSON.stringify(response);
  await keep(session, response, nameUuid(`${source}|${name}|response`), undefined, undefined);
}

async function keep(session: Session, bundle: Bundle, id: string, toDo: ToDo | undefined, address: string | undefined) {
  const { bundle: bare } = keptMessage(bundle);
  const meta = (bare.meta ?? {}) as Meta;
  const tag = [...(meta.tag ?? []), ...(toDo === undefined ? [] : [{ system: STATE, code: toDo }])];
  const link = [...(bare.link ?? []), ...(address === undefined ? [] : [{ relation: RESPONSE, url: address }])];
  const kept = {
    ...bare,
    id,
    meta: { ...meta, ...(tag.length > 0 ? { tag } : {}) },
    ...(link.length > 0 ? { link } : {}),
  } as Bundle;
  try {
    await session.record.write({
      ...{ key: SHARED, type: 'Bundle', id, interaction: 'create', expected: 0, resource: kept },
      ...{ tokens: tokensOf(kept), identities: [] },
    });
  } catch (error) {
    // It is kept already.
    const isKept = error instanceof VersionConflict || error instanceof IdTaken || error instanceof DuplicateIdentifier;
    if (!isKept) throw error;
  }
}

/** Only this server marks what it has still to do. @throws Refusal 422 */
export function refuseMarks(resource: FhirResource): void {
  if (resource.resourceType !== 'Bundle' || !isMarked(resource.meta)) return;
  throw refuse(
    422,
    'forbidden',
    `The tag ${STATE} is this server's own: to have a message processed, use $process-message.`,
    {
      expression: 'Bundle.meta.tag',
    },
  );
}

function isMarked(meta: Meta | undefined): boolean {
  const tags: unknown = meta?.tag;
  return Array.isArray(tags) && tags.some((each) => each?.system === STATE);
}

/** What is to be done with a kept message. */
export function toDoOf({ resource, version }: Change): ToDo | undefined {
  if (resource?.resourceType !== 'Bundle' || version !== 1) return undefined;
  return resource.meta?.tag?.find(({ system }) => system === STATE)?.code as ToDo | undefined;
}

/** A kept message as it came, and where its response goes. */
export function keptMessage(bundle: Bundle): { bundle: Bundle; address: string | undefined } {
  const { meta = {}, link = [], id: _id, ...rest } = bundle;
  const tag = meta.tag?.filter(({ system }) => system !== STATE) ?? [];
  const { tag: _tag, versionId: _v, lastUpdated: _l, ...others } = meta;
  const bare = { ...others, ...(tag.length > 0 ? { tag } : {}) };
  const links = link.filter(({ relation }) => relation !== RESPONSE);
  return {
    bundle: {
      ...rest,
      ...(Object.keys(bare).length > 0 ? { meta: bare } : {}),
      ...(links.length > 0 ? { link: links } : {}),
    } as Bundle,
    address: link.find(({ relation }) => relation === RESPONSE)?.url,
  };
}
