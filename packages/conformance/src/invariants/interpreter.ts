import type { ElementTable } from '../structure/element-table.ts';
import type { JsonObject, Walk } from '../structure/walk.ts';
import { administrationInvariants } from './administration.ts';
import { bundleInvariants } from './bundle.ts';
import { dataTypeInvariants } from './data-types.ts';
import { domainResourceInvariants } from './domain-resource.ts';
import type { Invariant } from './invariant.ts';
import { medicineInvariants } from './medicines.ts';
import { timingInvariants } from './timing.ts';

/** Every invariant that is checked by a row of its own; ele-1, ref-1, sqty-1, txt-1 and txt-2 are checked in passing. */
export const invariants: readonly Invariant[] = [
  ...dataTypeInvariants,
  ...timingInvariants,
  ...domainResourceInvariants,
  ...bundleInvariants,
  ...medicineInvariants,
  ...administrationInvariants,
];

const none: readonly Invariant[] = [];
const plainResources = new Set(['Binary', 'Bundle', 'Parameters']);
const byTable = new Map<ElementTable, readonly Invariant[]>();

function invariantsOf(table: ElementTable): readonly Invariant[] {
  const known = byTable.get(table);
  if (known) return known;
  const domain = table.resource && !plainResources.has(table.name);
  const found = invariants.filter(({ on }) => on.includes(table.name) || (domain && on.includes('DomainResource')));
  const kept = found.length ? found : none;
  byTable.set(table, kept);
  return kept;
}

/** Checks the invariants that R4 puts on a type; the walk stands at `node`. */
export function checkInvariants(walk: Walk, node: JsonObject, table: ElementTable): void {
  for (const { id, severity, at, human, test } of invariantsOf(table)) {
    const result = test(node);
    if (result === true) continue;
    const below = result === false ? [at === undefined ? '' : `.${at}`] : result;
    for (const place of below) walk.add(severity, 'invariant', `FHIR-${id}`, human, place);
  }
}
