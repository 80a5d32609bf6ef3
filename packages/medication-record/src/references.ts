import type { Unchecked } from './tolerant-reading.ts';
import { object, objects, text } from './tolerant-reading.ts';

/**
 * Finds the resource of one type that a reference means. Literal (`Type/id`), absolute (`https://host/Type/id`,
 * with or without `/_history/n`), `urn:uuid:` and logical references (`identifier`) are all in use between
 * medicines systems, often for the same prescription by different senders.
 */
export class ReferenceIndex<R extends object> {
  readonly type: string;
  readonly #byId = new Map<string, R>();
  readonly #resources: readonly R[];
  #byIdentifier: Map<string, R[]> | undefined;

  constructor(type: string, resources: readonly R[]) {
    this.type = type;
    for (const resource of resources) {
      const id = text((resource as Unchecked).id);
      if (id !== undefined) this.#byId.set(withoutUrn(id), resource);
    }
    this.#resources = resources;
  }

  /**
   * What a reference means.
   * @param reference a FHIR Reference, unchecked
   * @param accept chooses between resources that wrongly share one business identifier
   * @returns `found`: the resource, where it is here and the reference is to this type; `key`: a name that two
   *   references to the same absent resource share; undefined where the reference is to another type or says nothing
   */
  resolve(reference: unknown, accept?: (candidate: R) => boolean): { found?: R; key: string } | undefined {
    const ref = object(reference);
    const literal = text(ref.reference);
    const declared = text(ref.type);
    if (declared !== undefined && declared !== this.type) return undefined;
    let key: string | undefined;
    // A contained resource is nobody else's: its `#id` is no name to link by.
    if (literal !== undefined && !literal.startsWith('#')) {
      const target = literalTarget(literal);
      if (target.type !== undefined && target.type !== this.type) return undefined;
      const found = this.#byId.get(target.id);
      key = `${this.type}/${target.id}`;
      if (found) return { found, key };
    }
    const business = identifierKey(object(ref.identifier));
    if (business !== undefined) {
      const candidates = this.#identified(business);
      const fitting = candidates.length > 1 && accept ? candidates.filter(accept) : candidates;
      const [only] = fitting;
      // Two prescriptions under one identifier and no way to tell them apart: link neither rather than guess.
      if (only && fitting.length === 1) return { found: only, key: business };
      key ??= business;
    }
    return key === undefined ? undefined : { key };
  }

  #identified(key: string): readonly R[] {
    // Made when first asked for: most senders refer literally.
    if (!this.#byIdentifier) {
      this.#byIdentifier = new Map();
      for (const resource of this.#resources) {
        for (const identifier of objects((resource as Unchecked).identifier)) {
          const name = identifierKey(identifier);
          if (name === undefined) continue;
          const known = this.#byIdentifier.get(name);
          if (!known) this.#byIdentifier.set(name, [resource]);
          else if (!known.includes(resource)) known.push(resource);
        }
      }
    }
    return this.#byIdentifier.get(key) ?? [];
  }
}

/** `system|value`, the name of a business identifier; undefined where it has no value. */
function identifierKey(identifier: Unchecked): string | undefined {
  const value = text(identifier.value);
  return value === undefined ? undefined : `${text(identifier.system) ?? ''}|${value}`;
}

function literalTarget(literal: string): { type?: string; id: string } {
  if (literal.startsWith('urn:')) return { id: withoutUrn(literal) };
  const history = literal.indexOf('/_history/');
  const path = history < 0 ? literal : literal.slice(0, history);
  const slash = path.lastIndexOf('/');
  if (slash < 0) return { id: path };
  const before = path.slice(0, slash);
  return { type: before.slice(before.lastIndexOf('/') + 1), id: path.slice(slash + 1) };
}

/** Message senders write `urn:uuid:x` or `urn:x` and mean the resource whose id is `x`, or `urn:x`. */
function withoutUrn(id: string): string {
  if (id.startsWith('urn:uuid:')) return id.slice(9);
  return id.startsWith('urn:') ? id.slice(4) : id;
}
