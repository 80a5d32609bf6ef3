/**
 * Reading FHIR that may not be what its type says: a sender's `null`, a lone object where a list belongs. These
 * pages decide what is shown of a patient's medicines, so a fault in one resource must never hide the others.
 */

/** A JSON object whose members nobody has checked. */
export type Unchecked = { readonly [member: string]: unknown };

const NOTHING: Unchecked = Object.freeze({});

/** The value as an object; an empty one where it is not. */
export function object(value: unknown): Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Unchecked) : NOTHING;
}

/** The value's objects, in order: of a list, or the lone object that some senders put where a list belongs. */
export function objects(value: unknown): readonly Unchecked[] {
  if (Array.isArray(value)) return value.filter((v) => typeof v === 'object' && v !== null && !Array.isArray(v));
  return typeof value === 'object' && value !== null ? [value as Unchecked] : [];
}

/** The value when it is a non-empty string. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The codings of a CodeableConcept. */
export function codings(concept: unknown): readonly Unchecked[] {
  return objects(object(concept).coding);
}

/** True where any coding of the concept has one of the codes. */
export function hasCode(concept: unknown, ...codes: string[]): boolean {
  return codings(concept).some((c) => typeof c.code === 'string' && codes.includes(c.code));
}

/**
 * The first extension whose URL ends with a name, whatever its host. GP Connect, STU3 CareConnect and UK Core
 * publish the same extension at different addresses.
 */
export function extensionNamed(element: unknown, ending: string): Unchecked | undefined {
  for (const extension of objects(object(element).extension)) {
    const url = extension.url;
    // GP Connect numbers its extensions: `...LastIssueDate-1`.
    if (typeof url === 'string' && (url.endsWith(ending) || url.endsWith(`${ending}-1`))) return extension;
  }
  return undefined;
}
