import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A place for a record, empty and ours alone until it is dropped. */
export interface BenchDatabase {
  kind: 'pglite' | 'postgres';
  title: string;
  environment: { [name: string]: string };
  /** The name that its server processes bear in their titles; undefined for the embedded one, which is in the server. */
  processName: string | undefined;
  /** How commits are made durable, as the database says. */
  durability: string;
  /** Bytes of tables and indexes; the write-ahead log, whose size is bounded, apart. */
  sizes(): Promise<{ data: number; log: number | undefined }>;
  /** Bytes of each table's rows and indexes, largest first; undefined where it cannot be asked while the server runs. */
  tables(): Promise<{ name: string; bytes: number }[] | undefined>;
  drop(): Promise<void>;
}

/** The embedded database in a new folder. */
export function embedded(): BenchDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'concord-bench-'));
  const log = join(folder, 'pgdata', 'pg_wal');
  return {
    kind: 'pglite',
    title: 'PGlite (embedded)',
    environment: { CONCORD_DATA: folder },
    processName: undefined,
    durability: 'fsync of the write-ahead log before each commit is answered',
    async sizes() {
      const ofLog = bytesIn(log);
      return { data: bytesIn(folder) - ofLog, log: ofLog };
    },
    tables: async () => undefined,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/**
 * Where PostgreSQL is: BENCH_DATABASE_URL, or the one that is usual on a developer's machine.
 * @returns undefined when that does not answer; a URL given in the environment must
 */
export async function findPostgres(): Promise<string | undefined> {
  const given = process.env.BENCH_DATABASE_URL;
  const url = given ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  try {
    await ask(url, 'select 1');
    return url;
  } catch (error) {
    if (given !== undefined) throw new Error(`BENCH_DATABASE_URL does not answer: ${(error as Error).message}`);
    return undefined;
  }
}

const SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'autovacuum'];

/** A new database on a PostgreSQL server. @param url any database of it, where this user may create another */
export async function onPostgres(url: string): Promise<BenchDatabase> {
  const name = `concord_bench_${process.pid}_${Date.now().toString(36)}`;
  const settings: string[] = [];
  for (const setting of SETTINGS) {
    const [row] = await ask<{ value: string }>(url, `select current_setting('${setting}') as value`);
    settings.push(`${setting} ${row?.value}`);
  }
  await ask(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    kind: 'postgres',
    title: `PostgreSQL ${settings[0]?.split(' ')[1]}`,
    environment: { DATABASE_URL: own.href },
    processName: name,
    durability: settings.slice(1).join(', '),
    async sizes() {
      const [row] = await ask<{ bytes: string }>(own.href, `select pg_database_size('${name}') as bytes`);
      return { data: Number(row?.bytes), log: undefined };
    },
    async tables() {
      const rows = await ask<{ name: string; bytes: string }>(own.href, TABLES);
      return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }));
    },
    drop: async () => {
      await ask(url, `drop database if exists ${name} with (force)`);
    },
  };
}

const TABLES = `select c.relname as name, sum(pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0)) as bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'i') group by 1 order by 2 desc`;

async function ask<Row extends pg.QueryResultRow = pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  // A server that goes away is told by the query that it breaks.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
