import type { CodeableConcept, FhirResource, HumanName, PractitionerRole } from 'fhir/r4';
import { localReference } from '../../store/patients.ts';

/** What of a resource says to people what it is. */
interface Named {
  name?: HumanName[] | string;
  title?: string;
  code?: CodeableConcept;
  valueQuantity?: { value?: unknown; unit?: string; code?: string };
}

/**
 * What to show for a resource to somebody who is sent only its identifier; undefined where it has no words of its own.
 * @param behind the practitioners of roles, by `Type/id`
 */
export function wordsFor(resource: FhirResource, behind: ReadonlyMap<string, FhirResource>): string | undefined {
  if (resource.resourceType === 'PractitionerRole') {
    const { practitioner, code } = resource as PractitionerRole;
    const local = localReference(practitioner?.reference?.replace(/^.*\/(?=Practitioner\/)/, ''));
    const person = local && behind.get(`${local.type}/${local.id}`);
    return (person && wordsFor(person, behind)) ?? practitioner?.display ?? conceptIn(code?.[0]);
  }
  const { name, title, code, valueQuantity: quantity } = resource as unknown as Named;
  if (Array.isArray(name)) return nameIn(name);
  if (typeof name === 'string') return name;
  const concept = conceptIn(code);
  if (concept === undefined || quantity?.value === undefined) return concept ?? title;
  // The number as it was written: an exact one is no number of JavaScript's.
  return `${concept}: ${JSON.stringify(quantity.value)} ${quantity.unit ?? quantity.code ?? ''}`.trimEnd();
}

function nameIn(names: readonly HumanName[]): string | undefined {
  const current = names.filter(({ use }) => use !== 'old');
  const chosen = ['official', 'usual', undefined].flatMap((use) => current.filter((each) => each.use === use))[0];
  const { text, prefix = [], given = [], family } = chosen ?? current[0] ?? {};
  return text ?? ([...prefix, ...given, ...(family === undefined ? [] : [family])].join(' ') || undefined);
}

function conceptIn(concept: CodeableConcept | undefined): string | undefined {
  return concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display;
}
