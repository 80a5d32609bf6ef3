/** Products by the codes that others know them by: BNF and ATC of VMPs, GTIN of packs. Built at first use. */

import type { Column } from '../snapshot/image.ts';
import type { ViewContext } from './view.ts';

interface SortedCodes {
  readonly codes: readonly string[];
  readonly rows: readonly number[];
}

/** Answers with rows; the dictionary makes views of them. */
export class ProductCodes {
  readonly #context: ViewContext;
  readonly #sorted = new Map<string, SortedCodes>();
  #gtins: Map<string, number[]> | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
  }

  /** Rows of the VMPs whose code starts with a text, in row order. */
  vmpRows(name: 'BNF' | 'ATC', prefix: string): number[] {
    let sorted = this.#sorted.get(name);
    if (sorted === undefined) {
      sorted = this.#sortByCode(this.#context.columns.BNF_VMP[name]);
      this.#sorted.set(name, sorted);
    }
    const rows: number[] = [];
    for (let i = firstAtLeast(sorted.codes, prefix); sorted.codes[i]?.startsWith(prefix); i++) {
      rows.push(sorted.rows[i] ?? -1);
    }
    return rows.sort((a, b) => a - b);
  }

  /** Rows of the AMPPs that carry or carried a GTIN; it is compared as fourteen digits. */
  amppRows(gtin: string): readonly number[] {
    this.#gtins ??= this.#readGtins();
    return this.#gtins.get(gtin.padStart(14, '0')) ?? [];
  }

  #readGtins(): Map<string, number[]> {
    const found = new Map<string, number[]>();
    const { AMPPID, GTIN } = this.#context.columns.GTIN;
    const { rows } = this.#context.store.table('GTIN');
    for (let row = 0; row < rows; row++) {
      const pack = this.#context.store.rowAt('AMPP', AMPPID.index(row));
      if (pack < 0) continue;
      const key = (GTIN.text(row) ?? '').padStart(14, '0');
      const packs = found.get(key);
      if (packs === undefined) found.set(key, [pack]);
      else if (!packs.includes(pack)) packs.push(pack);
    }
    return found;
  }

  // ATC is `n/a` where a product has none.
  #sortByCode(column: Column): SortedCodes {
    const key = this.#context.columns.BNF_VMP.VPID;
    const pairs: [string, number][] = [];
    const { rows } = this.#context.store.table('BNF_VMP');
    for (let row = 0; row < rows; row++) {
      const vmp = this.#context.store.rowAt('VMP', key.index(row));
      const code = column.text(row);
      if (vmp >= 0 && code !== undefined && code !== 'n/a') pairs.push([code, vmp]);
    }
    pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]));
    return { codes: pairs.map((p) => p[0]), rows: pairs.map((p) => p[1]) };
  }
}

function firstAtLeast(sorted: readonly string[], key: string): number {
  let first = 0;
  let last = sorted.length;
  while (first < last) {
    const middle = (first + last) >>> 1;
    if ((sorted[middle] ?? '') < key) first = middle + 1;
    else last = middle;
  }
  return first;
}
