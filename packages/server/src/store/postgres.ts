import pg from 'pg';
import type { Database, Queryable } from './database.ts';
import { postgresLead, postgresListen } from './postgres-sessions.ts';

const INT8 = 20;
const types: pg.CustomTypesConfig = {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg's own signature
  getTypeParser: (oid: number, format?: any) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)),
};

/** Statement names for `pg`'s prepared statements: one per distinct SQL text, so that each is planned once a connection. */
const statementNames = new Map<string, string>();
function statementName(sql: string): string {
  let name = statementNames.get(sql);
  if (name === undefined) {
    name = `s${statementNames.size}`;
    // Search composes SQL; past this many shapes, further ones go unprepared rather than fill the server's memory.
    if (statementNames.size >= 500) return '';
    statementNames.set(sql, name);
  }
  return name;
}

/**
 * Opens a pool on a PostgreSQL server (15 or later).
 * @param url     `postgres://user:password@host:port/database`
 * @param options `connections`: the pool's size for this process
 */
export async function openPostgres(url: string, options: { connections?: number } = {}): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: options.connections ?? 10, types, keepAlive: true });
  // A broken idle connection is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  const queryable = (on: pg.Pool | pg.PoolClient): Queryable => ({
    async query<Row>(sql: string, params: unknown[] = []) {
      const name = statementName(sql);
      const result = await on.query(name === '' ? { text: sql, values: params } : { name, text: sql, values: params });
      return result.rows as Row[];
    },
  });
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: 'postgres',
    ...queryable(pool),
    async transaction<T>(work: (tx: Queryable) => Promise<T>) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('begin');
        const result = await work(oneAtATime(queryable(client)));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((failure) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async script(sql) {
      await pool.query(sql);
    },
    listen: (channel, heard) => postgresListen(url, channel, heard),
    async notify(channel) {
      await pool.query('select pg_notify($1, $2)', [channel, '']);
    },
    lead: (name) => postgresLead(url, name),
    close: () => pool.end(),
  };
}

/** A connection runs one statement at a time; those asked for meanwhile wait their turn here. */
function oneAtATime(on: Queryable): Queryable {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query<Row>(sql: string, params?: unknown[]) {
      const next = last.then(() => on.query<Row>(sql, params));
      last = next.catch(() => undefined);
      return next;
    },
  };
}
