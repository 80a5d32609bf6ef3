import type { FhirResource, Patient } from 'fhir/r4';
import { refuseMarks } from '../../messaging/messages/later.ts';
import { withOwnIdentifier } from '../../messaging/neighbours/own-identifier.ts';
import { remarksOn } from '../../messaging/orders/remarks.ts';
import { acceptSubscription } from '../../messaging/subscriptions/acceptance.ts';
import { tokensOf } from '../../search/tokens.ts';
import { type BusinessKey, businessKeys, isTooLong, LONGEST_NAME } from '../../store/claims.ts';
import { newId } from '../../store/ids.ts';
import {
  type Identity,
  identifiersOf,
  identitiesOfPatient,
  identitiesOfSubject,
  NATIONAL_IDENTIFIERS,
  PATIENT_ID,
} from '../../store/patients.ts';
import type { Row } from '../../store/stored.ts';
import {
  ANY_VERSION,
  DuplicateIdentifier,
  IdTaken,
  RaceLost,
  VersionConflict,
  type Written,
} from '../../store/write.ts';
import { examine } from '../conformance.ts';
import { hasLifeCycle, judgeLife } from '../life-cycle.ts';
import { withOwnReferences } from '../own-references.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../request.ts';
import { KeyInUse, KeyRace } from './retry.ts';

export interface Acceptance {
  interaction: 'create' | 'update' | 'patch';
  /** The id to store under; undefined lets the store choose. */
  id?: string | undefined;
  /** The current version, where the caller has read it. */
  current?: Row | undefined;
  /** It is reported by another system, which has done it already: it cannot be kept from beginning. */
  reported?: boolean | undefined;
  /** Changes between may not have been seen: it was fetched, or came with others in between. */
  skips?: boolean | undefined;
  /** The version whose status is changed, where that is not the current one: the last that its source has seen. */
  follows?: Row | undefined;
  /** The version that must be current, where it matters which; 0: none. */
  expected?: number | undefined;
  /** The compartment and id were chosen already (transactions). */
  placed?: { key: number; id: string } | undefined;
  /** A PUT, which may bring a copy of what began elsewhere. */
  copies?: boolean | undefined;
  /** A Subscription that can be as it asks, its secrets taken out. */
  isPrepared?: boolean | undefined;
}

/**
 * The one way in for a resource: checks it, gives it an identifier where others will answer by it, finds whose record it
 * belongs to, and writes it.
 * @param given parsed; own references are made relative
 * @throws Refusal 422 with every fault, 409 when its business key is another resource's, RaceLost when another write
 *   came between, so that `current` or `expected` is no longer so
 */
export async function accept(session: Session, given: FhirResource, how: Acceptance): Promise<Written> {
  if (given.resourceType === 'Subscription' && !how.isPrepared) return acceptSubscription(session, given, how, accept);
  const asGiven = withOwnReferences(given, session.base);
  const findings = await examine(session, asGiven);
  const resource = how.reported ? asGiven : withOwnIdentifier(asGiven, session.role, how.current);
  refuseMarks(resource);
  const warnings = judgeLife(session, resource, how);
  const begins = how.current === undefined && how.reported !== true && how.copies !== true;
  warnings.push(
    ...(await remarksOn(session, resource, { current: how.current, begins, reported: how.reported === true })),
  );
  const identities = (id: string) =>
    resource.resourceType === 'Patient' ? identitiesOfPatient(resource as Patient, id) : identitiesOfSubject(resource);
  const key = how.placed?.key ?? (await placeFor(session, resource, how.id ?? how.current?.id));
  const id = how.placed?.id ?? how.id ?? newId(key, session.now);
  const names = key === 0 ? [] : identities(id);
  refuseLong([...names, ...businessKeys(resource)]);
  const write = {
    ...{
      key,
      type: resource.resourceType,
      id,
      interaction: how.interaction,
      expected: how.expected ?? seen(how, resource.resourceType),
      resource,
    },
    ...{ tokens: tokensOf(resource), identities: names, findings },
  };
  const moves = how.current !== undefined && how.current.key !== key;
  try {
    const written = moves
      ? await session.atomically(({ record }) => record.write(write, how.current))
      : await session.record.write(write);
    return warnings.length > 0 ? { ...written, warnings } : written;
  } catch (error) {
    throw conflict(session, error, how);
  }
}

/** @throws Refusal 422 for an identifier that no index can hold */
function refuseLong(names: readonly BusinessKey[]): void {
  const long = names.find(({ system, value }) => isTooLong(system, value));
  if (long === undefined) return;
  const start = `${long.system}|${long.value}`.slice(0, 100);
  throw refuse(
    422,
    'too-long',
    `The identifier or reference ${start}… is longer than the ${LONGEST_NAME} bytes that are kept of one. Send a shorter one.`,
  );
}

/** Without a demand of the client's: what the caller has seen, so that nothing is written over what nobody looked at. */
function seen({ current }: Acceptance, type: string): number {
  if (current === undefined) return 0;
  // A status is judged by the one that it follows.
  return hasLifeCycle(type) ? current.version : ANY_VERSION;
}

/**
 * The compartment for a resource: its patient's.
 * @throws Refusal 422 when it names two different patients at once
 */
export async function placeFor(session: Session, resource: FhirResource, id: string | undefined): Promise<number> {
  const { record } = session;
  const type = resource.resourceType;
  if (type === 'Patient') {
    const own = id === undefined ? [] : [{ system: PATIENT_ID, value: id }];
    return record.home(type, [...own, ...identifiersOf((resource as Patient).identifier)]);
  }
  const about = (resource as { target?: { reference?: string }[] }).target;
  if (type === 'Provenance') return (await homeOfTarget(session, about?.[0]?.reference)) ?? 0;
  const identities = identitiesOfSubject(resource);
  const key = await record.home(type, identities);
  await refuseTwoPatients(session, identities);
  return key;
}

/** A Provenance is kept with what it is about. */
async function homeOfTarget(session: Session, reference: string | undefined): Promise<number | undefined> {
  const [type, id] = (reference ?? '').split('/');
  if (!type || !id) return undefined;
  return (await session.record.read(type, id))?.key;
}

/**
 * A reference to a stored Patient beside a national number that is another one's is the wrong patient's record in the
 * making: nobody can say here which of the two is meant.
 */
async function refuseTwoPatients(session: Session, identities: Identity[]) {
  const [literal, ...rest] = identities;
  const numbers = rest.filter((each) => NATIONAL_IDENTIFIERS.has(each.system));
  if (literal?.system !== PATIENT_ID || numbers.length === 0) return;
  const row = await session.record.read('Patient', literal.value);
  if (!row?.content) return;
  const own = identifiersOf((JSON.parse(row.content) as Patient).identifier);
  for (const number of numbers) {
    const other = own.find((each) => each.system === number.system);
    if (other === undefined || other.value === number.value) continue;
    throw refuse(
      422,
      'conflict',
      `The reference Patient/${literal.value} and the identifier beside it (${number.system}) name two different patients. Send the one that is meant.`,
      { expression: 'subject', rule: 'same-patient' },
    );
  }
}

function conflict(session: Session, error: unknown, how: Acceptance): unknown {
  if (error instanceof DuplicateIdentifier) {
    const refusal = new KeyInUse(error.reference);
    // What is created in a transaction had a key that was free a moment before.
    return session.transacting && how.interaction === 'create' && !how.copies ? new KeyRace(refusal) : refusal;
  }
  if (error instanceof VersionConflict || error instanceof IdTaken) return new RaceLost(error.message);
  return error;
}
