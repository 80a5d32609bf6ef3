/** Writes rows back as a dm+d XML file, in the order and layout of the release format. */

import type { RawRow } from '../dictionary/dictionary.ts';
import type { SnapshotImage } from '../snapshot/image.ts';
import { type FileSpec, tableSpec } from './format.ts';

/** A comment and the rows of one file. Rows of other files are left aside. */
export interface FileContent {
  readonly comment?: string;
  readonly rows: Iterable<RawRow>;
}

/** The schema that a file of each kind names in its root element. */
const SCHEMAS: Readonly<Record<string, string>> = {
  lookup: 'lookup_v2_3.xsd',
  ingredient: 'ingredient_v2_3.xsd',
  vtm: 'vtm_v2_3.xsd',
  vmp: 'vmp_v2_3.xsd',
  amp: 'amp_v2_3.xsd',
  vmpp: 'vmpp_v2_3.xsd',
  ampp: 'ampp_v2_3.xsd',
  gtin: 'gtin_v2_0.xsd',
  bnf: 'bnf_v1_0.xsd',
  history: 'history_v1_0.xsd',
  'vtm-ingredient': 'vtm_ing_v1_0.xsd',
};

/** One file of a release as XML text. Rows keep their order within their group. */
export function emitFile(file: FileSpec, { comment, rows }: FileContent): string {
  const byGroup = new Map<string, RawRow[]>(Object.keys(file.groups).map((group) => [group, []]));
  for (const row of rows) {
    for (const [group, { table }] of Object.entries(file.groups)) {
      if (table === row.table && (row.values.GROUP ?? group) === group) byGroup.get(group)?.push(row);
    }
  }
  const lines = [
    '<?xml version="1.0" encoding="utf-8" ?>',
    `<${file.root} xsi:noNamespaceSchemaLocation="${SCHEMAS[file.kind]}" xmlns="" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`,
  ];
  if (comment !== undefined) lines.push(`<!-- ${comment.replaceAll('--', '- -')} -->`);
  for (const [group, found] of byGroup) {
    if (group !== '') lines.push(`<${group}>`);
    for (const row of found) lines.push(emitRow(file.groups[group]?.row ?? '', row));
    if (group !== '') lines.push(`</${group}>`);
  }
  lines.push(`</${file.root}>`, '');
  return lines.join('\n');
}

function emitRow(element: string, { table, values }: RawRow): string {
  const known = tableSpec(table).columns.map((c) => c.name);
  const names = [...known, ...Object.keys(values).filter((name) => !known.includes(name))];
  const cells = names
    .filter((name) => name !== 'GROUP' && values[name] !== undefined)
    .map((name) => [name, `<${name}>${escapeText(values[name] ?? '')}</${name}>`] as const);
  if (table !== 'GTIN') return `<${element}>${cells.map(([, cell]) => cell).join('')}</${element}>`;
  const pack = cells.filter(([name]) => name === 'AMPPID').map(([, cell]) => cell);
  const data = cells.filter(([name]) => name !== 'AMPPID').map(([, cell]) => cell);
  return `<${element}>${pack.join('')}<GTINDATA>${data.join('')}</GTINDATA></${element}>`;
}

// A carriage return would be read back as a line feed, so it is written as a character reference.
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** Every row of a snapshot, table by table in the order of the files. */
export function* rowsOf(image: SnapshotImage): IterableIterator<RawRow> {
  for (const table of image.tables()) {
    for (let row = 0; row < table.rows; row++) {
      const values: Record<string, string> = {};
      for (const column of table.columns) {
        const text = column.text(row);
        if (text !== undefined) values[column.name] = text;
      }
      yield { table: table.name, values };
    }
  }
}

/** The file name of a kind for a day of data (CCYY-MM-DD), as the NHSBSA names it. */
export function fileName(file: FileSpec, day: string): string {
  const stems: Record<string, string> = {
    gtin: 'f_gtin2_0',
    bnf: 'f_bnf1_0',
    history: 'f_history1_0',
    'vtm-ingredient': 'f_vtm_ing1_0',
  };
  const [year = '', month = '', date = ''] = day.split('-');
  return `${stems[file.kind] ?? `f_${file.kind}2_3`}${date}${month}${year.slice(2)}.xml`;
}
