import type { FhirResource } from 'fhir/r4';
import { examine } from '../../fhir/conformance.ts';
import { parseExact } from '../../fhir/exact-json.ts';
import { accept } from '../../fhir/interactions/accept.ts';
import { Refusal, refuse } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { sameContent } from '../../fhir/same-content.ts';
import { BUSINESS_KEYED, businessKeys } from '../../store/claims.ts';
import { SHARED } from '../../store/ids.ts';
import { identitiesOfSubject } from '../../store/patients.ts';
import type { Row } from '../../store/stored.ts';
import type { From, Incoming } from './incoming.ts';
import { rememberContent } from './match.ts';
import { type Plan, type Planned, placeOf, planAll } from './plan.ts';
import { followed } from './references.ts';
import { contentHash, isNews, lastWordOf, remember, stampOf } from './seen.ts';

/** What became of one resource that came. */
export interface Received {
  /** Where it stood in what was sent. */
  at: string;
  /** `Type/id` here; undefined where it is older than what was refused before it. */
  reference: string | undefined;
  /**
   * created, updated; same: it was received before, or says what is here already; older: a newer version came before it;
   * known: it only went along, and is here already, so nothing was changed.
   */
  did: 'created' | 'updated' | 'same' | 'older' | 'known';
  warnings: string[];
}

/**
 * Files resources that came from elsewhere, all or none. What is here by its business key is updated; people,
 * organisations and products are matched by identifier and never changed; what is new is created. The same again, and
 * what is older than what that source sent before, changes nothing.
 * @param session in a transaction
 * @throws Refusal with a reason where any of them cannot be filed
 */
export async function receive(session: Session, all: readonly Incoming[], from: From): Promise<Received[]> {
  const { planned, meanings, patients } = await planAll(session, all);
  const file = async (each: Planned): Promise<Received> => {
    const { id: _id, ...resource } = followed(each.incoming, meanings) as FhirResource & { id?: string };
    return fileOne(session, each, resource as FhirResource, { ...from, patients });
  };
  // All are waited for, whatever fails: none may still be at work when the transaction is rolled back.
  const each = once(planned);
  const outcomes = await Promise.allSettled(each.map(file));
  const failed = outcomes.findIndex((one) => one.status === 'rejected');
  if (failed >= 0) throw placed((outcomes[failed] as PromiseRejectedResult).reason, each[failed] as Planned);
  const done = new Map(outcomes.map((one, i) => [each[i]?.reference, (one as PromiseFulfilledResult<Received>).value]));
  return planned.map(({ reference, at }) => ({ ...(done.get(reference) as Received), at }));
}

/** The same refusal, saying where in what was sent the fault is: whoever reads it has the whole before them. */
function placed(error: unknown, { at, incoming }: Planned): unknown {
  // What is tried again is known by its class.
  if (!(error instanceof Refusal) || error.constructor !== Refusal) return error;
  const { resourceType: type } = incoming.resource;
  const placeOf = (path: string) => {
    if (path === at || path.startsWith(`${at}.`)) return path;
    if (path === '' || path === type) return at;
    return `${at}.${path.startsWith(`${type}.`) ? path.slice(type.length + 1) : path}`;
  };
  const issue = error.outcome.issue.map((each) => ({ ...each, expression: (each.expression ?? ['']).map(placeOf) }));
  return new Refusal(error.status, { ...error.outcome, issue });
}

/** Each resource once: two entries for one person are one person; two versions of one order are a contradiction. */
function once(planned: readonly Planned[]): Planned[] {
  const seen = new Map<string, Planned>();
  for (const each of planned) {
    const other = seen.get(each.reference);
    if (other === undefined) seen.set(each.reference, each);
    else if (BUSINESS_KEYED.has(each.incoming.resource.resourceType)) {
      if (sameContent(other.incoming.resource, each.incoming.resource)) continue;
      throw refuse(422, 'duplicate', `${other.at} and ${each.at} have one identifier and say different things.`, {
        expression: `${each.at}.identifier`,
        rule: 'R-253',
      });
    }
  }
  return [...seen.values()];
}

type Filing = From & Pick<Plan, 'patients'>;

async function fileOne(session: Session, plan: Planned, resource: FhirResource, from: Filing): Promise<Received> {
  const { at, reference, place, warnings } = plan;
  const type = resource.resourceType;
  if (!BUSINESS_KEYED.has(type)) {
    if (place === undefined) {
      await examineOnce(session, resource, from);
      return { at, reference, did: 'known', warnings };
    }
    const written = await accept(session, resource, { interaction: 'create', expected: 0, placed: place });
    if (plan.byContent) await rememberContent(session, resource, place.id);
    return { at, reference, did: 'created', warnings: [...warnings, ...(written.warnings ?? [])] };
  }
  const keys = businessKeys(resource);
  const stamp = stampOf(plan.incoming.resource, contentHash(resource), from, session.now);
  const news = await isNews(session.record.q, from.source, type, keys, stamp);
  if (news !== 'news') {
    return { at, reference: place === undefined ? reference : undefined, did: news, warnings };
  }
  const [, id = ''] = reference.split('/');
  const note = (version: number) => remember(session.record.q, from.source, type, keys, stamp, { id, version });
  if (place !== undefined) {
    // What was only ever a mistake is kept as one where its source tells of a change, or it was asked for.
    const copies = from.copies && (resource as { status?: unknown }).status !== 'draft';
    const written = await accept(session, resource, {
      ...{ interaction: 'create', expected: 0, placed: place, copies, reported: true },
    });
    if (plan.byContent) await rememberContent(session, resource, id);
    await note(written.version);
    return { at, reference, did: 'created', warnings: written.warnings ?? [] };
  }
  const current = (await session.record.read(type, id)) as Row;
  if (!from.updates.has(type)) {
    await examineOnce(session, resource, from);
    return { at, reference, did: 'known', warnings };
  }
  if (current.content !== null && isSame(current.content, resource)) {
    await examineOnce(session, resource, from);
    await note(current.version);
    return { at, reference, did: 'same', warnings };
  }
  await refuseOthers(session, current, resource, at, from.patients);
  const interaction = current.content === null ? 'create' : 'update';
  const how = { interaction, id, current, expected: current.version, copies: from.copies, reported: true } as const;
  const follows = await lastWord(session, from, current);
  const written = await accept(session, resource, { ...how, follows, skips: from.copies });
  await note(written.version);
  return { at, reference, did: 'updated', warnings: written.warnings ?? [] };
}

/** Checks what is not written. @throws Refusal */
async function examineOnce(session: Session, resource: FhirResource, { examined }: From): Promise<void> {
  if (examined !== true) await examine(session, resource);
}

/**
 * What a source last said of a resource, where something was done with it here since. Its next word follows that: a ward
 * that stops an order does not know that it was completed here, and what the ward says of its own order counts.
 */
async function lastWord(session: Session, from: From, current: Row): Promise<Row | undefined> {
  const version = await lastWordOf(session.record.q, from.source, current);
  if (version === undefined || version === current.version) return undefined;
  return session.record.readVersion(current.type, current.id, version);
}

function isSame(content: string, resource: FhirResource): boolean {
  return sameContent(parseExact(content, Number.POSITIVE_INFINITY) as unknown as FhirResource, resource);
}

/** An order does not pass from one patient to another by a message. @throws Refusal 409 */
async function refuseOthers(
  session: Session,
  current: Row,
  resource: FhirResource,
  at: string,
  patients: Plan['patients'],
): Promise<void> {
  if (current.key === SHARED || (await placeOf(session, resource, patients)) === current.key) return;
  // One patient may have several compartments, where several processes met them at the same moment.
  const found = await session.record.compartments.find(session.record.q, identitiesOfSubject(resource));
  if (found.some(({ key }) => key === current.key)) return;
  throw refuse(
    409,
    'conflict',
    'The resource with this identifier is about another patient here. Send the identifier that is meant, or withdraw the other and send a new one.',
    { expression: `${at}.subject`, rule: 'same-patient' },
  );
}
