import { isObject, type JsonObject } from '../structure/walk.ts';
import { objectsIn } from './definitions.ts';
import { ProfileBook } from './profile-book.ts';

const MAX_DEPTH = 64;

/** A profile that a resource says it keeps. */
export interface Claim {
  readonly canonical: string;
  /** The resource, and where it is. */
  readonly node: JsonObject;
  readonly path: string;
  /** Where the claim is. */
  readonly at: string;
}

/** What a resource, and those that it contains or has as entries, claim in `meta.profile`, outermost first. */
export function* claimsIn(node: JsonObject, path = String(node.resourceType), depth = 0): Generator<Claim> {
  if (depth > MAX_DEPTH) return;
  const claims = isObject(node.meta) ? node.meta.profile : undefined;
  for (const [i, canonical] of Array.isArray(claims) ? claims.entries() : []) {
    if (typeof canonical === 'string') yield { canonical, node, path, at: `${path}.meta.profile[${i}]` };
  }
  for (const [i, each] of objectsIn(node.contained).entries()) {
    yield* claimsIn(each, `${path}.contained[${i}]`, depth + 1);
  }
  if (node.resourceType !== 'Bundle' && node.resourceType !== 'Parameters') return;
  const list = node.resourceType === 'Bundle' ? 'entry' : 'parameter';
  for (const [i, each] of (Array.isArray(node[list]) ? node[list] : []).entries()) {
    const inside: unknown = isObject(each) ? each.resource : undefined;
    if (isObject(inside)) yield* claimsIn(inside, `${path}.${list}[${i}].resource`, depth + 1);
  }
}

/**
 * Why the layer `profile` did not, or not wholly, check a message, in words; undefined where it checked every profile that
 * is claimed.
 */
export function whyProfilesUnchecked(resource: unknown, book: ProfileBook | undefined): string | undefined {
  let [checked, missing] = [0, 0];
  for (const { canonical } of isObject(resource) ? claimsIn(resource) : []) {
    if (book?.profile(canonical) !== undefined) checked++;
    else if (!ProfileBook.isBuiltIn(canonical)) missing++;
  }
  if (missing > 0) return `Not checked: ${missing === 1 ? 'a profile' : `${missing} profiles`} claimed and not loaded`;
  if (book === undefined) return 'Not checked: no packages are loaded';
  return checked === 0 ? 'Nothing to check: none is claimed' : undefined;
}
