import type { Terminology } from '@concord/dmd';
import type { CodeSystem, ConceptMap, ValueSet } from 'fhir/r4';

/** A resource that a dm+d release is described by. */
export type TerminologyResource = CodeSystem | ValueSet | ConceptMap;

/** Their types. */
export const TERMINOLOGY_TYPES = ['CodeSystem', 'ConceptMap', 'ValueSet'] as const;
export type TerminologyType = (typeof TERMINOLOGY_TYPES)[number];

/** Is this a type that describes dm+d, and is read, searched and asked, never written? */
export function isTerminologyType(type: string | undefined): type is TerminologyType {
  return (TERMINOLOGY_TYPES as readonly (string | undefined)[]).includes(type);
}

/** A resource with the JSON text that is served. */
export interface KeptResource {
  readonly resource: TerminologyResource;
  readonly text: string;
}

/** The code systems, value sets and concept maps of one release, each written once. */
export class TerminologyResources {
  readonly #terminology: Terminology;
  readonly #kept = new Map<TerminologyType, ReadonlyMap<string, KeptResource>>();

  constructor(terminology: Terminology) {
    this.#terminology = terminology;
  }

  /** All of a type, by id. */
  of(type: TerminologyType): ReadonlyMap<string, KeptResource> {
    const kept = this.#kept.get(type);
    if (kept !== undefined) return kept;
    const made = new Map(
      this.#make(type).map((resource) => [resource.id as string, { resource, text: JSON.stringify(resource) }]),
    );
    this.#kept.set(type, made);
    return made;
  }

  #make(type: TerminologyType): readonly TerminologyResource[] {
    switch (type) {
      case 'CodeSystem':
        return this.#terminology.codeSystems();
      case 'ValueSet':
        return this.#terminology.valueSets();
      case 'ConceptMap':
        return this.#terminology.conceptMaps();
    }
  }
}
