import type { Finding } from '../finding.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { bindingFault } from './bindings.ts';
import { type Claim, claimsIn } from './claims.ts';
import {
  agrees,
  demanded,
  type ElementDefinition,
  objectsIn,
  type TypeDefinition,
  withoutVersion,
} from './definitions.ts';
import type { Asked } from './invariants.ts';
import { Message } from './message.ts';
import { type LoadedProfile, ProfileBook } from './profile-book.ts';
import { type ProfileRuleId, profileFindings } from './profile-rules.ts';
import type { ProfileNode } from './profile-tree.ts';
import { type Around, isOfSlice } from './slices.ts';
import { type Owner, ownerOf, typeBelow, typeOfReference, type Value, valuesIn } from './values.ts';

const MAX_FINDINGS = 1000;
const MAX_DEPTH = 64;

/**
 * Checks the profiles that a resource, and those that it contains or has as entries, claim in `meta.profile`. Without a
 * book, it says of each claim that it was not checked, unless other layers check it. Never throws.
 * @param now the time, as a FHIR instant; without it, invariants that ask for it are not checked
 */
export function checkProfiles(resource: JsonObject, book: ProfileBook | undefined, now?: string): Finding[] {
  const check = new ProfileCheck(book, new Message(resource, book, now));
  for (const claim of claimsIn(resource)) check.claim(claim);
  return check.finish();
}

class ProfileCheck implements Around {
  readonly findings: Finding[] = [];
  readonly #book: ProfileBook | undefined;
  readonly #message: Message;
  /** Notes that were made: each once. */
  readonly #noted = new Set<string>();
  readonly #asked: (Asked & { readonly profile: string })[] = [];

  constructor(book: ProfileBook | undefined, message: Message) {
    this.#book = book;
    this.#message = message;
  }

  claim({ canonical: claim, node, path, at }: Claim): void {
    const profile = this.#book?.profile(claim);
    if (profile === undefined) {
      if (ProfileBook.isBuiltIn(claim)) return;
      this.#add(
        'PRO-unknown',
        at,
        `${claim} is not loaded: it was not checked. Load its package with concord packages add.`,
      );
      return;
    }
    if (profile.type !== node.resourceType) {
      this.#add('PRO-type', at, `${claim} is a profile of ${profile.type}: claim one of ${String(node.resourceType)}.`);
      return;
    }
    this.#profile(profile, { value: node, path }, at);
  }

  #profile({ url, type, tree, missingBase }: LoadedProfile, value: Value, at: string): void {
    if (missingBase !== undefined)
      this.#note(at, `${missingBase}, which ${url} is derived from, is not loaded: what it says was not checked.`);
    this.#node(tree, value, type, url, 0);
  }

  /** Evaluates the invariants that were met. Returns all that was found. */
  finish(): Finding[] {
    if (this.#asked.length === 0) return this.findings;
    const verdicts = this.#message.invariants.verdicts(this.#asked);
    const found = new Set<string>();
    for (const [i, { constraint, path, profile }] of this.#asked.entries()) {
      const { key, human, expression, severity } = constraint;
      const { holds, why } = verdicts[i] ?? {};
      if (holds === undefined)
        this.#note(path, `The invariant ${key} of ${profile} was not checked: ${why}.`, `${profile} ${key}`);
      const once = `${path} ${key} ${expression}`;
      if (holds !== false || found.has(once)) continue;
      found.add(once);
      const asks = human === '' ? 'an invariant' : shortened(human.trim().replace(/\.$/, ''));
      const how = why === undefined ? '' : ` (${why})`;
      const says = `${profile} asks here (${key}): ${asks}. Change what is here so that this holds${how}: ${shortened(expression ?? '')}`;
      this.#add('PRO-invariant', path, says, { severity });
    }
    return this.findings;
  }

  target({ value, path }: Value): Value | undefined {
    const reference = isObject(value) ? value.reference : value;
    const found = typeof reference === 'string' ? this.#message.places.resolve(reference, path) : undefined;
    return found && { value: found.resource, path: found.path, type: String(found.resource.resourceType) };
  }

  profile(canonical: string): LoadedProfile | undefined {
    return this.#book?.profile(canonical);
  }

  typeOf(canonical: string): string | undefined {
    return this.#book?.typeOf(canonical);
  }

  /**
   * Does a value conform to a profile? Not where it has an error; where a part of the profile cannot be checked, only if it
   * claims the profile itself.
   */
  conforms(canonical: string, value: Value): boolean | undefined {
    const type = this.typeOf(canonical);
    const given = isObject(value.value) ? value.value.resourceType : undefined;
    if (type !== undefined && given !== undefined && given !== type) return false;
    const profile = this.profile(canonical);
    if (profile === undefined) return type !== undefined && given === type ? true : undefined;
    return this.#message.once(`${profile.url} ${value.path}`, () => {
      const check = new ProfileCheck(this.#book, this.#message);
      check.#profile(profile, value, value.path);
      const found = check.finish();
      if (found.some(({ severity }) => severity === 'error')) return false;
      return !found.some(({ rule }) => rule === 'PRO-not-checked') || claims(value, profile.url) ? true : undefined;
    });
  }

  /** What a profile says of a value, and of what is below it. */
  #node(node: ProfileNode, at: Value, type: string | undefined, profile: string, depth: number): void {
    if (this.findings.length >= MAX_FINDINGS || depth > MAX_DEPTH) return;
    const { definition } = node;
    const fixed = demanded(definition, 'fixed');
    if (fixed !== undefined && !agrees(at.value, fixed, true))
      this.#add('PRO-fixed', at.path, `${profile} takes just ${JSON.stringify(fixed)} here.`);
    const pattern = demanded(definition, 'pattern');
    if (pattern !== undefined && !agrees(at.value, pattern, false))
      this.#add('PRO-pattern', at.path, `${profile} asks for ${JSON.stringify(pattern)} here.`);
    this.#binding(definition, at, profile);
    this.#target(definition, at, profile);
    for (const constraint of definition.constraint ?? []) this.#asked.push({ constraint, path: at.path, profile });
    if (node.children.size === 0 || !isObject(at.value)) return;
    const owner = ownerOf(at.value, at.path, type);
    for (const child of node.children.values()) this.#element(child, owner, profile, depth + 1);
  }

  /** What a profile says of an element of an object: how often it is there, its slices, and each of its values. */
  #element(node: ProfileNode, owner: Owner, profile: string, depth: number): void {
    const { path, type } = owner;
    const values = valuesIn(owner, node.name);
    const name = node.name.replace('[x]', '');
    this.#count(node.definition, values, `${path}.${name}`, name, profile);
    const below = typeBelow(type, name);
    for (const each of values) {
      this.#choice(node.definition, each, profile);
      this.#typeProfiles(node.definition, each, profile, depth);
      this.#node(node, each, each.type ?? below, profile, depth);
    }
    if (node.slices.size > 0)
      this.#slices(node, values, `${path}.${name}`, (each) => each.type ?? below, profile, depth);
  }

  #slices(
    node: ProfileNode,
    values: readonly Value[],
    path: string,
    typeOf: (value: Value) => string | undefined,
    profile: string,
    depth: number,
  ): void {
    const unmatched = new Set(values);
    let isWhole = true;
    for (const [name, slice] of node.slices) {
      const verdicts = values.map((each) => isOfSlice(node, slice, each, this));
      if (verdicts.includes(undefined)) {
        isWhole = false;
        this.#note(
          path,
          `Which ${path} are the slice ${name} of ${profile} cannot be told here: the slice was not checked.`,
        );
        continue;
      }
      const own = values.filter((_, i) => verdicts[i]);
      this.#count(slice.definition, own, path, `${slice.name.replace('[x]', '')}:${name}`, profile);
      for (const each of own) {
        unmatched.delete(each);
        this.#typeProfiles(slice.definition, each, profile, depth);
        this.#node(slice, each, typeOf(each), profile, depth + 1);
        if (slice.slices.size > 0) this.#slices(slice, [each], path, typeOf, profile, depth + 1);
      }
    }
    if (!isWhole || node.definition.slicing?.rules !== 'closed') return;
    for (const each of unmatched)
      this.#add('PRO-closed', each.path, `${profile} takes only ${[...node.slices.keys()].join(', ')} here.`);
  }

  #count(definition: ElementDefinition, values: readonly Value[], path: string, name: string, profile: string): void {
    const { min, max } = definition;
    if (typeof min === 'number' && values.length < min) {
      const how = min === 1 ? '' : ` ${min} times; it is there ${values.length} times`;
      this.#add('PRO-min', path, `${profile} requires ${name}${how}.`);
    }
    if (max === undefined || max === '*' || values.length <= Number(max)) return;
    const says = max === '0' ? `takes no ${name}` : `takes ${name} ${max} times at most`;
    for (const each of values.slice(Number(max))) this.#add('PRO-max', each.path, `${profile} ${says}.`);
  }

  /** A choice may be narrowed to some of its types. */
  #choice({ type, path }: ElementDefinition, { type: given, path: at }: Value, profile: string): void {
    const codes = typesOf(type).map(({ code }) => code);
    if (given === undefined || codes.length === 0 || !path.endsWith('[x]')) return;
    if (!codes.includes(given)) this.#add('PRO-choice', at, `${profile} takes ${codes.join(', ')} here, not ${given}.`);
  }

  #binding(definition: ElementDefinition, { value, path }: Value, profile: string): void {
    const fault = bindingFault(definition, value, profile, this.#book);
    if (fault === undefined) return;
    const { rule, says, question } = fault;
    if (rule === 'PRO-not-checked' && question === undefined) this.#note(path, says);
    else this.#add(rule, path, says, question === undefined ? {} : { question });
  }

  #target({ type }: ElementDefinition, { value, path }: Value, profile: string): void {
    const targets = typesOf(type).flatMap(({ targetProfile }) => targetProfile ?? []);
    if (targets.length === 0 || !isObject(value)) return;
    const types = targets.map((each) => this.typeOf(each));
    const given = typeOfReference(value);
    if (given === undefined || types.includes(undefined) || types.includes('Resource') || types.includes(given)) return;
    this.#add('PRO-target', path, `${profile} takes a reference to ${types.join(', ')} here, not to ${given}.`);
  }

  /** Profiles of data types: an extension by its url above all. */
  #typeProfiles({ type }: ElementDefinition, at: Value, profile: string, depth: number): void {
    const profiles = typesOf(type).flatMap((each) =>
      each.code === at.type || at.type === undefined ? (each.profile ?? []) : [],
    );
    if (profiles.length !== 1 || !isObject(at.value)) return;
    const [canonical = ''] = profiles;
    const loaded = this.#book?.profile(canonical);
    if (loaded === undefined) {
      if (!ProfileBook.isBuiltIn(canonical)) this.#note(at.path, `${canonical} is not loaded: it was not checked.`);
      return;
    }
    if (loaded.url !== profile) this.#node(loaded.tree, at, loaded.type, loaded.url, depth + 1);
  }

  #note(path: string, says: string, about = says): void {
    if (this.#noted.has(about)) return;
    this.#noted.add(about);
    this.#add('PRO-not-checked', path, says);
  }

  #add(rule: ProfileRuleId, expression: string, diagnostics: string, more: Partial<Finding> = {}): void {
    if (this.findings.length >= MAX_FINDINGS) return;
    const { severity, code } = profileFindings[rule];
    this.findings.push({ severity, code, expression, rule, diagnostics, ...more });
  }
}

function typesOf(type: unknown): TypeDefinition[] {
  return objectsIn(type) as TypeDefinition[];
}

/** Does a resource claim this profile? */
function claims({ value }: Value, url: string): boolean {
  const profiles = isObject(value) && isObject(value.meta) ? value.meta.profile : undefined;
  return Array.isArray(profiles) && profiles.some((each) => typeof each === 'string' && withoutVersion(each) === url);
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
