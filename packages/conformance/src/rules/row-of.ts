/** The row of a table that a sender's word names. A word such as `constructor`, which every object has, names none. */
export function rowOf<Row>(table: Readonly<Record<string, Row>> | undefined, word: string): Row | undefined {
  return table !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}
