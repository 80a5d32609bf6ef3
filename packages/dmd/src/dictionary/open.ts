/** The dictionary over a snapshot image. */

import type { SnapshotImage } from '../snapshot/image.ts';
import { releaseColumns } from './columns.ts';
import type {
  Amp,
  Ampp,
  ConceptKind,
  Dictionary,
  HistoryRow,
  Ingredient,
  Level,
  LookupEntry,
  LookupName,
  Product,
  ProductByLevel,
  RawRow,
  ReleaseInfo,
  Resolution,
  Vmp,
  Vmpp,
  Vtm,
} from './dictionary.ts';
import { History } from './history.ts';
import { AmppView, VmppView } from './pack-views.ts';
import { ProductCodes } from './product-codes.ts';
import { Store, tablesOf } from './store.ts';
import type { ViewContext } from './view.ts';
import { AmpView, IngredientView, VmpView, VtmView } from './views.ts';

const VIEWS: { readonly [L in Level]: new (context: ViewContext, row: number) => ProductByLevel[L] } = {
  VTM: VtmView,
  VMP: VmpView,
  AMP: AmpView,
  VMPP: VmppView,
  AMPP: AmppView,
};

/** A dictionary that reads from an opened snapshot. */
export function openDictionary(image: SnapshotImage): Dictionary {
  return new SnapshotDictionary(image);
}

class SnapshotDictionary implements Dictionary {
  readonly release: ReleaseInfo;
  readonly #context: ViewContext;
  readonly #store: Store;
  readonly #history: History;
  readonly #codes: ProductCodes;

  constructor(image: SnapshotImage) {
    this.#store = new Store(image);
    this.#context = { store: this.#store, columns: releaseColumns(this.#store) };
    this.#history = new History(this.#store);
    this.#codes = new ProductCodes(this.#context);
    const { date, version, files, counts } = image.report;
    this.release = { date, version, counts, files: files.map((f) => f.path) };
  }

  count(level: Level): number {
    return this.#store.table(level).rows;
  }

  at<L extends Level>(level: L, row: number): ProductByLevel[L] | undefined {
    return Number.isInteger(row) && row >= 0 && row < this.count(level) ? this.#view(level, row) : undefined;
  }

  *all<L extends Level>(level: L): IterableIterator<ProductByLevel[L]> {
    const count = this.count(level);
    for (let row = 0; row < count; row++) yield this.#view(level, row);
  }

  product(id: string): Product | undefined {
    return this.#productAt(this.#store.image.idIndex(id));
  }
  vtm(id: string): Vtm | undefined {
    return this.#byId('VTM', id);
  }
  vmp(id: string): Vmp | undefined {
    return this.#byId('VMP', id);
  }
  amp(id: string): Amp | undefined {
    return this.#byId('AMP', id);
  }
  vmpp(id: string): Vmpp | undefined {
    return this.#byId('VMPP', id);
  }
  ampp(id: string): Ampp | undefined {
    return this.#byId('AMPP', id);
  }
  ingredient(id: string): Ingredient | undefined {
    const row = this.#store.rowOf('INGREDIENT', id);
    return row < 0 ? undefined : new IngredientView(this.#context, row);
  }
  *ingredients(): IterableIterator<Ingredient> {
    const { rows } = this.#store.table('ING');
    for (let row = 0; row < rows; row++) yield new IngredientView(this.#context, row);
  }

  kindOf(id: string): ConceptKind | undefined {
    return this.#history.kindOf(id);
  }

  displayOf(id: string): string | undefined {
    const product = this.product(id);
    if (product !== undefined) return product.level === 'AMP' ? product.description : product.name;
    return this.ingredient(id)?.name ?? this.#store.snomedEntry(id)?.display;
  }

  resolve(id: string, kind?: ConceptKind): Resolution {
    return this.#history.resolve(id, kind);
  }
  previousIds(id: string): readonly string[] {
    return this.#history.previousIds(id);
  }
  history(id: string): readonly HistoryRow[] {
    return this.#history.rows(id);
  }

  vmpsOfVtm(vtmId: string): readonly Vmp[] {
    return this.#owned('VMP', 'VTMID', vtmId, 'VTM');
  }
  ampsOfVmp(vmpId: string): readonly Amp[] {
    return this.#owned('AMP', 'VPID', vmpId, 'VMP');
  }
  vmppsOfVmp(vmpId: string): readonly Vmpp[] {
    return this.#owned('VMPP', 'VPID', vmpId, 'VMP');
  }
  amppsOfAmp(ampId: string): readonly Ampp[] {
    return this.#owned('AMPP', 'APID', ampId, 'AMP');
  }
  amppsOfVmpp(vmppId: string): readonly Ampp[] {
    return this.#owned('AMPP', 'VPPID', vmppId, 'VMPP');
  }

  parents(id: string): readonly Product[] {
    const product = this.product(id);
    switch (product?.level) {
      case 'VMP':
        return present([product.vtmId === undefined ? undefined : this.vtm(product.vtmId)]);
      case 'AMP':
      case 'VMPP':
        return present([this.vmp(product.vmpId)]);
      case 'AMPP':
        return present([this.amp(product.ampId), this.vmpp(product.vmppId)]);
      default:
        return [];
    }
  }

  children(id: string): readonly Product[] {
    switch (this.product(id)?.level) {
      case 'VTM':
        return this.vmpsOfVtm(id);
      case 'VMP':
        return [...this.ampsOfVmp(id), ...this.vmppsOfVmp(id)];
      case 'AMP':
        return this.amppsOfAmp(id);
      case 'VMPP':
        return this.amppsOfVmpp(id);
      default:
        return [];
    }
  }

  vmpOf(id: string): Vmp | undefined {
    const product = this.product(id);
    switch (product?.level) {
      case 'VMP':
        return product;
      case 'AMP':
      case 'VMPP':
        return this.vmp(product.vmpId);
      case 'AMPP': {
        const pack = this.vmpp(product.vmppId) ?? this.amp(product.ampId);
        return pack === undefined ? undefined : this.vmp(pack.vmpId);
      }
      default:
        return undefined;
    }
  }

  vtmOf(id: string): Vtm | undefined {
    const vtm = this.vtm(id);
    if (vtm !== undefined) return vtm;
    const vtmId = this.vmpOf(id)?.vtmId;
    return vtmId === undefined ? undefined : this.vtm(vtmId);
  }

  componentPacks(id: string): readonly (Vmpp | Ampp)[] {
    return this.#combined(id, 'PRNT', 'CHLD');
  }
  combinationPacks(id: string): readonly (Vmpp | Ampp)[] {
    return this.#combined(id, 'CHLD', 'PRNT');
  }

  ingredientsOfVtm(vtmId: string): readonly Ingredient[] {
    const column = this.#store.table('VTM_ING').column('ISID');
    const found: Ingredient[] = [];
    for (const row of this.#rowsOf('VTM_ING', 'VTMID', vtmId)) {
      const place = this.#store.rowAt('INGREDIENT', column.index(row));
      if (place >= 0) found.push(new IngredientView(this.#context, place));
    }
    return found;
  }
  vtmsWithIngredient(ingredientId: string): readonly Vtm[] {
    return this.#distinct('VTM', 'VTM_ING', 'VTMID', ['ISID'], ingredientId);
  }
  vmpsWithIngredient(ingredientId: string): readonly Vmp[] {
    return this.#distinct('VMP', 'VPI', 'VPID', ['ISID', 'BS_SUBID'], ingredientId);
  }
  vmpsInBnf(prefix: string): readonly Vmp[] {
    return this.#codes.vmpRows('BNF', prefix).map((row) => this.#view('VMP', row));
  }
  vmpsInAtc(prefix: string): readonly Vmp[] {
    return this.#codes.vmpRows('ATC', prefix.toUpperCase()).map((row) => this.#view('VMP', row));
  }
  amppsWithGtin(gtin: string): readonly Ampp[] {
    return this.#codes.amppRows(gtin).map((row) => this.#view('AMPP', row));
  }

  lookup(name: LookupName): readonly LookupEntry[] {
    return this.#store.lookup(name);
  }
  lookupEntry(name: LookupName, code: string): LookupEntry | undefined {
    return this.#store.lookupEntry(name, code);
  }

  rows(id: string): readonly RawRow[] {
    const kind = this.kindOf(id);
    if (kind === undefined) return [];
    const index = this.#store.image.idIndex(id);
    const found: RawRow[] = [];
    for (const { table, column } of tablesOf(kind)) {
      for (const row of this.#store.index(table, column).rows(index)) found.push(this.#rawRow(table, row));
    }
    if (found.length > 0) return found;
    const entry = this.#store.snomedEntry(id);
    const lookups = this.#store.table('LOOKUP');
    for (let row = 0; entry !== undefined && row < lookups.rows; row++) {
      if (lookups.column('CD').text(row) === id) return [this.#rawRow('LOOKUP', row)];
    }
    return [];
  }

  #rawRow(name: string, row: number): RawRow {
    const values: Record<string, string> = {};
    for (const column of this.#store.table(name).columns) {
      const text = column.text(row);
      if (text !== undefined) values[column.name] = text;
    }
    return { table: name, values };
  }

  #view<L extends Level>(level: L, row: number): ProductByLevel[L] {
    return new VIEWS[level](this.#context, row);
  }

  #byId<L extends Level>(level: L, id: string): ProductByLevel[L] | undefined {
    const row = this.#store.rowOf(level, id);
    return row < 0 ? undefined : this.#view(level, row);
  }

  #productAt(index: number): Product | undefined {
    const place = this.#store.place(index);
    return place === undefined || place.kind === 'INGREDIENT' ? undefined : this.#view(place.kind as Level, place.row);
  }

  /** Rows of a table whose id column holds this id. */
  #rowsOf(table: string, column: string, id: string): Uint32Array {
    return this.#store.index(table, column).rows(this.#store.image.idIndex(id) || -1);
  }

  #owned<L extends Level>(level: L, column: string, ownerId: string, owner: Level): ProductByLevel[L][] {
    if (this.#store.rowOf(owner, ownerId) < 0) return [];
    return Array.from(this.#rowsOf(level, column, ownerId), (row) => this.#view(level, row));
  }

  #combined(id: string, from: 'PRNT' | 'CHLD', to: 'PRNT' | 'CHLD'): (Vmpp | Ampp)[] {
    const level = this.product(id)?.level;
    if (level !== 'VMPP' && level !== 'AMPP') return [];
    const key = level === 'VMPP' ? 'VPPID' : 'APPID';
    const column = this.#store.table(`${level}_CCONTENT`).column(to + key);
    const found: (Vmpp | Ampp)[] = [];
    for (const row of this.#rowsOf(`${level}_CCONTENT`, from + key, id)) {
      const place = this.#store.rowAt(level, column.index(row));
      if (place >= 0) found.push(this.#view(level, place));
    }
    return found;
  }

  /** Concepts of a level that stand in rows of a table whose other columns hold this id; each once, in row order. */
  #distinct<L extends Level>(level: L, table: string, key: string, columns: string[], id: string): ProductByLevel[L][] {
    const keys = this.#store.table(table).column(key);
    const rows = new Set<number>();
    for (const column of columns) {
      for (const row of this.#rowsOf(table, column, id)) rows.add(this.#store.rowAt(level, keys.index(row)));
    }
    rows.delete(-1);
    return [...rows].sort((a, b) => a - b).map((row) => this.#view(level, row));
  }
}

function present<T>(list: readonly (T | undefined)[]): T[] {
  return list.filter((item) => item !== undefined);
}
