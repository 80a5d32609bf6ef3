/**
 * The one thin interface over both databases: PGlite (embedded) and PostgreSQL. Everything in `store/` speaks SQL
 * through it, in one dialect, so that the same statements and the same tests run on both.
 */
export interface Queryable {
  /**
   * Runs one statement.
   * @param sql    the statement, with `$1`-style parameters; keep the text constant, so that it is prepared once
   * @param params values; `bigint` columns come back as numbers, arrays as arrays, timestamps as ISO strings if cast to text
   * @returns the rows
   */
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
}

export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /** Runs `work` in one transaction: commits when it resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Runs a script of several statements without parameters (migrations). */
  script(sql: string): Promise<void>;
  /**
   * Hears what other processes {@link notify} on a channel. Absent where there is only this process.
   * @returns what ends it
   */
  listen?(channel: string, heard: () => void): Promise<() => Promise<void>>;
  notify?(channel: string): Promise<void>;
  /**
   * Holds a name that one process at a time can hold, until it lets go or its connection breaks.
   * @returns undefined when another holds it
   */
  lead(name: string): Promise<Leadership | undefined>;
  close(): Promise<void>;
}

/** The hold on a name that one process at a time can have. */
export interface Leadership {
  /** Resolves when the hold is lost, and with it the right to act. */
  lost: Promise<void>;
  release(): Promise<void>;
}

/** The SQLSTATE of a database error, or undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Is the failure one that running the same transaction again may cure (deadlock, serialization)? */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}
