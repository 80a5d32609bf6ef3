/** Snapshot files: written whole or not at all, opened in one read. */

import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { openDictionary } from '../dictionary/open.ts';
import { SnapshotImage } from './image.ts';
import { SnapshotError } from './layout.ts';

/**
 * Writes a snapshot to a file that readers never see half written: to a temporary file beside it, forced to disk, then
 * renamed over it. The folder is made where it does not exist.
 * @throws the file system's own error; the temporary file is then gone and an older snapshot still whole.
 */
export async function writeSnapshot(path: string, snapshot: Uint8Array): Promise<void> {
  await writeFileWhole(path, snapshot);
}

/** Writes any file that way. */
export async function writeFileWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The rename is durable once the folder is; some file systems cannot sync a folder, and then it is not needed.
  const folder = await open(dirname(path)).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** The bytes of a snapshot as memory that several threads of a process can share: pass it on to `openSnapshotBytes`. */
export function readSnapshotBytes(path: string): SharedArrayBuffer {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT'
      ? new SnapshotError('not-found', 'there is no such snapshot: load a release first', path)
      : new SnapshotError('unreadable', `cannot be read (${code})`, path);
  }
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw new SnapshotError('unreadable', 'is no file', path);
    const shared = new SharedArrayBuffer(info.size);
    const bytes = new Uint8Array(shared);
    let done = 0;
    while (done < bytes.length) {
      const read = readSync(fd, bytes, done, bytes.length - done, done);
      if (read === 0) throw new SnapshotError('truncated', 'became shorter while it was read', path);
      done += read;
    }
    return shared;
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens the dictionary in the bytes of a snapshot.
 * @throws SnapshotError where the bytes are not a whole snapshot of this program's format.
 */
export function openSnapshotBytes(bytes: Buffer | SharedArrayBuffer): Dictionary {
  return openDictionary(SnapshotImage.open(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)));
}

/**
 * Opens a snapshot file.
 * @throws SnapshotError where there is none, or it is damaged, or of another format version.
 */
export function openSnapshot(path: string): Dictionary {
  try {
    return openSnapshotBytes(readSnapshotBytes(path));
  } catch (error) {
    if (error instanceof SnapshotError && !error.message.startsWith(path)) {
      throw new SnapshotError(error.code, error.message, path);
    }
    throw error;
  }
}
