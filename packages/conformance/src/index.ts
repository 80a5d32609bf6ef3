export { type CheckOptions, check, rules } from './check.ts';
export { type Finding, layerSystem, outcome, ruleSystem } from './finding.ts';
export { hasModulus11Digit } from './identity/check-digit.ts';
export { invariants } from './invariants/interpreter.ts';
export type { Invariant } from './invariants/invariant.ts';
export { isRawJson, numberText } from './raw-json.ts';
export type { LayerFinding } from './rules/interpreter.ts';
export { type Direction, type Layer, layers, type Mode, type Rule } from './rules/rule.ts';
export { checkStructure, type StructureOptions } from './structure/check-structure.ts';
export {
  type ElementKey,
  type ElementRow,
  type ElementTable,
  type ElementType,
  elementTable,
  resourceTypes,
} from './structure/element-table.ts';
export type { PrimitiveFault } from './structure/primitive-formats.ts';
export type { ValueSetCodes } from './structure/required-codes.ts';
export type { CheckLimits } from './structure/walk.ts';
export { type XhtmlFault, xhtmlFault, xmlCharacters } from './structure/xhtml.ts';
