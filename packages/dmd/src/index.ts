export {
  dmdCommand,
  dmdDiff,
  dmdLoad,
  dmdUse,
  findSnapshot,
  listSnapshots,
  type Output,
  reportText,
  snapshotInUse,
} from './cli.ts';
export * from './dictionary/dictionary.ts';
export { ANOMALY_RULES, type Anomaly, type AnomalyRule } from './release/anomalies.ts';
export { CHANGES, type Change, type ChangeKind, diffReleases, type ReleaseDiff } from './release/diff.ts';
export { ReleaseError, type ReleaseErrorCode } from './release/errors.ts';
export { type LoadedRelease, type LoadOptions, type LoadProgress, loadRelease } from './release/load.ts';
export type { FileReport, LoadReport } from './release/report.ts';
export { isGtin, isSctid } from './release/sctid.ts';
export type { ProductFilter } from './search/filter.ts';
export { openProductSearch, writeProductIndex } from './search/index-file.ts';
export {
  createProductSearch,
  type ProductSearch,
  type SearchAnswer,
  type SearchOptions,
  type SearchResult,
} from './search/search.ts';
export type { KeptShelves } from './search/shelves.ts';
export { type Setting, type Standing, type StandingReason, standingOf } from './search/standing.ts';
export { openSnapshot, openSnapshotBytes, readSnapshotBytes, writeSnapshot } from './snapshot/file.ts';
export { SnapshotError, type SnapshotErrorCode } from './snapshot/layout.ts';
export {
  type OperationAnswer,
  type OperationRequest,
  type TerminologyOperation,
  terminologyOperations,
} from './terminology/operations.ts';
export type { ParameterDefinition } from './terminology/parameters.ts';
export type { Refusal, RefusalRule } from './terminology/refusal.ts';
export { ATC_SYSTEM, BNF_SYSTEM, codeSystemVersion, GTIN_SYSTEM } from './terminology/systems.ts';
export { createTerminology, type Terminology } from './terminology/terminology.ts';
export * from './translate/index.ts';
export type { Rational } from './units/rational.ts';
export * as fraction from './units/rational.ts';
export {
  type Conversion,
  conversionFactor,
  convert,
  dmdToUcum,
  findUnit,
  isUcumSystem,
  UCUM_SYSTEM,
  type Unit,
  type UnitReference,
  ucumToDmd,
} from './units/units.ts';
