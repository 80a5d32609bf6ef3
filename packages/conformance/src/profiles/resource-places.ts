import { isObject, type JsonObject } from '../structure/walk.ts';

const MAX_DEPTH = 64;

/** A resource of a message, and where it is. */
export interface ResourcePlace {
  readonly path: string;
  readonly resource: JsonObject;
  /** The resource that it is contained in; its own path where it is contained in none. */
  readonly container: string;
  /** The Bundle that it is an entry of, and the entry's fullUrl. */
  readonly bundle: string | undefined;
  readonly fullUrl: string | undefined;
}

/** All resources of a message by their places, and which of them a reference leads to. */
export class ResourcePlaces {
  readonly root: ResourcePlace;
  readonly #byPath = new Map<string, ResourcePlace>();
  /** For each container or Bundle, its resources by what a reference may call them. */
  readonly #byName = new Map<string, Map<string, ResourcePlace[]>>();

  /** @param resource the outermost resource, whose path is its type */
  constructor(resource: JsonObject) {
    const path = String(resource.resourceType);
    this.root = { path, resource, container: path, bundle: undefined, fullUrl: undefined };
    this.#add(this.root, 0);
  }

  /** The resource that the element at a path is part of. */
  at(path: string): ResourcePlace {
    for (let above = path; above.length > this.root.path.length; above = above.slice(0, above.lastIndexOf('.'))) {
      const place = this.#byPath.get(above);
      if (place !== undefined) return place;
      if (!above.includes('.')) break;
    }
    return this.root;
  }

  /** The resource that is not contained, and that the one at a path is or is contained in. */
  container(path: string): ResourcePlace {
    const place = this.at(path);
    return this.#byPath.get(place.container) ?? place;
  }

  /**
   * What a literal reference leads to: what the container contains (`#id`), or an entry of the same Bundle by its fullUrl
   * or, where the servers are not known to differ, by type and id. Undefined where it is not here, or not one alone.
   * @param from where the reference is
   */
  resolve(reference: string, from: string): ResourcePlace | undefined {
    const container = this.container(from);
    if (reference === '#') return container;
    if (reference.startsWith('#')) return only(this.#names(container.path).get(reference));
    const [, address = '', version] = /^(.*?)(?:\/_history\/([^/]+))?$/s.exec(reference) ?? [];
    for (let at = container; at.bundle !== undefined; at = this.container(at.bundle)) {
      const names = this.#names(at.bundle);
      const base = baseOf(at.fullUrl);
      const exact = isAbsolute(address) ? names.get(address) : names.get(`${base ?? ''}${address}`);
      const relative = (isAbsolute(address) ? undefined : names.get(address))?.filter(
        ({ fullUrl }) => base === undefined || (baseOf(fullUrl) ?? base) === base,
      );
      const found = only(exact) ?? only(relative);
      if (found !== undefined) return isVersion(found.resource, version) ? found : undefined;
    }
    return undefined;
  }

  #names(owner: string): ReadonlyMap<string, ResourcePlace[]> {
    return this.#byName.get(owner) ?? new Map();
  }

  #add(place: ResourcePlace, depth: number): void {
    this.#byPath.set(place.path, place);
    if (depth > MAX_DEPTH) return;
    const { resource, path } = place;
    for (const [i, each] of indexed(resource.contained)) {
      const contained = { ...place, path: `${path}.contained[${i}]`, resource: each };
      this.#name(place.container, `#${String(each.id)}`, contained);
      this.#add(contained, depth + 1);
    }
    if (resource.resourceType === 'Bundle') this.#entries(place, depth);
    if (resource.resourceType === 'Parameters') this.#parameters(resource.parameter, `${path}.parameter`, depth);
  }

  #entries({ path: bundle, resource }: ResourcePlace, depth: number): void {
    for (const [i, { resource: held, response, fullUrl: url }] of indexed(resource.entry)) {
      const fullUrl = typeof url === 'string' ? url : undefined;
      const path = `${bundle}.entry[${i}].resource`;
      if (isObject(held)) {
        const place = { path, resource: held, container: path, bundle, fullUrl };
        if (fullUrl !== undefined) this.#name(bundle, fullUrl, place);
        const name = `${String(held.resourceType)}/${String(held.id)}`;
        if (typeof held.id === 'string' && name !== fullUrl) this.#name(bundle, name, place);
        this.#add(place, depth + 1);
      }
      const outcome = isObject(response) ? response.outcome : undefined;
      if (isObject(outcome)) this.#alone(outcome, `${bundle}.entry[${i}].response.outcome`, depth);
    }
  }

  #parameters(list: unknown, path: string, depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (const [i, { resource, part }] of indexed(list)) {
      if (isObject(resource)) this.#alone(resource, `${path}[${i}].resource`, depth);
      this.#parameters(part, `${path}[${i}].part`, depth + 1);
    }
  }

  #alone(resource: JsonObject, path: string, depth: number): void {
    this.#add({ path, resource, container: path, bundle: undefined, fullUrl: undefined }, depth + 1);
  }

  #name(owner: string, name: string, place: ResourcePlace): void {
    let names = this.#byName.get(owner);
    if (names === undefined) {
      names = new Map();
      this.#byName.set(owner, names);
    }
    const known = names.get(name);
    if (known) known.push(place);
    else names.set(name, [place]);
  }
}

function indexed(list: unknown): [number, JsonObject][] {
  return Array.isArray(list)
    ? [...list.entries()].filter((each): each is [number, JsonObject] => isObject(each[1]))
    : [];
}

function only(found: readonly ResourcePlace[] | undefined): ResourcePlace | undefined {
  return found?.length === 1 ? found[0] : undefined;
}

function isAbsolute(address: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(address);
}

/** The server of a fullUrl that names a resource on one: `https://a.example/fhir/` of `https://a.example/fhir/Patient/1`. */
function baseOf(fullUrl: string | undefined): string | undefined {
  return /^(https?:\/\/.+\/)[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.exec(fullUrl ?? '')?.[1];
}

function isVersion({ meta }: JsonObject, version: string | undefined): boolean {
  const own = isObject(meta) ? meta.versionId : undefined;
  return version === undefined || own === undefined || own === version;
}
