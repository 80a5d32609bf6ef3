import type { FhirResource, Reference } from 'fhir/r4';
import { localReference } from '../store/patients.ts';

/** A reference to a resource of this record, and the element that holds it. */
export interface LocalLink {
  /** The element's name at the top of the resource, such as `authorizingPrescription`. */
  readonly element: string;
  /** `Type/id`. */
  readonly reference: string;
  readonly display: string | undefined;
}

/** Every reference of a resource to another of this record, in the order they stand; each target once per element. */
export function localLinks(resource: FhirResource): LocalLink[] {
  const links = new Map<string, LocalLink>();
  const walk = (value: unknown, element: string) => {
    if (Array.isArray(value)) for (const each of value) walk(each, element);
    if (typeof value !== 'object' || value === null) return;
    const { reference, display } = value as Reference;
    const local = typeof reference === 'string' ? localReference(reference) : undefined;
    if (local) {
      const target = `${local.type}/${local.id}`;
      links.set(`${element} ${target}`, { element, reference: target, display });
    }
    for (const each of Object.values(value)) walk(each, element);
  };
  for (const [element, value] of Object.entries(resource)) walk(value, element);
  return [...links.values()];
}
