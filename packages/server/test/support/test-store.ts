import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Store } from '../../src/store/store.ts';

/** Where the database of a test is, in the words of `Store.open` and of the command line. */
export interface TestDatabase {
  databaseUrl: string | undefined;
  folder: string;
  /** Takes the database away. */
  drop(): Promise<void>;
}

/** The server to test on instead of the embedded database: `postgres://postgres@127.0.0.1:5432/postgres`. */
export const TEST_DATABASE_URL: string | undefined = process.env.CONCORD_TEST_DATABASE_URL || undefined;

/** What the tests run on: for names of tests and for what only one of the two has. */
export const onPostgres: boolean = TEST_DATABASE_URL !== undefined;

/** An empty, migrated database of its own: a folder, or with CONCORD_TEST_DATABASE_URL a database on that server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-test-'));
  if (TEST_DATABASE_URL === undefined) {
    cpSync(await template(), folder, { recursive: true });
    return { databaseUrl: undefined, folder, drop: async () => rmSync(folder, { recursive: true, force: true }) };
  }
  const name = `concord_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name}`);
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    folder,
    async drop() {
      rmSync(folder, { recursive: true, force: true });
      await asAdmin(`drop database ${name} with (force)`);
    },
  };
}

/** Opens a store on an empty database of its own; closing it takes the database away. */
export async function openTestStore(): Promise<{ store: Store; close(): Promise<void> }> {
  const database = await createTestDatabase();
  const store = await Store.open({ ...database, cacheMegabytes: 8, connections: 10 });
  return {
    store,
    async close() {
      await store.close();
      await database.drop();
    },
  };
}

async function asAdmin(sql: string) {
  const client = new pg.Client({ connectionString: TEST_DATABASE_URL });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * A folder with an initialised embedded database: making one takes seconds, copying one does not. It is made once for
 * each schema and version of PGlite, and moved into place whole, so that test files may run beside each other.
 */
async function template(): Promise<string> {
  const path = join(tmpdir(), `concord-template-${fingerprint()}`);
  if (existsSync(path)) return path;
  const making = mkdtempSync(join(tmpdir(), 'concord-making-'));
  const store = await Store.open({ databaseUrl: undefined, folder: making, cacheMegabytes: 1, connections: 1 });
  await store.close();
  try {
    renameSync(making, path);
  } catch (error) {
    // Another test process was first.
    if (!existsSync(path)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  return path;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const migrations = new URL('../../src/store/migrations/', import.meta.url);
  for (const name of readdirSync(migrations).sort()) hash.update(name).update(readFileSync(new URL(name, migrations)));
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return hash
    .update(readFileSync(new URL('../package.json', `file://${pglite}`)))
    .digest('hex')
    .slice(0, 16);
}
