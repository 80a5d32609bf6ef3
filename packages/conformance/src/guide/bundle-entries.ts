import { child, children, text } from '../invariants/reading.ts';
import type { JsonObject } from '../structure/walk.ts';

/** Bundles whose resources are to stand together; a search result or history is a selection. */
const together = ['message', 'document', 'transaction', 'collection'];
/** An entry of a Bundle that holds a resource. */
export interface Entry {
  readonly at: string;
  readonly resource: JsonObject;
  readonly fullUrl: string | undefined;
}

/** The entries that hold a resource. */
export function entriesOf(node: JsonObject): Entry[] {
  return children(node, 'entry').flatMap((entry, i) => {
    const resource = child(entry, 'resource');
    return resource ? [{ at: `.entry[${i}].resource`, resource, fullUrl: text(entry, 'fullUrl') }] : [];
  });
}

/** True for a Bundle whose resources are to stand together. */
export const isTogether = (node: JsonObject): boolean => together.includes(text(node, 'type') ?? '');
/** The entries of these types. */
export const ofTypes = (node: JsonObject, types: readonly string[]) =>
  entriesOf(node).filter(({ resource }) => types.includes(String(resource.resourceType)));
