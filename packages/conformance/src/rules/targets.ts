import { child, children, text } from '../invariants/reading.ts';
import type { JsonObject } from '../structure/walk.ts';

/** What references lead to, within one resource or Bundle. */
export interface Targets {
  /** The resource that a Reference leads to; `from` is the resource that it stands in. */
  readonly of: (reference: JsonObject | undefined, from: JsonObject) => JsonObject | undefined;
  /** The resources of the Bundle. */
  readonly entries: readonly JsonObject[];
}

const identifierKey = (identifier: JsonObject | undefined) =>
  identifier && typeof identifier.system === 'string' && typeof identifier.value === 'string'
    ? `${identifier.system}|${identifier.value}`
    : undefined;

/**
 * Indexes the resources of a Bundle by fullUrl, `Type/id`, bare id and business identifier, in this order of trust; a
 * resource that is no Bundle has only what it contains.
 */
export function targetsIn(resource: JsonObject): Targets {
  const entries: JsonObject[] = [];
  let index: Map<string, JsonObject> | undefined;
  const contained = new Map<JsonObject, ReadonlyMap<string, JsonObject>>();
  const isBundle = resource.resourceType === 'Bundle';
  if (isBundle) {
    for (const entry of children(resource, 'entry')) {
      const held = child(entry, 'resource');
      if (held) entries.push(held);
    }
  }
  function containedIn(holder: JsonObject): ReadonlyMap<string, JsonObject> {
    let known = contained.get(holder);
    if (!known) {
      known = new Map(children(holder, 'contained').flatMap((item) => (item ? [[text(item, 'id') ?? '', item]] : [])));
      contained.set(holder, known);
    }
    return known;
  }
  function indexed(): Map<string, JsonObject> {
    if (index) return index;
    index = new Map();
    for (const entry of children(resource, 'entry')) {
      const held = child(entry, 'resource');
      if (!held) continue;
      const url = text(entry, 'fullUrl');
      if (url !== undefined && !index.has(url)) index.set(url, held);
    }
    for (const held of entries) {
      const id = text(held, 'id');
      const type = text(held, 'resourceType') ?? '';
      for (const key of id === undefined ? [] : [`${type}/${id}`, id]) if (!index.has(key)) index.set(key, held);
      for (const identifier of children(held, 'identifier')) {
        const key = identifierKey(identifier);
        if (key !== undefined && !index.has(`${type}?${key}`)) index.set(`${type}?${key}`, held);
      }
    }
    return index;
  }
  return {
    entries,
    of(reference, from) {
      const literal = text(reference, 'reference');
      if (literal?.startsWith('#')) {
        return containedIn(from).get(literal.slice(1));
      }
      if (!isBundle) return undefined;
      const found = literal === undefined ? undefined : indexed().get(literal.replace(/\/_history\/.*$/, ''));
      if (found) return found;
      const tail = literal === undefined ? undefined : /[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(literal)?.[0];
      const byTail = tail === undefined ? undefined : indexed().get(tail);
      if (byTail) return byTail;
      const key = identifierKey(child(reference, 'identifier'));
      const type = text(reference, 'type');
      return key === undefined || type === undefined ? undefined : indexed().get(`${type}?${key}`);
    },
  };
}
