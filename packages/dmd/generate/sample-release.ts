/**
 * Writes the sample release of `samples/dmd`: the medicines of medicines.txt with all that belongs to them, cut out of
 * a full release.
 *
 *   node packages/dmd/generate/sample-release.ts SNAPSHOT OUT
 *
 * SNAPSHOT is a file that `writeSnapshot` wrote. Controlled drug categories are set from the table below, because they
 * are what a sample must not have wrong.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Amp, Dictionary, RawRow, Vmp } from '../src/dictionary/dictionary.ts';
import { emitFile, fileName } from '../src/release/emit.ts';
import { FILES, LOOKUP_GROUPS, TABLES } from '../src/release/format.ts';
import { openSnapshot } from '../src/snapshot/file.ts';

const DAY = '2025-10-09';
const COMMENT =
  'Concord sample release: a small selection for demonstrations and tests, never for clinical use. ' +
  'Contains public sector information licensed under the Open Government Licence v3.0 (NHS dm+d, NHSBSA)';
const AMPS_PER_VMP = 4;
const PACKS_PER_AMP = 3;

/** UK schedules by name of the VMP; the first that matches counts, everything else has no controlled drug status. */
const CONTROLLED: readonly (readonly [RegExp, string])[] = [
  [/^Morphine sulfate 10mg\/5ml oral solution/, '0010'],
  [/^(Morphine|Oxycodone|Fentanyl)/, '0002'],
  [/^(Tramadol|Gabapentin|Pregabalin|Midazolam)/, '0005'],
  [/^(Buprenorphine|Temazepam)/, '0004'],
  [/^(Diazepam|Lorazepam|Zopiclone)/, '0009'],
  [/^(Codeine|Co-codamol)/, '0010'],
];

const HISTORY_GROUP: Readonly<Record<string, string>> = {
  VTM: 'VTMS',
  VMP: 'VMPS',
  INGREDIENT: 'INGS',
  SUPPLIER: 'SUPPS',
  FORM: 'FORMS',
  ROUTE: 'ROUTES',
  UNIT_OF_MEASURE: 'UOMS',
};

const [snapshot, out] = process.argv.slice(2);
if (snapshot === undefined || out === undefined) {
  console.error('usage: node packages/dmd/generate/sample-release.ts SNAPSHOT OUT');
  process.exit(2);
}
const dictionary = openSnapshot(snapshot);
const listed = await readFile(new URL('medicines.txt', import.meta.url), 'utf8');
const names = listed.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

await mkdir(out, { recursive: true });
const rows = sampleRows(dictionary, names);
for (const file of FILES) {
  const tables = new Set(Object.values(file.groups).map((g) => g.table));
  const text = emitFile(file, { comment: COMMENT, rows: rows.filter((row) => tables.has(row.table)) });
  await writeFile(join(out, fileName(file, DAY)), text);
}
console.log(`${names.length} VMPs, ${rows.length} rows`);

function sampleRows(source: Dictionary, vmpNames: readonly string[]): RawRow[] {
  const byName = new Map([...source.all('VMP')].filter((v) => !v.invalid).map((v) => [v.name, v]));
  const concepts = new Set<string>();
  for (const name of vmpNames) {
    const vmp = byName.get(name);
    if (vmp === undefined) throw new Error(`No VMP is called "${name}"`);
    addMedicine(source, vmp, concepts);
  }
  for (const id of [...concepts]) addIngredients(source, id, concepts);
  const own = [...concepts].flatMap((id) => source.rows(id)).map(withControlledCategory);
  const kept = own.filter((row) => staysWhole(row, concepts));
  const lookups = lookupRows(source, kept);
  const coded = lookups.filter((row) => LOOKUP_GROUPS[row.values.GROUP ?? '']).map((row) => row.values.CD ?? '');
  const history = [...concepts, ...coded].flatMap((id) => historyRows(source, id));
  return sorted([...lookups, ...kept, ...history]);
}

function addMedicine(source: Dictionary, vmp: Vmp, concepts: Set<string>): void {
  concepts.add(vmp.id);
  if (vmp.vtmId !== undefined) concepts.add(vmp.vtmId);
  for (const amp of chosenAmps(source, vmp)) {
    concepts.add(amp.id);
    for (const pack of source.amppsOfAmp(amp.id).slice(0, PACKS_PER_AMP)) {
      concepts.add(pack.id);
      concepts.add(pack.vmppId);
    }
  }
}

/** Products that can be had first, then those with an id of the NHS, then by name. */
function chosenAmps(source: Dictionary, vmp: Vmp): Amp[] {
  const rank = (amp: Amp): number =>
    (amp.available && source.amppsOfAmp(amp.id).length > 0 ? 0 : 2) + (amp.id.length > 17 ? 1 : 0);
  return [...source.ampsOfVmp(vmp.id)]
    .filter((amp) => source.amppsOfAmp(amp.id).length > 0)
    .sort((a, b) => rank(a) - rank(b) || a.description.localeCompare(b.description))
    .slice(0, AMPS_PER_VMP);
}

function addIngredients(source: Dictionary, id: string, concepts: Set<string>): void {
  for (const { values } of source.rows(id)) {
    for (const element of ['ISID', 'BS_SUBID']) {
      const ingredient = values[element];
      if (ingredient !== undefined) concepts.add(ingredient);
    }
  }
}

function withControlledCategory(row: RawRow): RawRow {
  if (row.table !== 'CONTROL_INFO') return row;
  const name = dictionary.vmp(row.values.VPID ?? '')?.name ?? '';
  const category = CONTROLLED.find(([pattern]) => pattern.test(name))?.[1] ?? '0000';
  return { table: row.table, values: { VPID: row.values.VPID ?? '', CATCD: category } };
}

/** A row that refers to a concept outside the sample is left out. */
function staysWhole(row: RawRow, concepts: ReadonlySet<string>): boolean {
  const spec = TABLES.find((t) => t.name === row.table);
  return (spec?.columns ?? []).every(({ name, type, target }) => {
    const value = row.values[name];
    return type !== 'id' || target === undefined || value === undefined || concepts.has(value);
  });
}

function lookupRows(source: Dictionary, kept: readonly RawRow[]): RawRow[] {
  const used = new Map<string, Set<string>>();
  for (const row of kept) {
    for (const { name, target } of TABLES.find((t) => t.name === row.table)?.columns ?? []) {
      const value = row.values[name];
      if (target === undefined || value === undefined || !(target in LOOKUP_GROUPS)) continue;
      used.set(target, (used.get(target) ?? new Set()).add(value));
    }
  }
  const whole = (group: string): boolean =>
    !['SUPPLIER', 'FORM', 'ROUTE', 'ONT_FORM_ROUTE', 'FLAVOUR', 'COLOUR'].includes(group);
  return Object.keys(LOOKUP_GROUPS).flatMap((group) =>
    source
      .lookup(group as Parameters<Dictionary['lookup']>[0])
      .filter((entry) => whole(group) || used.get(group)?.has(entry.code))
      .map((entry) => ({
        table: 'LOOKUP',
        values: present({
          GROUP: group,
          CD: entry.code,
          CDDT: entry.codeDate,
          CDPREV: entry.previousCode,
          INVALID: entry.invalid ? '1' : undefined,
          DESC: entry.display,
        }),
      })),
  );
}

function historyRows(source: Dictionary, id: string): RawRow[] {
  return source.history(id).map((row) => ({
    table: 'HISTORY',
    values: present({
      GROUP: HISTORY_GROUP[row.kind] ?? '',
      IDCURRENT: row.current,
      IDPREVIOUS: row.previous,
      STARTDT: row.start ?? '1948-01-01',
      ENDDT: row.end,
    }),
  }));
}

/** In the order of the format; within a table by the order of the names in the list. */
function sorted(all: readonly RawRow[]): RawRow[] {
  return TABLES.flatMap((table) => all.filter((row) => row.table === table.name));
}

function present(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((e): e is [string, string] => e[1] !== undefined));
}
