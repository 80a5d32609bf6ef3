/** The rows of a release as columns of numbers, filled row by row while the files are read. */

import type { Anomalies } from './anomalies.ts';
import { ReleaseError } from './errors.ts';
import { type ElementSpec, TABLES, type TableSpec } from './format.ts';
import { enlarge, IdPool, TextPool } from './pools.ts';
import type { Position, RowSink } from './rows.ts';

/** One column: indexes into the id pool (type `id`) or the text pool (every other type); 0 where missing. */
export interface BuiltColumn {
  readonly spec: ElementSpec;
  readonly values: Uint32Array;
}

/** One table with all its rows. */
export interface BuiltTable {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly BuiltColumn[];
}

// More elements than this that the format does not know mean that it is not the format.
const MOST_EXTRA_COLUMNS = 16;

const LEXICAL: Record<ElementSpec['type'], RegExp | undefined> = {
  id: undefined,
  sctid: /^[1-9]\d{5,17}$/,
  code: /^\d{1,18}$/,
  flag: /^0*[01]$/,
  int: /^-?\d+$/,
  decimal: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  text: undefined,
};

class TableBuilder {
  readonly spec: TableSpec;
  readonly columns: { spec: ElementSpec; values: Uint32Array<ArrayBuffer> }[];
  readonly places = new Map<string, number>();
  rows = 0;

  constructor(spec: TableSpec) {
    this.spec = spec;
    this.columns = spec.columns.map((c) => ({ spec: c, values: new Uint32Array(64) }));
    spec.columns.forEach((c, i) => {
      this.places.set(c.name, i);
    });
  }
}

/** Collects the rows of all files of a release. */
export class ReleaseTables {
  readonly ids = new IdPool();
  readonly texts = new TextPool();
  readonly #anomalies: Anomalies;
  readonly #tables = new Map<string, TableBuilder>(TABLES.map((spec) => [spec.name, new TableBuilder(spec)]));

  constructor(anomalies: Anomalies) {
    this.#anomalies = anomalies;
  }

  /** A sink for the rows of one file. */
  sink(file: string, position: Position): RowSink {
    let table = this.#table('VMP');
    return {
      begin: (name) => {
        table = this.#table(name);
        for (const column of table.columns) {
          if (table.rows >= column.values.length) column.values = enlarge(column.values);
        }
      },
      set: (element, value) => this.#set(table, element, value, file, position),
      end: () => {
        for (const { spec, values } of table.columns) {
          if (!spec.required || values[table.rows] !== 0) continue;
          if (spec.type === 'id') {
            throw new ReleaseError(
              'wrong-value',
              `has a ${table.spec.name} row without ${spec.name}`,
              file,
              position.line,
            );
          }
          this.#anomalies.add('missing-element', `${table.spec.name} without ${spec.name}`, file, position.line);
        }
        table.rows++;
      },
      note: (rule, detail) => this.#anomalies.add(rule, detail, file, position.line),
    };
  }

  /** All tables of the format in load order, those without rows included. */
  built(): BuiltTable[] {
    return [...this.#tables.values()].map((t) => ({
      name: t.spec.name,
      rows: t.rows,
      columns: t.columns.map((c) => ({ spec: c.spec, values: c.values.subarray(0, t.rows) })),
    }));
  }

  rowCount(table: string): number {
    return this.#table(table).rows;
  }

  #table(name: string): TableBuilder {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`No such dm+d table: ${name}`);
    return table;
  }

  #set(table: TableBuilder, element: string, raw: string, file: string, position: Position): void {
    const column = table.columns[table.places.get(element) ?? -1] ?? this.#extraColumn(table, element, file, position);
    if (column.values[table.rows] !== 0) {
      throw new ReleaseError(
        'wrong-element',
        `has <${element}> twice in one ${table.spec.name} row`,
        file,
        position.line,
      );
    }
    const { type } = column.spec;
    // Schema types other than string collapse white space; names keep theirs (a lookup text is one space).
    const value = type === 'text' ? raw : raw.trim();
    if (value === '' && type !== 'text') {
      this.#anomalies.add('empty-element', `${table.spec.name} with empty ${element}`, file, position.line);
      return;
    }
    if (type === 'id') {
      const index = this.ids.intern(value);
      if (index === 0) {
        throw new ReleaseError(
          'wrong-value',
          `has ${element} "${value.slice(0, 40)}", which is no id`,
          file,
          position.line,
        );
      }
      column.values[table.rows] = index;
      return;
    }
    if (LEXICAL[type]?.test(value) === false) {
      this.#anomalies.add('odd-value', `${element} "${value.slice(0, 40)}" is no ${type}`, file, position.line);
    }
    column.values[table.rows] = this.texts.intern(value);
  }

  // A later version of the format may add elements: they are kept, and reported.
  #extraColumn(table: TableBuilder, element: string, file: string, position: Position) {
    if (table.columns.length >= table.spec.columns.length + MOST_EXTRA_COLUMNS) {
      throw new ReleaseError(
        'wrong-element',
        `has <${element}> and many more that dm+d does not have`,
        file,
        position.line,
      );
    }
    this.#anomalies.add('unknown-element', `${table.spec.name} with ${element}`, file, position.line);
    const length = table.columns[0]?.values.length ?? 64;
    const spec: ElementSpec = { name: element, type: 'text', required: false, target: undefined };
    const column = { spec, values: new Uint32Array(length) };
    table.places.set(element, table.columns.length);
    table.columns.push(column);
    return column;
  }
}
