import { isDmdSystem } from '@concord/dmd';
import type { CodeableConcept, FhirResource, HumanName, Medication, Reference } from 'fhir/r4';

const DMD = 'https://dmd.nhs.uk';

/** A concept in words: as its sender wrote it, else a display, else a bare code. */
export function conceptName(concept: CodeableConcept | undefined): string | undefined {
  const coding = concept?.coding ?? [];
  return concept?.text || coding.find((each) => each.display)?.display || coding.find((each) => each.code)?.code;
}

/** A medicine as people know it. */
export interface MedicineName {
  /** The dm+d description, verbatim, where there is one. */
  readonly name: string;
  /** Its dose form, where it is recorded apart from the name. */
  readonly form?: string;
  /** Its dm+d code, where it is coded: the page of it is at `/dmd/[code]`. */
  readonly code?: string;
}

/**
 * The medicine of a request, dispense, statement or administration.
 * @param find resolves a reference from within the resource
 */
export function medicineName(
  resource: FhirResource,
  find: (reference: Reference) => FhirResource | undefined,
): MedicineName {
  const { medicationCodeableConcept: concept, medicationReference: reference } = resource as {
    medicationCodeableConcept?: CodeableConcept;
    medicationReference?: Reference;
  };
  const medication = reference === undefined ? undefined : (find(reference) as Medication | undefined);
  const name = dmdName(concept) ?? dmdName(medication?.code) ?? reference?.display ?? ingredientNames(medication);
  const form = conceptName(medication?.form);
  const code = dmdCode(concept) ?? dmdCode(medication?.code);
  return {
    name: name ?? 'Medicine not named',
    ...(form === undefined ? {} : { form }),
    ...(code === undefined ? {} : { code }),
  };
}

function dmdName(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.find((each) => each.system === DMD && each.display)?.display ?? conceptName(concept);
}

/** Only what may be an id is made part of an address. */
function dmdCode(concept: CodeableConcept | undefined): string | undefined {
  const codes = concept?.coding?.filter((each) => isDmdSystem(each.system)).map((each) => each.code) ?? [];
  return codes.find((each) => /^\d{6,18}$/.test(each ?? ''));
}

function ingredientNames(medication: Medication | undefined): string | undefined {
  const names = (medication?.ingredient ?? []).map(
    (each) => conceptName(each.itemCodeableConcept) ?? each.itemReference?.display,
  );
  return names.every((each) => each !== undefined) && names.length > 0 ? names.join(' + ') : undefined;
}

/** The name to use of several: official or usual before others, old ones last. */
export function chosenName(names: readonly HumanName[] | undefined): HumanName | undefined {
  const rank = (name: HumanName) =>
    ['official', 'usual', undefined, 'temp', 'nickname', 'anonymous', 'maiden', 'old'].indexOf(name.use);
  return [...(names ?? [])].sort((a, b) => rank(a) - rank(b))[0];
}

/** `Margaret Ellison`, with title where that is how it was sent. */
export function spokenName(name: HumanName | undefined): string | undefined {
  if (name === undefined) return undefined;
  const parts = [...(name.prefix ?? []), ...(name.given ?? []), name.family, ...(name.suffix ?? [])];
  return name.text || parts.filter((each) => each).join(' ') || undefined;
}

/** As NHS clinical screens head a record: `ELLISON, Margaret (Mrs)`. */
export function bannerName(name: HumanName | undefined): string | undefined {
  if (!name?.family || !name.given?.length) return spokenName(name);
  const title = name.prefix?.length ? ` (${name.prefix.join(' ')})` : '';
  return `${name.family.toLocaleUpperCase('en-GB')}, ${name.given.join(' ')}${title}`;
}
