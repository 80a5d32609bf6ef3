import { text } from '../invariants/reading.ts';
import type { JsonObject } from '../structure/walk.ts';

/** True where a Reference says that it leads to a resource of this type. */
export function pointsTo(reference: JsonObject | undefined, type: string): boolean {
  const literal = text(reference, 'reference') ?? '';
  return text(reference, 'type') === type || new RegExp(`(^|/)${type}/[^/]+$`).test(literal.slice(0, 2048));
}
