import type { FhirResource, HumanName, Organization, Practitioner, PractitionerRole, Reference } from 'fhir/r4';
import { localReference } from '../store/patients.ts';
import type { Record } from '../store/record.ts';
import { chosenName, spokenName } from './names.ts';

/** Who is behind a reference: a person, an organisation, or both. */
export interface Who {
  readonly person?: string;
  readonly organisation?: string;
  readonly isPatient?: boolean;
}

/** The elements that name people, organisations and medicines. */
const ELEMENTS = [
  ...['informationSource', 'requester', 'recorder', 'asserter', 'source', 'performer', 'medicationReference'],
  ...['practitioner', 'organization', 'managingOrganization', 'generalPractitioner', 'author', 'dispenseRequest'],
] as const;

/** What belongs to no patient and is referred to by a patient's resources, read at once. */
export class Directory {
  readonly #found: ReadonlyMap<string, FhirResource>;

  private constructor(found: ReadonlyMap<string, FhirResource>) {
    this.#found = found;
  }

  /** Reads whom and what the resources name, and whom those name in turn. */
  static async load(record: Record, resources: Iterable<FhirResource>): Promise<Directory> {
    const found = new Map<string, FhirResource>();
    let wanted = namedIn(resources);
    for (let round = 0; round < 2 && wanted.size > 0; round++) {
      const stored = await record.readMany([...wanted.values()]);
      for (const entry of stored) found.set(entry.reference, entry.resource);
      wanted = namedIn(stored.map((entry) => entry.resource));
      for (const reference of found.keys()) wanted.delete(reference);
    }
    return new Directory(found);
  }

  /** What a reference leads to: contained in the resource, or read from the record. */
  find(reference: Reference | undefined, within: FhirResource): FhirResource | undefined {
    const text = reference?.reference;
    if (typeof text !== 'string') return undefined;
    if (text.startsWith('#')) {
      const contained = (within as { contained?: FhirResource[] }).contained ?? [];
      return contained.find((each) => each.id === text.slice(1));
    }
    const local = localReference(text);
    return local && this.#found.get(`${local.type}/${local.id}`);
  }

  /** The person and organisation that a reference names; what it says of itself where it leads nowhere. */
  who(reference: Reference | undefined, within: FhirResource): Who {
    if (reference === undefined || reference === null) return {};
    const type = reference.type ?? localReference(reference.reference)?.type;
    if (type === 'Patient') return { isPatient: true };
    const found = this.find(reference, within);
    const said = reference.display || identifierWords(reference) || reference.reference;
    switch (found?.resourceType) {
      case 'Organization':
        return named('organisation', found.name ?? said);
      case 'Practitioner':
        return named('person', personName(found.name) ?? said);
      case 'PractitionerRole':
        return this.#role(found, said);
      default:
        return named(type === 'Organization' ? 'organisation' : 'person', said);
    }
  }

  #role(role: PractitionerRole, said: string | undefined): Who {
    const person = this.find(role.practitioner, role) as Practitioner | undefined;
    const organisation = this.find(role.organization, role) as Organization | undefined;
    return {
      ...named('person', personName(person?.name) ?? role.practitioner?.display ?? said),
      ...named('organisation', organisation?.name ?? role.organization?.display),
    };
  }
}

function named(key: 'person' | 'organisation', name: string | undefined): Who {
  return name === undefined ? {} : { [key]: name };
}

function personName(names: HumanName[] | undefined): string | undefined {
  return spokenName(chosenName(names));
}

function identifierWords({ identifier }: Reference): string | undefined {
  return identifier?.value === undefined ? undefined : `${identifier.value}`;
}

function namedIn(resources: Iterable<FhirResource>): Map<string, { type: string; id: string }> {
  const wanted = new Map<string, { type: string; id: string }>();
  const add = (value: unknown) => {
    if (Array.isArray(value)) for (const each of value) add(each);
    if (typeof value !== 'object' || value === null) return;
    const { reference, actor, performer } = value as Reference & { actor?: unknown; performer?: unknown };
    const local = localReference(reference);
    if (local && local.type !== 'Patient') wanted.set(`${local.type}/${local.id}`, local);
    if (actor) add(actor);
    if (performer) add(performer);
  };
  for (const resource of resources) {
    for (const element of ELEMENTS) add((resource as unknown as { [name: string]: unknown })[element]);
  }
  return wanted;
}
