import type { FhirResource, Identifier, Patient } from 'fhir/r4';
import { parseExact } from '../../fhir/exact-json.ts';
import { matchesOf } from '../../fhir/interactions/conditional.ts';
import { refuse } from '../../fhir/refusal.ts';
import type { Session } from '../../fhir/request.ts';
import { contentText } from '../../fhir/same-content.ts';
import { type BusinessKey, holdersOf } from '../../store/claims.ts';
import { NATIONAL_IDENTIFIERS } from '../../store/patients.ts';
import type { Stored } from '../../store/stored.ts';
import { contentHash } from './seen.ts';

/** The one resource that has a business key of one that came; undefined where it is new here. @throws Refusal 409 */
export async function matchByKey(
  session: Session,
  type: string,
  keys: readonly BusinessKey[],
  at: string,
): Promise<string | undefined> {
  const ids = new Set((await holdersOf(session.record.q, type, keys)).map(({ id }) => id));
  if (ids.size > 1) {
    throw refuse(
      409,
      'conflict',
      `Its identifiers are those of ${ids.size} resources here: they are business keys, and one resource has them. Send those of the one that is meant.`,
      { expression: `${at}.identifier`, rule: 'R-272' },
    );
  }
  const [id] = ids;
  return id === undefined ? undefined : `${type}/${id}`;
}

/** The identifiers by which a person, an organisation and the like is known, the surest first. */
export function identifiersToMatch(resource: FhirResource): BusinessKey[] {
  const { identifier } = resource as { identifier?: Identifier[] };
  const all = (Array.isArray(identifier) ? identifier : []).flatMap((each) =>
    typeof each?.system === 'string' &&
    typeof each.value === 'string' &&
    each.use !== 'old' &&
    each.system &&
    each.value
      ? [{ system: each.system, value: each.value }]
      : [],
  );
  // Who has a national number is known by nothing else: a local number may be given to another.
  const national = all.filter(({ system }) => NATIONAL_IDENTIFIERS.has(system));
  return resource.resourceType === 'Patient' && national.length > 0 ? national : all;
}

/** What is here already under an identifier of what came; the first that was made, where there are several. */
export async function matchByIdentifier(session: Session, resource: FhirResource): Promise<Stored | undefined> {
  const type = resource.resourceType;
  for (const { system, value } of identifiersToMatch(resource)) {
    const token = [system, value].map((each) => each.replace(/[\\,$|]/g, '\\$&')).join('|');
    const found = await matchesOf(session, type, `identifier=${encodeURIComponent(token)}`, type);
    const [first] = found
      .filter((each) => type !== 'Medication' || sameMedicine(resource, each))
      .sort((a, b) => (a.reference < b.reference ? -1 : 1));
    if (first !== undefined) return first;
  }
  return undefined;
}

/** One number for two products would give a patient the wrong one: the code must be the same too. */
function sameMedicine(resource: FhirResource, held: Stored): boolean {
  const bare = (each: unknown) => ({ resourceType: 'Medication', code: (each as { code?: unknown }).code });
  return contentText(bare(resource) as FhirResource) === contentText(bare(held.resource) as FhirResource);
}

/** What is here that says the same, and has no identifier either. */
export async function matchByContent(session: Session, resource: FhirResource): Promise<string | undefined> {
  const { resourceType: type } = resource;
  const hash = contentHash(resource);
  const [kept] = await session.record.q.query<{ id: string }>(
    'select id from received_content where type = $1 and content = $2',
    [type, hash],
  );
  const row = kept && (await session.record.read(type, kept.id));
  if (!row?.content) return undefined;
  const held = parseExact(row.content, Number.POSITIVE_INFINITY) as unknown as FhirResource;
  return contentHash(held) === hash ? `${type}/${row.id}` : undefined;
}

/** Notes where what has no identifier is kept. */
export async function rememberContent(session: Session, resource: FhirResource, id: string): Promise<void> {
  await session.record.q.query(
    `insert into received_content (type, content, id) values ($1, $2, $3)
      on conflict (type, content) do update set id = excluded.id`,
    [resource.resourceType, contentHash(resource), id],
  );
}

/** What to say where a person here is described otherwise than in what came. */
export function differences(resource: FhirResource, held: Stored | undefined): string[] {
  if (resource.resourceType !== 'Patient' || held === undefined) return [];
  const here = held.resource as Patient;
  return (['birthDate', 'gender'] as const)
    .filter((name) => resource[name] !== undefined && here[name] !== undefined && resource[name] !== here[name])
    .map(
      (name) =>
        `R-196: the ${name} differs from that of the patient who is known here by the same identifier. The record here was not changed: make sure that the same person is meant.`,
    );
}
