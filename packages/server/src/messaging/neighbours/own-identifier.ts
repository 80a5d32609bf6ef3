import type { FhirResource, Identifier } from 'fhir/r4';
import { ROLES, type Role } from '../../roles.ts';
import type { Row } from '../../store/stored.ts';
import { businessIdentifier, newIdentifier } from './business-identifier.ts';

/**
 * What a server of this role tells others of, with a business identifier: others answer by it. One that comes without is
 * given one, and keeps it through updates that leave it out.
 * @param current the version that it replaces
 * @returns the same object where there is nothing to add
 */
export function withOwnIdentifier(resource: FhirResource, role: Role, current: Row | undefined): FhirResource {
  if (!ROLES[role].delivers.includes(resource.resourceType)) return resource;
  const { identifier = [] } = resource as { identifier?: Identifier[] };
  if (businessIdentifier(resource) !== undefined || !Array.isArray(identifier)) return resource;
  const before = current?.content == null ? undefined : businessIdentifier(JSON.parse(current.content));
  return { ...resource, identifier: [...identifier, before ?? newIdentifier()] } as FhirResource;
}
