import type { FhirResource, Patient } from 'fhir/r4';
import { placeFor } from '../../fhir/interactions/accept.ts';
import { refuse } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { RESOURCE_TYPES } from '../../fhir/resource-types.ts';
import { BUSINESS_KEYED, businessKeys, holdersOf } from '../../store/claims.ts';
import { newId, newPatientKey } from '../../store/ids.ts';
import { identifiersOf, isPatientOwned, patientReference } from '../../store/patients.ts';
import type { Incoming } from './incoming.ts';
import { namesIn } from './incoming.ts';
import { differences, identifiersToMatch, matchByContent, matchByIdentifier, matchByKey } from './match.ts';
import { followed, keysReferredTo, type Meanings } from './references.ts';

/** What is to become of a resource that came. */
export interface Planned {
  incoming: Incoming;
  at: string;
  /** `Type/id` here: of what it is, or will be. */
  reference: string;
  /** Where it is created; undefined where it is here already. */
  place: { key: number; id: string } | undefined;
  /** It has no identifier: what it says is remembered. */
  byContent: boolean;
  warnings: string[];
}

/** What is to become of all of them. */
export interface Plan {
  planned: Planned[];
  meanings: Meanings;
  /** The compartments of the Patients that are made, by `Patient/id`. */
  patients: ReadonlyMap<string, number>;
}

/** What comes first is referred to by what follows. */
const ORDER = ['Patient', 'Organization', 'Location', 'Practitioner', 'PractitionerRole', 'Medication'];

/**
 * Finds out for each resource what it is here: by its business key, by an identifier, or by its content; what is new is
 * given its id, so that all can refer to each other in any order.
 * @param session in a transaction
 * @throws Refusal
 */
export async function planAll(session: Session, all: readonly Incoming[]): Promise<Plan> {
  const known = await knownPeople(session, all);
  await lockAll(
    session,
    all.filter((each) => !known.has(each)),
  );
  const names = new Map<string, string>();
  const keys = await keysHere(session, all);
  const meanings: Meanings = { names, keys, base: session.base };
  const called = new Map<Incoming, string[]>();
  for (const [name, each] of namesIn(all)) called.set(each, [...(called.get(each) ?? []), name]);
  const planned = new Map<Incoming, Planned>();
  const patients = new Map<string, number>();
  const settle = (each: Planned) => {
    planned.set(each.incoming, each);
    for (const name of called.get(each.incoming) ?? []) names.set(name, each.reference);
    for (const { system, value } of businessKeys(each.incoming.resource)) {
      keys.set(`${each.incoming.resource.resourceType}|${system}|${value}`, each.reference);
    }
  };
  for (const incoming of all) {
    const found = known.get(incoming) ?? (await identified(session, incoming));
    if (found !== undefined) settle(found);
  }
  const rank = ({ resource: { resourceType } }: Incoming) => {
    const place = ORDER.indexOf(resourceType);
    return place < 0 ? ORDER.length : place;
  };
  for (const incoming of all.filter((each) => !planned.has(each)).sort((a, b) => rank(a) - rank(b))) {
    settle(await newOrKnown(session, incoming, meanings, patients));
  }
  return { planned: all.map((each) => planned.get(each) as Planned), meanings, patients };
}

/**
 * People, organisations and products that are here already. They are never changed, so nobody need wait for those who
 * send the same: all messages of a ward name the same ward.
 */
async function knownPeople(session: Session, all: readonly Incoming[]): Promise<Map<Incoming, Planned>> {
  const known = new Map<Incoming, Planned>();
  for (const incoming of all) {
    const { resource } = incoming;
    const type = resource.resourceType;
    if (BUSINESS_KEYED.has(type) || !RESOURCE_TYPES.has(type)) continue;
    if (identifiersToMatch(resource).length > MOST_IDENTIFIERS) continue;
    const found = await identified(session, incoming);
    if (found !== undefined) known.set(incoming, found);
  }
  return known;
}

/** The identifiers of one resource that are looked for; it is no name that has more of them. */
const MOST_IDENTIFIERS = 100;
/** A database has room for so many locks: what has more names than this waits for all others instead. */
const MOST_LOCKS = 200;

const LOCK_NAMES = `select pg_advisory_xact_lock_shared(hashtextextended('received', 0)), (
    select count(pg_advisory_xact_lock(n.hash)) from (
      select distinct hashtextextended(name, 0) as hash from unnest($1::text[]) as name order by 1) n)`;
const LOCK_ALL = `select pg_advisory_xact_lock(hashtextextended('received', 0))`;

/**
 * Those who would make or change the same take turns: all names are held, in one order, until the transaction ends.
 * @throws Refusal 422 for a resource with more identifiers than are looked for
 */
async function lockAll(session: Session, all: readonly Incoming[]): Promise<void> {
  const names = new Set<string>();
  for (const { resource, at = resource.resourceType } of all) {
    const type = resource.resourceType;
    const keys = BUSINESS_KEYED.has(type) ? businessKeys(resource) : identifiersToMatch(resource);
    if (keys.length > MOST_IDENTIFIERS) {
      const message = `It has ${keys.length} identifiers; ${MOST_IDENTIFIERS} are looked for. Send those by which it is known.`;
      throw refuse(422, 'too-costly', message, { expression: `${at}.identifier` });
    }
    for (const { system, value } of keys) names.add(`received ${type}|${system}|${value}`);
    if (keys.length === 0) names.add(`received ${type}`);
  }
  if (names.size > MOST_LOCKS) await session.record.q.query(LOCK_ALL);
  else await session.record.q.query(LOCK_NAMES, [[...names]]);
}

/** What the business keys that are referred to lead to here. */
async function keysHere(session: Session, all: readonly Incoming[]): Promise<Map<string, string>> {
  const wanted = all.flatMap(({ resource }) => keysReferredTo(resource));
  const found = new Map<string, string>();
  for (const type of new Set(wanted.map((each) => each.type))) {
    const keys = wanted.filter((each) => each.type === type).map(({ key }) => key);
    for (const { system, value, id } of await holdersOf(session.record.q, type, keys)) {
      found.set(`${type}|${system}|${value}`, `${type}/${id}`);
    }
  }
  return found;
}

async function identified(session: Session, incoming: Incoming): Promise<Planned | undefined> {
  const { resource, at = resource.resourceType } = incoming;
  const type = resource.resourceType;
  if (!RESOURCE_TYPES.has(type)) {
    throw refuse(422, 'not-supported', `This server does not keep a ${type}: leave it out.`, { expression: at });
  }
  // What it asks this server to do from now on is no news about medicines.
  if (type === 'Subscription') {
    const message = 'A Subscription is not made by a message: POST it to this server.';
    throw refuse(422, 'not-supported', message, { expression: at });
  }
  const base = { incoming, at, place: undefined, byContent: false };
  if (BUSINESS_KEYED.has(type)) {
    const reference = await matchByKey(session, type, businessKeys(resource), at);
    return reference === undefined ? undefined : { ...base, reference, warnings: [] };
  }
  const held = await matchByIdentifier(session, resource);
  return held && { ...base, reference: held.reference, warnings: differences(resource, held) };
}

async function newOrKnown(
  session: Session,
  incoming: Incoming,
  meanings: Meanings,
  patients: Map<string, number>,
): Promise<Planned> {
  const { at = incoming.resource.resourceType } = incoming;
  // What comes later has no name yet: this is for the place and the content only.
  const resource = followed(incoming, { ...meanings, names: lenient(meanings.names) });
  const type = resource.resourceType;
  const keys = BUSINESS_KEYED.has(type) ? businessKeys(resource) : identifiersToMatch(resource);
  const byContent = keys.length === 0;
  const known = byContent ? await matchByContent(session, resource) : undefined;
  const base = { incoming, at, byContent, warnings: [] };
  if (known !== undefined) return { ...base, reference: known, place: undefined };
  const key = await placeOf(session, resource, patients);
  const id = newId(key, session.now);
  if (type === 'Patient') patients.set(`Patient/${id}`, key);
  return { ...base, reference: `${type}/${id}`, place: { key, id } };
}

/** What has no name yet is called by its own. */
function lenient(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return { get: (name: string) => names.get(name) ?? (/^[a-z]+:\/\//.test(name) ? undefined : name) } as ReadonlyMap<
    string,
    string
  >;
}

/** The compartment of the patient whom a resource is about, who may be made together with it. */
export async function placeOf(
  session: Session,
  resource: FhirResource,
  patients: ReadonlyMap<string, number>,
): Promise<number> {
  const type = resource.resourceType;
  if (type === 'Patient') {
    const known = identifiersOf((resource as Patient).identifier);
    return known.length > 0 ? session.record.home(type, known) : newPatientKey();
  }
  if (!isPatientOwned(type) && type !== 'Provenance') return 0;
  const made = patients.get(patientReference(resource)?.reference ?? '');
  return made ?? placeFor(session, resource, undefined);
}
