import type { FhirResource, Identifier, PractitionerRole, Reference } from 'fhir/r4';
import { withOwnReferences } from '../../fhir/own-references.ts';
import { localReference } from '../../store/patients.ts';
import { businessIdentifier, identified } from './business-identifier.ts';
import { wordsFor } from './in-words.ts';
import { nameUuid } from './name-uuid.ts';

type Resource = FhirResource & { id?: string };

/** What goes along with whatever refers to it: who and what it is about. All else is named by its identifier. */
const CARRIED: ReadonlySet<string> = new Set([
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'RelatedPerson',
  'Location',
  'Medication',
]);
/** What goes along with what is sent alone: why it was ordered, and what is to be known for it, as a weight or an allergy. */
const CARRIED_BY_FOCUS: ReadonlySet<string> = new Set(['Condition', 'Observation', 'AllergyIntolerance']);
/** A chain of organisations may be long, and lead back to where it began. */
const MOST_CARRIED = 60;

/** Where resources are kept that references lead to. */
export interface Holder {
  /** Its FHIR base. */
  base: string;
  /** Reads resources by `Type/id`; those that it does not have are left out. */
  look(references: string[]): Promise<ReadonlyMap<string, FhirResource>>;
}

/** A resource with the name by which others beside it refer to it. */
export interface Entry {
  fullUrl: string;
  resource: FhirResource;
}

/**
 * A resource with what it refers to, so that whoever has never seen its holder understands it. References among them
 * are by `urn:uuid`, the same at each time; to anything else by its identifier, or else by its address.
 * @returns the resource first, then what goes along; each with a business identifier, and without the holder's id
 */
export async function selfContained(focus: FhirResource, holder: Holder): Promise<Entry[]> {
  const own = withOwnReferences(focus, holder.base);
  const known = new Map<string, FhirResource>();
  const missing = new Set<string>();
  const carried: Resource[] = [own];
  const ofFocus = referencesIn(own);
  for (let next: Resource[] = [own]; next.length > 0; ) {
    const wanted = [...new Set(next.flatMap((each) => referencesIn(each)))].filter(
      (each) => !known.has(each) && !missing.has(each),
    );
    const found = wanted.length === 0 ? new Map<string, FhirResource>() : await holder.look(wanted);
    next = [];
    for (const reference of wanted) {
      const resource = found.get(reference);
      if (resource === undefined) missing.add(reference);
      else known.set(reference, withOwnReferences(resource, holder.base));
      if (resource === undefined || carried.length >= MOST_CARRIED) continue;
      const { resourceType: type } = resource;
      if (!CARRIED.has(type) && !(CARRIED_BY_FOCUS.has(type) && ofFocus.includes(reference))) continue;
      const read = known.get(reference) as Resource;
      carried.push(read);
      next.push(read);
    }
  }
  const names = new Map(carried.slice(1).map((each) => [nameIn(each), urnOf(each, holder.base)]));
  return carried.map((each) => ({
    fullUrl: urnOf(each, holder.base),
    resource: rewritten(identified(each, holder.base), (reference, target) => {
      const urn = names.get(target);
      return urn === undefined ? byIdentifier(reference, target, known, holder.base) : { ...reference, reference: urn };
    }),
  }));
}

/**
 * A resource that is sent without any other: people and orders are named by their identifiers, and in words for those who
 * do not know these; a Medication is contained.
 */
export async function alone(focus: FhirResource, holder: Holder): Promise<FhirResource> {
  const own = identified(withOwnReferences(focus, holder.base), holder.base);
  const known = await holder.look(referencesIn(own));
  const behind = await holder.look(practitionersOf([...known.values()], holder.base));
  const contained: FhirResource[] = [];
  const resource = rewritten(own, (reference, target) => {
    const found = known.get(target);
    if (found?.resourceType !== 'Medication') {
      const named = byIdentifier(reference, target, known, holder.base);
      const display = named.display ?? (found && wordsFor(found, behind));
      return display === undefined ? named : { ...named, display };
    }
    const id = `medication-${contained.length + 1}`;
    const { meta: _meta, text: _text, ...rest } = found;
    contained.push({ ...rewritten(rest, (r, t) => byIdentifier(r, t, known, holder.base)), id } as FhirResource);
    return { ...reference, reference: `#${id}` };
  });
  if (contained.length === 0) return resource;
  const { contained: before = [] } = resource as { contained?: FhirResource[] };
  return { ...resource, contained: [...before, ...contained] } as FhirResource;
}

/** Who holds the roles among some resources. */
function practitionersOf(resources: readonly FhirResource[], base: string): string[] {
  return resources.flatMap((each) => {
    if (each.resourceType !== 'PractitionerRole') return [];
    const local = localReference((withOwnReferences(each, base) as PractitionerRole).practitioner?.reference);
    return local === undefined ? [] : [`${local.type}/${local.id}`];
  });
}

function nameIn({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

function urnOf(resource: Resource, base: string): string {
  return `urn:uuid:${nameUuid(`${base}/${nameIn(resource)}`)}`;
}

function byIdentifier(
  reference: Reference,
  target: string,
  known: ReadonlyMap<string, FhirResource>,
  base: string,
): Reference {
  const { reference: literal, identifier: given, ...rest } = reference;
  const found = known.get(target);
  const identifier = given ?? (found === undefined ? undefined : plain(businessIdentifier(identified(found, base))));
  if (identifier === undefined) return { ...rest, reference: `${base}/${literal}` };
  return { ...rest, type: rest.type ?? target.slice(0, target.indexOf('/')), identifier };
}

function plain(identifier: Identifier | undefined): Identifier | undefined {
  return identifier === undefined ? undefined : { system: identifier.system ?? '', value: identifier.value ?? '' };
}

/** The `Type/id` of each reference in a resource to its own server. */
function referencesIn(resource: FhirResource): string[] {
  const found = new Set<string>();
  visit(resource, (reference) => {
    const local = localReference(reference.reference);
    if (local !== undefined) found.add(`${local.type}/${local.id}`);
    return reference;
  });
  return [...found];
}

/** A copy with each reference to its own server written anew, and without the id that it has there. */
function rewritten<T extends FhirResource | Omit<FhirResource, 'id'>>(
  resource: T,
  write: (reference: Reference, target: string) => Reference,
): T {
  const { id: _id, ...rest } = resource as T & { id?: string };
  return visit(rest, (reference) => {
    const local = localReference(reference.reference);
    return local === undefined ? reference : write(reference, `${local.type}/${local.id}`);
  }) as T;
}

function visit(node: unknown, write: (reference: Reference) => Reference): unknown {
  if (Array.isArray(node)) return node.map((each) => visit(each, write));
  // An exact number has no prototype, and is no node.
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, visit(value, write)]));
  return typeof copy.reference === 'string' ? write(copy as Reference) : copy;
}
