/** A resource as it came: anybody's JSON. */
export type Json = { readonly [name: string]: unknown };

/** The objects of a list; nothing of what is no list. */
export function objectsOf(list: unknown): Json[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : [];
}
