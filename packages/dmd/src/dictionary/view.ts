/** What the views of all levels share. */

import type { Column } from '../snapshot/image.ts';
import type { ReleaseColumns } from './columns.ts';
import type { Coded, LookupName } from './dictionary.ts';
import { isSet, type Store } from './store.ts';

/** What every view needs. */
export interface ViewContext {
  readonly store: Store;
  readonly columns: ReleaseColumns;
}

/** The properties of a view, and none of what it reads from. */
export function allProperties(view: object): Record<string, unknown> {
  const found: Record<string, unknown> = Object.fromEntries(
    Object.entries(view).filter(([name]) => name !== 'context'),
  );
  for (let type = Object.getPrototypeOf(view); type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
      if (get !== undefined && name !== 'own') found[name] = get.call(view);
    }
  }
  return found;
}

/** Properties that all five levels share. */
export abstract class View {
  readonly row: number;
  protected readonly context: ViewContext;

  constructor(context: ViewContext, row: number) {
    this.context = context;
    this.row = row;
  }

  protected abstract readonly own: Readonly<Record<'INVALID' | 'NM' | 'ABBREVNM', Column>>;

  get name(): string {
    return this.own.NM.text(this.row) ?? '';
  }
  get abbreviatedName(): string | undefined {
    return this.own.ABBREVNM.text(this.row);
  }
  get invalid(): boolean {
    return isSet(this.own.INVALID, this.row);
  }

  /** All properties at once, for JSON and logs; reading single ones is cheaper. */
  toJSON(): Record<string, unknown> {
    return allProperties(this);
  }

  protected coded(lookup: LookupName, column: Column, row: number = this.row): Coded | undefined {
    return this.context.store.coded(lookup, column, row);
  }
  protected required(lookup: LookupName, column: Column, row: number = this.row): Coded {
    return this.context.store.codedOrBlank(lookup, column, row);
  }
  /** Rows of another table that belong to this concept. */
  protected owned(table: string, column: string, key: Column): Uint32Array {
    return this.context.store.index(table, column).rows(key.index(this.row));
  }
  protected nameOfIngredient(column: Column, row: number): string | undefined {
    const place = this.context.store.rowAt('INGREDIENT', column.index(row));
    return place < 0 ? undefined : this.context.columns.ING.NM.text(place);
  }
}
