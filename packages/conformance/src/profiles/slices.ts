import { elementTable } from '../structure/element-table.ts';
import { isObject } from '../structure/walk.ts';
import { agrees, demanded, objectsIn, type TypeDefinition, withoutVersion } from './definitions.ts';
import type { LoadedProfile } from './profile-book.ts';
import type { ProfileNode } from './profile-tree.ts';
import { typeOfReference, type Value } from './values.ts';

/** What tells slices apart beyond the value itself. */
export interface Around {
  /** The resource that a Reference leads to; undefined where it is not in the message. */
  readonly target: (reference: Value) => Value | undefined;
  readonly profile: (canonical: string) => LoadedProfile | undefined;
  /** The type that a canonical is of; undefined where that is not known. */
  readonly typeOf: (canonical: string) => string | undefined;
  /** Does a value conform to a profile? Undefined where that cannot be told. */
  readonly conforms: (canonical: string, value: Value) => boolean | undefined;
}

/** Yes, no, or undefined where it cannot be told. */
type Verdict = boolean | undefined;

/** Is a value of a slice? By the discriminators of the slicing; undefined where they cannot be followed here. */
export function isOfSlice(sliced: ProfileNode, slice: ProfileNode, value: Value, around: Around): Verdict {
  const discriminators = sliced.definition.slicing?.discriminator ?? usual(sliced);
  if (discriminators === undefined || discriminators.length === 0) return undefined;
  let all: Verdict = true;
  for (const { type: kind, path } of discriminators) {
    const verdict = isSoBy(kind, path, slice, value, around);
    if (verdict === false) return false;
    if (verdict === undefined) all = undefined;
  }
  return all;
}

/** Extensions are sliced by url and choices by type, also where a differential does not say so again. */
function usual({ name }: ProfileNode): { type: string; path: string }[] | undefined {
  if (name === 'extension' || name === 'modifierExtension') return [{ type: 'value', path: 'url' }];
  return name.endsWith('[x]') ? [{ type: 'type', path: '$this' }] : undefined;
}

const RESOLVE = 'resolve()';

function isSoBy(kind: string, path: string, slice: ProfileNode, value: Value, around: Around): Verdict {
  const steps = stepsOf(path);
  if (steps === undefined) return undefined;
  const at = steps.indexOf(RESOLVE);
  if (at < 0) return isSoHere(kind, steps, slice, value, around);
  const [before, beyond] = [steps.slice(0, at), steps.slice(at + 1)];
  const definition = nodeAt(slice, before);
  if (definition === undefined || beyond.includes(RESOLVE)) return undefined;
  const targets = types(definition).flatMap(({ targetProfile }) => targetProfile ?? []);
  if (targets.length === 0) return undefined;
  return some(valuesAt(value, before), (reference) =>
    some(targets, (target) => leadsTo(kind, beyond, target, reference, around)),
  );
}

/** Does a reference lead to what a discriminator beyond it asks for, where the slice takes references to `target`? */
function leadsTo(kind: string, beyond: readonly string[], target: string, reference: Value, around: Around): Verdict {
  const wanted = around.typeOf(target);
  if (wanted === undefined) return undefined;
  const found = around.target(reference);
  const given = found?.type ?? (isObject(reference.value) ? typeOfReference(reference.value) : undefined);
  // The type alone may decide, even where the resource is elsewhere.
  if (given !== undefined && wanted !== 'Resource' && wanted !== given) return false;
  if (kind === 'type' && beyond.length === 0) return given === undefined ? undefined : true;
  if (found === undefined) return undefined;
  if (kind === 'profile' && beyond.length === 0) return around.conforms(target, found);
  const loaded = around.profile(target);
  return loaded === undefined ? undefined : isSoHere(kind, beyond, loaded.tree, found, around);
}

/** A discriminator that stays within the value. */
function isSoHere(kind: string, steps: readonly string[], slice: ProfileNode, value: Value, around: Around): Verdict {
  if (kind === 'value' || kind === 'pattern') {
    if (isUrl(slice, steps)) return isObject(value.value) && value.value.url === urlOf(slice);
    return hasValues(slice, steps, value.value);
  }
  if (kind === 'exists') return exists(slice, steps, value);
  const node = nodeAt(slice, steps);
  if (node === undefined) return undefined;
  const values = valuesAt(value, steps);
  if (kind === 'type') return some(values, (each) => isOfType(node, each));
  const profiles = types(node).flatMap(({ profile }) => profile ?? []);
  if (kind !== 'profile' || profiles.length === 0) return undefined;
  return some(values, (each) => some(profiles, (profile) => around.conforms(profile, each)));
}

/** Is it so of one at least? */
function some<T>(all: readonly T[], isSo: (one: T) => Verdict): Verdict {
  const verdicts = all.map(isSo);
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

/** `item.resolve().code` in steps; undefined for what is not followed: extension('url'), ofType(). */
function stepsOf(path: string): string[] | undefined {
  if (path === '$this') return [];
  const steps = path.replace(/^\$this\./, '').split('.');
  return steps.every((step) => step === RESOLVE || /^[A-Za-z]+$/.test(step)) ? steps : undefined;
}

function isUrl(slice: ProfileNode, steps: readonly string[]): boolean {
  return steps.length === 1 && steps[0] === 'url' && urlOf(slice) !== undefined;
}

/** The url of an extension slice: fixed below it, or that of its profile. */
function urlOf(slice: ProfileNode): string | undefined {
  const fixed = slice.children.get('url');
  const value = fixed === undefined ? undefined : demanded(fixed.definition, 'fixed');
  if (typeof value === 'string') return value;
  const [profile] = types(slice).flatMap((each) => each.profile ?? []);
  return profile === undefined ? undefined : withoutVersion(profile);
}

function isOfType(slice: ProfileNode, { value, type }: Value): Verdict {
  const wanted = types(slice).map(({ code }) => code);
  const named = /\[x\]$/.test(slice.name) ? typeNamed(slice) : undefined;
  const given = type ?? (isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : undefined);
  if (given === undefined) return undefined;
  if (wanted.length > 0) return wanted.includes(given);
  return named === undefined ? undefined : named === given;
}

/** `valueQuantity` of `value[x]`: the type that the name of a slice says. */
function typeNamed({ name, definition }: ProfileNode): string | undefined {
  const stem = name.slice(0, -3);
  const slice = definition.sliceName ?? '';
  if (!slice.startsWith(stem)) return undefined;
  return typeOfSuffix(slice.slice(stem.length));
}

function exists(slice: ProfileNode, steps: readonly string[], value: Value): Verdict {
  const node = nodeAt(slice, steps);
  const { min = 0, max } = node?.definition ?? {};
  const isThere = valuesAt(value, steps).length > 0;
  if (max === '0') return !isThere;
  return min > 0 ? isThere : undefined;
}

/** Does the value have, at each step where the slice fixes something, what it fixes? */
function hasValues(slice: ProfileNode, steps: readonly string[], value: unknown): Verdict {
  let node: ProfileNode | undefined = slice;
  for (let i = 0; node !== undefined; i++) {
    const fixed = demanded(node.definition, 'fixed');
    const wanted = fixed ?? demanded(node.definition, 'pattern');
    if (wanted !== undefined) {
      // What is fixed may stand above the discriminator: then it is the part of it that counts.
      const inside = plainAt(wanted, steps.slice(i));
      if (inside.length === 0) return undefined;
      const given = plainAt(value, steps);
      return inside.every((each) => given.some((one) => agrees(one, each, fixed !== undefined)));
    }
    if (i >= steps.length) return below(node, plainAt(value, steps));
    node = childOf(node, steps[i] ?? '');
  }
  return undefined;
}

/** What is fixed may stand below the discriminator too: `coding` by its system and code. */
function below(node: ProfileNode, values: readonly unknown[]): Verdict {
  const fixed = [...node.children].flatMap(([name, child]) => {
    const wanted = demanded(child.definition, 'fixed') ?? demanded(child.definition, 'pattern');
    return wanted === undefined ? [] : [{ name, wanted }];
  });
  if (fixed.length === 0) return undefined;
  return values.some((each) =>
    fixed.every(({ name, wanted }) => plainAt(each, [name]).some((one) => agrees(one, wanted, false))),
  );
}

function childOf(node: ProfileNode, step: string): ProfileNode | undefined {
  return node.children.get(step) ?? node.children.get(`${step}[x]`);
}

function nodeAt(slice: ProfileNode, steps: readonly string[]): ProfileNode | undefined {
  let node: ProfileNode | undefined = slice;
  for (const step of steps) node = node && childOf(node, step);
  return node;
}

function plainAt(value: unknown, steps: readonly string[]): unknown[] {
  return valuesAt({ value, path: '' }, steps).map((each) => each.value);
}

/** The values that steps lead to from a value, each with its place, and its type where the name of a choice says it. */
function valuesAt(from: Value, steps: readonly string[]): Value[] {
  const { value, path } = from;
  if (Array.isArray(value)) return value.flatMap((each, i) => valuesAt({ value: each, path: `${path}[${i}]` }, steps));
  if (value === undefined || value === null) return [];
  const [first, ...rest] = steps;
  if (first === undefined) return [from];
  if (!isObject(value)) return [];
  const below = `${path}.${first}`;
  const own = Object.hasOwn(value, first) ? value[first] : undefined;
  if (own !== undefined) return valuesAt({ value: own, path: below }, rest);
  const choice = Object.keys(value).find((key) => key.startsWith(first) && /^[A-Z]/.test(key.slice(first.length)));
  if (choice === undefined) return [];
  return valuesAt({ value: value[choice], path: below, type: typeOfSuffix(choice.slice(first.length)) }, rest);
}

/** `Quantity` of `valueQuantity`, `string` of `valueString`. */
function typeOfSuffix(suffix: string): string {
  return elementTable(suffix) ? suffix : suffix.charAt(0).toLowerCase() + suffix.slice(1);
}

function types(node: ProfileNode): TypeDefinition[] {
  return objectsIn(node.definition.type) as TypeDefinition[];
}
