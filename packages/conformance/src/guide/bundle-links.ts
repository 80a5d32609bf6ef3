import { text } from '../invariants/reading.ts';
import { codings } from '../rules/reading.ts';
import type { Here } from '../rules/rule.ts';
import type { JsonObject } from '../structure/walk.ts';
import { ofTypes } from './bundle-entries.ts';

/** True where two concepts share a code, or one has none. */
export const sameCoding = (a: JsonObject | undefined, b: JsonObject | undefined) => {
  const [first, second] = [codings(a), codings(b)];
  if (first.length === 0 || second.length === 0) return true;
  return first.some((x) => second.some((y) => text(x, 'code') === text(y, 'code')));
};

/** Is what was supplied equal to, or under, what was asked for in dm+d? True where that cannot be told. */
export function supplies(asked: JsonObject | undefined, given: JsonObject | undefined, { dictionary }: Here): boolean {
  if (sameCoding(asked, given) || !dictionary) return true;
  const now = (concept: JsonObject | undefined) =>
    codings(concept).flatMap((coding) => {
      const found = dictionary.resolve(text(coding, 'code') ?? '');
      return found.status === 'current' || found.status === 'superseded' ? [found.id] : [];
    });
  const [asks, gives] = [now(asked), now(given)];
  if (asks.length === 0 || gives.length === 0) return true;
  const above = (id: string) => [
    id,
    dictionary.vmpOf(id)?.id,
    dictionary.vtmOf(id)?.id,
    ...dictionary.parents(id).map((p) => p.id),
  ];
  return gives.some((id) => above(id).some((each) => each !== undefined && asks.includes(each)));
}

/** Pairs of a resource and one that it points to, where both are in the Bundle. */
export function pairs(node: JsonObject, here: Here, type: string, element: string, targetType: string) {
  return ofTypes(node, [type]).flatMap(({ at, resource }) => {
    const value = resource[element];
    const references = (Array.isArray(value) ? value : [value]) as (JsonObject | undefined)[];
    return references.flatMap((reference, i) => {
      // One that only names an identifier says its type by the element that it stands in.
      const target = reference && here.target({ type: targetType, ...reference });
      const below = Array.isArray(value) ? `${at}.${element}[${i}]` : `${at}.${element}`;
      return target?.resourceType === targetType ? [{ at: below, entry: at, resource, target }] : [];
    });
  });
}
