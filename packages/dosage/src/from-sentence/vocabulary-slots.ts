import { compile, matchesAt, type Slot, type SlotMatch } from './pattern.ts';
import { CONDITIONS } from './vocabulary/conditions.ts';
import { MEALS } from './vocabulary/meals.ts';
import { METHODS, type MethodRow } from './vocabulary/methods.ts';
import { ROUTES } from './vocabulary/routes.ts';
import { SITES } from './vocabulary/sites.ts';

/** A slot that reads any phrase of a table, and gives the row. */
function tableSlot<Row extends { readonly phrase: string }>(rows: readonly Row[]): Slot {
  const byWord = new Map<string, { row: Row; pattern: ReturnType<typeof compile> }[]>();
  for (const row of rows) {
    const pattern = compile(row.phrase);
    for (const word of pattern.firstWords) byWord.set(word, [...(byWord.get(word) ?? []), { row, pattern }]);
  }
  return (text, at) => {
    const found: SlotMatch[] = [];
    for (const { row, pattern } of byWord.get(text.tokens[at]?.text ?? '') ?? []) {
      for (const { next } of matchesAt(text, pattern, at)) {
        // The first row of the table that reads the same words has them.
        if (!found.some((match) => match.next === next)) found.push({ next, value: row });
      }
    }
    return found;
  };
}

/** What a medicine is required for. */
export const condition: Slot = tableSlot(CONDITIONS);

/** A place on the body. */
export const site: Slot = tableSlot(SITES);

/** A meal. */
export const meal: Slot = tableSlot(MEALS);

/** A route. */
export const route: Slot = tableSlot(
  ROUTES.flatMap(({ code, display, phrases }) => phrases.map((phrase) => ({ phrase, code, display }))),
);

/** A form of a verb, and the method it names. */
export interface VerbRow {
  readonly phrase: string;
  readonly method: MethodRow;
}

/** A method as an order: "apply". */
export const order: Slot = tableSlot(
  METHODS.flatMap((method): VerbRow[] =>
    [...new Set([...method.order, method.display.toLowerCase()])].map((phrase) => ({ phrase, method })),
  ),
);

/** A method as done: "applied". */
export const done: Slot = tableSlot(
  METHODS.flatMap((method): VerbRow[] => method.done.map((phrase) => ({ phrase, method }))),
);
