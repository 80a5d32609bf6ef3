/** The checks of a whole release: ids, references, lookups, and the rules between elements. */

import { History } from '../dictionary/history.ts';
import { Store } from '../dictionary/store.ts';
import type { Column, SnapshotImage, Table } from '../snapshot/image.ts';
import type { Anomalies } from './anomalies.ts';
import { LOOKUP_GROUPS, TABLES } from './format.ts';
import { hasVerhoeffDigit, isGtin } from './sctid.ts';

/** Adds what is wrong with a packed release to the anomalies. */
export function checkRelease(image: SnapshotImage, found: Anomalies): void {
  checkDigits(image, found);
  checkReferences(image, found);
  checkUnitDoses(image, found);
  checkStrengths(image.table('VPI'), found);
  checkGtins(image.table('GTIN'), found);
  checkHistory(image, found);
}

function checkDigits(image: SnapshotImage, found: Anomalies): void {
  const wrong = new Set<number>();
  for (let index = 1; index <= image.idCount; index++) {
    const id = image.idText(index);
    if (id.length < 6 || !hasVerhoeffDigit(id)) wrong.add(index);
  }
  // Where the id stands is told by the columns that hold it.
  if (wrong.size > 0) {
    for (const table of image.tables()) {
      for (const column of table.columns) {
        if (!column.isId) continue;
        for (let row = 0; row < table.rows; row++) {
          if (wrong.has(column.index(row))) {
            found.add('bad-check-digit', `${table.name}.${column.name}`, column.text(row) ?? '');
          }
        }
      }
    }
  }
  const lookups = image.table('LOOKUP');
  for (let row = 0; row < lookups.rows; row++) {
    const group = lookups.column('GROUP').text(row) ?? '';
    const code = lookups.column('CD').text(row) ?? '';
    if (LOOKUP_GROUPS[group] && !hasVerhoeffDigit(code)) found.add('bad-check-digit', `LOOKUP.${group}`, code);
  }
}

function checkReferences(image: SnapshotImage, found: Anomalies): void {
  const keys = new Map<string, Uint8Array>();
  const levels = new Uint8Array(image.idCount + 1);
  for (const spec of TABLES) {
    const key = spec.columns[0];
    if (!spec.unique || key === undefined) continue;
    const table = image.table(spec.name);
    const column = table.column(key.name);
    const present = new Uint8Array(image.idCount + 1);
    for (let row = 0; row < table.rows; row++) {
      const index = column.index(row);
      if (present[index]) found.add('duplicate-id', spec.name, image.idText(index));
      present[index] = 1;
      if (key.target !== undefined) continue;
      if (levels[index] === 1) found.add('shared-id', spec.name, image.idText(index));
      levels[index] = 1;
    }
    keys.set(spec.name, present);
  }
  const codes = lookupCodes(image, found);
  for (const spec of TABLES) {
    const table = image.table(spec.name);
    for (const { name, target } of spec.columns) {
      if (target === undefined) continue;
      const present = keys.get(target);
      if (present) checkIds(table, table.column(name), present, target, found);
      else checkCodes(table, table.column(name), codes.get(target), target, found);
    }
  }
}

function checkIds(table: Table, column: Column, present: Uint8Array, target: string, found: Anomalies): void {
  for (let row = 0; row < table.rows; row++) {
    const index = column.index(row);
    if (index !== 0 && !present[index]) {
      found.add('dangling-reference', `${table.name}.${column.name} to ${target}`, column.text(row) ?? '');
    }
  }
}

function checkCodes(
  table: Table,
  column: Column,
  codes: ReadonlySet<string> | undefined,
  target: string,
  found: Anomalies,
): void {
  const known = new Map<number, boolean>([[0, true]]);
  for (let row = 0; row < table.rows; row++) {
    const index = column.index(row);
    let good = known.get(index);
    if (good === undefined) {
      good = codes?.has((column.text(row) ?? '').replace(/^0+(?=\d)/, '')) ?? false;
      known.set(index, good);
    }
    if (!good) found.add('unknown-code', `${table.name}.${column.name} of ${target}`, column.text(row) ?? '');
  }
}

function lookupCodes(image: SnapshotImage, found: Anomalies): Map<string, Set<string>> {
  const codes = new Map<string, Set<string>>();
  const lookups = image.table('LOOKUP');
  for (let row = 0; row < lookups.rows; row++) {
    const group = lookups.column('GROUP').text(row) ?? '';
    const code = (lookups.column('CD').text(row) ?? '').replace(/^0+(?=\d)/, '');
    const known = codes.get(group) ?? new Set();
    if (known.has(code)) found.add('duplicate-id', `LOOKUP.${group}`, code);
    codes.set(group, known.add(code));
  }
  return codes;
}

/** UDFS, its unit and the unit dose unit belong to discrete products (DF_INDCD 1), all three or none. */
function checkUnitDoses(image: SnapshotImage, found: Anomalies): void {
  const vmps = image.table('VMP');
  const indicator = vmps.column('DF_INDCD');
  const elements = ['UDFS', 'UDFS_UOMCD', 'UNIT_DOSE_UOMCD'].map((name) => vmps.column(name));
  for (let row = 0; row < vmps.rows; row++) {
    const given = elements.filter((column) => column.index(row) !== 0).length;
    const discrete = indicator.text(row)?.replace(/^0+(?=\d)/, '') === '1';
    const id = (): string => vmps.column('VPID').text(row) ?? '';
    if (given > 0 && !discrete) found.add('unit-dose-mismatch', 'unit dose on a VMP that is not discrete', id());
    if (given < 3 && discrete) found.add('unit-dose-mismatch', 'discrete VMP without full unit dose', id());
  }
}

function checkStrengths(strengths: Table, found: Anomalies): void {
  for (const side of ['STRNT_NMRTR', 'STRNT_DNMTR']) {
    const value = strengths.column(`${side}_VAL`);
    const unit = strengths.column(`${side}_UOMCD`);
    for (let row = 0; row < strengths.rows; row++) {
      if ((value.index(row) === 0) !== (unit.index(row) === 0)) {
        found.add('strength-without-unit', side, strengths.column('VPID').text(row) ?? '');
      }
    }
  }
}

function checkGtins(gtins: Table, found: Anomalies): void {
  const column = gtins.column('GTIN');
  for (let row = 0; row < gtins.rows; row++) {
    const gtin = column.text(row) ?? '';
    if (!isGtin(gtin) || gtin.length < 13) found.add('bad-gtin', 'GTIN', gtin);
  }
}

function checkHistory(image: SnapshotImage, found: Anomalies): void {
  const history = new History(new Store(image));
  for (const id of history.oldIds()) {
    const resolution = history.resolve(id);
    if (resolution.status === 'ambiguous') found.add('ambiguous-history', 'HISTORY', id);
    if (history.leadsRound(id)) found.add('history-cycle', 'HISTORY', id);
  }
}
