import { type ElementType, resourceTypes } from './element-table.ts';
import { isObject, type JsonObject, shown, type Walk } from './walk.ts';

// The type is the last but one part: `Patient/1`, `https://host/fhir/Patient/1/_history/2`.
const literal = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

function containedTypes(walk: Walk): Map<string, string> {
  if (walk.containedTypes) return walk.containedTypes;
  const found = new Map<string, string>();
  const list: unknown = walk.root?.contained;
  for (const item of Array.isArray(list) ? list : []) {
    if (isObject(item) && typeof item.id === 'string') found.set(`#${item.id}`, String(item.resourceType));
  }
  walk.containedTypes = found;
  return found;
}

/** The resource type a literal reference says it points to, or undefined where it does not say. */
function literalType(walk: Walk, reference: string): string | undefined {
  if (reference.length > 2048) return undefined;
  if (reference.startsWith('#')) {
    const root = walk.root?.resourceType;
    return reference === '#' ? (typeof root === 'string' ? root : undefined) : containedTypes(walk).get(reference);
  }
  const type = literal.exec(reference)?.[1];
  return type !== undefined && resourceTypes.has(type) ? type : undefined;
}

/**
 * Checks what a Reference points to: a local one must be contained (ref-1), and the type that its text or `type` names
 * must be one that the element takes.
 */
export function checkReference(walk: Walk, node: JsonObject, type: ElementType): void {
  const { reference, type: stated } = node;
  let pointed: string | undefined;
  if (typeof reference === 'string') {
    pointed = literalType(walk, reference);
    if (reference.startsWith('#') && reference !== '#' && pointed === undefined && walk.root) {
      const message = `${shown(reference)} is not contained in this resource: contain it or correct the reference.`;
      walk.add('error', 'invariant', 'FHIR-ref-1', message, '.reference');
    }
  }
  const named = typeof stated === 'string' && resourceTypes.has(stated) ? stated : undefined;
  if (pointed !== undefined && named !== undefined && pointed !== named) {
    const message = `reference points to ${pointed} but type says ${named}: make them agree.`;
    walk.add('error', 'value', 'FHIR-reference-type', message, '.type');
  }
  const target = pointed ?? named;
  if (target === undefined || !type.targets || type.targets.has(target)) return;
  const message = `Points to ${target}; this element takes ${[...type.targets].join(', ')}.`;
  walk.add('error', 'value', 'FHIR-reference-target', message, pointed === undefined ? '.type' : '.reference');
}
