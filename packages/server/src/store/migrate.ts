import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any fixed number: holds off a second process that starts on the same empty database at the same moment. */
const MIGRATION_LOCK = 7_210_451;

/**
 * Brings a database to this version's schema: runs each script of `migrations/` that it has not had, in order of name,
 * each in one transaction with the note that it ran.
 * @returns the names of the scripts that ran now
 * @throws when the database was written by a newer Concord
 */
export async function migrate(db: Database): Promise<string[]> {
  const scripts = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const table = `select pg_advisory_xact_lock(${MIGRATION_LOCK});
    create table if not exists migration (name text primary key, at timestamptz not null default now());`;
  await db.script(`begin; ${table} commit;`);
  const applied = new Set((await db.query<{ name: string }>('select name from migration')).map((row) => row.name));
  const unknown = [...applied].filter((name) => !scripts.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `This database was last opened by a newer Concord (it has ${unknown.join(', ')}). Use that version.`,
    );
  }
  const pending = scripts.filter((name) => !applied.has(name));
  const ran: string[] = [];
  for (const name of pending) {
    const sql = readFileSync(new URL(name, FOLDER), 'utf8');
    // One script call is one session even through a pool, so the lock, the work and the note are one transaction.
    await db
      .script(`begin;
      select pg_advisory_xact_lock(${MIGRATION_LOCK});
      do $guard$ begin
        if exists (select 1 from migration where name = '${name}') then raise exception 'already run' using errcode = 'CC100'; end if;
      end $guard$;
      ${sql}
      insert into migration (name) values ('${name}');
      commit;`)
      .then(
        () => ran.push(name),
        async (error) => {
          await db.script('rollback').catch(() => undefined);
          if ((error as { code?: string }).code !== 'CC100') throw error;
        },
      );
  }
  return ran;
}
