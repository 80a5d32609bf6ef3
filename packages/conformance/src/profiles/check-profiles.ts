import type { Finding, TerminologyQuestion } from '../finding.ts';
import { elementTable } from '../structure/element-table.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';
import { type Claim, claimsIn } from './claims.ts';
import {
  agrees,
  demanded,
  type ElementDefinition,
  objectsIn,
  type TypeDefinition,
  withoutVersion,
} from './definitions.ts';
import { ProfileBook } from './profile-book.ts';
import { type ProfileRuleId, profileFindings } from './profile-rules.ts';
import type { ProfileNode } from './profile-tree.ts';
import { isOfSlice } from './slices.ts';

const MAX_FINDINGS = 1000;
const MAX_DEPTH = 64;

/** One value of an element, where it is, and the type that its name says. */
interface Value {
  readonly value: unknown;
  readonly path: string;
  /** For a choice: `Quantity`. */
  readonly type?: string | undefined;
}

/**
 * Checks the profiles that a resource, and those that it contains or has as entries, claim in `meta.profile`. Without a
 * book, it says of each claim that it was not checked, unless other layers check it. Never throws.
 */
export function checkProfiles(resource: JsonObject, book: ProfileBook | undefined): Finding[] {
  const check = new ProfileCheck(book);
  for (const claim of claimsIn(resource)) check.claim(claim);
  return check.findings;
}

class ProfileCheck {
  readonly findings: Finding[] = [];
  readonly #book: ProfileBook | undefined;
  /** Notes that were made: each once. */
  readonly #noted = new Set<string>();

  constructor(book: ProfileBook | undefined) {
    this.#book = book;
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
    const { missingBase, invariants } = profile;
    if (missingBase !== undefined)
      this.#note(
        at,
        `${missingBase}, which ${profile.url} is derived from, is not loaded: what it says was not checked.`,
      );
    if (invariants.length > 0)
      this.#note(at, `Invariants of ${profile.url} were not checked: ${invariants.join(', ')}.`);
    this.#node(profile.tree, { value: node, path }, String(node.resourceType), profile.url, 0);
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
    if (isObject(at.value)) {
      for (const child of node.children.values()) this.#element(child, at.value, at.path, type, profile, depth + 1);
    }
  }

  /** What a profile says of an element of an object: how often it is there, its slices, and each of its values. */
  #element(
    node: ProfileNode,
    owner: JsonObject,
    path: string,
    type: string | undefined,
    profile: string,
    depth: number,
  ) {
    const values = valuesIn(owner, node.name, path, type);
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
      const verdicts = values.map((each) => isOfSlice(node, slice, each.value, each.type));
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

  #binding({ binding }: ElementDefinition, { value, path }: Value, profile: string): void {
    if (binding?.strength !== 'required' || typeof binding.valueSet !== 'string') return;
    const codes = this.#book?.codes(binding.valueSet);
    if (codes === undefined) {
      this.#unlisted(binding.valueSet, { value, path }, profile);
      return;
    }
    const isIn = ({ system, code }: JsonObject) => codes.get(String(system))?.has(String(code)) === true;
    const isFine =
      typeof value === 'string'
        ? [...codes.values()].some((each) => each.has(value))
        : !isObject(value) ||
          (Array.isArray(value.coding)
            ? objectsIn(value.coding).some(isIn)
            : value.code === undefined
              ? true
              : isIn(value));
    // A concept of text alone has no code of the value set either: required asks for one.
    const isTextOnly = isObject(value) && value.coding === undefined && typeof value.text === 'string';
    if (isFine && !isTextOnly) return;
    this.#add('PRO-binding', path, `${profile} requires a code of ${binding.valueSet}: ${listed(codes)}.`);
  }

  /** A value set that cannot be listed here: what to ask a terminology server. */
  #unlisted(valueSet: string, { value, path }: Value, profile: string): void {
    const given = isObject(value) ? (Array.isArray(value.coding) ? objectsIn(value.coding) : [value]) : [];
    const codings = given.flatMap(({ system, code }) =>
      typeof system === 'string' && typeof code === 'string' ? [{ system, code }] : [],
    );
    const says = `The codes of ${valueSet} cannot be listed here: its binding was not checked.`;
    if (codings.length === 0) {
      this.#note(path, says);
      return;
    }
    const diagnostics = `${profile} requires a code of ${valueSet}: no coding is in it.`;
    const { severity, code } = profileFindings['PRO-binding'];
    const otherwise = { rule: 'PRO-binding', severity, code, diagnostics };
    this.#add('PRO-not-checked', path, says, { valueSet: withoutVersion(valueSet), codings, otherwise });
  }

  #target({ type }: ElementDefinition, { value, path }: Value, profile: string): void {
    const targets = typesOf(type).flatMap(({ targetProfile }) => targetProfile ?? []);
    if (targets.length === 0 || !isObject(value)) return;
    const types = targets.map((each) => this.#typeOfTarget(each));
    const given = typeOfReference(value);
    if (given === undefined || types.includes(undefined) || types.includes('Resource') || types.includes(given)) return;
    this.#add('PRO-target', path, `${profile} takes a reference to ${types.join(', ')} here, not to ${given}.`);
  }

  #typeOfTarget(canonical: string): string | undefined {
    const name = withoutVersion(canonical).split('/').at(-1) ?? '';
    if (/^http:\/\/hl7\.org\/fhir\/StructureDefinition\/\w+$/.test(withoutVersion(canonical))) return name;
    return this.#book?.profile(canonical)?.type;
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

  #note(path: string, says: string): void {
    if (this.#noted.has(says)) return;
    this.#noted.add(says);
    this.#add('PRO-not-checked', path, says);
  }

  #add(rule: ProfileRuleId, expression: string, diagnostics: string, question?: TerminologyQuestion): void {
    if (this.findings.length >= MAX_FINDINGS) return;
    const { severity, code } = profileFindings[rule];
    this.findings.push({ severity, code, expression, rule, diagnostics, ...(question ? { question } : {}) });
  }
}

function typesOf(type: unknown): TypeDefinition[] {
  return objectsIn(type) as TypeDefinition[];
}

/** The values of an element; for a choice (`value[x]`) of whatever type they have. */
function valuesIn(owner: JsonObject, name: string, path: string, type: string | undefined): Value[] {
  const table = type === undefined ? undefined : elementTable(type);
  if (name.endsWith('[x]')) {
    const stem = name.slice(0, -3);
    return Object.keys(owner).flatMap((key) => {
      if (!key.startsWith(stem) || !/^[A-Z]/.test(key.slice(stem.length))) return [];
      const entry = table?.byKey.get(key);
      if (table !== undefined && entry?.element.name !== stem) return [];
      const rest = key.slice(stem.length);
      const code = entry?.type.code ?? (elementTable(rest) ? rest : rest.charAt(0).toLowerCase() + rest.slice(1));
      return listOf(owner[key], `${path}.${stem}`, code);
    });
  }
  const entry = table?.byKey.get(name);
  return listOf(
    owner[name],
    `${path}.${entry?.element.name ?? name}`,
    entry?.element.choice ? entry.type.code : undefined,
  );
}

function listOf(value: unknown, path: string, type: string | undefined): Value[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [{ value, path, type }];
  return value.flatMap((each, i) => (each === null ? [] : [{ value: each, path: `${path}[${i}]`, type }]));
}

/** The type of an element of a type, by R4. */
function typeBelow(type: string | undefined, name: string): string | undefined {
  if (type === undefined) return undefined;
  const entry = elementTable(type)?.byKey.get(name);
  return entry?.type.table ?? entry?.type.code;
}

function typeOfReference({ type, reference }: JsonObject): string | undefined {
  if (typeof type === 'string' && /^[A-Z]\w*$/.test(type)) return type;
  return typeof reference === 'string'
    ? /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[^/]+)?$/.exec(reference)?.[1]
    : undefined;
}

function listed(codes: ReadonlyMap<string, ReadonlySet<string>>): string {
  const all = [...codes].flatMap(([system, list]) => [...list].map((code) => `${system}#${code}`));
  return all.length > 12 ? `${all.slice(0, 12).join(', ')}… (${all.length} codes)` : all.join(', ');
}
