import { elementTable } from '../structure/element-table.ts';
import { requiredSet } from '../structure/required-codes.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import {
  type ElementDefinition,
  objectsIn,
  readElement,
  type StructureDefinition,
  withoutVersion,
} from './definitions.ts';
import { compileExpression, type Expression } from './fhirpath-engine.ts';
import { type ProfileNode, profileTree } from './profile-tree.ts';
import { type CodesBySystem, codesOfValueSet } from './value-set-codes.ts';

/** A profile, ready to be checked. */
export interface LoadedProfile {
  readonly url: string;
  /** The type that it is of: `MedicationRequest`, `Extension`. */
  readonly type: string;
  readonly tree: ProfileNode;
  /** The profile that it is derived from and that is not loaded, so that what that one says is not checked. */
  readonly missingBase: string | undefined;
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const UK_CORE = 'https://fhir.hl7.org.uk/StructureDefinition/UKCore-';

/** Profiles, value sets and code systems from FHIR packages, by canonical url. The same url loaded again replaces. */
export class ProfileBook {
  readonly #structures = new Map<string, StructureDefinition>();
  readonly #terminology = new Map<string, JsonObject>();
  readonly #profiles = new Map<string, LoadedProfile>();
  readonly #codes = new Map<string, CodesBySystem | undefined>();
  readonly #expressions = new Map<string, Expression | string>();

  /** @param resources any JSON values; what is no StructureDefinition, ValueSet or CodeSystem is passed over */
  constructor(resources: Iterable<unknown>) {
    for (const resource of resources) {
      if (!isObject(resource) || typeof resource.url !== 'string') continue;
      const { resourceType, url } = resource;
      if (resourceType === 'StructureDefinition' && isUsable(resource)) this.#structures.set(url, resource as never);
      if (resourceType === 'ValueSet' || resourceType === 'CodeSystem')
        this.#terminology.set(`${resourceType} ${url}`, resource);
    }
  }

  /** How many StructureDefinitions it has. */
  get size(): number {
    return this.#structures.size;
  }

  /** A profile by its canonical, with or without a version; undefined where it is not loaded, or of another version. */
  profile(canonical: string): LoadedProfile | undefined {
    const url = withoutVersion(canonical);
    const structure = this.#structures.get(url);
    if (structure === undefined) return undefined;
    const version = canonical.slice(url.length + 1);
    if (version !== '' && structure.version !== undefined && structure.version !== version) return undefined;
    const known = this.#profiles.get(url);
    if (known) return known;
    const profile = this.#compile(structure);
    this.#profiles.set(url, profile);
    return profile;
  }

  /** The codes of a value set; undefined where they cannot all be listed. */
  codes(valueSet: string): CodesBySystem | undefined {
    if (!this.#codes.has(valueSet)) {
      this.#codes.set(
        valueSet,
        codesOfValueSet(valueSet, (type, url) => this.#terminology.get(`${type} ${url}`)) ?? codesOfR4(valueSet),
      );
    }
    return this.#codes.get(valueSet);
  }

  /** A FHIRPath expression, compiled once; or why it cannot be. */
  expression(text: string): Expression | string {
    let known = this.#expressions.get(text);
    if (known === undefined) {
      known = compileExpression(text);
      this.#expressions.set(text, known);
    }
    return known;
  }

  /** The type of resource that a canonical is of: a type of R4 itself, or what a loaded profile is of. */
  typeOf(canonical: string): string | undefined {
    const url = withoutVersion(canonical);
    const name = url.startsWith(CORE) ? url.slice(CORE.length) : '';
    return elementTable(name) === undefined ? this.profile(canonical)?.type : name;
  }

  /** Is a claim one that other layers check: a type of FHIR R4 itself, or a profile of UK Core? */
  static isBuiltIn(canonical: string): boolean {
    const url = withoutVersion(canonical);
    return url.startsWith(CORE) || url.startsWith(UK_CORE);
  }

  /** What the profile and those that it is derived from say, base first: each says only what it narrows. */
  #compile(structure: StructureDefinition): LoadedProfile {
    const chain: StructureDefinition[] = [];
    let missingBase: string | undefined;
    for (let each: StructureDefinition | undefined = structure; each !== undefined && !chain.includes(each); ) {
      chain.unshift(each);
      const base: string | undefined = each.baseDefinition;
      // A snapshot says all that its bases say.
      if (base === undefined || each.snapshot !== undefined) break;
      const next: StructureDefinition | undefined = this.#structures.get(withoutVersion(base));
      if (next === undefined && !ProfileBook.isBuiltIn(base)) missingBase = base;
      each = next?.derivation === 'specialization' ? undefined : next;
    }
    const elements = chain.flatMap((each) => elementsOf(each.snapshot ?? each.differential));
    const tree = profileTree(structure.type, elements);
    return { url: structure.url, type: structure.type, tree, missingBase };
  }
}

/** The codes of a value set that R4 itself requires somewhere; others of R4 are not kept here. */
function codesOfR4(valueSet: string): CodesBySystem | undefined {
  const name = /^http:\/\/hl7\.org\/fhir\/ValueSet\/([\w-]+)/.exec(valueSet)?.[1];
  const set = name === undefined ? undefined : requiredSet(name);
  return set?.listed ? set.bySystem : undefined;
}

function elementsOf(part: StructureDefinition['snapshot']): ElementDefinition[] {
  return objectsIn(part?.element).flatMap((each) => readElement(each) ?? []);
}

function isUsable(resource: JsonObject): boolean {
  const { type, derivation, differential, snapshot } = resource;
  const hasElements = [differential, snapshot].some((each) => isObject(each) && Array.isArray(each.element));
  return derivation === 'constraint' && typeof type === 'string' && elementTable(type) !== undefined && hasElements;
}
