import { isObject, type JsonObject } from '../structure/walk.ts';
import { type Constraint, constraintsOf } from './constraints.ts';

/** What a type of an ElementDefinition says. */
export interface TypeDefinition {
  readonly code?: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
}

/** An ElementDefinition, as far as it is read here. */
export interface ElementDefinition {
  readonly id?: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly min?: number;
  readonly max?: string;
  readonly type?: readonly TypeDefinition[];
  readonly slicing?: {
    readonly discriminator?: readonly { readonly type: string; readonly path: string }[];
    readonly rules?: string;
  };
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  /** Its invariants, without those of R4 itself. */
  readonly constraint?: readonly Constraint[];
  readonly [key: string]: unknown;
}

/** A StructureDefinition, as far as it is read here. */
export interface StructureDefinition {
  readonly url: string;
  readonly type: string;
  readonly kind?: string;
  readonly derivation?: string;
  readonly baseDefinition?: string;
  readonly version?: string;
  readonly snapshot?: { readonly element: readonly unknown[] };
  readonly differential?: { readonly element: readonly unknown[] };
}

/** An ElementDefinition as given, without what is not of the form that it should have; undefined where it has no path. */
export function readElement(given: JsonObject): ElementDefinition | undefined {
  const { path, id, min, max, type, slicing, binding, constraint, ...rest } = given;
  if (typeof path !== 'string') return undefined;
  const discriminators = isObject(slicing) && Array.isArray(slicing.discriminator) ? slicing.discriminator : undefined;
  return {
    ...rest,
    path,
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof min === 'number' ? { min } : {}),
    ...(typeof max === 'string' ? { max } : {}),
    ...(Array.isArray(type) ? { type: objectsIn(type).map(readType) } : {}),
    ...(isObject(slicing)
      ? {
          slicing: {
            ...(discriminators ? { discriminator: objectsIn(discriminators).filter(isDiscriminator) } : {}),
            rules: String(slicing.rules),
          },
        }
      : {}),
    ...(isObject(binding) ? { binding: { strength: String(binding.strength), ...textAt(binding, 'valueSet') } } : {}),
    constraint: constraintsOf(objectsIn(constraint)),
  };
}

function readType({ code, profile, targetProfile }: JsonObject): TypeDefinition {
  const texts = (value: unknown) => (Array.isArray(value) ? value : []).filter((each) => typeof each === 'string');
  return { code: String(code), profile: texts(profile), targetProfile: texts(targetProfile) };
}

function isDiscriminator(given: JsonObject): given is { type: string; path: string } {
  return typeof given.type === 'string' && typeof given.path === 'string';
}

function textAt(given: JsonObject, key: string): object {
  return typeof given[key] === 'string' ? { [key]: given[key] } : {};
}

/** The part of a canonical before its version. */
export function withoutVersion(canonical: string): string {
  const at = canonical.indexOf('|');
  return at < 0 ? canonical : canonical.slice(0, at);
}

/** The objects of a list, whatever else is in it. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The fixed or pattern value of a definition, by its key: `patternCodeableConcept`. */
export function demanded(definition: ElementDefinition, prefix: 'fixed' | 'pattern'): unknown {
  for (const key of Object.keys(definition))
    if (key.startsWith(prefix) && key.length > prefix.length) return definition[key];
  return undefined;
}

/** Is everything that the pattern says so in the value? For `exact`, nothing more may be there either. */
export function agrees(value: unknown, pattern: unknown, exact: boolean): boolean {
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value) || (exact && value.length !== pattern.length)) return false;
    return exact
      ? pattern.every((each, i) => agrees(value[i], each, true))
      : pattern.every((each) => value.some((one) => agrees(one, each, false)));
  }
  if (isObject(pattern) && 'rawJSON' in pattern) return String(pattern.rawJSON) === textOf(value);
  if (isObject(pattern)) {
    if (!isObject(value)) return false;
    const keys = Object.keys(pattern);
    if (exact && Object.keys(value).length !== keys.length) return false;
    return keys.every((key) => agrees(value[key], pattern[key], exact));
  }
  return typeof pattern === 'number' ? Number(textOf(value)) === pattern : value === pattern;
}

function textOf(value: unknown): string {
  return isObject(value) && 'rawJSON' in value ? String(value.rawJSON) : String(value);
}
