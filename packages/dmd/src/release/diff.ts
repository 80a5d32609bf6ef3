/** What changed between two releases, concept by concept. */

import type { ConceptKind, Dictionary, Level, Product } from '../dictionary/dictionary.ts';

/** What can change, each with the words that follow the number of concepts. */
export const CHANGES = {
  new: 'new in the later release',
  removed: 'no longer in the release, and not superseded',
  superseded: 'has another id now',
  renamed: 'has another name',
  invalid: 'became invalid',
  'valid-again': 'is valid again',
  'prescribing-status': 'has another prescribing status',
  availability: 'became available or unavailable',
  discontinued: 'was discontinued or reinstated',
  'controlled-drug': 'has another controlled drug category',
  parent: 'belongs to another product above it',
  strength: 'has other ingredients or strengths',
} as const;

/** Name of a kind of change. */
export type ChangeKind = keyof typeof CHANGES;

/** One change of one concept. `id` and `name` are those of the later release, where it still has the concept. */
export interface Change {
  readonly change: ChangeKind;
  readonly kind: Level | 'INGREDIENT';
  readonly id: string;
  readonly name: string;
  /** Value or id before; undefined for a new concept. */
  readonly before: string | undefined;
  /** Value or id after; undefined for a concept that is gone. */
  readonly after: string | undefined;
}

/** All changes, with a tally by level and change. */
export interface ReleaseDiff {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly Change[];
  readonly tally: Readonly<Record<string, Readonly<Partial<Record<ChangeKind, number>>>>>;
}

type Compared = { readonly id: string; readonly name: string; readonly invalid: boolean };
type Aspect = readonly [ChangeKind, (concept: Product, dictionary: Dictionary) => string | undefined];

const LEVELS: readonly Level[] = ['VTM', 'VMP', 'AMP', 'VMPP', 'AMPP'];

/** What is compared beside name and validity; a change shows the text before and after. */
const ASPECTS: Readonly<Record<Level, readonly Aspect[]>> = {
  VTM: [],
  VMP: [
    ['prescribing-status', (c) => (c.level === 'VMP' ? coded(c.prescribingStatus) : undefined)],
    ['availability', (c) => (c.level === 'VMP' ? available(c.available) : undefined)],
    ['controlled-drug', (c) => (c.level === 'VMP' ? coded(c.controlledDrug?.category) : undefined)],
    ['parent', (c) => (c.level === 'VMP' ? c.vtmId : undefined)],
    ['strength', (c) => (c.level === 'VMP' ? strengths(c) : undefined)],
  ],
  AMP: [
    ['availability', (c) => (c.level === 'AMP' ? coded(c.availabilityRestriction) : undefined)],
    ['parent', (c) => (c.level === 'AMP' ? c.vmpId : undefined)],
  ],
  VMPP: [['parent', (c) => (c.level === 'VMPP' ? c.vmpId : undefined)]],
  AMPP: [
    ['discontinued', (c) => (c.level === 'AMPP' ? (c.discontinued ? 'discontinued' : 'current') : undefined)],
    ['parent', (c) => (c.level === 'AMPP' ? `${c.ampId} ${c.vmppId}` : undefined)],
  ],
};

/**
 * Compares two dictionaries, the earlier first. An id that the later release supersedes is followed, so a concept that
 * was only renumbered shows as superseded and not as one removed and one new; parents are compared the same way.
 */
export function diffReleases(earlier: Dictionary, later: Dictionary): ReleaseDiff {
  const changes: Change[] = [];
  for (const level of LEVELS) diffLevel(level, earlier, later, changes);
  diffIngredients(earlier, later, changes);
  return { from: earlier.release.date, to: later.release.date, changes, tally: tallied(changes) };
}

function diffLevel(level: Level, earlier: Dictionary, later: Dictionary, changes: Change[]): void {
  const reached = new Set<string>();
  for (const before of earlier.all(level)) {
    const id = followed(later, before.id, level);
    const after = id === undefined ? undefined : later.product(id);
    if (after === undefined || after.level !== level) {
      changes.push(change('removed', level, before, before.id, undefined));
      continue;
    }
    reached.add(after.id);
    if (after.id !== before.id) changes.push(change('superseded', level, after, before.id, after.id));
    diffShared(level, before, after, changes);
    for (const [kind, value] of ASPECTS[level]) {
      const was = value(before, earlier);
      const is = value(after, later);
      if (was !== is && !(kind === 'parent' && sameParent(later, was, is))) {
        changes.push(change(kind, level, after, was, is));
      }
    }
  }
  for (const after of later.all(level)) {
    if (!reached.has(after.id)) changes.push(change('new', level, after, undefined, after.id));
  }
}

function diffIngredients(earlier: Dictionary, later: Dictionary, changes: Change[]): void {
  const reached = new Set<string>();
  for (const before of earlier.ingredients()) {
    const id = followed(later, before.id, 'INGREDIENT');
    const after = id === undefined ? undefined : later.ingredient(id);
    if (after === undefined) {
      changes.push(change('removed', 'INGREDIENT', before, before.id, undefined));
      continue;
    }
    reached.add(after.id);
    if (after.id !== before.id) changes.push(change('superseded', 'INGREDIENT', after, before.id, after.id));
    diffShared('INGREDIENT', before, after, changes);
  }
  for (const after of later.ingredients()) {
    if (!reached.has(after.id)) changes.push(change('new', 'INGREDIENT', after, undefined, after.id));
  }
}

function diffShared(kind: Change['kind'], before: Compared, after: Compared, changes: Change[]): void {
  const was = shownName(before);
  const is = shownName(after);
  if (was !== is) changes.push(change('renamed', kind, after, was, is));
  if (before.invalid !== after.invalid) {
    const validity = (invalid: boolean): string => (invalid ? 'invalid' : 'valid');
    const what = after.invalid ? 'invalid' : 'valid-again';
    changes.push(change(what, kind, after, validity(before.invalid), validity(after.invalid)));
  }
}

function change(
  what: ChangeKind,
  kind: Change['kind'],
  concept: Compared,
  before: string | undefined,
  after: string | undefined,
): Change {
  return { change: what, kind, id: concept.id, name: shownName(concept), before, after };
}

/** The id in the later release, itself or its one successor of the same kind. */
function followed(later: Dictionary, id: string, kind: ConceptKind): string | undefined {
  const resolution = later.resolve(id);
  const led = resolution.status === 'current' || resolution.status === 'superseded';
  return led && resolution.kind === kind ? resolution.id : undefined;
}

function sameParent(later: Dictionary, was: string | undefined, is: string | undefined): boolean {
  const lead = (ids: string | undefined): string | undefined =>
    ids
      ?.split(' ')
      .map((id) => {
        const resolution = later.resolve(id);
        return resolution.status === 'superseded' ? resolution.id : id;
      })
      .join(' ');
  return lead(was) === is;
}

// The text to show for an AMP is its description, which names the supplier.
function shownName(concept: Compared): string {
  return 'description' in concept && typeof concept.description === 'string' ? concept.description : concept.name;
}

function strengths(vmp: Extract<Product, { level: 'VMP' }>): string {
  return vmp.ingredients
    .map((i) => {
      const top = `${i.numeratorValue ?? ''} ${i.numeratorUnit?.display ?? ''}`.trim();
      const bottom = i.denominatorValue === undefined ? '' : ` / ${i.denominatorValue} ${i.denominatorUnit?.display}`;
      return `${i.ingredientName ?? i.ingredientId} ${top}${bottom}`.trim();
    })
    .sort()
    .join(', ');
}

function coded(value: { code: string; display: string | undefined } | undefined): string | undefined {
  return value && `${value.code} ${value.display ?? ''}`.trim();
}

const available = (is: boolean): string => (is ? 'available' : 'not available');

function tallied(changes: readonly Change[]): ReleaseDiff['tally'] {
  const tally: Record<string, Partial<Record<ChangeKind, number>>> = {};
  for (const { kind, change: what } of changes) {
    const level = tally[kind] ?? {};
    level[what] = (level[what] ?? 0) + 1;
    tally[kind] = level;
  }
  return tally;
}
