import { numberText } from '../raw-json.ts';
import { isObject, type JsonObject } from '../structure/walk.ts';

// Invariants read resources whose shape may be wrong: each of these answers for any JSON.

/** True where the element has a value, children or extensions. */
export function has(node: JsonObject, name: string): boolean {
  return node[name] !== undefined || node[`_${name}`] !== undefined;
}

/** True where a choice (`value[x]`) has any of its types. */
export function hasChoice(node: JsonObject, name: string): boolean {
  for (const key of Object.keys(node)) {
    const at = key.startsWith('_') ? 1 : 0;
    const initial = key.charCodeAt(at + name.length);
    if (initial >= 65 && initial <= 90 && key.startsWith(name, at)) return true;
  }
  return false;
}

/** The element's value where it is text. */
export function text(node: JsonObject | undefined, name: string): string | undefined {
  const value = node?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** The element's value where it is a number, nearest to its exact text; good for order, not for sums. */
export function number(node: JsonObject | undefined, name: string): number | undefined {
  const exact = numberText(node?.[name]);
  return exact === undefined ? undefined : Number(exact);
}

/** The element where it is an object. */
export function child(node: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = node?.[name];
  return isObject(value) ? value : undefined;
}

/** The items of a repeating element, with undefined for those that are no objects. */
export function children(node: JsonObject | undefined, name: string): (JsonObject | undefined)[] {
  const value = node?.[name];
  return Array.isArray(value) ? value.map((item: unknown) => (isObject(item) ? item : undefined)) : [];
}

/** True where a CodeableConcept has a coding of this system with one of these codes. */
export function coded(concept: JsonObject | undefined, system: string, ...codes: readonly string[]): boolean {
  return children(concept, 'coding').some(
    (coding) => text(coding, 'system') === system && codes.includes(text(coding, 'code') ?? ''),
  );
}

/** The places (`.entry[2]`) of a repeating element whose items do not hold. */
export function places(node: JsonObject, name: string, holds: (item: JsonObject) => boolean): string[] {
  return children(node, name).flatMap((item, i) => (!item || holds(item) ? [] : [`.${name}[${i}]`]));
}
