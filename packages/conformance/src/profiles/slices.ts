import { elementTable } from '../structure/element-table.ts';
import { isObject } from '../structure/walk.ts';
import { agrees, demanded, objectsIn, type TypeDefinition, withoutVersion } from './definitions.ts';
import type { ProfileNode } from './profile-tree.ts';

/**
 * Is a value of a slice? By the discriminators of the slicing; undefined where they cannot be followed here.
 * @param type for a choice, the type that its name says
 */
export function isOfSlice(
  sliced: ProfileNode,
  slice: ProfileNode,
  value: unknown,
  type: string | undefined,
): boolean | undefined {
  const given = sliced.definition.slicing?.discriminator;
  const discriminators = given ?? usual(sliced);
  if (discriminators === undefined || discriminators.length === 0) return undefined;
  let all: boolean | undefined = true;
  for (const { type: kind, path } of discriminators) {
    const verdict = isSoBy(kind, path, slice, value, type);
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

function isSoBy(
  kind: string,
  path: string,
  slice: ProfileNode,
  value: unknown,
  type: string | undefined,
): boolean | undefined {
  const steps = stepsOf(path);
  if (steps === undefined) return undefined;
  if (kind === 'type') return steps.length === 0 ? isOfType(slice, value, type) : undefined;
  if (kind === 'exists') return exists(slice, steps, value);
  if (kind !== 'value' && kind !== 'pattern') return undefined;
  if (isUrl(slice, steps)) return isObject(value) && value.url === urlOf(slice);
  return hasValues(slice, steps, value);
}

/** `coding.code` in steps, `extension('url')` a step of its own; undefined for what is not followed: resolve(), ofType(). */
function stepsOf(path: string): string[] | undefined {
  if (path === '$this') return [];
  const steps = path.replace(/^\$this\./, '').match(/extension\('[^']+'\)|[^.]+/g) ?? [];
  return steps.every((step) => /^[A-Za-z]+$/.test(step)) ? steps : undefined;
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

function isOfType(slice: ProfileNode, value: unknown, type: string | undefined): boolean | undefined {
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
  const rest = slice.slice(stem.length);
  return elementTable(rest) ? rest : rest.charAt(0).toLowerCase() + rest.slice(1);
}

function exists(slice: ProfileNode, steps: readonly string[], value: unknown): boolean | undefined {
  const node = nodeAt(slice, steps);
  const { min = 0, max } = node?.definition ?? {};
  const isThere = valuesAt(value, steps).length > 0;
  if (max === '0') return !isThere;
  return min > 0 ? isThere : undefined;
}

/** Does the value have, at each step where the slice fixes something, what it fixes? */
function hasValues(slice: ProfileNode, steps: readonly string[], value: unknown): boolean | undefined {
  let node: ProfileNode | undefined = slice;
  for (let i = 0; node !== undefined; i++) {
    const fixed = demanded(node.definition, 'fixed');
    const wanted = fixed ?? demanded(node.definition, 'pattern');
    if (wanted !== undefined) {
      // What is fixed may stand above the discriminator: then it is the part of it that counts.
      const inside = valuesAt(wanted, steps.slice(i));
      if (inside.length === 0) return undefined;
      const given = valuesAt(value, steps);
      return inside.every((each) => given.some((one) => agrees(one, each, fixed !== undefined)));
    }
    if (i >= steps.length) return below(node, valuesAt(value, steps));
    node = node.children.get(steps[i] ?? '');
  }
  return undefined;
}

/** What is fixed may stand below the discriminator too: `coding` by its system and code. */
function below(node: ProfileNode, values: readonly unknown[]): boolean | undefined {
  const fixed = [...node.children].flatMap(([name, child]) => {
    const wanted = demanded(child.definition, 'fixed') ?? demanded(child.definition, 'pattern');
    return wanted === undefined ? [] : [{ name, wanted }];
  });
  if (fixed.length === 0) return undefined;
  return values.some((each) =>
    fixed.every(({ name, wanted }) => valuesAt(each, [name]).some((one) => agrees(one, wanted, false))),
  );
}

function nodeAt(slice: ProfileNode, steps: readonly string[]): ProfileNode | undefined {
  let node: ProfileNode | undefined = slice;
  for (const step of steps) node = node?.children.get(step) ?? node?.children.get(`${step}[x]`);
  return node;
}

function valuesAt(value: unknown, steps: readonly string[]): unknown[] {
  const [first, ...rest] = steps;
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, steps));
  if (value === undefined || value === null) return [];
  if (first === undefined) return [value];
  if (!isObject(value)) return [];
  const own = Object.hasOwn(value, first) ? value[first] : undefined;
  if (own !== undefined) return valuesAt(own, rest);
  const choice = Object.keys(value).find((key) => key.startsWith(first) && /^[A-Z]/.test(key.slice(first.length)));
  return choice === undefined ? [] : valuesAt(value[choice], rest);
}

function types(node: ProfileNode): TypeDefinition[] {
  return objectsIn(node.definition.type) as TypeDefinition[];
}
