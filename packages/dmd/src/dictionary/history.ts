/**
 * Superseded ids: where an id that is no longer current leads. From the history file, and from the previous ids that
 * the release's own rows carry (VTMIDPREV, VPIDPREV, ISIDPREV, CDPREV).
 */

import type { ConceptKind, HistoryRow, Resolution } from './dictionary.ts';
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

/** Rows that carry their own previous id: table, id column, previous id column, date column, kind. */
const OWN_PREVIOUS = [
  ['VTM', 'VTMID', 'VTMIDPREV', 'VTMIDDT', 'VTM'],
  ['VMP', 'VPID', 'VPIDPREV', 'VPIDDT', 'VMP'],
  ['ING', 'ISID', 'ISIDPREV', 'ISIDDT', 'INGREDIENT'],
] as const;

const LOOKUPS_WITH_PREVIOUS = ['UNIT_OF_MEASURE', 'FORM', 'ROUTE'] as const;

/** The history file's mark for a start that is not known. */
const UNKNOWN_START = '1948-01-01';

interface Step {
  readonly kind: ConceptKind;
  /** Ids from the old one, not included, to the one it leads to. */
  readonly path: readonly string[];
  readonly end: string | undefined;
}

export class History {
  readonly #store: Store;
  #steps: Map<string, Step[]> | undefined;
  #previous: Map<string, string[]> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All ids that lead somewhere else and are not current themselves. */
  *oldIds(): IterableIterator<string> {
    this.#steps ??= this.#read();
    for (const id of this.#steps.keys()) if (this.kindOf(id) === undefined) yield id;
  }

  kindOf(id: string): ConceptKind | undefined {
    const index = this.#store.image.idIndex(id);
    return (
      (index === 0 ? undefined : this.#store.place(index)?.kind) ??
      (this.#store.snomedEntry(id)?.lookup as ConceptKind | undefined)
    );
  }

  resolve(id: string, wanted?: ConceptKind): Resolution {
    const own = this.kindOf(id);
    if (own !== undefined) return { status: 'current', kind: own, id };
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
    this.#steps ??= this.#read();
    return this.#previous?.get(id) ?? [];
  }

  rows(id: string): readonly HistoryRow[] {
    const index = this.#store.image.idIndex(id);
    if (index === 0) return [];
    return Array.from(this.#store.index('HISTORY', 'IDCURRENT').rows(index), (row) => this.#row(row));
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
    this.#steps ??= this.#read();
    const open: { chain: string[]; kind: ConceptKind | undefined; since: string | undefined }[] = [
      { chain: [id], kind: undefined, since: undefined },
    ];
    const passed = new Set([id]);
    for (let way = open.shift(); way !== undefined; way = open.shift()) {
      for (const step of this.#steps.get(way.chain.at(-1) ?? '') ?? []) {
        const target = step.path.at(-1) ?? '';
        const next = { chain: [...way.chain, ...step.path], kind: step.kind, since: way.since ?? step.end };
        if (this.kindOf(target) !== undefined) yield { ...next, current: true, round: false };
        else if (passed.has(target)) yield { ...next, current: false, round: true };
        else {
          passed.add(target);
          if (this.#steps.has(target)) open.push(next);
          else yield { ...next, current: false, round: false };
        }
      }
    }
  }

  #read(): Map<string, Step[]> {
    const concepts = new Map<string, { kind: ConceptKind; spans: Span[] }>();
    const span = (kind: ConceptKind, current: string, previous: string, start: string, end: string | undefined) => {
      const concept = concepts.get(current) ?? { kind, spans: [] };
      concept.spans.push({ id: previous, start, end });
      concepts.set(current, concept);
    };
    const table = this.#store.table('HISTORY');
    for (let row = 0; row < table.rows; row++) {
      const current = table.column('IDCURRENT').index(row);
      if (current === table.column('IDPREVIOUS').index(row)) continue;
      const { kind, previous, end } = this.#row(row);
      span(kind, this.#store.image.idText(current), previous, table.column('STARTDT').text(row) ?? '', end);
    }
    for (const own of this.#ownPrevious()) {
      const known = concepts.get(own.current)?.spans.some((s) => s.id === own.previous);
      // The row's own previous id is the latest one, so it sorts after what an older history file knows.
      if (!known) span(own.kind, own.current, own.previous, own.date ?? '9999', own.date);
    }
    return this.#link(concepts);
  }

  *#ownPrevious(): IterableIterator<{
    kind: ConceptKind;
    current: string;
    previous: string;
    date: string | undefined;
  }> {
    for (const [name, key, previous, date, kind] of OWN_PREVIOUS) {
      const table = this.#store.table(name);
      for (let row = 0; row < table.rows; row++) {
        if (table.column(previous).index(row) === 0) continue;
        const current = table.column(key).text(row) ?? '';
        const old = table.column(previous).text(row) ?? '';
        if (current !== old) yield { kind, current, previous: old, date: table.column(date).text(row) };
      }
    }
    for (const lookup of LOOKUPS_WITH_PREVIOUS) {
      for (const entry of this.#store.lookup(lookup)) {
        const { previousCode, codeDate } = entry;
        if (previousCode === undefined || previousCode === entry.code) continue;
        yield { kind: lookup, current: entry.code, previous: previousCode, date: codeDate };
      }
    }
  }

  #link(concepts: ReadonlyMap<string, { kind: ConceptKind; spans: Span[] }>): Map<string, Step[]> {
    const steps = new Map<string, Step[]>();
    this.#previous = new Map();
    for (const [current, { kind, spans }] of concepts) {
      spans.sort((a, b) => (a.end ?? a.start).localeCompare(b.end ?? b.start) || a.start.localeCompare(b.start));
      // An id may have been in use twice: its last time counts.
      const last = spans.filter((s, i) => spans.findLastIndex((t) => t.id === s.id) === i);
      this.#previous.set(
        current,
        last.map((s) => s.id),
      );
      last.forEach(({ id, end }, i) => {
        const path = [...last.slice(i + 1).map((s) => s.id), current];
        const known = steps.get(id) ?? [];
        known.push({ kind, path, end });
        steps.set(id, known);
      });
    }
    return steps;
  }
}

interface Span {
  readonly id: string;
  readonly start: string;
  readonly end: string | undefined;
}
