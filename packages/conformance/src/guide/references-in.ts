import { isObject, type JsonObject } from '../structure/walk.ts';

const deepest = 40;

/** Every Reference in a resource, with its place; what is contained is looked into too. */
export function referencesIn(resource: JsonObject, at: string): { reference: JsonObject; at: string }[] {
  const found: { reference: JsonObject; at: string }[] = [];
  function look(value: unknown, place: string, depth: number): void {
    if (depth > deepest) return;
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) look(item, `${place}[${i}]`, depth + 1);
      return;
    }
    if (!isObject(value)) return;
    if (typeof value.reference === 'string' || (isObject(value.identifier) && value.type !== undefined)) {
      found.push({ reference: value, at: place });
    }
    for (const key of Object.keys(value)) {
      const name = /^(medication|value|item|target|reported|onset)(Reference)$/.exec(key)?.[1] ?? key;
      look(value[key], `${place}.${name}`, depth + 1);
    }
  }
  look(resource, at, 0);
  return found;
}
