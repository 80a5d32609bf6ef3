import type { FhirResource, Reference } from 'fhir/r4';
import type { Directory, Who } from './directory.ts';

/** Who stands behind a resource: the person and organisation it names, and the system that sent it. */
export interface SaysSo extends Who {
  /** The sending system's host, or however it names itself. */
  readonly system?: string;
}

/** The element that says who is behind a resource, for each type that pages show; the first that is there. */
const INFORMANT: { readonly [type: string]: readonly string[] } = {
  MedicationStatement: ['informationSource'],
  MedicationRequest: ['requester', 'recorder'],
  MedicationDispense: ['performer'],
  MedicationAdministration: ['performer'],
  AllergyIntolerance: ['recorder', 'asserter'],
  Condition: ['recorder', 'asserter'],
  Observation: ['performer'],
  List: ['source'],
};

/** Who says what a resource says. */
export function saysSo(resource: FhirResource, directory: Directory): SaysSo {
  const elements = resource as unknown as { [name: string]: unknown };
  const element = (INFORMANT[resource.resourceType] ?? []).find((name) => elements[name] !== undefined);
  const value = element === undefined ? undefined : elements[element];
  const first = (Array.isArray(value) ? value[0] : value) as (Reference & { actor?: Reference }) | undefined;
  const system = systemName(resource.meta?.source);
  return { ...directory.who(first?.actor ?? first, resource), ...(system === undefined ? {} : { system }) };
}

/** The system in `meta.source`, shortly: the host of a URL. */
export function systemName(source: unknown): string | undefined {
  if (typeof source !== 'string' || source === '') return undefined;
  return /^https?:\/\//.test(source) && URL.canParse(source)
    ? new URL(source).host
    : source.replace(/#[^#]*$/, '') || source;
}
