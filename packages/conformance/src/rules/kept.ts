import type { JsonObject } from '../structure/walk.ts';

/** What rules worked out during one check, by node, for other rules to use. */
export type Kept = Map<JsonObject, Map<unknown, unknown>>;

/** What `work` gives for a node: worked out once in a check. `work` must be the same function each time. */
export function once<Here extends { readonly kept: Kept }, T>(
  node: JsonObject,
  here: Here,
  work: (node: JsonObject, here: Here) => T,
): T {
  let known = here.kept.get(node);
  if (!known) {
    known = new Map();
    here.kept.set(node, known);
  }
  if (!known.has(work)) known.set(work, work(node, here));
  return known.get(work) as T;
}
