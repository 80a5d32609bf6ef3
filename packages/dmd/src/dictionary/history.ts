/**
 * Superseded ids: where an id that is no longer current leads. From the history file, and from the previous ids that
 * the release's own rows carry (VTMIDPREV, VPIDPREV, ISIDPREV, CDPREV).
 */

import type { ConceptKind, HistoryRow, LookupEntry, Resolution } from './dictionary.ts';
import type { Store } from './store.ts';

const KIND_OF_GROUP: Readonly<Record<string, ConceptKind>> = {
  VTMS: 'VTM',
  VMPS: 'VMP',
  INGS: 'INGREDIENT',
  SUPPS: 'SUPPLIER',
  FORMS: 'FORM',
  ROUTES: 'ROUTE',
  UOMS: 'UNIT_OF_MEASURE',
};

/** Rows that carry their own previous id. */
const OWN_PREVIOUS = [
  { kind: 'VTM', table: 'VTM', key: 'VTMID', previous: 'VTMIDPREV', date: 'VTMIDDT' },
  { kind: 'VMP', table: 'VMP', key: 'VPID', previous: 'VPIDPREV', date: 'VPIDDT' },
  { kind: 'INGREDIENT', table: 'ING', key: 'ISID', previous: 'ISIDPREV', date: 'ISIDDT' },
] as const satisfies readonly { kind: ConceptKind; table: string; key: string; previous: string; date: string }[];

const LOOKUPS_WITH_PREVIOUS = ['UNIT_OF_MEASURE', 'FORM', 'ROUTE'] as const;

/** The history file's mark for a start that is not known. */
const UNKNOWN_START = '1948-01-01';

/** Later than any date. */
const LATEST = '9999';

interface Step {
  readonly kind: ConceptKind;
  /** Ids from the old one, not included, to the one it leads to. */
  readonly path: readonly string[];
  readonly end: string | undefined;
}

/** History of one release, read on demand. */
export class History {
  readonly #store: Store;
  readonly #resolved = new Map<string, Resolution>();
  #lookups: ReadonlyMap<string, readonly LookupEntry[]> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All ids that lead somewhere else and are not current themselves. */
  *oldIds(): IterableIterator<string> {
    const found = new Set<string>();
    const history = this.#store.table('HISTORY');
    const [current, previous] = [history.column('IDCURRENT'), history.column('IDPREVIOUS')];
    for (let row = 0; row < history.rows; row++) {
      if (current.index(row) !== previous.index(row)) found.add(previous.text(row) ?? '');
    }
    for (const { table, previous: element } of OWN_PREVIOUS) {
      const { rows } = this.#store.table(table);
      const column = this.#store.table(table).column(element);
      for (let row = 0; row < rows; row++) if (column.index(row) !== 0) found.add(column.text(row) ?? '');
    }
    for (const code of this.#lookupsByPrevious().keys()) found.add(code);
    for (const id of found) if (this.kindOf(id) === undefined) yield id;
  }

  kindOf(id: string): ConceptKind | undefined {
    const index = this.#store.image.idIndex(id);
    const place = index === 0 ? undefined : this.#store.place(index);
    return place?.kind ?? (this.#store.snomedEntry(id)?.lookup as ConceptKind | undefined);
  }

  resolve(id: string, wanted?: ConceptKind): Resolution {
    const own = this.kindOf(id);
    if (own !== undefined) return { status: 'current', kind: own, id };
    const key = wanted === undefined ? id : `${wanted} ${id}`;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const found = this.#follow(id, wanted);
    // Only ids that the release mentions are kept: there are some ten thousand, however many are asked.
    if (found.status !== 'unknown') this.#resolved.set(key, found);
    return found;
  }

  #follow(id: string, wanted: ConceptKind | undefined): Resolution {
    const ends = new Map<string, { kind: ConceptKind; chain: string[]; since: string | undefined }>();
    let dead: { kind: ConceptKind; chain: string[] } | undefined;
    for (const { kind, chain, since, current } of this.#walk(id)) {
      if (wanted !== undefined && kind !== wanted) continue;
      const last = chain.at(-1) ?? id;
      if (current) {
        if (!ends.has(last)) ends.set(last, { kind, chain, since });
      } else {
        dead ??= { kind, chain };
      }
    }
    const found = [...ends];
    const first = found[0];
    if (first === undefined) return dead === undefined ? { status: 'unknown' } : { status: 'withdrawn', ...dead };
    if (found.length === 1) return { status: 'superseded', id: first[0], ...first[1] };
    return {
      status: 'ambiguous',
      candidates: found
        .map(([candidate, { kind, chain }]) => ({ kind, id: candidate, chain }))
        .sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1)),
    };
  }

  /** Whether following an old id comes back to an id already passed. */
  leadsRound(id: string): boolean {
    for (const { round } of this.#walk(id)) if (round) return true;
    return false;
  }

  previousIds(id: string): readonly string[] {
    const kind = this.kindOf(id);
    return kind === undefined ? [] : this.#spans(kind, id).map((span) => span.id);
  }

  rows(id: string): readonly HistoryRow[] {
    return this.#rowsWhere('IDCURRENT', id);
  }

  #rowsWhere(column: 'IDCURRENT' | 'IDPREVIOUS', id: string): HistoryRow[] {
    const index = this.#store.image.idIndex(id);
    if (index === 0) return [];
    return Array.from(this.#store.index('HISTORY', column).rows(index), (row) => this.#row(row));
  }

  #row(row: number): HistoryRow {
    const table = this.#store.table('HISTORY');
    const start = table.column('STARTDT').text(row);
    return {
      kind: KIND_OF_GROUP[table.column('GROUP').text(row) ?? ''] ?? 'VMP',
      current: table.column('IDCURRENT').text(row) ?? '',
      previous: table.column('IDPREVIOUS').text(row) ?? '',
      start: start === UNKNOWN_START ? undefined : start,
      end: table.column('ENDDT').text(row),
    };
  }

  /** Every way from an old id to a current one, or to an id that leads nowhere. */
  *#walk(id: string): IterableIterator<{
    kind: ConceptKind;
    chain: string[];
    since: string | undefined;
    current: boolean;
    round: boolean;
  }> {
    const open: { chain: string[]; kind: ConceptKind | undefined; since: string | undefined }[] = [
      { chain: [id], kind: undefined, since: undefined },
    ];
    const passed = new Set([id]);
    for (let way = open.shift(); way !== undefined; way = open.shift()) {
      for (const step of this.#steps(way.chain.at(-1) ?? '')) {
        const target = step.path.at(-1) ?? '';
        const next = { chain: [...way.chain, ...step.path], kind: step.kind, since: way.since ?? step.end };
        if (this.kindOf(target) !== undefined) yield { ...next, current: true, round: false };
        else if (passed.has(target)) yield { ...next, current: false, round: true };
        else {
          passed.add(target);
          if (this.#steps(target).length > 0) open.push(next);
          else yield { ...next, current: false, round: false };
        }
      }
    }
  }

  /** Where an id leads in one step: to each concept that once had it, by way of the ids that it had in between. */
  #steps(id: string): Step[] {
    return this.#successors(id).map(({ kind, current }) => {
      const spans = this.#spans(kind, current);
      const at = spans.findIndex((span) => span.id === id);
      return { kind, path: [...spans.slice(at + 1).map((span) => span.id), current], end: spans[at]?.end };
    });
  }

  /** The concepts that once had an id, each once. */
  #successors(id: string): { kind: ConceptKind; current: string }[] {
    const found = new Map<string, { kind: ConceptKind; current: string }>();
    const add = (kind: ConceptKind, current: string): void => {
      if (current !== id) found.set(`${kind} ${current}`, { kind, current });
    };
    for (const { kind, current } of this.#rowsWhere('IDPREVIOUS', id)) add(kind, current);
    const index = this.#store.image.idIndex(id);
    for (const { table, key, previous, kind } of index === 0 ? [] : OWN_PREVIOUS) {
      const keys = this.#store.table(table).column(key);
      for (const row of this.#store.index(table, previous).rows(index)) add(kind, keys.text(row) ?? '');
    }
    for (const entry of this.#lookupsByPrevious().get(id) ?? []) add(entry.lookup as ConceptKind, entry.code);
    return [...found.values()];
  }

  /** The earlier ids of a concept, oldest first, each once: an id that was in use twice counts from its last time. */
  #spans(kind: ConceptKind, current: string): Span[] {
    const spans: Span[] = this.#rowsWhere('IDCURRENT', current)
      .filter((row) => row.kind === kind && row.previous !== current)
      .map((row) => ({ id: row.previous, start: row.start ?? '', end: row.end }));
    const own = this.#ownPrevious(kind, current);
    // The concept's own previous id is the latest, so it sorts after what an older history file knows.
    if (own !== undefined && !spans.some((span) => span.id === own.id)) spans.push(own);
    spans.sort((a, b) => order(a.end ?? LATEST, b.end ?? LATEST) || order(a.start, b.start));
    return spans.filter((span, i) => spans.findLastIndex((other) => other.id === span.id) === i);
  }

  #ownPrevious(kind: ConceptKind, current: string): Span | undefined {
    const own = OWN_PREVIOUS.find((o) => o.kind === kind);
    if (own === undefined) {
      const entry = this.#store.snomedEntry(current);
      const id = entry?.previousCode;
      return id === undefined || id === current ? undefined : { id, start: '', end: entry?.codeDate };
    }
    const row = this.#store.rowOf(kind, current);
    const table = this.#store.table(own.table);
    const id = row < 0 ? undefined : table.column(own.previous).text(row);
    return id === undefined || id === current ? undefined : { id, start: '', end: table.column(own.date).text(row) };
  }

  #lookupsByPrevious(): ReadonlyMap<string, readonly LookupEntry[]> {
    if (this.#lookups === undefined) {
      const found = new Map<string, LookupEntry[]>();
      for (const lookup of LOOKUPS_WITH_PREVIOUS) {
        for (const entry of this.#store.lookup(lookup)) {
          if (entry.previousCode === undefined || entry.previousCode === entry.code) continue;
          found.set(entry.previousCode, [...(found.get(entry.previousCode) ?? []), entry]);
        }
      }
      this.#lookups = found;
    }
    return this.#lookups;
  }
}

interface Span {
  readonly id: string;
  readonly start: string;
  readonly end: string | undefined;
}

/** Dates CCYY-MM-DD sort as plain text. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
