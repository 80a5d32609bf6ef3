import type { FhirResource, Patient } from 'fhir/r4';
import { tokensOf } from '../../search/tokens.ts';
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
import { refusingErrors } from '../conformance.ts';
import { withOwnReferences } from '../own-references.ts';
import { refuse, refuseFindings } from '../refusal.ts';
import type { Session } from '../request.ts';

export interface Acceptance {
  interaction: 'create' | 'update' | 'patch';
  /** The id to store under; undefined lets the store choose. */
  id?: string | undefined;
  /** The current version, where the caller has read it. */
  current?: Row | undefined;
  /** The version that must be current, where it matters which; 0: none. */
  expected?: number | undefined;
  /** The compartment and id were chosen already, and the resource checked (transactions). */
  placed?: { key: number; id: string } | undefined;
}

/**
 * The one way in for a resource: checks it, finds whose record it belongs to, and writes it.
 * @param given parsed; own references are made relative
 * @throws Refusal 422 with every fault, 409 when its business key is another resource's, RaceLost when another write
 *   came between, so that `current` or `expected` is no longer so
 */
export async function accept(session: Session, given: FhirResource, how: Acceptance): Promise<Written> {
  const resource = withOwnReferences(given, session.base);
  if (how.placed === undefined) check(session, resource);
  const identities = (id: string) =>
    resource.resourceType === 'Patient' ? identitiesOfPatient(resource as Patient, id) : identitiesOfSubject(resource);
  const key = how.placed?.key ?? (await placeFor(session, resource, how.id ?? how.current?.id));
  const id = how.placed?.id ?? how.id ?? newId(key, session.now);
  const write = {
    ...{
      key,
      type: resource.resourceType,
      id,
      interaction: how.interaction,
      expected: how.expected ?? seen(how),
      resource,
    },
    ...{ tokens: tokensOf(resource), identities: key === 0 ? [] : identities(id) },
  };
  const moves = how.current !== undefined && how.current.key !== key;
  try {
    if (!moves) return await session.record.write(write);
    return await session.atomically(({ record }) => record.write(write, how.current));
  } catch (error) {
    throw conflict(error);
  }
}

/** Without a demand of the client's: what the caller has seen, so that nothing is written over what nobody looked at. */
function seen({ current }: Acceptance): number {
  return current === undefined ? 0 : ANY_VERSION;
}

/** @throws Refusal 422 with everything that is wrong with the resource */
export function check(session: Session, resource: FhirResource) {
  const errors = refusingErrors(session, resource);
  if (errors.length > 0) throw refuseFindings(422, errors);
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

function conflict(error: unknown): unknown {
  if (error instanceof DuplicateIdentifier) {
    return refuse(
      409,
      'duplicate',
      `An identifier of this resource is in use by ${error.reference}: it is the business key, and one resource has it. Update that one, or create with If-None-Exist.`,
      { expression: 'identifier', rule: 'R-272' },
    );
  }
  if (error instanceof VersionConflict || error instanceof IdTaken) return new RaceLost(error.message);
  return error;
}
