export { type CheckOptions, check, rules } from './check.ts';
export { type Finding, layerSystem, outcome, ruleSystem, type TerminologyQuestion } from './finding.ts';
export { hasModulus11Digit } from './identity/check-digit.ts';
export { invariants } from './invariants/interpreter.ts';
export type { Invariant } from './invariants/invariant.ts';
export { ProfileBook } from './profiles/profile-book.ts';
export { isRawJson, numberText } from './raw-json.ts';
export { annotatedSource, type SourceLine, type SourceRow } from './report/annotated-source.ts';
export { type Agreement, type DosageReading, dosageReadings } from './report/dosage-readings.ts';
export { type JsonPlace, jsonPlaces, lineAndColumn } from './report/json-places.ts';
export {
  type LayerSummary,
  type LayerVerdict,
  layerSummaries,
  layerTitles,
  type Unchecked,
  uncheckedLayers,
} from './report/layer-summary.ts';
export { lineOf } from './report/places.ts';
export { drawRelationships, type RelationshipDrawing } from './report/relationship-drawing.ts';
export { type Relationships, relationships } from './report/relationships.ts';
export {
  explainRule,
  type RuleEntry,
  type RuleExplanation,
  ruleCatalogue,
  rulesElsewhere,
} from './report/rule-catalogue.ts';
export { type ShownMessage, shownMessage } from './report/shown-message.ts';
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
export { isShapeFault } from './structure/shape.ts';
export type { CheckLimits } from './structure/walk.ts';
export { type XhtmlFault, xhtmlFault, xmlCharacters } from './structure/xhtml.ts';
