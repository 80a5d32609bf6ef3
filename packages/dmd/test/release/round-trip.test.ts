import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RawRow } from '../../src/dictionary/dictionary.ts';
import { rowsOf } from '../../src/release/emit.ts';
import { type ElementSpec, FILES, HISTORY_GROUPS, LOOKUP_GROUPS, TABLES } from '../../src/release/format.ts';
import { loadRelease } from '../../src/release/load.ts';
import { openSources } from '../../src/release/sources.ts';
import { SnapshotImage } from '../../src/snapshot/image.ts';
import { data, elementsOf, row, rowsByPattern, SAMPLE, withoutData, writeRelease } from '../releases.ts';

const byTable = (rows: Iterable<RawRow>): Record<string, Record<string, string>[]> => {
  const tables: Record<string, Record<string, string>[]> = {};
  for (const { table, values } of rows) {
    const known = tables[table];
    if (known === undefined) tables[table] = [{ ...values }];
    else known.push({ ...values });
  }
  return tables;
};

async function loadedRows(paths: readonly string[]): Promise<RawRow[]> {
  const { snapshot } = await loadRelease(paths);
  return [...rowsOf(SnapshotImage.open(snapshot))];
}

async function rowsInFolder(folder: string): Promise<RawRow[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.xml'));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return files.flatMap(rowsByPattern);
}

function sameRows(actual: readonly RawRow[], expected: readonly RawRow[]): void {
  const left = byTable(actual);
  const right = byTable(expected);
  assert.deepEqual(Object.keys(left).sort(), Object.keys(right).sort());
  for (const [table, rows] of Object.entries(right)) assert.deepEqual(left[table], rows, table);
}

describe('every element of every file is kept', () => {
  test('in the sample release, against a reading of the files by pattern', async () => {
    sameRows(await loadedRows([SAMPLE]), await rowsInFolder(SAMPLE));
  });

  for (const extract of ['real-extract-2019', 'real-extract-2021']) {
    test(`in ${extract}, against a reading of the files by pattern`, { skip: withoutData }, async () => {
      sameRows(await loadedRows([data(extract)]), await rowsInFolder(data(extract)));
    });
  }

  test('in an archive of 2,000 VMPs, against a reading of its files by pattern', { skip: withoutData }, async () => {
    const archive = data('release', 'previous', 'nhsbsa_dmd_10.0.0_20251006000001.zip');
    const sources = await openSources([archive]);
    const expected: RawRow[] = [];
    for (const member of sources.members) {
      const chunks: Buffer[] = [];
      for await (const chunk of member.read()) chunks.push(chunk);
      expected.push(...rowsByPattern(Buffer.concat(chunks).toString('utf8')));
    }
    sources.close();
    sameRows(await loadedRows([archive]), expected);
  });

  test('in a release that uses every element of the format', async () => {
    const rows = TABLES.flatMap((table) => [
      row(table.name, Object.fromEntries(table.columns.map((c) => [c.name, sampleValue(c, table.name)]))),
    ]);
    for (const group of Object.keys(LOOKUP_GROUPS)) rows.push(row('LOOKUP', { GROUP: group, CD: '0001', DESC: 'x' }));
    for (const group of Object.keys(HISTORY_GROUPS)) {
      rows.push(
        row('HISTORY', { GROUP: group, IDCURRENT: '777067000', IDPREVIOUS: '777067000', STARTDT: '1948-01-01' }),
      );
    }
    const loaded = byTable(await loadedRows([await writeRelease(rows)]));
    for (const table of TABLES) {
      const given = new Set(loaded[table.name]?.flatMap((r) => Object.keys(r)));
      assert.deepEqual([...given].sort(), table.columns.map((c) => c.name).sort(), table.name);
    }
    // Lookups and history come back group by group.
    const order = (list: readonly RawRow[]): string[] => list.map((r) => JSON.stringify(r)).sort();
    assert.deepEqual(order(await loadedRows([await writeRelease(rows)])), order(rows));
  });

  test('for names with any characters that XML can carry', async () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((s) => /^[\t\n\r\x20-\uD7FF\uE000-\uFFFD]*$/.test(s));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (names) => {
        const rows = names.map((name, i) => row('ING', { ISID: String(100000 + i), NM: name }));
        const loaded = byTable(await loadedRows([await writeRelease(rows)]));
        assert.deepEqual(
          loaded.ING?.map((r) => r.NM),
          names,
        );
      }),
      { numRuns: 15, seed: 20251009 },
    );
  });

  test('also elements that a later format adds', async () => {
    const rows = [row('VTM', { VTMID: '777067000', NM: 'Paracetamol', FUTURE: 'kept' })];
    const loaded = await loadRelease([await writeRelease(rows)]);
    assert.deepEqual([...rowsOf(SnapshotImage.open(loaded.snapshot))], rows);
    assert.deepEqual(
      loaded.report.anomalies.map((a) => a.rule),
      ['unknown-element'],
    );
  });
});

describe('the format', () => {
  const schemas = ['vtm', 'ingredient', 'vmp', 'amp', 'vmpp', 'ampp', 'lookup'].map((kind) => `${kind}_v2_3.xsd`);
  for (const name of [...schemas, 'gtin_v2_0.xsd']) {
    test(`names the elements that ${name} names`, { skip: withoutData }, async () => {
      const xsd = await readFile(data('lookups', name), 'utf8');
      const named = [...xsd.matchAll(/<xs:element name="([A-Z_0-9]+)"/g)].map((m) => m[1] ?? '');
      const file = FILES.find((f) => named.includes(f.root));
      assert.ok(file);
      const ours = new Set([file.root]);
      for (const [group, { row: element, table }] of Object.entries(file.groups)) {
        if (group !== '') ours.add(group);
        ours.add(element);
        for (const column of TABLES.filter((t) => t.name === table).flatMap(elementsOf)) ours.add(column);
      }
      if (file.kind === 'gtin') ours.add('GTINDATA');
      assert.deepEqual([...new Set(named)].sort(), [...ours].sort());
    });
  }
});

function sampleValue({ type, name }: ElementSpec, table: string): string {
  if (name === 'GROUP') return table === 'LOOKUP' ? 'FORM' : 'VTMS';
  const values: Record<ElementSpec['type'], string> = {
    id: '777067000',
    sctid: '258684004',
    code: '0001',
    flag: '0001',
    int: '123',
    decimal: '0.50',
    date: '2024-02-29',
    text: `${name} & <text> “é”`,
  };
  return values[type];
}
