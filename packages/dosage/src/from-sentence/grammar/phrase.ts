import type { Part } from '../parts.ts';
import { type Captures, compile, type Pattern } from '../pattern.ts';

/** What a phrase means: always the same, or by what its slots read. Null: not this after all. */
export type Meaning = Part | readonly Part[] | ((captures: Captures) => Part | readonly Part[] | null);

/** A row of the grammar: how people write it, and what it means. */
export interface PhraseRow {
  readonly phrase: string;
  readonly means: Meaning;
}

/** A row with its compiled pattern. */
export interface Phrase extends PhraseRow {
  readonly pattern: Pattern;
}

/** A row of a table. */
export const row = (phrase: string, means: Meaning): PhraseRow => ({ phrase, means });

/** Compiles a table of rows once. */
export const compileRows = (rows: readonly PhraseRow[]): readonly Phrase[] =>
  rows.map((each) => ({ ...each, pattern: compile(each.phrase) }));

/** What a phrase means where it matched. */
export function meaningOf(phrase: PhraseRow, captures: Captures): readonly Part[] | null {
  const meaning = typeof phrase.means === 'function' ? phrase.means(captures) : phrase.means;
  if (meaning === null) return null;
  return Array.isArray(meaning) ? (meaning as readonly Part[]) : [meaning as Part];
}
