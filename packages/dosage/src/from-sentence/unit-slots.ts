import type { UnitReading } from './parts.ts';
import { type Slot, type SlotMatch, slotAt } from './pattern.ts';
import { UNITS } from './vocabulary/units.ts';

/** A tree of the words that units are written with. */
export interface Branch {
  readonly next: Map<string, Branch>;
  value?: UnitReading;
}

/** Adds the words of a unit to a tree. */
export function plant(root: Branch, phrase: string, value: UnitReading): void {
  let branch = root;
  for (const word of phrase.split(' ')) {
    let next = branch.next.get(word);
    if (next === undefined) {
      next = { next: new Map() };
      branch.next.set(word, next);
    }
    branch = next;
  }
  branch.value = value;
}

/** The words of all units. */
export const unitTree: Branch = { next: new Map() };
for (const row of UNITS) {
  for (const phrase of row.one) plant(unitTree, phrase, { unit: row.unit, plural: false });
  for (const phrase of row.many) plant(unitTree, phrase, { unit: row.unit, plural: true });
}

/** A slot that reads the units of a tree: every one that starts at a place. */
export function unitsFrom(tree: Branch): Slot {
  return ({ tokens }, start) => {
    const found: SlotMatch[] = [];
    let branch: Branch | undefined = tree;
    let at = start;
    while (branch !== undefined) {
      if (branch.value !== undefined) found.push({ next: at, value: branch.value });
      const token = tokens[at];
      if (token === undefined) break;
      const next = branch.next.get(token.text);
      if (next === undefined && token.joining && at > start) {
        at += 1;
        continue;
      }
      branch = next;
      at += 1;
    }
    return found;
  };
}

/** A unit of dose. */
export const unit: Slot = unitsFrom(unitTree);

/** A unit that is itself a measured amount, so that it needs no count before it: "5ml spoonful". */
export const measure: Slot = (text, at) =>
  slotAt(text, 'unit', at).filter(
    ({ value }) => /^\d/.test((value as UnitReading).unit.unit) && text.tokens[at]?.kind === 'number',
  );
