import { fdatasyncSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { Database, Queryable } from './database.ts';
import { lockFolder } from './folder-lock.ts';

/** The part of Emscripten's NODEFS that is completed here. */
interface NodeFileSystem {
  stream_ops: { fsync?: (stream: { nfd: number }) => number };
}

/**
 * PGlite's file system with a working `fsync`. As shipped, PGlite runs with fsync off and its file system ignores the
 * call, so that an answer could be given before the write is on the disk. With this and {@link durableParams}, a commit
 * returns only after the write-ahead log is on stable storage, as on a PostgreSQL server.
 */
class DurableNodeFS extends NodeFS {
  override async init(pg: PGlite, options: Parameters<NodeFS['init']>[1]) {
    const initialised = await super.init(pg, options);
    const addFsync = (module: unknown) => {
      const { NODEFS } = module as { NODEFS: NodeFileSystem };
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        fdatasyncSync(nfd);
        return 0;
      };
    };
    const { emscriptenOpts } = initialised;
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [addFsync, ...(emscriptenOpts.preRun ?? [])] } };
  }
}

/** `wal_sync_method` must be fsync: Emscripten implements that call through the file system, fdatasync it ignores. */
const durableParams = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'],
];

const INT8 = 20;

/**
 * Opens (and on first use creates) the embedded database in a folder.
 * @param folder where the data lives; one process at a time may have it open
 * @throws when another process holds the folder
 */
export async function openPglite(folder: string): Promise<Database> {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true });
  const unlock = lockFolder(path);
  const db = await PGlite.create({
    fs: new DurableNodeFS(resolve(path, 'pgdata')),
    startParams: durableParams,
    parsers: { [INT8]: Number },
  }).catch((error) => {
    unlock();
    throw error;
  });
  const queryable = (on: Pick<PGlite, 'query'>): Queryable => ({
    async query<Row>(sql: string, params?: unknown[]) {
      return (await on.query<Row>(sql, params)).rows;
    },
  });
  return {
    kind: 'pglite',
    ...queryable(db),
    transaction: (work) => db.transaction((tx) => work(queryable(tx as unknown as PGlite))),
    async script(sql) {
      await db.exec(sql);
    },
    // The folder's lock sees to it that there is no other process.
    lead: async () => ({ lost: new Promise(() => undefined), release: async () => undefined }),
    async close() {
      await db.close();
      unlock();
    },
  };
}
